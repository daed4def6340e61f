import { useQuery } from "@tanstack/react-query";
import { Lock } from "lucide-react";
import { useEffect, useRef, useState } from "react";
import { contractsQuery, POLL_MS } from "../../api/queries";
import { useAddress } from "../../lib/address";
import { plural } from "../../lib/format";
import { useSession } from "../../session/session";
import { useAnnounce } from "../../ui/Announcer";
import { EmptyState } from "../../ui/EmptyState";
import { ErrorNotice } from "../../ui/ErrorNotice";
import { Notice } from "../../ui/Notice";
import { Page } from "../../ui/Page";
import { check, contractFor, declaredType, DEFAULT_PREFIX, prefixProblem, type Contract } from "./checks";
import type { Dropped } from "./chosen";
import { Destination } from "./Destination";
import { Drafts, goes, type Judged } from "./Drafts";
import { DropZone } from "./DropZone";
import { lookUp } from "./outcomes";
import { milestone, type Totals } from "./row";
import { useUploads } from "./session";
import { Unfinished } from "./Unfinished";
import { UploadList } from "./UploadList";
import type { Uploads } from "./uploads";

export function Component() {
  const { can } = useSession();
  if (can("upload")) return <UploadPage />;
  return (
    <Page title="Upload">
      <EmptyState icon={Lock} title="Your key may not upload">
        Ask whoever runs this stack for a key with the scope <code>upload</code>.
      </EmptyState>
    </Page>
  );
}

function UploadPage() {
  const { api, access, can } = useSession();
  const [uploads, snapshot] = useUploads();
  const [prefix, setPrefix] = usePrefix(access.prefix);
  const contracts = useQuery({ ...contractsQuery(api), enabled: can("read") });
  const [unreadable, setUnreadable] = useState<string[]>([]);
  const announce = useAnnounce();
  const outcomes = useOutcomes(uploads, snapshot.totals.counts.sent > 0);
  useMilestones(snapshot.totals);

  const contract = contractFor(contracts.data?.items ?? [], prefix);
  const files = snapshot.drafts.map((draft): Judged => ({
    id: draft.id,
    draft,
    verdict: check(draft.chosen.file, contract, access),
  }));
  const take = ({ chosen, unreadable: unread }: Dropped) => {
    const { added, resumed } = uploads.choose(chosen);
    setUnreadable(unread);
    const told = [resumed > 0 && `${plural(resumed, "upload")} goes on.`, `${plural(added, "file")} chosen.`];
    announce(told.filter((each) => typeof each === "string").join(" "));
  };
  const upload = () => {
    const going = files.filter(goes);
    uploads.start(
      going.map((each) => announcementOf(each, prefix, contract, access.multipartThresholdBytes)),
    );
    announce(`The upload of ${plural(going.length, "file")} begins.`);
  };
  const busy = snapshot.rows.length > 0 || files.length > 0;
  return (
    <Page title="Upload" about="Each file is checked as it comes; its row here tells what became of it.">
      <div className="grid items-start gap-6 lg:grid-cols-[minmax(18rem,22rem)_minmax(0,1fr)]">
        <Destination
          access={access}
          prefix={prefix}
          setPrefix={setPrefix}
          contracts={contracts.data?.items}
          error={contracts.error}
          tryAgain={() => void contracts.refetch()}
          mayRead={can("read")}
        />
        <div className="min-w-0 space-y-6 max-lg:settles">
          {snapshot.unfinished.length > 0 && (
            <Unfinished notes={snapshot.unfinished} forget={() => uploads.forgetUnfinished()} />
          )}
          <DropZone compact={busy} take={take} />
          {unreadable.length > 0 && (
            <Notice tone="bad" title={`${plural(unreadable.length, "file")} could not be read`}>
              {unreadable.join(", ")}
            </Notice>
          )}
          {files.length > 0 && (
            <Drafts
              files={files}
              prefix={prefix}
              ready={prefixProblem(prefix, access.prefix) === null && !contracts.isLoading}
              upload={upload}
              drop={(ids) => uploads.dropDrafts(ids)}
              sendAnyway={(ids) => uploads.sendAnyway(ids)}
            />
          )}
          {outcomes.error && snapshot.totals.counts.sent > 0 && (
            <ErrorNotice
              error={outcomes.error}
              what="What became of the files cannot be asked"
              tryAgain={() => void outcomes.refetch()}
            />
          )}
          {snapshot.rows.length > 0 && (
            <UploadList uploads={uploads} snapshot={snapshot} mayRead={can("read")} />
          )}
        </div>
      </div>
    </Page>
  );
}

/** A file of more than one part comes in parts also below the stack's threshold: only parts can be resumed. */
const PART_BYTES = 16 * 1024 ** 2;

function announcementOf(
  { draft, verdict }: Judged,
  prefix: string,
  contract: Contract | undefined,
  thresholdBytes: number,
) {
  const { name, size } = draft.chosen.file;
  // What somebody sends against its name is judged by its content alone.
  const mediaType = verdict.kind === "fine" ? declaredType(name, contract) : undefined;
  const announcement = {
    fileName: name,
    sizeBytes: size,
    prefix,
    ...(mediaType === undefined ? {} : { mediaType }),
    ...(size > Math.min(PART_BYTES, thresholdBytes) ? { multipart: true } : {}),
  };
  return { draft, announcement };
}

/** The folder stands in the address, so that a link can name it. */
function usePrefix(bound: string | undefined): [string, (prefix: string) => void] {
  const [address, write] = useAddress();
  const named = address.get("prefix");
  const foreign = bound !== undefined && named !== null && prefixProblem(named, bound) !== null;
  const prefix = named === null || foreign ? (bound ?? DEFAULT_PREFIX) : named;
  return [prefix, (next) => write(new URLSearchParams({ prefix: next }), { replace: true })];
}

const FIRST_LOOK_MS = 1_000;

/** Asks what became of the files that S3 has, until all have an outcome. */
function useOutcomes(uploads: Uploads, waiting: boolean) {
  const { api, access, can } = useSession();
  return useQuery({
    queryKey: ["upload-outcomes", access.keyId],
    enabled: waiting && can("read"),
    refetchInterval: POLL_MS,
    queryFn: async ({ signal }) => {
      // Small files are checked in about a second: asking at once would only be too early.
      await new Promise((resolve) => setTimeout(resolve, FIRST_LOOK_MS));
      const sent = uploads.getSnapshot().rows.filter((row) => row.phase === "sent");
      uploads.settle(await lookUp(api, sent, signal));
      return Date.now();
    },
  });
}

function useMilestones(totals: Totals): void {
  const announce = useAnnounce();
  const before = useRef(totals);
  useEffect(() => {
    const news = milestone(before.current, totals);
    before.current = totals;
    if (news !== null) announce(news);
  }, [totals, announce]);
}
