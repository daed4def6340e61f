import type { ReactNode } from "react";
import { isExhausted, MOST_ATTEMPTS } from "../../actions/allowed";
import type { Schemas } from "../../api/client";
import { plural } from "../../lib/format";
import { REASON, STATUS } from "../../lib/words";
import { Name } from "../../ui/Name";
import { Notice } from "../../ui/Notice";
import { Time } from "../../ui/Time";
import { kindsOf, total } from "./findings";

type Record = Schemas["RecordView"];

const TONES = { good: "good", warn: "warn", bad: "bad", info: "info", quiet: "info" } as const;

const STANDING: ReadonlySet<Schemas["Status"]> = new Set(["quarantined", "failed", "missing"]);

/** What is wrong with the file, what that means and what to do first; nothing if all is well. */
export function Verdict({ record }: { record: Record }) {
  if (record.status === "processed") return <Warned record={record} />;
  const { label, tone, meaning } = STATUS[record.status];
  // On its way, or done with: the reason is one of before.
  const words = STANDING.has(record.status) && record.reason ? REASON[record.reason] : undefined;
  const { advice = meaning } = words ?? {};
  return (
    <Notice tone={TONES[tone]} title={words ? `${label}: ${words.label.toLowerCase()}` : label}>
      {words && record.detail !== undefined && (
        <p>
          <Name>{record.detail}</Name>
        </p>
      )}
      <p>{advice}</p>
      {!words && record.detail !== undefined && (
        <p>
          Before that: <Name>{record.detail}</Name>
        </p>
      )}
      <More record={record} />
    </Notice>
  );
}

function Warned({ record }: { record: Record }) {
  const number = total(kindsOf(record.warnings, record.warningCounts));
  if (number === 0) return null;
  return (
    <Notice tone="warn" title={`Processed, with ${plural(number, "warning")}`}>
      {record.acceptedKey === undefined
        ? "It is where it belongs. What is odd about it stands below."
        : "Its good rows were written apart from it, as Parquet; the bad ones stand below."}
    </Notice>
  );
}

function More({ record }: { record: Record }): ReactNode {
  switch (record.status) {
    case "awaiting_upload":
      return (
        <p>
          Announced <Time at={record.createdAt} />.
          {record.dueAt !== undefined && (
            <>
              {" "}
              It may come until <Time at={record.dueAt} as="date" />.
            </>
          )}
        </p>
      );
    case "discarded":
      return <Discarded record={record} />;
    case "quarantined":
    case "failed":
      return isExhausted(record) ? (
        <p>It was tried {MOST_ATTEMPTS} times and cannot be tried again. Ask for it under another name.</p>
      ) : null;
    case "expired":
      return <p>Whoever meant to send it can announce it again.</p>;
    case "missing":
      return <p>Nothing more can be done with this record; ask for the file again.</p>;
    default:
      return null;
  }
}

function Discarded({ record }: { record: Record }) {
  const done = record.actions?.findLast((action) => action.act === "discard");
  if (!done) return null;
  return (
    <p>
      Discarded <Time at={done.at} />
      {done.why === undefined ? "." : ": "}
      {done.why !== undefined && <Name>{done.why}</Name>}
    </p>
  );
}
