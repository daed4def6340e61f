import type { useDownload } from "../../actions/useDownload";
import type { Schemas } from "../../api/client";
import { Button } from "../../ui/Button";
import { Dialog } from "../../ui/Dialog";
import { ErrorNotice } from "../../ui/ErrorNotice";
import { Name } from "../../ui/Name";
import { Notice } from "../../ui/Notice";

interface Props {
  record: Schemas["RecordView"];
  download: ReturnType<typeof useDownload>;
  onClose: () => void;
}

/** A file that is in quarantine is not handed out without a word. */
export function QuarantinedDialog({ record, download, onClose }: Props) {
  const unsafe = record.reason === "unsafe_content";
  return (
    <Dialog title="Download a quarantined file?" onClose={onClose}>
      <p className="font-medium">
        <Name>{record.fileName}</Name>
      </p>
      <Notice
        tone={unsafe ? "bad" : "warn"}
        title={unsafe ? "It holds something that could do harm" : "It did not pass the checks"}
      >
        These are the bytes as they came. Do not open them with a program that trusts what it reads, and do
        not pass them on as good.
      </Notice>
      {download.error && <ErrorNotice error={download.error} what="There is no link to download" />}
      <div className="flex flex-wrap justify-end gap-2">
        <Button onClick={onClose}>Cancel</Button>
        <Button
          kind="danger"
          busy={download.isPending}
          onClick={() => download.mutate("quarantined", { onSuccess: onClose })}
        >
          Download it all the same
        </Button>
      </div>
    </Dialog>
  );
}
