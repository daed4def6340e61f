import type { SyntheticEvent } from "react";
import type { Filters } from "../../lib/filters";
import { Button } from "../../ui/Button";
import { fromLocal, hoursAgo, SPANS, toLocal, withField, without } from "./describe";
import { Dropdown } from "./Dropdown";

interface Props {
  filters: Filters;
  set: (filters: Filters) => void;
}

const BOUNDS = [
  { name: "arrivedAfter", label: "From" },
  { name: "arrivedBefore", label: "Until" },
] as const;

/** Spans up to now, or from one moment until another. */
export function TimeField({ filters, set }: Props) {
  return (
    <Dropdown
      label="Time"
      side="right"
      active={BOUNDS.filter(({ name }) => filters[name] !== undefined).length}
    >
      {(close) => (
        <form
          onSubmit={(event: SyntheticEvent<HTMLFormElement>) => {
            event.preventDefault();
            const typed = new FormData(event.currentTarget);
            set(
              BOUNDS.reduce((wanted, { name }) => {
                const value = typed.get(name);
                return withField(wanted, name, typeof value === "string" ? fromLocal(value) : undefined);
              }, filters),
            );
            close();
          }}
          className="grid gap-3 p-1"
        >
          <div className="grid grid-cols-2 gap-2">
            {SPANS.map(({ label, hours }) => (
              <Button
                key={label}
                onClick={() => {
                  set({ ...without(filters, "arrivedBefore"), arrivedAfter: hoursAgo(hours, Date.now()) });
                  close();
                }}
              >
                {label}
              </Button>
            ))}
          </div>
          {BOUNDS.map(({ name, label }) => (
            <label key={name} className="grid gap-1 text-sm text-muted">
              {label}
              <input
                type="datetime-local"
                name={name}
                defaultValue={toLocal(filters[name])}
                className="field text-base text-text"
              />
            </label>
          ))}
          <Button type="submit">Show this range</Button>
          <p className="text-sm text-muted">When a file arrived, or its upload was announced.</p>
        </form>
      )}
    </Dropdown>
  );
}
