import type { Schemas } from "../../api/client";
import { count, duration, plural } from "../../lib/format";
import { filesPath } from "../../lib/filters";
import { REASON, type Tone } from "../../lib/words";

export type Overview = Schemas["Overview"];

/** Something that a person should know, and where to look. */
export interface Concern {
  tone: "bad" | "warn" | "info";
  title: string;
  detail: string;
  to?: string;
}

/** The answer to "is it healthy": the gravest concern first, or none. */
export interface Verdict {
  tone: Tone;
  title: string;
  detail: string;
  to?: string;
  also: Concern[];
}

const MINUTE_MS = 60_000;
const DAY_MS = 86_400_000;
/** It runs every five minutes. */
export const SWEEP_LATE_MS = 20 * MINUTE_MS;
export const QUEUE_LATE_SECONDS = 15 * 60;
/** A stack that is quiet for so long may be so on purpose; so this is news, and no fault. */
export const QUIET_MS = DAY_MS;
const GRAVITY = { bad: 0, warn: 1, info: 2 };

const PARTS: Record<Schemas["OverviewPart"], string> = {
  arriving: "the last arrival",
  attention: "files that need somebody",
  underway: "files under way",
  sweep: "the sweep",
  queue: "the queue",
  oldestSeconds: "the age of what waits",
  deadLetters: "dead letters",
  alerts: "the alerts",
};

/**
 * What stands now, in one sentence.
 *
 * @param quarantine where files that need somebody are dealt with, if the key opens that.
 */
export function verdictOf(overview: Overview, now: number, quarantine?: string): Verdict {
  const found = [
    alerts(overview),
    attention(overview, quarantine),
    deadLetters(overview, quarantine),
    queue(overview),
    sweep(overview, now),
    unknown(overview),
    quiet(overview, now),
  ].filter((concern) => concern !== undefined);
  // The order above stands where two weigh the same.
  const [first, ...also] = found.sort((one, other) => GRAVITY[one.tone] - GRAVITY[other.tone]);
  if (first) return { ...first, also };
  return { tone: "good", title: "All is well", detail: "Nothing needs you.", also: [] };
}

function alerts({ alerts: seen }: Overview): Concern | undefined {
  if (seen?.status === "failing") {
    const detail = seen.detail ?? "The last message could not be sent.";
    return { tone: "bad", title: "Alerts do not go out", detail };
  }
  if (seen?.status === "unknown") {
    const detail = seen.detail ?? "Their state cannot be read.";
    return { tone: "warn", title: "Nobody knows whether alerts go out", detail };
  }
  return undefined;
}

function attention({ attention: seen, underway }: Overview, quarantine?: string): Concern | undefined {
  if (!seen || seen.files === 0) return undefined;
  const failed = filesIn(seen, "failed");
  const quarantined = filesIn(seen, "quarantined");
  const later = Math.min(failed, underway?.triedAgainLater ?? 0);
  const parts = [
    ...(failed > 0
      ? [`${count(failed)} failed${later > 0 ? `, ${count(later)} of them tried again without you` : ""}`]
      : []),
    ...(quarantined > 0 ? [`${count(quarantined)} quarantined`] : []),
  ].join("; ");
  const reason = seen.counts[0]?.reason;
  const least = seen.complete ? "" : "At least ";
  const needs = seen.files === 1 ? "needs" : "need";
  return {
    tone: failed > later ? "bad" : "warn",
    title: `${least}${plural(seen.files, "file")} ${needs} somebody`,
    detail: reason === undefined ? `${parts}.` : `${parts}. Most often: ${REASON[reason].label}.`,
    to: quarantine ?? filesPath({ status: ["failed", "quarantined"] }),
  };
}

function deadLetters({ deadLetters: letters }: Overview, quarantine?: string): Concern | undefined {
  if (!letters) return undefined;
  return {
    tone: "bad",
    title: `${plural(letters, "message")} ${letters === 1 ? "was" : "were"} given up`,
    detail: "They are in the dead-letter queue, and their files have no outcome.",
    ...(quarantine === undefined ? {} : { to: quarantine }),
  };
}

function queue({ queue: seen }: Overview): Concern | undefined {
  const waited = seen?.oldestSeconds ?? 0;
  if (waited < QUEUE_LATE_SECONDS) return undefined;
  const detail = `${plural(seen?.waiting ?? 0, "message")} in the queue.`;
  return { tone: "warn", title: `Files have waited for ${duration(waited * 1000)}`, detail };
}

export function isSweepLate(ranAt: string | undefined, now: number): boolean {
  return ranAt !== undefined && now - Date.parse(ranAt) > SWEEP_LATE_MS;
}

function sweep({ sweep: seen }: Overview, now: number): Concern | undefined {
  if (!isSweepLate(seen?.ranAt, now)) return undefined;
  const detail = "It runs every five minutes, tries files again and repairs what fell into a gap.";
  return { tone: "warn", title: "The sweep is late", detail };
}

function unknown({ unknown: parts }: Overview): Concern | undefined {
  if (parts.length === 0) return undefined;
  const names = new Intl.ListFormat("en").format(parts.map((part) => PARTS[part]));
  return { tone: "warn", title: "Not everything is known", detail: `Just now AWS does not tell ${names}.` };
}

function quiet({ arriving }: Overview, now: number): Concern | undefined {
  const last = arriving?.lastArrivedAt;
  if (last === undefined || now - Date.parse(last) < QUIET_MS) return undefined;
  const days = Math.floor((now - Date.parse(last)) / DAY_MS);
  return {
    tone: "info",
    title: `Nothing has arrived for ${plural(days, "day")}`,
    detail: "Is that usual here? If not, look at what sends the files.",
    to: filesPath({}),
  };
}

/** How many files of a state need somebody. */
export function filesIn(seen: Schemas["Attention"], status: Schemas["RetriableStatus"]): number {
  return seen.counts.reduce((sum, each) => (each.status === status ? sum + each.files : sum), 0);
}

/** When the oldest of these arrived. */
export function oldestIn(seen: Schemas["Attention"], status: Schemas["RetriableStatus"]): string | undefined {
  const moments = seen.counts.filter((each) => each.status === status).map((each) => each.oldestArrivedAt);
  return moments.sort()[0];
}
