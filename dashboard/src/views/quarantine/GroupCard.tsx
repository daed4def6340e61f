import { RotateCw, Trash2 } from "lucide-react";
import type { Filters } from "../../lib/filters";
import { plural } from "../../lib/format";
import { REASON } from "../../lib/words";
import { Button } from "../../ui/Button";
import { StatusBadge } from "../../ui/StatusBadge";
import { Time } from "../../ui/Time";
import { GroupFiles } from "./GroupFiles";
import { filtersOf, idOf, type Group } from "./groups";
import type { Asked } from "./ManyDialog";
import type { Selection } from "./useSelection";

interface Props {
  group: Group;
  filters: Filters;
  /** Whether all files were counted. */
  complete: boolean;
  selection: Selection;
  ask: (asked: Asked) => void;
}

/** Files that wait for the same thing: what that is, and what can be done with all of them. */
export function GroupCard({ group, filters, complete, selection, ask }: Props) {
  const { status, reason, files, oldest } = group;
  const label = reason === undefined ? "No reason known" : REASON[reason].label;
  const id = `group-${idOf(group)}`;
  const own = filtersOf(group, filters);
  // A filter finds files by their reason; where there is none, it would find them all.
  const canAll = reason !== undefined;
  return (
    <section aria-labelledby={id} className="card min-w-0">
      <div className="flex flex-wrap items-start justify-between gap-x-6 gap-y-3 px-4 pt-4 pb-3 sm:px-5">
        <div className="min-w-0 flex-1 basis-80">
          <div className="flex flex-wrap items-center gap-x-3 gap-y-1">
            <h2 id={id} className="text-lg font-semibold">
              {label}
            </h2>
            <StatusBadge status={status} />
          </div>
          <p className="mt-1">
            <span className="font-medium">
              {complete ? plural(files, "file") : `At least ${plural(files, "file")}`}
            </span>
            <span className="text-muted">
              {files === 1 ? ", arrived " : ", the oldest arrived "}
              <Time at={oldest} />
            </span>
          </p>
          {reason !== undefined && <p className="mt-1 max-w-3xl text-muted">{REASON[reason].advice}</p>}
        </div>
        {canAll && (
          <div className="flex flex-wrap gap-2">
            <Button
              onClick={() => ask({ act: "retry", status, filters: own })}
              aria-label={`Retry all: ${label}`}
            >
              <RotateCw aria-hidden size={16} />
              Retry all…
            </Button>
            {status === "quarantined" && (
              <Button
                onClick={() => ask({ act: "discard", status, filters: own })}
                aria-label={`Discard all: ${label}`}
              >
                <Trash2 aria-hidden size={16} />
                Discard all…
              </Button>
            )}
          </div>
        )}
      </div>
      <GroupFiles group={group} filters={filters} selection={selection} label={label} />
    </section>
  );
}
