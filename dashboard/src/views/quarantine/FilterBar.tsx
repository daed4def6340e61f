import { useId, useState, type ReactNode, type SyntheticEvent } from "react";
import { isFiltered, readFilters, writeFilters, type Filters } from "../../lib/filters";
import { REASON, REASONS, STATUS } from "../../lib/words";
import { useSession } from "../../session/session";
import { Button } from "../../ui/Button";
import { WAITING } from "./groups";
import { fromLocal, toLocal } from "../files/describe";

interface Props {
  filters: Filters;
  set: (filters: Filters) => void;
}

/** Which of the files that wait are shown, and can be acted on together. */
export function FilterBar({ filters, set }: Props) {
  const [open, setOpen] = useState(false);
  const fields = useId();
  return (
    <search aria-label="Filters" className="mb-5 block">
      <Button
        aria-expanded={open}
        aria-controls={fields}
        onClick={() => setOpen(!open)}
        className="w-full md:hidden"
      >
        {isFiltered(filters) ? "Filters (set)" : "Filters"}
      </Button>
      <div
        id={fields}
        className={`grid-cols-1 items-end gap-3 pt-3 md:grid md:grid-cols-[minmax(0,1fr)_9rem_12rem] md:pt-0 xl:grid-cols-[minmax(0,1fr)_9rem_12rem_13rem_13rem] ${open ? "grid" : "hidden"}`}
      >
        <PrefixField key={filters.prefix ?? ""} filters={filters} set={set} />
        <StateField filters={filters} set={set} />
        <ReasonField filters={filters} set={set} />
        <TimeField name="arrivedAfter" label="Arrived from" filters={filters} set={set} />
        <TimeField name="arrivedBefore" label="Arrived until" filters={filters} set={set} />
      </div>
    </search>
  );
}

function PrefixField({ filters, set }: Props) {
  const { access } = useSession();
  const folder = access.prefix === undefined ? "" : `${access.prefix}/`;
  const prefix = filters.prefix ?? "";
  const own = prefix.startsWith(folder) ? prefix.slice(folder.length) : prefix;
  const [typed, setTyped] = useState(own);
  const apply = () => {
    const text = typed.trim();
    if (text !== own) set(changed(filters, "prefix", text === "" ? undefined : folder + text));
  };
  const submit = (event: SyntheticEvent) => {
    event.preventDefault();
    apply();
  };
  return (
    <form onSubmit={submit}>
      <Labelled label={folder === "" ? "Key begins with" : `Key begins with ${folder}`}>
        {(id) => (
          <input
            id={id}
            type="search"
            value={typed}
            onChange={(event) => setTyped(event.target.value)}
            onBlur={apply}
            placeholder="orders/"
            spellCheck={false}
            autoCapitalize="off"
            className="field w-full"
          />
        )}
      </Labelled>
    </form>
  );
}

function StateField({ filters, set }: Props) {
  const [status] = filters.status.length === 1 ? filters.status : [];
  return (
    <Labelled label="State">
      {(id) => (
        <select
          id={id}
          value={status ?? ""}
          onChange={(event) => {
            const chosen = WAITING.find((each) => each === event.target.value);
            set({ ...filters, status: chosen ? [chosen] : [] });
          }}
          className="field w-full"
        >
          <option value="">Both</option>
          {WAITING.map((each) => (
            <option key={each} value={each}>
              {STATUS[each].label}
            </option>
          ))}
        </select>
      )}
    </Labelled>
  );
}

function ReasonField({ filters, set }: Props) {
  return (
    <Labelled label="Reason">
      {(id) => (
        <select
          id={id}
          value={filters.reason ?? ""}
          onChange={(event) => set(changed(filters, "reason", event.target.value))}
          className="field w-full"
        >
          <option value="">Any</option>
          {REASONS.map((reason) => (
            <option key={reason} value={reason}>
              {REASON[reason].label}
            </option>
          ))}
        </select>
      )}
    </Labelled>
  );
}

function TimeField({
  name,
  label,
  filters,
  set,
}: Props & { name: "arrivedAfter" | "arrivedBefore"; label: string }) {
  const value = filters[name];
  return (
    <Labelled label={label}>
      {(id) => (
        <input
          id={id}
          type="datetime-local"
          // Half a date is none: what is being typed is the field's own.
          key={value ?? ""}
          defaultValue={toLocal(value)}
          onBlur={(event) => {
            const entered = event.target.value;
            if (entered !== toLocal(value)) set(changed(filters, name, fromLocal(entered)));
          }}
          className="field w-full"
        />
      )}
    </Labelled>
  );
}

function Labelled({ label, children }: { label: string; children: (id: string) => ReactNode }) {
  const id = useId();
  return (
    <div className="min-w-0">
      <label htmlFor={id} className="mb-1 block truncate text-sm text-muted">
        {label}
      </label>
      {children(id)}
    </div>
  );
}

function changed(
  filters: Filters,
  name: "prefix" | "reason" | "arrivedAfter" | "arrivedBefore",
  value: string | undefined,
): Filters {
  const address = writeFilters(filters);
  if (value === undefined) address.delete(name);
  else address.set(name, value);
  return readFilters(address);
}
