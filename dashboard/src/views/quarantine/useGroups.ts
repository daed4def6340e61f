import { useQuery } from "@tanstack/react-query";
import type { Filters } from "../../lib/filters";
import { useSession } from "../../session/session";
import { groupsCounted, needsCounting } from "./groups";
import { overviewQuery } from "../overview/queries";
import { countedQuery } from "./queries";

/** The groups of files that wait: from the overview, or counted where that says nothing about the filters. */
export function useGroups(filters: Filters) {
  const { api } = useSession();
  const counting = needsCounting(filters);
  const overview = useQuery(overviewQuery(api));
  // The overview could not count them just now.
  const unknown = overview.data !== undefined && overview.data.attention === undefined;
  const counted = useQuery({ ...countedQuery(api, filters), enabled: counting || unknown });
  const attention = overview.data?.attention;
  const known = attention && groupsCounted(attention, filters);
  const [groups, query] = counting || unknown ? [counted.data, counted] : [known, overview];
  // Both are shown at once, unless that would take long: what comes later would push what is there.
  const alone = overview.isPending && overview.failureCount === 0 && !query.isError;
  const isPending = query.isPending || alone;
  return { groups: isPending ? undefined : groups, overview: overview.data, query, isPending };
}
