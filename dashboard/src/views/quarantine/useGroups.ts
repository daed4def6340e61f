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
  return counting || unknown
    ? { groups: counted.data, overview: overview.data, query: counted }
    : { groups: known, overview: overview.data, query: overview };
}
