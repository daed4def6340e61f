import { dataOf, type Api, type Schemas } from "../../api/client";
import { toQuery, type Filters } from "../../lib/filters";
import type { Summary, WaitingStatus } from "./groups";

/** So many are counted, and no more. */
export const MOST_COUNTED = 1_000;
const PAGE = 200;
/** A page may hold less than it could where few of the files that are looked at match. */
const MOST_PAGES = 20;

export interface Matching {
  items: Summary[];
  /** Whether these are all. */
  complete: boolean;
}

type Page = Pick<Schemas["RecordPage"], "items" | "nextCursor">;

/** The files that match just now, newest first, up to a thousand. */
export function matching(api: Api, filters: Filters, signal: AbortSignal): Promise<Matching> {
  return collected((cursor) => {
    const query = { ...toQuery(filters), limit: PAGE, ...(cursor === undefined ? {} : { cursor }) };
    return dataOf(api.GET("/records", { params: { query }, signal }));
  });
}

/** Page after page, until there are enough. */
export async function collected(
  page: (cursor: string | undefined) => Promise<Page>,
  most = MOST_COUNTED,
): Promise<Matching> {
  const items: Summary[] = [];
  let cursor: string | undefined;
  let pages = 0;
  do {
    pages += 1;
    const { items: more, nextCursor } = await page(cursor);
    items.push(...more);
    cursor = nextCursor;
  } while (cursor !== undefined && items.length < most && pages < MOST_PAGES);
  return { items, complete: cursor === undefined };
}

/** What is asked for: the files that were counted, and none that came since. */
export function wantedOf(
  filters: Filters,
  counted: readonly Summary[],
  why: string,
): Schemas["DiscardsRequest"] {
  const { reason, prefix, arrivedAfter, arrivedBefore } = filters;
  const before = afterNewest(counted) ?? arrivedBefore;
  return {
    ...(reason === undefined ? {} : { reason }),
    ...(prefix === undefined ? {} : { prefix }),
    ...(arrivedAfter === undefined ? {} : { arrivedAfter }),
    ...(before === undefined ? {} : { arrivedBefore: before }),
    ...(why.trim() === "" ? {} : { why: why.trim() }),
  };
}

/** Begins the operation. */
export function begun(
  api: Api,
  act: "retry" | "discard",
  status: WaitingStatus,
  wanted: Schemas["DiscardsRequest"],
  intent: string,
): Promise<Schemas["OperationView"]> {
  const params = { header: { "idempotency-key": intent } };
  return dataOf(
    act === "retry"
      ? api.POST("/retries", { params, body: { status, ...wanted } })
      : api.POST("/discards", { params, body: wanted }),
  );
}

function afterNewest(files: readonly Summary[]): string | undefined {
  const newest = Math.max(...files.map(({ createdAt }) => Date.parse(createdAt)));
  return Number.isFinite(newest) ? new Date(newest + 1).toISOString() : undefined;
}
