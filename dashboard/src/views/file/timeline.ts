import type { Schemas } from "../../api/client";
import { plural } from "../../lib/format";
import { REASON, STATUS, type Tone } from "../../lib/words";

type Record = Schemas["RecordView"];
type Attempt = Schemas["AttemptView"];
type Action = Schemas["ActionView"];

const SWEEP = "sweep";

/** One thing that happened to a file, or that comes next. */
export interface Entry {
  key: string;
  kind: "came" | "attempt" | "retry" | "discard" | "abort" | "expired" | "next";
  at?: string;
  tone: Tone;
  title: string;
  about?: string;
  /** The id of a key; undefined where nobody asked. */
  by?: string;
  why?: string;
  durationMs?: number;
  operationId?: string;
}

/** What happened, newest first. */
export function historyOf(record: Record): Entry[] {
  const actions = (record.actions ?? []).map((action) => acted(action, record));
  const first = record.attemptCount - record.attempts.length;
  const attempts = record.attempts.map((attempt, index) => tried(attempt, first + index + 1));
  const between = [...actions, ...attempts].sort((one, other) => Date.parse(one.at) - Date.parse(other.at));
  return [...coming(record), ...between, ...ending(record)].reverse();
}

/** What becomes of the file next; undefined if it is where it stays. */
export function nextOf(record: Record): Entry | undefined {
  const next = { key: "next", kind: "next", tone: "quiet", ...at(record.dueAt) } as const;
  switch (record.status) {
    case "awaiting_upload":
      return { ...next, title: "Expires unless it comes" };
    case "retrying":
      return {
        ...next,
        tone: "info",
        title: "Is worked on again",
        about: "Asked for once more if there is no outcome by then.",
      };
    case "quarantined":
      return {
        ...next,
        title: "Waits for somebody to decide",
        about: "An operator can retry or discard it.",
      };
    case "failed":
      return record.dueAt === undefined
        ? { ...next, title: "Waits for somebody to retry it" }
        : { ...next, tone: "info", title: "Is retried by itself", about: "You need not do anything." };
    case "discarded":
      return record.quarantineKey === undefined
        ? undefined
        : { ...next, title: "Its bytes are being deleted" };
    default:
      return undefined;
  }
}

/** How many attempts are no longer on the record. */
export function forgottenAttempts(record: Record): string | undefined {
  const number = record.attemptCount - record.attempts.length;
  return number > 0
    ? `${plural(number, "earlier attempt")} ${number === 1 ? "is" : "are"} not kept`
    : undefined;
}

function coming(record: Record): Entry[] {
  const announced: Entry = {
    key: "announced",
    kind: "came",
    at: record.createdAt,
    tone: "quiet",
    title: "Announced",
  };
  const arrived: Entry | undefined =
    record.arrivedAt === undefined
      ? undefined
      : {
          key: "arrived",
          kind: "came",
          at: record.arrivedAt,
          tone: "quiet",
          title: record.source === "upload" ? "Arrived" : "Put into the bucket",
        };
  return [...(record.source === "upload" ? [announced] : []), ...(arrived ? [arrived] : [])];
}

function ending(record: Record): Entry[] {
  const aborted = record.actions?.some((action) => action.act === "abort");
  if (record.status === "expired" && !aborted) {
    return [
      {
        key: "expired",
        kind: "expired",
        tone: "quiet",
        title: "Expired: it never came",
        ...at(record.finishedAt),
      },
    ];
  }
  if (record.status === "missing" && record.attempts.at(-1)?.outcome !== "missing") {
    return [
      {
        key: "missing",
        kind: "expired",
        tone: "bad",
        title: "Missing: its bytes are gone",
        ...at(record.finishedAt),
      },
    ];
  }
  return [];
}

function tried(attempt: Attempt, number: number): Entry & { at: string } {
  const { label, tone } = STATUS[attempt.outcome];
  const reason = attempt.reason === undefined ? "" : `: ${REASON[attempt.reason].label.toLowerCase()}`;
  return {
    key: `attempt ${number}`,
    kind: "attempt",
    at: attempt.startedAt,
    tone,
    title: label + reason,
    about: `Attempt ${number}`,
    durationMs: attempt.durationMs,
  };
}

const ACTS = {
  retry: { title: "Retry asked for", tone: "info" },
  discard: { title: "Discarded", tone: "quiet" },
  abort: { title: "Upload aborted", tone: "quiet" },
} as const;

function acted(action: Action, record: Record): Entry & { at: string } {
  const byItself = action.by === SWEEP;
  const { title, tone } = ACTS[action.act];
  const part = action.actionId === record.retryId ? record.operationId : undefined;
  return {
    key: `${action.act} ${action.actionId}`,
    kind: action.act,
    at: action.at,
    tone,
    title: byItself && action.act === "retry" ? "Retried by itself" : title,
    ...(byItself ? {} : { by: action.by }),
    ...(action.why === undefined ? {} : { why: action.why }),
    ...(part === undefined ? {} : { operationId: part }),
  };
}

function at(moment: string | undefined): { at?: string } {
  return moment === undefined ? {} : { at: moment };
}
