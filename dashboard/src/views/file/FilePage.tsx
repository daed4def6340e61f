import { useState } from "react";
import { canDiscard, canRetry } from "../../actions/allowed";
import { RecordActionDialog } from "../../actions/RecordActionDialog";
import { useDownload } from "../../actions/useDownload";
import type { RecordAct } from "../../actions/useRecordAction";
import type { Schemas } from "../../api/client";
import { isPassing } from "../../api/problem";
import { bytes } from "../../lib/format";
import { visible } from "../../lib/visible";
import { useSession } from "../../session/session";
import { Button } from "../../ui/Button";
import { ErrorNotice } from "../../ui/ErrorNotice";
import { Name } from "../../ui/Name";
import { Notice } from "../../ui/Notice";
import { Page } from "../../ui/Page";
import { StatusBadge } from "../../ui/StatusBadge";
import { Time } from "../../ui/Time";
import { ContractCard } from "./ContractCard";
import { Facts } from "./Facts";
import { History } from "./History";
import { Problems } from "./Problems";
import { ProfileCard } from "./ProfileCard";
import { QuarantinedDialog } from "./QuarantinedDialog";
import { useOutcomeTold } from "./useOutcomeTold";
import { Verdict } from "./Verdict";

interface Props {
  record: Schemas["RecordView"];
  /** Why the record could not be read again; of what will pass, the bar says it. */
  error: Error | null;
  readAt: number;
  readAgain: () => void;
}

export function FilePage({ record, error, readAt, readAgain }: Props) {
  const { can } = useSession();
  const [asking, setAsking] = useState<RecordAct | "quarantined" | null>(null);
  const download = useDownload(record.recordId);
  useOutcomeTold(record);
  const close = () => setAsking(null);
  const held = record.status === "quarantined" && record.quarantineKey !== undefined && can("operate");
  const problems = record.errorCounts !== undefined || record.warningCounts !== undefined;
  return (
    <Page
      title={visible(record.fileName)}
      heading={
        <span className="line-clamp-4">
          <Name>{record.fileName}</Name>
        </span>
      }
      about={<About record={record} />}
      actions={
        <>
          {record.status === "processed" && (
            <Button kind="primary" busy={download.isPending} onClick={() => download.mutate("download")}>
              Download
            </Button>
          )}
          {record.acceptedKey !== undefined && (
            <Button busy={download.isPending} onClick={() => download.mutate("accepted")}>
              Good rows
            </Button>
          )}
          {held && <Button onClick={() => setAsking("quarantined")}>Download…</Button>}
          {canDiscard(record, can) && (
            <Button kind="danger" onClick={() => setAsking("discard")}>
              Discard…
            </Button>
          )}
          {canRetry(record, can) && (
            <Button kind="primary" onClick={() => setAsking("retry")}>
              Retry…
            </Button>
          )}
        </>
      }
    >
      <div className="space-y-5">
        {error && !isPassing(error) && <Old error={error} readAt={readAt} readAgain={readAgain} />}
        {download.error && <ErrorNotice error={download.error} what="There is no link to download" />}
        <Verdict record={record} />
        <div className="grid gap-5 lg:grid-cols-[minmax(0,1fr)_24rem] lg:grid-rows-[auto_1fr]">
          {problems && (
            <div className="min-w-0 space-y-5">
              <Problems record={record} download={download} />
            </div>
          )}
          <div className="min-w-0 space-y-5 lg:col-start-2 lg:row-span-2 lg:row-start-1">
            <History record={record} />
            <ContractCard record={record} />
          </div>
          <div
            className={`min-w-0 space-y-5 max-lg:settles lg:col-start-1 ${problems ? "lg:row-start-2" : "lg:row-start-1"}`}
          >
            {record.profile && <ProfileCard profile={record.profile} />}
            <Facts record={record} />
          </div>
        </div>
      </div>
      {asking === "quarantined" && <QuarantinedDialog record={record} download={download} onClose={close} />}
      {(asking === "retry" || asking === "discard") && (
        <RecordActionDialog act={asking} record={record} onClose={close} />
      )}
    </Page>
  );
}

function About({ record }: { record: Schemas["RecordView"] }) {
  const size = record.sizeBytes ?? record.expectedSizeBytes;
  return (
    <div className="mt-1.5 flex flex-wrap items-center gap-x-3 gap-y-1">
      <StatusBadge status={record.status} />
      {size !== undefined && <span>{bytes(size)}</span>}
      {record.mediaType !== undefined && <span className="break-all">{record.mediaType}</span>}
      <span>
        {record.arrivedAt === undefined ? "announced " : "arrived "}
        <Time at={record.arrivedAt ?? record.createdAt} />
      </span>
    </div>
  );
}

function Old({ error, readAt, readAgain }: { error: Error; readAt: number; readAgain: () => void }) {
  return (
    <Notice
      tone="warn"
      title="What you see may be old"
      action={<Button onClick={readAgain}>Try again</Button>}
    >
      It was read <Time at={new Date(readAt).toISOString()} />. {error.message}
    </Notice>
  );
}
