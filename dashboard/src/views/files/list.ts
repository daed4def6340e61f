import type { Schemas } from "../../api/client";

export type Summary = Schemas["RecordSummary"];
export type Page = Schemas["RecordPage"];

/** What is loaded of a list without a visible end. */
export interface LoadedList {
  /** Newest first, each once. */
  items: readonly Summary[];
  /** Where older ones go on; undefined at the end. */
  cursor: string | undefined;
  /** So many pages in a row brought nothing: the API looks through a bounded number of records for each. */
  barren: number;
  /** The newest files, where more came between two looks than a page holds: they do not join `items`. */
  newer: LoadedList | undefined;
}

/** What was seen of the newest files. */
export interface Look {
  items: readonly Summary[];
  cursor: string | undefined;
  /** Nothing from here on upwards is missing in `items`; undefined if that is not known. */
  reach: string | undefined;
}

const CHANGING = ["status", "reason", "sizeBytes", "mediaType", "finishedAt", "durationMs"] as const;

/** Where a record stands: lists are in this order, from the last to the first. */
export function position(record: Summary): string {
  return `${record.createdAt}#${record.recordId}`;
}

export function lookAt(page: Page): Look {
  const last = page.items.at(-1);
  const reach = page.nextCursor === undefined ? "" : last && position(last);
  return { items: page.items, cursor: page.nextCursor, reach };
}

export function begun(look: Look): LoadedList {
  const barren = look.items.length > 0 ? 0 : 1;
  return { items: look.items, cursor: look.cursor, barren, newer: undefined };
}

/** Whether files may lie between those seen and those loaded. */
export function leavesGap(list: LoadedList, look: Look): boolean {
  const newest = list.items[0];
  return look.items.length > 0 && look.reach !== "" && !(newest && reaches(look, position(newest)));
}

/** The list after another look at its newest files. It is the same object if nothing has changed. */
export function withNewest(list: LoadedList, look: Look): LoadedList {
  if (list.newer) {
    const newer = withNewest(list.newer, look);
    return newer === list.newer ? list : { ...list, newer: newer.newer ?? newer };
  }
  const { reach } = look;
  if (reach === undefined) return list;
  if (list.items.length === 0) return look.items.length > 0 ? begun(look) : { ...list, cursor: look.cursor };
  if (leavesGap(list, look)) return { ...list, newer: begun(look) };
  const rest = list.items.filter((record) => position(record) < reach);
  const items = [...keepSame(look.items, list.items), ...rest];
  // Where the look reached further down than the list, it knows where to go on.
  const last = list.items.at(-1);
  const cursor = last && reach < position(last) ? look.cursor : list.cursor;
  const unchanged = items.length === list.items.length && items.every((item, at) => item === list.items[at]);
  return unchanged && cursor === list.cursor ? list : { ...list, items, cursor };
}

/** The list with the page that follows it; `cursor` is the one that the page was asked for with. */
export function withOlder(list: LoadedList, page: Page, cursor: string): LoadedList {
  if (list.cursor !== cursor) return list;
  const last = list.items.at(-1);
  const older = last ? page.items.filter((record) => position(record) < position(last)) : page.items;
  return {
    ...list,
    items: [...list.items, ...older],
    cursor: page.nextCursor,
    barren: older.length > 0 ? 0 : list.barren + 1,
  };
}

/** The list with what is known of single records from elsewhere, such as the view of a file that was retried. */
export function withKnown(list: LoadedList, known: ReadonlyMap<string, Summary>): LoadedList {
  const items = list.items.map((record) => {
    const other = known.get(record.recordId);
    return other && CHANGING.some((name) => other[name] !== record[name]) ? other : record;
  });
  return items.some((record, at) => record !== list.items[at]) ? { ...list, items } : list;
}

/** How many are newer than the one at a position. */
export function newerThan(items: readonly Summary[], than: string): number {
  const found = items.findIndex((record) => position(record) <= than);
  return found < 0 ? items.length : found;
}

function reaches(look: Look, than: string): boolean {
  return look.reach !== undefined && look.reach <= than;
}

function keepSame(items: readonly Summary[], known: readonly Summary[]): Summary[] {
  const before = new Map(known.map((record) => [record.recordId, record]));
  return items.map((record) => {
    const old = before.get(record.recordId);
    return old && isSame(old, record) ? old : record;
  });
}

function isSame(one: Summary, other: Summary): boolean {
  const names = new Set([...Object.keys(one), ...Object.keys(other)]) as Set<keyof Summary>;
  return [...names].every((name) => one[name] === other[name]);
}
