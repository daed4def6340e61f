import type { Schemas } from "../../api/client";
import { plural } from "../../lib/format";
import { STATUS, type Status, type Tone } from "../../lib/words";

export type Operation = Schemas["OperationView"];

export interface Part {
  label: string;
  meaning: string;
  tone: Tone;
  files: number;
  /** The state in which these files are now; none where they are in several. */
  status?: Status;
}

export interface Progress {
  parts: Part[];
  done: number;
  /** As many as are known of so far. */
  total: number;
  finished: boolean;
}

const AGAIN: Partial<Record<Status, string>> = { quarantined: "Quarantined again", failed: "Failed again" };

/**
 * How far an operation is.
 *
 * @param expected how many files were counted before it began: those that it has not found yet wait as well.
 */
export function progressOf(operation: Operation, expected: number): Progress {
  const { found, skipped, outcomes, state, kind } = operation;
  const finished = state === "finished";
  const ended = Object.entries(outcomes).filter(isOutcome);
  const parts: Part[] = ended.map(([status, files]) => ({
    label: (kind === "retry" ? AGAIN[status] : undefined) ?? STATUS[status].label,
    meaning: STATUS[status].meaning,
    tone: STATUS[status].tone,
    files,
    status,
  }));
  if (skipped > 0) {
    parts.push({
      label: "Skipped",
      meaning: "Somebody dealt with them meanwhile, or they were tried as often as may be.",
      tone: "quiet",
      files: skipped,
    });
  }
  const done = sum(parts);
  const total = finished ? Math.max(found, done) : Math.max(found, done, expected);
  if (!finished && total > done) parts.push({ ...UNDERWAY, files: total - done });
  return { parts, done, total, finished };
}

const UNDERWAY = { label: "Under way", meaning: "They have no outcome yet.", tone: "info" } as const;

/** What happened, in one sentence. */
export function sentenceOf(operation: Operation, { parts, done, total, finished }: Progress): string {
  if (operation.kind === "redrive") return redriveSentence(operation);
  if (!finished) return total === 0 ? "Looking for the files." : `${done} of ${plural(total, "file")} done.`;
  if (total === 0) return "No file matched any more.";
  const ends = parts.map(({ label, files }) => `${files} ${label.toLowerCase()}`).join(", ");
  const verb = operation.kind === "retry" ? "tried again" : "dealt with";
  return `${plural(total, "file")} ${verb}: ${ends}.`;
}

function redriveSentence({ state, found, started, wanted }: Operation): string {
  if (state !== "finished") return "Looking into the dead-letter queue.";
  if (found === 0) return "The dead-letter queue is empty.";
  if (wanted.dryRun === true) return `${plural(found, "dead letter")} found, and left there.`;
  return `${plural(started, "dead letter")} moved back into the queue.`;
}

/** One message that failed in every attempt, as the operation shows it. */
export interface Letter {
  id: string;
  sentAt: string | undefined;
  /** The objects that it is about, else what it says. */
  about: string[];
}

/** The examples of a look into the dead-letter queue; each is JSON in a text. */
export function lettersOf(examples: readonly string[]): Letter[] {
  return examples.map((text, index) => {
    const told = parsed(text);
    const objects = Array.isArray(told.objects) ? told.objects : [];
    const keys = objects.map((each: unknown) => textOf(isObject(each) ? each.key : undefined));
    const other = told.malformed ?? told.command;
    const said = other === undefined ? [] : [typeof other === "string" ? other : JSON.stringify(other)];
    return {
      id: textOf(told.messageId) ?? String(index),
      sentAt: textOf(told.sentAt),
      about: [...keys.filter((key) => key !== undefined), ...said],
    };
  });
}

function parsed(text: string): Record<string, unknown> {
  try {
    const told: unknown = JSON.parse(text);
    return isObject(told) ? told : { malformed: text };
  } catch {
    return { malformed: text };
  }
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null;
}

function textOf(value: unknown): string | undefined {
  return typeof value === "string" ? value : undefined;
}

function isOutcome(entry: [string, number]): entry is [Status, number] {
  return Object.hasOwn(STATUS, entry[0]) && entry[1] > 0;
}

function sum(parts: readonly Part[]): number {
  return parts.reduce((files, part) => files + part.files, 0);
}
