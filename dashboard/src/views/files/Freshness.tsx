import type { UseQueryResult } from "@tanstack/react-query";
import { TriangleAlert } from "lucide-react";
import { Time } from "../../ui/Time";

/** Whether the list keeps up by itself, or since when it does not. */
export function Freshness({ query }: { query: UseQueryResult }) {
  const isOld = query.failureCount > 0 && query.dataUpdatedAt > 0;
  return (
    <span role="status">
      {isOld ? (
        <span className="inline-flex items-center gap-1.5 text-warn">
          <TriangleAlert aria-hidden size={16} />
          <span>
            Not up to date: last seen <Time at={new Date(query.dataUpdatedAt).toISOString()} />.
          </span>
        </span>
      ) : (
        "New files appear by themselves."
      )}
    </span>
  );
}
