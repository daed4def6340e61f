import { useState, type SyntheticEvent } from "react";
import { WhyField } from "../../actions/WhyField";
import { Button } from "../../ui/Button";
import { Dialog } from "../../ui/Dialog";
import { ErrorNotice } from "../../ui/ErrorNotice";
import { useRedrive } from "./useRedrive";

/** Asks for confirmation, then moves dead letters back. */
export function RedriveDialog({ onClose }: { onClose: () => void }) {
  const redrive = useRedrive();
  const [why, setWhy] = useState("");
  const submit = (event: SyntheticEvent) => {
    event.preventDefault();
    if (!redrive.isPending) redrive.mutate({ dryRun: false, why });
  };
  return (
    <Dialog title="Move the dead letters back?" onClose={onClose}>
      <form onSubmit={submit} className="space-y-4">
        <p>
          All messages in the dead-letter queue go back into the queue and are worked on from the start. Those
          whose cause is not mended come back here after six more attempts.
        </p>
        <WhyField value={why} onChange={setWhy} hint="It stays with the operation." />
        {redrive.error && <ErrorNotice error={redrive.error} what="They could not be moved" />}
        <div className="flex flex-wrap justify-end gap-2">
          <Button onClick={onClose}>Cancel</Button>
          <Button type="submit" kind="primary" busy={redrive.isPending}>
            Move them back
          </Button>
        </div>
      </form>
    </Dialog>
  );
}
