import {
  ArrowDownToLine,
  CircleCheck,
  CircleDashed,
  CircleSlash,
  CircleX,
  Clock,
  RotateCw,
  ShieldAlert,
  Trash2,
  type LucideIcon,
} from "lucide-react";
import { useState } from "react";
import { Link } from "react-router";
import type { Schemas } from "../../api/client";
import { duration, plural } from "../../lib/format";
import { TONE_TEXT, type Tone } from "../../lib/words";
import { useSession } from "../../session/session";
import { Button } from "../../ui/Button";
import { Name } from "../../ui/Name";
import { Time } from "../../ui/Time";
import { Card } from "./Card";
import { forgottenAttempts, historyOf, nextOf, type Entry } from "./timeline";

const FIRST = 8;

const ICONS: Record<Exclude<Entry["kind"], "attempt">, LucideIcon> = {
  came: ArrowDownToLine,
  retry: RotateCw,
  discard: Trash2,
  abort: CircleSlash,
  expired: CircleDashed,
  next: Clock,
};
const OUTCOMES: Partial<Record<Tone, LucideIcon>> = { good: CircleCheck, warn: ShieldAlert, bad: CircleX };

/** What happened to the file, newest first, after what comes next. */
export function History({ record }: { record: Schemas["RecordView"] }) {
  const [all, setAll] = useState(false);
  const next = nextOf(record);
  const past = historyOf(record);
  const shown = all ? past : past.slice(0, FIRST);
  const forgotten = forgottenAttempts(record);
  return (
    <Card
      title="History"
      beside={record.attemptCount > 0 ? plural(record.attemptCount, "attempt") : undefined}
    >
      <ol className="px-4 pt-4 pb-1 sm:px-5">
        {next && <Step entry={next} />}
        {shown.map((entry) => (
          <Step key={entry.key} entry={entry} />
        ))}
      </ol>
      {(past.length > FIRST || forgotten !== undefined) && (
        <div className="space-y-2 px-4 pb-4 text-sm text-muted sm:px-5">
          {past.length > FIRST && (
            <Button kind="quiet" onClick={() => setAll(!all)} aria-expanded={all} className="-ml-3">
              {all ? "Show the last ones only" : `Show all ${past.length}`}
            </Button>
          )}
          {forgotten !== undefined && <p>{forgotten}.</p>}
        </div>
      )}
    </Card>
  );
}

function Step({ entry }: { entry: Entry }) {
  const Icon = entry.kind === "attempt" ? (OUTCOMES[entry.tone] ?? CircleDashed) : ICONS[entry.kind];
  return (
    <li className="group relative flex gap-3 pb-4">
      <span
        aria-hidden
        className="absolute top-7 bottom-0 left-[0.8125rem] border-l border-line-strong group-last:hidden"
      />
      <span
        className={`grid size-7 shrink-0 place-items-center rounded-full bg-sunken ${TONE_TEXT[entry.tone]}`}
      >
        <Icon aria-hidden size={15} />
      </span>
      <div className="min-w-0 flex-1 pt-0.5">
        <p className="flex flex-wrap items-baseline justify-between gap-x-3">
          <span className="font-medium">{entry.title}</span>
          {entry.at !== undefined && (
            <span className="text-sm text-muted">
              {entry.kind === "next" && "due "}
              <Time at={entry.at} as={entry.kind === "next" ? "age" : "date"} />
            </span>
          )}
        </p>
        <Details entry={entry} />
      </div>
    </li>
  );
}

function Details({ entry }: { entry: Entry }) {
  const { access } = useSession();
  const own = entry.by === access.keyId;
  return (
    <div className="text-sm text-muted">
      {entry.about !== undefined && (
        <p>
          {entry.about}
          {entry.durationMs !== undefined && `, took ${duration(entry.durationMs)}`}
        </p>
      )}
      {entry.by !== undefined && (
        <p>
          by {own ? `you (${access.name})` : <code className="break-all">{entry.by}</code>}
          {entry.operationId !== undefined && (
            <>
              , as part of{" "}
              <Link className="link" to={`/operations/${entry.operationId}`}>
                an operation
              </Link>
            </>
          )}
        </p>
      )}
      {entry.why !== undefined && (
        <p className="text-text">
          “<Name>{entry.why}</Name>”
        </p>
      )}
    </div>
  );
}
