/** What a row says of its upload, in words. */
import { ApiProblem } from "../../api/problem";
import { bytes, duration } from "../../lib/format";
import { REASON, STATUS, type Tone } from "../../lib/words";
import { timeLeft } from "./meter";
import type { Phase, Row } from "./row";

export const PHASE: Record<Exclude<Phase, "done">, { label: string; tone: Tone }> = {
  waiting: { label: "Waiting", tone: "quiet" },
  sending: { label: "Uploading", tone: "info" },
  paused: { label: "Paused", tone: "quiet" },
  sent: { label: "Being checked", tone: "info" },
  failed: { label: "Not sent", tone: "bad" },
  cancelled: { label: "Cancelled", tone: "quiet" },
};

export function detailOf(row: Row, mayRead: boolean): string {
  const share = `${bytes(row.sentBytes)} of ${bytes(row.sizeBytes)}`;
  switch (row.phase) {
    case "waiting":
      return `${bytes(row.sizeBytes)}, waits for its turn`;
    case "sending":
      return sending(row, share);
    case "paused":
      return row.sentBytes > 0 ? `Paused at ${share}` : `Paused before it began, ${bytes(row.sizeBytes)}`;
    case "sent":
      return mayRead
        ? `${bytes(row.sizeBytes)} sent; what it holds is being checked`
        : `${bytes(row.sizeBytes)} sent; your key may not see what becomes of it`;
    case "done":
      return outcome(row);
    case "failed":
      return problemOf(row.problem);
    case "cancelled":
      return "Cancelled. Its record expires.";
  }
}

function sending(row: Row, share: string): string {
  if (row.delay !== undefined) return `${row.delay} It goes on by itself.`;
  if (row.sentBytes === 0) return `Begins; ${bytes(row.sizeBytes)}`;
  if (row.sentBytes >= row.sizeBytes) return `${bytes(row.sizeBytes)} sent; S3 finishes it`;
  const left = timeLeft(row.sizeBytes - row.sentBytes, row.speed);
  const pace = row.speed === undefined ? [] : [`${bytes(row.speed)}/s`];
  return [share, ...pace, ...(left === undefined ? [] : [`${duration(left)} left`])].join(" · ");
}

function outcome({ outcome: known, sizeBytes }: Row): string {
  if (!known || known.status === "processed") return `${bytes(sizeBytes)}, checked and recorded`;
  const reason = known.reason && REASON[known.reason];
  if (!reason) return STATUS[known.status].meaning;
  return `${reason.label}: ${known.detail ?? reason.advice}`;
}

/** What went wrong, in the API's own words. */
export function problemOf(problem: Error | undefined): string {
  if (!(problem instanceof ApiProblem)) return problem?.message ?? "It could not be sent.";
  const fields = problem.errors.map(({ pointer, detail }) => `${pointer}: ${detail}`).join("; ");
  return fields === "" ? problem.detail : `${problem.detail} ${fields}`;
}
