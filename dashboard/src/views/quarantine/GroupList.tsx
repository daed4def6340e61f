import { RotateCw, Trash2 } from "lucide-react";
import { useState } from "react";
import { isFiltered, type Filters } from "../../lib/filters";
import { plural } from "../../lib/format";
import { STATUS } from "../../lib/words";
import { Button } from "../../ui/Button";
import { GroupCard } from "./GroupCard";
import { filtersOf, idOf, statesOf, type Groups } from "./groups";
import { ManyDialog, type Asked } from "./ManyDialog";
import { SelectionBar } from "./SelectionBar";
import { useSelection } from "./useSelection";

interface ListProps {
  groups: Groups;
  filters: Filters;
  /** Takes the filters away. */
  clear: () => void;
}

/** All groups, and what can be done with them, with all of a state, or with single files. */
export function GroupList({ groups, filters, clear }: ListProps) {
  const [asked, setAsked] = useState<Asked | null>(null);
  const selection = useSelection();
  const { complete, files, items } = groups;
  return (
    <>
      <div className="mb-4 flex flex-wrap items-center justify-between gap-x-6 gap-y-2">
        <p role="status">
          <span className="font-medium">
            {complete ? plural(files, "file") : `At least ${plural(files, "file")}`}
          </span>
          <span className="text-muted">
            {` for ${plural(items.length, "reason")}`}
            {!complete && ". The newest were counted."}
          </span>
          {isFiltered(filters) && (
            <button type="button" className="link ml-4 min-h-9" onClick={clear}>
              Show all that wait
            </button>
          )}
        </p>
        <AllOfAState groups={groups} filters={filters} ask={setAsked} />
      </div>
      <div className="space-y-4">
        {items.map((group) => (
          <GroupCard
            key={idOf(group)}
            group={group}
            filters={filters}
            complete={complete}
            selection={selection}
            ask={setAsked}
          />
        ))}
      </div>
      <SelectionBar selection={selection} />
      {asked && <ManyDialog {...asked} onClose={() => setAsked(null)} />}
    </>
  );
}

interface Props {
  groups: Groups;
  filters: Filters;
  ask: (asked: Asked) => void;
}

/** Where several reasons stand, all of one state can be asked for at once. */
function AllOfAState({ groups, filters, ask }: Props) {
  const states = statesOf(filters).filter(
    (state) => groups.items.filter(({ status }) => status === state).length > 1,
  );
  return (
    <div className="flex flex-wrap gap-2">
      {states.map((status) => {
        const own = filtersOf({ status, reason: undefined }, filters);
        const label = STATUS[status].label.toLowerCase();
        return (
          <div key={status} className="flex flex-wrap gap-2">
            <Button kind="quiet" onClick={() => ask({ act: "retry", status, filters: own })}>
              <RotateCw aria-hidden size={16} />
              {`Retry all ${label}…`}
            </Button>
            {status === "quarantined" && (
              <Button kind="quiet" onClick={() => ask({ act: "discard", status, filters: own })}>
                <Trash2 aria-hidden size={16} />
                {`Discard all ${label}…`}
              </Button>
            )}
          </div>
        );
      })}
    </div>
  );
}
