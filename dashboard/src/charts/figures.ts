import type { Schemas } from "../api/client";
import { isDay, type Period } from "./periods";

export type Outcome = Schemas["CountedStatus"];

/** In the order in which bars stand on each other, from the bottom. */
export const OUTCOMES: Outcome[] = ["processed", "quarantined", "failed", "missing"];

/** What one period brought. */
export interface Figures {
  period: Period;
  files: Record<Outcome, number>;
  bytes: Record<Outcome, number>;
  /** Of processed files. Of a day, in its slowest hour: the day as a whole was no slower. */
  p50: number | null;
  p95: number | null;
}

/** The hours of `GET /stats` put into periods; an hour that a day cuts in two counts where it begins. */
export function figuresOf(hours: Schemas["StatsHour"][], periods: Period[]): Figures[] {
  const figures = periods.map((period): Figures => ({
    period,
    files: none(),
    bytes: none(),
    p50: null,
    p95: null,
  }));
  for (const hour of hours) {
    const begun = Date.parse(hour.hour);
    const found = figures.find(({ period }) => period.from <= begun && begun < period.to);
    if (found) add(found, hour);
  }
  return figures;
}

function add(figures: Figures, hour: Schemas["StatsHour"]): void {
  figures.files[hour.status] += hour.files;
  figures.bytes[hour.status] += hour.bytes ?? 0;
  if (hour.status !== "processed") return;
  figures.p50 = slower(figures.p50, hour.p50Ms);
  figures.p95 = slower(figures.p95, hour.p95Ms);
}

function slower(known: number | null, measured: number | undefined): number | null {
  return measured === undefined ? known : Math.max(known ?? 0, measured);
}

function none(): Record<Outcome, number> {
  return { processed: 0, quarantined: 0, failed: 0, missing: 0 };
}

export function filesOf({ files }: Figures): number {
  return OUTCOMES.reduce((sum, outcome) => sum + files[outcome], 0);
}

export function bytesOf({ bytes }: Figures): number {
  return OUTCOMES.reduce((sum, outcome) => sum + bytes[outcome], 0);
}

/** Files of one outcome in all periods. */
export function totalOf(figures: Figures[], outcome: Outcome): number {
  return figures.reduce((sum, each) => sum + each.files[outcome], 0);
}

/** How the two lines of durations are called: what is true of an hour is only a bound for a day. */
export function durationWords(periods: Period[]): { p50: string; p95: string } {
  const first = periods[0];
  const note = first && isDay(first) ? " of the slowest hour" : "";
  return { p50: `p50${note}`, p95: `p95${note}` };
}
