import { isDay, type Period } from "./periods";

export interface Tick {
  index: number;
  label: string;
}

const LANGUAGE = undefined; // the browser's
const hour = new Intl.DateTimeFormat(LANGUAGE, { hour: "2-digit", minute: "2-digit" });
const weekday = new Intl.DateTimeFormat(LANGUAGE, { weekday: "short", day: "numeric" });
const date = new Intl.DateTimeFormat(LANGUAGE, { day: "numeric", month: "short" });
const hours = new Intl.DateTimeFormat(LANGUAGE, {
  weekday: "short",
  day: "numeric",
  month: "short",
  hour: "2-digit",
  minute: "2-digit",
});
const wholeDay = new Intl.DateTimeFormat(LANGUAGE, { weekday: "long", day: "numeric", month: "long" });

const HOUR_STEPS = [1, 2, 3, 4, 6, 12];
const DAY_STEPS = [1, 2, 3, 5, 7, 10, 15, 30];

/** Where a time stands under a chart: at full hours or midnights, as many as there is room for. */
export function ticksOf(periods: Period[], most: number): Tick[] {
  const first = periods[0];
  if (!first) return [];
  const all = periods.map((period, index) => ({ index, at: new Date(period.from) }));
  if (isDay(first)) return thinned(all, most).map(({ index, at }) => ({ index, label: date.format(at) }));
  for (const step of HOUR_STEPS) {
    const chosen = all.filter(({ at }) => at.getHours() % step === 0);
    if (chosen.length <= most) return chosen.map(({ index, at }) => ({ index, label: atHour(at) }));
  }
  const midnights = all.filter(({ at }) => at.getHours() === 0);
  return thinned(midnights, most).map(({ index, at }) => ({ index, label: weekday.format(at) }));
}

/** The day where it begins, the hour elsewhere. */
function atHour(at: Date): string {
  return at.getHours() === 0 ? weekday.format(at) : hour.format(at);
}

function thinned<Item>(items: Item[], most: number): Item[] {
  const step = DAY_STEPS.find((each) => items.length / each <= most) ?? Math.max(1, items.length);
  return items.filter((_, index) => (items.length - 1 - index) % step === 0);
}

/** `Sun, Nov 22, 14:00 – 15:00`, `Sunday, November 22`; and whether it is not over. */
export function periodLabel(period: Period, now: number): string {
  const text = isDay(period)
    ? wholeDay.format(period.from)
    : hours.formatRange(new Date(period.from), new Date(period.to));
  return now < period.to ? `${text}, so far` : text;
}
