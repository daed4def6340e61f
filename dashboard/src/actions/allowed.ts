import type { Schemas } from "../api/client";
import type { Scope } from "../session/session";

type Known = Pick<Schemas["RecordSummary"], "status"> & Partial<Pick<Schemas["RecordView"], "attemptCount">>;
type Can = (scope: Scope) => boolean;

/** A file that was tried so often is not tried again. */
export const MOST_ATTEMPTS = 100;

export function isExhausted({ attemptCount = 0 }: Known): boolean {
  return attemptCount >= MOST_ATTEMPTS;
}

/** Whether the key may have this file tried again, as it stands. */
export function canRetry(record: Known, can: Can): boolean {
  const retriable = record.status === "quarantined" || record.status === "failed";
  return can("operate") && retriable && !isExhausted(record);
}

/** Whether the key may throw this file away, as it stands. */
export function canDiscard(record: Known, can: Can): boolean {
  return can("operate") && record.status === "quarantined";
}
