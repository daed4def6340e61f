import {
  CircleCheck,
  CirclePause,
  CircleSlash,
  CircleX,
  Hourglass,
  Pause,
  Play,
  RotateCw,
  ScanSearch,
  Upload,
  X,
} from "lucide-react";
import { memo, type ReactNode } from "react";
import { Link } from "react-router";
import { Button } from "../../ui/Button";
import { StatusBadge } from "../../ui/StatusBadge";
import { ProgressBar } from "./ProgressBar";
import { isBad, isUnfinished, type Phase, type Row } from "./row";
import { detailOf, PHASE } from "./rowWords";

const ICONS: Record<Exclude<Phase, "done">, typeof Upload> = {
  waiting: Hourglass,
  sending: Upload,
  paused: CirclePause,
  sent: ScanSearch,
  failed: CircleX,
  cancelled: CircleSlash,
};

const TONES = {
  good: "bg-good-soft text-good",
  warn: "bg-warn-soft text-warn",
  bad: "bg-bad-soft text-bad",
  info: "bg-info-soft text-info",
  quiet: "bg-sunken text-muted",
};

export interface RowActions {
  pause: (id: string) => void;
  resume: (id: string) => void;
  cancel: (row: Row) => void;
}

interface Props extends RowActions {
  row: Row;
  mayRead: boolean;
}

/** One file on its way, then what became of it. */
export const UploadRow = memo(function UploadRow({ row, mayRead, ...actions }: Props) {
  const bad = isBad(row);
  return (
    <div className="grid grid-cols-[minmax(0,1fr)_auto] items-center gap-x-4 gap-y-0.5 px-5 py-3 sm:grid-cols-[9rem_minmax(0,1fr)_auto]">
      <div className="sm:row-span-2 sm:self-start">
        <State row={row} />
      </div>
      <p className="col-span-2 min-w-0 font-medium break-all sm:col-span-1 sm:col-start-2">
        {mayRead && row.recordId !== undefined && row.outcome ? (
          <Link className="link" to={`/files/${row.recordId}`}>
            {row.path}
          </Link>
        ) : (
          row.path
        )}
      </p>
      <div className="col-start-2 row-start-1 flex gap-1 sm:col-start-3 sm:row-span-2">
        <Actions row={row} {...actions} />
      </div>
      <div className="col-span-2 min-w-0 space-y-1.5 sm:col-span-1 sm:col-start-2">
        {(row.phase === "sending" || row.phase === "paused") && (
          <ProgressBar
            name={row.path}
            done={row.sentBytes}
            of={row.sizeBytes}
            tone={row.phase === "paused" ? "quiet" : "accent"}
          />
        )}
        <p className={`text-sm break-words tabular-nums ${bad ? "text-text" : "text-muted"}`}>
          {detailOf(row, mayRead)}
        </p>
      </div>
    </div>
  );
});

function State({ row }: { row: Row }) {
  if (row.phase === "done")
    return row.outcome ? <StatusBadge status={row.outcome.status} /> : <CircleCheck />;
  const { label, tone } = PHASE[row.phase];
  const Icon = ICONS[row.phase];
  return (
    <span
      className={`inline-flex items-center gap-1.5 rounded-full px-2.5 py-0.5 text-sm font-medium whitespace-nowrap ${TONES[tone]}`}
    >
      <Icon aria-hidden size={14} />
      {label}
    </span>
  );
}

function Actions({ row, pause, resume, cancel }: { row: Row } & RowActions) {
  const { phase, path } = row;
  return (
    <>
      {(phase === "waiting" || phase === "sending") && (
        <IconButton label={`Pause ${path}`} act={() => pause(row.id)}>
          <Pause aria-hidden size={18} />
        </IconButton>
      )}
      {phase === "paused" && (
        <IconButton label={`Resume ${path}`} act={() => resume(row.id)}>
          <Play aria-hidden size={18} />
        </IconButton>
      )}
      {phase === "failed" && (
        <Button onClick={() => resume(row.id)} aria-label={`Try again: ${path}`}>
          <RotateCw aria-hidden size={16} />
          Try again
        </Button>
      )}
      {(isUnfinished(row) || phase === "failed") && (
        <IconButton label={`Cancel ${path}`} act={() => cancel(row)}>
          <X aria-hidden size={18} />
        </IconButton>
      )}
    </>
  );
}

function IconButton({ label, act, children }: { label: string; act: () => void; children: ReactNode }) {
  return (
    <Button kind="quiet" aria-label={label} title={label} onClick={act} className="px-2">
      {children}
    </Button>
  );
}
