import { ChevronDown } from "lucide-react";
import type { SelectHTMLAttributes } from "react";
import type { Filters } from "../../lib/filters";
import { MEDIA_TYPES, typeLabel } from "../../lib/mediaTypes";
import { REASON, REASONS, STATUS, STATUSES, type Reason } from "../../lib/words";
import { StatusBadge } from "../../ui/StatusBadge";
import { withField, without } from "./describe";
import { Dropdown } from "./Dropdown";

interface Props {
  filters: Filters;
  set: (filters: Filters) => void;
}

export function StateField({ filters, set }: Props) {
  return (
    <Dropdown label="State" active={filters.status.length}>
      {() => (
        <fieldset>
          <legend className="sr-only">States</legend>
          {STATUSES.map((status) => {
            const others = filters.status.filter((each) => each !== status);
            const checked = others.length < filters.status.length;
            return (
              <label
                key={status}
                title={STATUS[status].meaning}
                className="flex min-h-9 cursor-pointer items-center gap-3 rounded-md px-2 hover:bg-sunken"
              >
                <input
                  type="checkbox"
                  checked={checked}
                  onChange={() => set({ ...filters, status: checked ? others : [...others, status] })}
                  className="size-4 accent-accent"
                />
                <StatusBadge status={status} />
              </label>
            );
          })}
        </fieldset>
      )}
    </Dropdown>
  );
}

function Choice({ children, ...rest }: SelectHTMLAttributes<HTMLSelectElement>) {
  return (
    <span className="relative block">
      <select {...rest} className="field w-full appearance-none truncate pr-8 hover:bg-sunken">
        {children}
      </select>
      <ChevronDown
        aria-hidden
        size={16}
        className="pointer-events-none absolute top-1/2 right-3 -translate-y-1/2 text-muted"
      />
    </span>
  );
}

export function ReasonField({ filters, set }: Props) {
  return (
    <Choice
      aria-label="Reason"
      value={filters.reason ?? ""}
      onChange={(event) => {
        const reason = REASONS.find((each) => each === event.target.value);
        set(reason ? { ...filters, reason } : without(filters, "reason"));
      }}
    >
      <option value="">Any reason</option>
      {REASONS.map((reason: Reason) => (
        <option key={reason} value={reason}>
          {REASON[reason].label}
        </option>
      ))}
    </Choice>
  );
}

export function TypeField({ filters, set }: Props) {
  const { mediaType } = filters;
  const types = mediaType === undefined || MEDIA_TYPES.includes(mediaType) ? [] : [mediaType];
  return (
    <Choice
      aria-label="Type"
      value={mediaType ?? ""}
      onChange={(event) => set(withField(filters, "mediaType", event.target.value))}
    >
      <option value="">Any type</option>
      {[...types, ...MEDIA_TYPES].map((type) => (
        <option key={type} value={type}>
          {typeLabel(type)}
        </option>
      ))}
    </Choice>
  );
}
