import { useQuery } from "@tanstack/react-query";
import { Link } from "react-router";
import { filesPath } from "../../lib/filters";
import { visible } from "../../lib/visible";
import { useSession } from "../../session/session";
import { ErrorNotice } from "../../ui/ErrorNotice";
import { StatusBadge } from "../../ui/StatusBadge";
import { Time } from "../../ui/Time";
import { latestQuery } from "./queries";

/** The newest files: that something comes in is best seen by what. */
export function LatestFiles() {
  const { api } = useSession();
  const { data, error, refetch } = useQuery(latestQuery(api));
  return (
    <section aria-labelledby="latest-files" className="card min-w-0 p-4 sm:p-5">
      <div className="flex items-baseline justify-between gap-4">
        <h2 id="latest-files" className="font-semibold">
          Latest files
        </h2>
        <Link className="link text-sm" to={filesPath({})}>
          All files
        </Link>
      </div>
      {error && !data && (
        <ErrorNotice error={error} what="The files cannot be shown" tryAgain={() => void refetch()} />
      )}
      <ul className="mt-2 divide-y divide-line">
        {data?.items.map((record) => (
          <li key={record.recordId} className="relative flex items-center gap-3 py-2">
            <div className="min-w-0 flex-1">
              <Link
                to={`/files/${record.recordId}`}
                title={visible(record.objectKey)}
                className="block truncate font-medium underline-offset-4 after:absolute after:inset-0 hover:underline"
              >
                <bdi>{visible(record.fileName)}</bdi>
              </Link>
              <span className="block text-sm text-muted">
                <Time at={record.arrivedAt ?? record.createdAt} />
              </span>
            </div>
            <StatusBadge status={record.status} />
          </li>
        ))}
      </ul>
    </section>
  );
}
