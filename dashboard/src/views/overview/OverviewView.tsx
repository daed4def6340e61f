import { useQuery } from "@tanstack/react-query";
import { Navigate } from "react-router";
import { isPassing } from "../../api/problem";
import { useSession, type Session } from "../../session/session";
import { ErrorNotice } from "../../ui/ErrorNotice";
import { Page } from "../../ui/Page";
import { Activity } from "./Activity";
import { LatestFiles } from "./LatestFiles";
import { Machinery } from "./Machinery";
import { OverviewSkeleton } from "./OverviewSkeleton";
import { latestQuery, overviewQuery, sweepQuery } from "./queries";
import { Tiles } from "./Tiles";
import { TopReasons } from "./TopReasons";
import { VerdictCard } from "./VerdictCard";
import { Welcome } from "./Welcome";
import type { Overview } from "./verdict";

export function Component() {
  const session = useSession();
  if (session.can("read")) return <Overall session={session} />;
  // Whoever only sends files has nothing to see here.
  if (session.can("upload")) return <Navigate to="/upload" replace />;
  if (session.can("admin")) return <Navigate to="/keys" replace />;
  return <Page title="Overview">Your key may not read; ask for one with the scope read.</Page>;
}

function Overall({ session: { api, access } }: { session: Session }) {
  const overview = useQuery(overviewQuery(api));
  const latest = useQuery(latestQuery(api));
  const bound = access.prefix !== undefined;
  const sweep = useQuery({ ...sweepQuery(api), enabled: !bound });
  // All is shown at once, unless a part takes long: what comes later would push what is there.
  const isWhole = [latest, ...(bound ? [] : [sweep])].every(
    (part) => part.isFetched || part.failureCount > 0,
  );
  const about = bound ? (
    <>
      Only what is under <code>{access.prefix}/</code>, which your key is bound to. Statistics and the queue
      are about the whole stack, and not shown.
    </>
  ) : (
    `What stands now in ${access.stack}`
  );
  return (
    <Page title="Overview" about={about}>
      {overview.error && !(overview.data && isPassing(overview.error)) && (
        <div className="mb-4">
          <ErrorNotice
            error={overview.error}
            what="How things stand cannot be read"
            tryAgain={() => void overview.refetch()}
          />
        </div>
      )}
      {latest.data?.items.length === 0 && latest.data.nextCursor === undefined ? (
        <Welcome />
      ) : overview.data && isWhole ? (
        <Seen overview={overview.data} checkedAt={overview.dataUpdatedAt} bound={bound} />
      ) : (
        !overview.error && <OverviewSkeleton bound={bound} />
      )}
    </Page>
  );
}

function Seen({ overview, checkedAt, bound }: { overview: Overview; checkedAt: number; bound: boolean }) {
  return (
    <div className="space-y-4">
      <VerdictCard overview={overview} checkedAt={checkedAt} />
      <Tiles overview={overview} bound={bound} />
      {!bound && <Machinery overview={overview} />}
      <div
        className={`grid gap-4 ${bound ? "lg:grid-cols-2 lg:items-start" : "xl:grid-cols-[minmax(22rem,1fr)_2fr] xl:items-start"}`}
      >
        <div
          className={bound ? "contents" : "grid min-w-0 content-start gap-4 md:grid-cols-2 xl:grid-cols-1"}
        >
          <TopReasons overview={overview} />
          <LatestFiles />
        </div>
        {!bound && <Activity />}
      </div>
    </div>
  );
}
