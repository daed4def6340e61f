import { dateTime } from "../../lib/format";
import { readFilters, writeFilters, type Filters } from "../../lib/filters";
import { typeLabel } from "../../lib/mediaTypes";
import { REASON, STATUS } from "../../lib/words";
import type { Summary } from "./list";

const MINUTE = 60_000;
const RECORD_ID = /^[0-9a-f]{32}$/;

/** The folder in which a file came; of an upload, without the part that is made of its id. */
export function folderOf({ objectKey, recordId }: Pick<Summary, "objectKey" | "recordId">): string {
  const folder = objectKey.slice(0, objectKey.lastIndexOf("/") + 1);
  return folder.endsWith(`${recordId}/`) ? folder.slice(0, -recordId.length - 1) : folder;
}

/** Spans up to now: what people mostly want to see. */
export const SPANS: { label: string; hours: number }[] = [
  { label: "Last hour", hours: 1 },
  { label: "Last 24 hours", hours: 24 },
  { label: "Last 7 days", hours: 7 * 24 },
  { label: "Last 30 days", hours: 30 * 24 },
];

/** The moment so many hours ago, to the minute: it stays the same in the address, whoever opens it. */
export function hoursAgo(hours: number, now: number): string {
  return new Date(Math.floor(now / MINUTE) * MINUTE - hours * 60 * MINUTE).toISOString();
}

/** For an input of type datetime-local: in the reader's zone. */
export function toLocal(moment: string | undefined): string {
  if (moment === undefined) return "";
  const date = new Date(moment);
  return new Date(date.getTime() - date.getTimezoneOffset() * MINUTE).toISOString().slice(0, 16);
}

export function fromLocal(text: string): string | undefined {
  const time = new Date(text).getTime();
  return Number.isNaN(time) ? undefined : new Date(time).toISOString();
}

export function isRecordId(text: string): boolean {
  return RECORD_ID.test(text);
}

/** The filters without one of their fields. */
export function without(filters: Filters, name: keyof Filters): Filters {
  const address = writeFilters(filters);
  address.delete(name);
  return readFilters(address);
}

/** The filters with a field, or without it if it shall have no value. */
export function withField(
  filters: Filters,
  name: Exclude<keyof Filters, "status" | "reason">,
  value: string | undefined,
): Filters {
  return value ? { ...filters, [name]: value } : without(filters, name);
}

export interface Chip {
  what: string;
  text: string;
  /** The filters when it is taken away. */
  rest: Filters;
}

/** The filters that are set, each as something that can be taken away. */
export function chipsOf(filters: Filters, now: number): Chip[] {
  const { reason, prefix, mediaType, arrivedAfter, arrivedBefore } = filters;
  const chips: Chip[] = filters.status.map((status) => ({
    what: "State",
    text: STATUS[status].label,
    rest: { ...filters, status: filters.status.filter((each) => each !== status) },
  }));
  const add = (name: Exclude<keyof Filters, "status">, what: string, text: string | undefined) => {
    if (text !== undefined) chips.push({ what, text, rest: without(filters, name) });
  };
  add("reason", "Reason", reason && REASON[reason].label);
  add("prefix", "Begins with", prefix);
  add("mediaType", "Type", mediaType && typeLabel(mediaType));
  add("arrivedAfter", "Since", arrivedAfter && dateTime(arrivedAfter, now));
  add("arrivedBefore", "Until", arrivedBefore && dateTime(arrivedBefore, now));
  return chips;
}
