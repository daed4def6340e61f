import { Lock } from "lucide-react";
import { useCallback, useMemo } from "react";
import { useAddress } from "../../lib/address";
import { isFiltered, readFilters, writeFilters, type Filters } from "../../lib/filters";
import { useSession } from "../../session/session";
import { EmptyState } from "../../ui/EmptyState";
import { ErrorNotice } from "../../ui/ErrorNotice";
import { Page } from "../../ui/Page";
import { FileList } from "./FileList";
import { FilesSkeleton } from "./FilesSkeleton";
import { FilterBar } from "./FilterBar";
import { Freshness } from "./Freshness";
import { useFiles } from "./useFiles";

/** Every file, newest first: what the key may see of them, and what the address narrows them to. */
export function Component() {
  const { can } = useSession();
  if (can("read")) return <Files />;
  return (
    <Page title="Files">
      <EmptyState icon={Lock} title="Your key may not see files">
        It needs the scope read. Whoever runs this stack can make such a key.
      </EmptyState>
    </Page>
  );
}

function Files() {
  const { access } = useSession();
  const [address, write] = useAddress();
  const written = address.toString();
  const filters = useMemo(() => readFilters(new URLSearchParams(written)), [written]);
  const set = useCallback(
    (wanted: Filters, replace = false) => write(writeFilters(wanted), { replace }),
    [write],
  );
  const files = useFiles(filters);
  const { query, list } = files;
  const place = access.prefix === undefined ? "" : ` in ${access.prefix}/, which your key is for`;
  return (
    <Page
      title="Files"
      about={
        <>
          Newest first{place}. <Freshness query={query} />
        </>
      }
    >
      <FilterBar filters={filters} set={set} />
      {query.isLoading && <FilesSkeleton />}
      {query.error && !list && (
        <ErrorNotice
          error={query.error}
          what="The files cannot be shown"
          tryAgain={() => void query.refetch()}
        />
      )}
      {list && (
        <FileList
          key={written}
          list={list}
          files={files}
          isFiltered={isFiltered(filters)}
          clear={() => set({ status: [] })}
        />
      )}
    </Page>
  );
}
