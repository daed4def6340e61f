import { queryOptions } from "@tanstack/react-query";
import { dataOf, type Api } from "../../api/client";
import { SLOW_POLL_MS } from "../../api/queries";
import { periodsOf, type Range } from "../../charts/periods";

/** The server looks anew every ten seconds. */
const OVERVIEW_POLL_MS = 10_000;
/** Metrics come with the minute, and answers are kept for one. */
const STATS_POLL_MS = 60_000;
export const LATEST = 6;

export function overviewQuery(api: Api) {
  return queryOptions({
    queryKey: ["overview"],
    queryFn: ({ signal }) => dataOf(api.GET("/overview", { signal })),
    refetchInterval: OVERVIEW_POLL_MS,
  });
}

/** The newest files; none at all means that the stack is new. */
export function latestQuery(api: Api) {
  return queryOptions({
    queryKey: ["records", "latest"],
    queryFn: ({ signal }) => dataOf(api.GET("/records", { params: { query: { limit: LATEST } }, signal })),
    refetchInterval: OVERVIEW_POLL_MS,
  });
}

/** What the sweep repaired; not for a key that is bound to a prefix. */
export function sweepQuery(api: Api) {
  return queryOptions({
    queryKey: ["reconciliation"],
    queryFn: ({ signal }) => dataOf(api.GET("/reconciliation", { signal })),
    refetchInterval: SLOW_POLL_MS,
  });
}

/** Figures by the hour, until now; not for a key that is bound to a prefix. */
export function statsQuery(api: Api, range: Range, now: number) {
  const query = { from: new Date(periodsOf(range, now)[0]?.from ?? now).toISOString() };
  return queryOptions({
    queryKey: ["stats", range, query.from],
    queryFn: ({ signal }) => dataOf(api.GET("/stats", { params: { query }, signal })),
    // Every full hour begins another answer; that of another range would be wrong.
    placeholderData: (before, query) => (query?.queryKey[1] === range ? before : undefined),
    staleTime: STATS_POLL_MS / 2,
    refetchInterval: STATS_POLL_MS,
  });
}
