import {
  keepPreviousData,
  useMutation,
  useQuery,
  useQueryClient,
  type QueryClient,
} from "@tanstack/react-query";
import { useCallback, useEffect, useMemo } from "react";
import { fetchRecords, PAGE_SIZE, POLL_MS } from "../../api/queries";
import type { Api } from "../../api/client";
import { isPassing } from "../../api/problem";
import type { Filters } from "../../lib/filters";
import { useSession } from "../../session/session";
import {
  begun,
  leavesGap,
  lookAt,
  withKnown,
  withNewest,
  withOlder,
  type LoadedList,
  type Look,
  type Summary,
} from "./list";

/** Pages in a row that bring nothing; then a person decides whether to search further. */
const MOST_BARREN = 5;
const MOST_ATTEMPTS = 3;

export type Files = ReturnType<typeof useFiles>;

type ListKey = readonly ["records", "list", Filters];

/** The list for some filters: its newest page is asked for again and again, and older ones when they are wanted. */
export function useFiles(filters: Filters) {
  const { api } = useSession();
  const queries = useQueryClient();
  const key = useMemo<ListKey>(() => ["records", "list", filters], [filters]);
  const query = useQuery({
    queryKey: key,
    queryFn: ({ signal }) => look(api, queries, key, signal),
    placeholderData: keepPreviousData,
    refetchInterval: POLL_MS,
    structuralSharing: false, // withNewest keeps what has not changed, and knows better where to look
  });
  const older = useMutation({
    mutationFn: (asked: { key: ListKey; cursor: string }) =>
      fetchRecords(api, asked.key[2], asked.cursor, new AbortController().signal),
    retry: (attempt, error) => attempt < MOST_ATTEMPTS && isPassing(error),
    onSuccess: (page, asked) => change(queries, asked.key, (list) => withOlder(list, page, asked.cursor)),
  });

  useEffect(() => {
    const listedAt = queries.getQueryState(key)?.dataUpdatedAt ?? 0;
    change(queries, key, (list) => withKnown(list, knownSince(queries, listedAt)));
  }, [queries, key]);

  const list = query.data;
  const { mutate, isPending, isError } = older;
  const cursor = query.isPlaceholderData ? undefined : list?.cursor;
  const barren = list?.barren ?? 0;
  const loadOlder = useCallback(() => {
    if (cursor !== undefined && !isPending) mutate({ key, cursor });
  }, [cursor, isPending, key, mutate]);
  return {
    query,
    list,
    older: { load: loadOlder, isPending, error: older.error },
    /** Whether the next page may be asked for without being told to. */
    goesOn: cursor !== undefined && !isPending && !isError && barren < MOST_BARREN,
    searchFurther: useCallback(() => {
      change(queries, key, (was) => ({ ...was, barren: 0 }));
    }, [queries, key]),
    catchUp: useCallback(() => {
      change(queries, key, (was) => was.newer ?? was);
    }, [queries, key]),
  };
}

async function look(api: Api, queries: QueryClient, key: ListKey, signal: AbortSignal): Promise<LoadedList> {
  const [, , filters] = key;
  const newest = lookAt(await fetchRecords(api, filters, undefined, signal));
  const before = queries.getQueryData<LoadedList>(key);
  if (!before) return begun(newest);
  const met = await meeting(api, filters, before.newer ?? before, newest, signal);
  return withNewest(queries.getQueryData<LoadedList>(key) ?? before, met);
}

/** A page that is short has looked further than it shows; where it would leave a gap, what lies there is asked for. */
async function meeting(
  api: Api,
  filters: Filters,
  list: LoadedList,
  seen: Look,
  signal: AbortSignal,
): Promise<Look> {
  const reach = list.items[0]?.createdAt;
  if (reach === undefined || seen.items.length >= PAGE_SIZE || !leavesGap(list, seen)) return seen;
  const between = await fetchRecords(api, { ...filters, arrivedAfter: reach }, undefined, signal);
  return between.nextCursor === undefined ? { items: between.items, cursor: seen.cursor, reach } : seen;
}

function change(queries: QueryClient, key: ListKey, by: (list: LoadedList) => LoadedList): void {
  const { data, dataUpdatedAt } = queries.getQueryState<LoadedList>(key) ?? {};
  if (data) queries.setQueryData(key, by(data), { updatedAt: dataUpdatedAt ?? 0 });
}

function knownSince(queries: QueryClient, moment: number): Map<string, Summary> {
  const records = queries.getQueryCache().findAll({ queryKey: ["record"] });
  const fresh = records.filter(({ state }) => state.dataUpdatedAt > moment);
  return new Map(
    fresh.flatMap(({ queryKey }) => {
      const record = queries.getQueryData<Summary>(queryKey);
      return record ? [[record.recordId, record] as const] : [];
    }),
  );
}
