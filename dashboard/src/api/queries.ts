import { keepPreviousData, queryOptions } from "@tanstack/react-query";
import type { Filters } from "../lib/filters";
import { toQuery } from "../lib/filters";
import { dataOf, type Api, type Schemas } from "./client";
import { isPassing } from "./problem";

/** Nothing is asked for more often than this, and nothing at all while the page is hidden. */
export const POLL_MS = 5_000;
/** For what changes slowly. */
export const SLOW_POLL_MS = 30_000;

export const PAGE_SIZE = 100;

/** States in which a record is on its way to another one by itself. */
const UNDERWAY: ReadonlySet<Schemas["Status"]> = new Set(["awaiting_upload", "retrying"]);

export function isUnderway(record: Pick<Schemas["RecordSummary"], "status">): boolean {
  return UNDERWAY.has(record.status);
}

/** One record; asked for again and again only while it is on its way. */
export function recordQuery(api: Api, recordId: string) {
  return queryOptions({
    queryKey: ["record", recordId],
    queryFn: ({ signal }) =>
      dataOf(api.GET("/records/{recordId}", { params: { path: { recordId } }, signal })),
    refetchInterval: ({ state }) => {
      if (state.error && !isPassing(state.error)) return false;
      return state.data && isUnderway(state.data) ? POLL_MS : SLOW_POLL_MS;
    },
  });
}

/** A page of records, newest first. */
export function recordsQuery(api: Api, filters: Filters, cursor?: string) {
  return queryOptions({
    queryKey: ["records", filters, cursor ?? null],
    queryFn: ({ signal }) => fetchRecords(api, filters, cursor, signal),
    placeholderData: keepPreviousData,
    refetchInterval: cursor === undefined ? POLL_MS : false,
  });
}

export function fetchRecords(api: Api, filters: Filters, cursor: string | undefined, signal: AbortSignal) {
  const query = { ...toQuery(filters), limit: PAGE_SIZE, ...(cursor === undefined ? {} : { cursor }) };
  return dataOf(api.GET("/records", { params: { query }, signal }));
}

export function contractsQuery(api: Api) {
  return queryOptions({
    queryKey: ["contracts"],
    queryFn: ({ signal }) => dataOf(api.GET("/contracts", { signal })),
    staleTime: 300_000,
  });
}

export function healthQuery(api: Api) {
  return queryOptions({
    queryKey: ["health"],
    queryFn: ({ signal }) => dataOf(api.GET("/health", { signal })),
    refetchInterval: SLOW_POLL_MS,
  });
}
