/** An upload as the page shows it. */
import type { Schemas } from "../../api/client";

/** `sent`: S3 has it, and what the processor says is not known yet; `done`: it is. */
export type Phase = "waiting" | "sending" | "paused" | "sent" | "done" | "failed" | "cancelled";

export type Outcome = Pick<Schemas["RecordSummary"], "status" | "reason"> & { detail?: string };

export interface Row {
  id: string;
  /** As in the folder that was chosen. */
  path: string;
  prefix: string;
  sizeBytes: number;
  phase: Phase;
  sentBytes: number;
  recordId?: string | undefined;
  /** Bytes a second. */
  speed?: number | undefined;
  /** Why it stands still by itself at the moment. */
  delay?: string | undefined;
  problem?: Error | undefined;
  outcome?: Outcome;
}

export interface Totals {
  files: number;
  bytes: number;
  sentBytes: number;
  counts: Record<Phase, number>;
  /** Of those that are done: how many need a person. */
  bad: number;
}

export function isUnfinished({ phase }: Pick<Row, "phase">): boolean {
  return phase === "waiting" || phase === "sending" || phase === "paused";
}

export function isBad({ phase, outcome }: Pick<Row, "phase" | "outcome">): boolean {
  return phase === "failed" || (outcome !== undefined && outcome.status !== "processed");
}

/** What is cancelled does not count: the bar shall reach its end. */
export function totalsOf(rows: readonly Row[]): Totals {
  const totals: Totals = {
    files: 0,
    bytes: 0,
    sentBytes: 0,
    counts: { waiting: 0, sending: 0, paused: 0, sent: 0, done: 0, failed: 0, cancelled: 0 },
    bad: 0,
  };
  for (const row of rows) {
    totals.counts[row.phase] += 1;
    if (isBad(row)) totals.bad += 1;
    if (row.phase === "cancelled") continue;
    totals.files += 1;
    totals.bytes += row.sizeBytes;
    totals.sentBytes += row.sentBytes;
  }
  return totals;
}

export const FILTERS = ["all", "underway", "attention", "done"] as const;
export type Filter = (typeof FILTERS)[number];

const FITS: Record<Filter, (row: Row) => boolean> = {
  all: () => true,
  underway: (row) => isUnfinished(row) || row.phase === "sent",
  attention: isBad,
  done: (row) => row.phase === "done" && !isBad(row),
};

export function filtered(rows: readonly Row[], filter: Filter): Row[] {
  return rows.filter(FITS[filter]);
}

/** What a person who does not see the page should hear now, if anything: beginnings and ends, not each step. */
export function milestone(before: Totals, now: Totals): string | null {
  const left = ({ counts }: Totals) => counts.waiting + counts.sending + counts.paused;
  const open = (totals: Totals) => left(totals) + totals.counts.sent;
  if (open(before) > 0 && open(now) === 0 && now.counts.done > 0) {
    return `All files have an outcome: ${now.counts.done - badOutcomes(now)} processed, ${now.bad} to look at.`;
  }
  if (left(before) > 0 && left(now) === 0 && now.counts.sent > 0)
    return "All files were sent; they are being checked.";
  if (now.counts.failed > before.counts.failed) return "A file could not be sent.";
  return null;
}

function badOutcomes({ bad, counts }: Totals): number {
  return bad - counts.failed;
}
