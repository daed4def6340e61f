import { useState, type ReactNode, type SyntheticEvent } from "react";
import { Button } from "../ui/Button";
import { Dialog } from "../ui/Dialog";
import { ErrorNotice } from "../ui/ErrorNotice";
import { Name } from "../ui/Name";
import { WhyField } from "./WhyField";
import { useRecordAction, type ActedOn, type RecordAct } from "./useRecordAction";

interface Words {
  title: string;
  does: string;
  wrong: string;
  kind: "primary" | "danger";
  will: ReactNode;
}

const WORDS: Record<RecordAct, Words> = {
  retry: {
    title: "Retry this file?",
    does: "Retry",
    wrong: "The file could not be retried",
    kind: "primary",
    will: "The same bytes are worked on again. If they pass, the file is back under its key; if not, it stays where it is, with one more attempt in its history.",
  },
  discard: {
    title: "Discard this file?",
    does: "Discard",
    wrong: "The file could not be discarded",
    kind: "danger",
    will: "Its bytes are deleted from the quarantine and cannot be retried or downloaded any more. Its record stays, and says who did it and why.",
  },
};

interface Props {
  act: RecordAct;
  record: ActedOn;
  onClose: () => void;
}

/** Asks for confirmation and a reason, then does it; stays open while it fails. */
export function RecordActionDialog({ act, record, onClose }: Props) {
  const action = useRecordAction(act, record);
  const [why, setWhy] = useState("");
  const { title, does, wrong, kind, will } = WORDS[act];
  const submit = (event: SyntheticEvent) => {
    event.preventDefault();
    if (!action.isPending) action.mutate(why, { onSuccess: onClose });
  };
  return (
    <Dialog title={title} onClose={onClose}>
      <form onSubmit={submit} className="space-y-4">
        <p className="font-medium">
          <Name>{record.fileName}</Name>
        </p>
        <p>{will}</p>
        <WhyField value={why} onChange={setWhy} />
        {action.error && <ErrorNotice error={action.error} what={wrong} />}
        <div className="flex flex-wrap justify-end gap-2">
          <Button onClick={onClose}>Cancel</Button>
          <Button type="submit" kind={kind} busy={action.isPending}>
            {does}
          </Button>
        </div>
      </form>
    </Dialog>
  );
}
