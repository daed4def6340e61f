/** How figures, sizes, times and durations read. Everything is in the reader's own zone and language. */

const LANGUAGE = undefined; // the browser's

const whole = new Intl.NumberFormat(LANGUAGE);
const short = new Intl.NumberFormat(LANGUAGE, { notation: "compact", maximumFractionDigits: 1 });
const exact = new Intl.DateTimeFormat(LANGUAGE, { dateStyle: "full", timeStyle: "long" });
const thisYear = new Intl.DateTimeFormat(LANGUAGE, {
  month: "short",
  day: "numeric",
  hour: "2-digit",
  minute: "2-digit",
});
const otherYear = new Intl.DateTimeFormat(LANGUAGE, { dateStyle: "medium", timeStyle: "short" });
const ago = new Intl.RelativeTimeFormat(LANGUAGE, { numeric: "auto", style: "short" });

const BYTE_UNITS = ["byte", "kilobyte", "megabyte", "gigabyte", "terabyte"] as const;
const AGES: [Intl.RelativeTimeFormatUnit, number][] = [
  ["day", 86_400],
  ["hour", 3_600],
  ["minute", 60],
  ["second", 1],
];

export function count(value: number): string {
  return whole.format(value);
}

/** `1.2K`, for where there is little room. */
export function shortCount(value: number): string {
  return short.format(value);
}

/** `1 file`, `12 files`. */
export function plural(value: number, one: string, many = `${one}s`): string {
  return `${count(value)} ${value === 1 ? one : many}`;
}

/** Decimal units, as S3's own console and most file managers say it. */
export function bytes(value: number): string {
  let rest = value;
  let unit = 0;
  while (rest >= 999.5 && unit < BYTE_UNITS.length - 1) {
    rest /= 1000;
    unit += 1;
  }
  const digits = unit === 0 || rest >= 100 ? 0 : 1;
  return new Intl.NumberFormat(LANGUAGE, {
    style: "unit",
    unit: BYTE_UNITS[unit] ?? "byte",
    unitDisplay: unit === 0 ? "long" : "short",
    maximumFractionDigits: digits,
  }).format(rest);
}

/** `340 ms`, `2.4 s`, `3 min 20 s`. */
export function duration(milliseconds: number): string {
  if (milliseconds < 1_000) return `${count(Math.round(milliseconds))} ms`;
  const seconds = milliseconds / 1000;
  if (seconds < 59.5) return `${seconds.toFixed(seconds < 10 ? 1 : 0)} s`;
  const all = Math.round(seconds);
  if (all < 3_600) return `${Math.floor(all / 60)} min ${all % 60} s`;
  return `${Math.floor(all / 3_600)} h ${Math.floor((all % 3_600) / 60)} min`;
}

/** `3 min ago`; the day and hour when that says more. */
export function age(moment: string, now: number): string {
  const seconds = (Date.parse(moment) - now) / 1000;
  if (Math.abs(seconds) < 5) return "now";
  if (Math.abs(seconds) >= 7 * 86_400) return dateTime(moment, now);
  for (const [unit, size] of AGES) {
    if (Math.abs(seconds) >= size) return ago.format(Math.trunc(seconds / size), unit);
  }
  return "now";
}

/** The day and minute, with the year if that is another one. */
export function dateTime(moment: string, now: number): string {
  const date = new Date(moment);
  return (date.getFullYear() === new Date(now).getFullYear() ? thisYear : otherYear).format(date);
}

/** To the second, with the zone. */
export function exactTime(moment: string): string {
  return exact.format(new Date(moment));
}
