import { useState } from "react";
import { plural } from "../../lib/format";
import { Button } from "../../ui/Button";
import { ErrorNotice } from "../../ui/ErrorNotice";
import { RedriveDialog } from "./RedriveDialog";
import { useRedrive } from "./useRedrive";

/** Messages that were given up: to be looked at, and moved back. */
export function DeadLetters({ letters }: { letters: number }) {
  const [asking, setAsking] = useState(false);
  const look = useRedrive();
  return (
    <section aria-labelledby="dead-letters" className="card mt-4 min-w-0 p-4 sm:p-5">
      <div className="flex flex-wrap items-start justify-between gap-x-6 gap-y-3">
        <div className="min-w-0 flex-1 basis-80">
          <h2 id="dead-letters" className="text-lg font-semibold">
            Dead letters
          </h2>
          <p className="mt-1">
            <span className="font-medium">{`About ${plural(letters, "message")}`}</span>
            <span className="text-muted"> in the dead-letter queue</span>
          </p>
          <p className="mt-1 max-w-3xl text-muted">
            Each failed in every attempt. The sweep clears those whose files have an outcome; look at the
            others and mend the cause, then move them back.
          </p>
        </div>
        <div className="flex flex-wrap gap-2">
          <Button busy={look.isPending} onClick={() => look.mutate({ dryRun: true, why: "" })}>
            Look at them
          </Button>
          <Button onClick={() => setAsking(true)}>Move them back…</Button>
        </div>
      </div>
      {look.error && (
        <div className="mt-3">
          <ErrorNotice error={look.error} what="The dead letters cannot be shown" />
        </div>
      )}
      {asking && <RedriveDialog onClose={() => setAsking(false)} />}
    </section>
  );
}
