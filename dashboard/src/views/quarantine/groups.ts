import type { Schemas } from "../../api/client";
import type { Filters } from "../../lib/filters";
import type { Reason } from "../../lib/words";

export type Summary = Schemas["RecordSummary"];
export type WaitingStatus = Schemas["RetriableStatus"];

/** States in which a file waits for somebody. */
export const WAITING: readonly WaitingStatus[] = ["quarantined", "failed"];

/** Files that wait for the same thing. */
export interface Group {
  status: WaitingStatus;
  reason: Reason | undefined;
  files: number;
  oldest: string;
  newest: string;
}

export interface Groups {
  /** Whether these are all; if not, there are at least so many. */
  complete: boolean;
  files: number;
  items: Group[];
}

export function idOf({ status, reason }: Pick<Group, "status" | "reason">): string {
  return `${status}-${reason ?? "unknown"}`;
}

/** As the overview counts them, narrowed to states and a reason. */
export function groupsCounted({ complete, counts }: Schemas["Attention"], filters: Filters): Groups {
  const items = counts
    .map(({ status, reason, files, oldestArrivedAt, newestArrivedAt }) => ({
      status,
      reason,
      files,
      oldest: oldestArrivedAt,
      newest: newestArrivedAt,
    }))
    .filter(({ status }) => statesOf(filters).includes(status))
    .filter(({ reason }) => filters.reason === undefined || filters.reason === reason);
  return { complete, files: sum(items), items };
}

/** As counted from the files themselves: most files first. */
export function groupsOf(files: readonly Summary[], complete: boolean): Groups {
  const groups = new Map<string, Group>();
  for (const file of files) {
    const { status, reason } = file;
    if (!isWaiting(status)) continue;
    const at = file.arrivedAt ?? file.createdAt;
    const group = groups.get(idOf({ status, reason })) ?? {
      status,
      reason,
      files: 0,
      oldest: at,
      newest: at,
    };
    groups.set(idOf(group), {
      ...group,
      files: group.files + 1,
      oldest: at < group.oldest ? at : group.oldest,
      newest: at > group.newest ? at : group.newest,
    });
  }
  const items = [...groups.values()].sort((one, other) => other.files - one.files);
  return { complete, files: sum(items), items };
}

/** The states that are asked for: all that wait if none of them is. */
export function statesOf({ status }: Filters): WaitingStatus[] {
  const asked = status.filter(isWaiting);
  return asked.length > 0 ? asked : [...WAITING];
}

/** Whether the overview's counts say nothing about these filters. */
export function needsCounting({ prefix, arrivedAfter, arrivedBefore }: Filters): boolean {
  return [prefix, arrivedAfter, arrivedBefore].some((each) => each !== undefined);
}

/** The filters that find a group, and nothing else. */
export function filtersOf(group: Pick<Group, "status" | "reason">, filters: Filters): Filters {
  const own: Filters = { status: [group.status] };
  if (group.reason !== undefined) own.reason = group.reason;
  for (const name of ["prefix", "arrivedAfter", "arrivedBefore"] as const) {
    const value = filters[name];
    if (value !== undefined) own[name] = value;
  }
  return own;
}

function isWaiting(status: Schemas["Status"]): status is WaitingStatus {
  return status === "quarantined" || status === "failed";
}

function sum(groups: readonly Group[]): number {
  return groups.reduce((files, group) => files + group.files, 0);
}
