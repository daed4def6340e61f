import { useState } from "react";
import { count, plural } from "../../lib/format";
import { Button } from "../../ui/Button";
import { Dialog } from "../../ui/Dialog";
import { Fold } from "./Fold";
import { Progress } from "./Progress";
import { filtered, FILTERS, isUnfinished, type Filter, type Row } from "./row";
import { UploadRow } from "./UploadRow";
import type { Snapshot, Uploads } from "./uploads";

const LABELS: Record<Filter, string> = {
  all: "All",
  attention: "Need a look",
  underway: "Under way",
  done: "Processed",
};

interface Props {
  uploads: Uploads;
  snapshot: Snapshot;
  mayRead: boolean;
}

/** Everything that was sent from this page, in the order it was begun. */
export function UploadList({ uploads, snapshot, mayRead }: Props) {
  const [filter, setFilter] = useState<Filter>("all");
  const [cancelling, setCancelling] = useState<Row | "all" | null>(null);
  const [actions] = useState(() => ({
    pause: (id: string) => uploads.pause(id),
    resume: (id: string) => uploads.resume(id),
    cancel: (row: Row) => (row.recordId === undefined ? uploads.cancel(row.id) : setCancelling(row)),
  }));
  const { rows, totals, speed } = snapshot;
  const shown = filtered(rows, filter);
  return (
    <section aria-labelledby="uploads" className="card overflow-hidden">
      <Progress
        totals={totals}
        speed={speed}
        mayRead={mayRead}
        pause={() => uploads.pause()}
        resume={() => uploads.resume()}
        cancel={() => setCancelling("all")}
        clear={() => uploads.clear()}
      />
      {rows.length > 1 && <Chips rows={rows} filter={filter} setFilter={setFilter} />}
      <div className="border-t border-line">
        <Fold items={shown} label="Uploads" key={filter}>
          {(row) => <UploadRow row={row} mayRead={mayRead} {...actions} />}
        </Fold>
        {shown.length === 0 && <p className="p-5 text-center text-muted">No file is in this state.</p>}
      </div>
      {cancelling && (
        <Cancel
          what={cancelling === "all" ? plural(rows.filter(isUnfinished).length, "upload") : cancelling.path}
          keep={() => setCancelling(null)}
          cancel={() => {
            uploads.cancel(cancelling === "all" ? undefined : cancelling.id);
            setCancelling(null);
          }}
        />
      )}
    </section>
  );
}

interface ChipsProps {
  rows: readonly Row[];
  filter: Filter;
  setFilter: (filter: Filter) => void;
}

function Chips({ rows, filter, setFilter }: ChipsProps) {
  return (
    <div role="group" aria-label="Which uploads are shown" className="flex flex-wrap gap-1 px-4 pb-3">
      {FILTERS.map((each) => (
        <button
          key={each}
          type="button"
          aria-pressed={each === filter}
          onClick={() => setFilter(each)}
          className={`min-h-9 rounded-lg px-3 text-sm font-medium tabular-nums ${each === filter ? "bg-accent-soft text-accent" : "text-muted hover:bg-sunken"}`}
        >
          {LABELS[each]} {count(filtered(rows, each).length)}
        </button>
      ))}
    </div>
  );
}

function Cancel({ what, keep, cancel }: { what: string; keep: () => void; cancel: () => void }) {
  return (
    <Dialog title="Cancel the upload?" onClose={keep}>
      <p className="break-words">
        <span className="font-medium">{what}</span> will not come: what was sent already is thrown away, and
        the record says that it expired. Files that have arrived stay.
      </p>
      <div className="flex flex-wrap justify-end gap-2">
        <Button onClick={keep}>Keep uploading</Button>
        <Button kind="danger" onClick={cancel}>
          Cancel the upload
        </Button>
      </div>
    </Dialog>
  );
}
