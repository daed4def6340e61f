import { SlidersHorizontal, X } from "lucide-react";
import { useId, useState } from "react";
import type { Filters } from "../../lib/filters";
import { useNow } from "../../lib/now";
import { Button } from "../../ui/Button";
import { chipsOf } from "./describe";
import { ReasonField, StateField, TypeField } from "./FilterFields";
import { PrefixField } from "./PrefixField";
import { TimeField } from "./TimeField";

interface Props {
  filters: Filters;
  set: (filters: Filters, replace?: boolean) => void;
}

/** What the list is narrowed to. On small screens the fields are folded, and only what is set is seen. */
export function FilterBar({ filters, set }: Props) {
  const [open, setOpen] = useState(false);
  const fields = useId();
  const chips = chipsOf(filters, useNow());
  return (
    <search aria-label="Filters" className="mb-4 block space-y-3">
      <Button
        aria-expanded={open}
        aria-controls={fields}
        onClick={() => setOpen(!open)}
        className="w-full md:hidden"
      >
        <SlidersHorizontal aria-hidden size={16} />
        {chips.length > 0 ? `Filters (${chips.length})` : "Filters"}
      </Button>
      <div
        id={fields}
        className={`grid-cols-2 gap-3 md:grid md:grid-cols-4 lg:grid-cols-[minmax(14rem,1fr)_9rem_11rem_11rem_9rem] ${open ? "grid" : "hidden"}`}
      >
        <div className="col-span-2 md:col-span-4 lg:col-span-1">
          <PrefixField filters={filters} set={set} />
        </div>
        <StateField filters={filters} set={set} />
        <ReasonField filters={filters} set={set} />
        <TypeField filters={filters} set={set} />
        <TimeField filters={filters} set={set} />
      </div>
      {chips.length > 0 && (
        <ul aria-label="Filters that are set" className="flex flex-wrap items-center gap-2">
          {chips.map(({ what, text, rest }) => (
            <li key={`${what} ${text}`} className="max-w-full">
              <button
                type="button"
                onClick={() => set(rest)}
                className="inline-flex min-h-9 max-w-full items-center gap-1.5 rounded-full border border-line bg-surface py-1 pr-2.5 pl-3.5 text-sm hover:bg-sunken"
              >
                <span className="sr-only">Take away </span>
                <span className="text-muted">{what}:</span>
                <span className="truncate font-medium">
                  <bdi>{text}</bdi>
                </span>
                <X aria-hidden size={14} className="shrink-0 text-muted" />
              </button>
            </li>
          ))}
          <li>
            <Button kind="quiet" onClick={() => set({ status: [] })} className="text-sm">
              Clear all
            </Button>
          </li>
        </ul>
      )}
    </search>
  );
}
