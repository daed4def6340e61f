import { LockKeyhole, PartyPopper, SearchX } from "lucide-react";
import { useAddress } from "../../lib/address";
import { isFiltered, readFilters, writeFilters, type Filters } from "../../lib/filters";
import { useSession } from "../../session/session";
import { EmptyState } from "../../ui/EmptyState";
import { ErrorNotice } from "../../ui/ErrorNotice";
import { Page } from "../../ui/Page";
import { Skeleton } from "../../ui/Skeleton";
import { DeadLetters } from "./DeadLetters";
import { FilterBar } from "./FilterBar";
import { GroupList } from "./GroupList";
import { StaleNotice } from "./StaleNotice";
import { useGroups } from "./useGroups";

const ABOUT = "Files that wait for somebody, by what is wrong with them.";

export function Component() {
  const { can } = useSession();
  const missing = (["operate", "read"] as const).find((scope) => !can(scope));
  if (missing === undefined) return <Quarantine />;
  return (
    <Page title="Quarantine">
      <div className="card">
        <EmptyState icon={LockKeyhole} title="Your key does not open this view">
          It needs the scope <code>{missing}</code>. Ask whoever gave you the key for one that has it.
        </EmptyState>
      </div>
    </Page>
  );
}

function Quarantine() {
  const { access } = useSession();
  const [address, write] = useAddress();
  const filters = readFilters(address);
  const { groups, overview, query, isPending } = useGroups(filters);
  const set = (wanted: Filters) => write(writeFilters(wanted));
  const clear = () => set({ status: [] });
  const letters = access.prefix === undefined ? (overview?.deadLetters ?? 0) : 0;
  const folder = access.prefix === undefined ? "" : ` Your key is bound to ${access.prefix}/.`;
  return (
    <Page title="Quarantine" about={ABOUT + folder}>
      <FilterBar filters={filters} set={set} />
      {query.isError && groups && <StaleNotice at={query.dataUpdatedAt} />}
      {query.isError && !groups && (
        <ErrorNotice
          error={query.error}
          what="The files that wait cannot be shown"
          tryAgain={() => void query.refetch()}
        />
      )}
      {isPending && <Loading />}
      {groups?.items.length === 0 && <Nothing filters={filters} clear={clear} />}
      {groups && groups.items.length > 0 && <GroupList groups={groups} filters={filters} clear={clear} />}
      {!isPending && letters > 0 && <DeadLetters letters={letters} />}
    </Page>
  );
}

function Nothing({ filters, clear }: { filters: Filters; clear: () => void }) {
  return (
    <div className="card">
      {isFiltered(filters) ? (
        <EmptyState
          icon={SearchX}
          title="No file that waits matches"
          action={
            <button type="button" className="link min-h-9" onClick={clear}>
              Show all that wait
            </button>
          }
        />
      ) : (
        <EmptyState icon={PartyPopper} title="Nothing waits for you">
          No file is quarantined or failed. When one is, it stands here with what to do about it.
        </EmptyState>
      )}
    </div>
  );
}

function Loading() {
  return (
    <div aria-hidden className="space-y-4">
      {[0, 1].map((each) => (
        <div key={each} className="card space-y-3 p-5">
          <Skeleton className="h-6 w-40" />
          <Skeleton className="h-4 w-64 max-w-full" />
          <Skeleton className="h-4 w-96 max-w-full" />
          <Skeleton className="h-40" />
        </div>
      ))}
    </div>
  );
}
