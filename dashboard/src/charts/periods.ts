/** The stretches of time that charts are made of: hours, or days in the reader's own zone. */

export const RANGES = ["1h", "24h", "7d", "30d"] as const;
export type Range = (typeof RANGES)[number];
export const USUAL_RANGE: Range = "24h";

/** From a moment to another one, in milliseconds. */
export interface Period {
  from: number;
  to: number;
}

const HOUR_MS = 3_600_000;
/** Statistics are kept by the hour, so the last hour is within two: the one that is not over, and the one before. */
const HOURS: Record<Exclude<Range, "30d">, number> = { "1h": 2, "24h": 24, "7d": 168 };
const DAYS = 30;

export function isRange(text: string | null): text is Range {
  return RANGES.some((range) => range === text);
}

/** Oldest first; the last one is not over yet. */
export function periodsOf(range: Range, now: number): Period[] {
  return range === "30d" ? days(now) : hours(HOURS[range], now);
}

export function isDay(period: Period): boolean {
  return period.to - period.from > HOUR_MS;
}

function hours(most: number, now: number): Period[] {
  const end = (Math.floor(now / HOUR_MS) + 1) * HOUR_MS;
  return Array.from({ length: most }, (_, index) => {
    const from = end - (most - index) * HOUR_MS;
    return { from, to: from + HOUR_MS };
  });
}

/** A day has 23 or 25 hours when clocks change, so each midnight is looked up. */
function days(now: number): Period[] {
  const today = new Date(now);
  const midnight = (offset: number) =>
    new Date(today.getFullYear(), today.getMonth(), today.getDate() + offset).getTime();
  return Array.from({ length: DAYS }, (_, index) => ({
    from: midnight(index - DAYS + 1),
    to: midnight(index - DAYS + 2),
  }));
}
