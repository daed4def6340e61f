import { keepPreviousData, queryOptions } from "@tanstack/react-query";
import { dataOf, type Api } from "../../api/client";
import { POLL_MS, SLOW_POLL_MS } from "../../api/queries";
import { toQuery, type Filters } from "../../lib/filters";
import { filtersOf, groupsOf, idOf, statesOf, type Group } from "./groups";
import { matching } from "./matching";

/** Groups under a prefix or of a time, which the overview does not count. */
export function countedQuery(api: Api, filters: Filters) {
  return queryOptions({
    queryKey: ["records", "groups", filters],
    queryFn: async ({ signal }) => {
      const { items, complete } = await matching(api, { ...filters, status: statesOf(filters) }, signal);
      return groupsOf(items, complete);
    },
    placeholderData: keepPreviousData,
    refetchInterval: SLOW_POLL_MS,
  });
}

/** The newest files of a group. Asked for again when its count has changed, and not by the clock. */
export function groupQuery(api: Api, group: Group, filters: Filters, limit: number) {
  const { files, newest } = group;
  const query = { ...toQuery(filtersOf(group, filters)), limit };
  return queryOptions({
    queryKey: ["records", "group", idOf(group), query, { files, newest }],
    queryFn: ({ signal }) => dataOf(api.GET("/records", { params: { query }, signal })),
    placeholderData: keepPreviousData,
    refetchInterval: SLOW_POLL_MS,
  });
}

/** The files that an action would be about, as they are just now. */
export function matchingQuery(api: Api, filters: Filters, opened: string) {
  return queryOptions({
    queryKey: ["records", "matching", filters, opened],
    queryFn: ({ signal }) => matching(api, filters, signal),
    staleTime: Infinity,
    gcTime: 0,
  });
}

export function operationQuery(api: Api, operationId: string) {
  return queryOptions({
    queryKey: ["operation", operationId],
    queryFn: ({ signal }) =>
      dataOf(api.GET("/operations/{operationId}", { params: { path: { operationId } }, signal })),
    refetchInterval: ({ state }) => (state.data?.state === "finished" ? false : POLL_MS),
  });
}
