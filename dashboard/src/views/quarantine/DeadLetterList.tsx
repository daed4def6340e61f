import { useState } from "react";
import { useSession } from "../../session/session";
import { Button } from "../../ui/Button";
import { Name } from "../../ui/Name";
import { Time } from "../../ui/Time";
import { lettersOf, type Operation } from "./progress";
import { RedriveDialog } from "./RedriveDialog";

/** What the first dead letters are about; after a mere look, they can be moved back. */
export function DeadLetterList({ operation }: { operation: Operation }) {
  const { can, access } = useSession();
  const [asking, setAsking] = useState(false);
  const letters = lettersOf(operation.examples ?? []);
  if (letters.length === 0) return null;
  const canMove = operation.wanted.dryRun === true && can("operate") && access.prefix === undefined;
  return (
    <section aria-labelledby="letters" className="card min-w-0">
      <div className="flex flex-wrap items-center justify-between gap-3 px-4 py-3 sm:px-5">
        <h2 id="letters" className="font-semibold">
          What the first ones are about
        </h2>
        {canMove && <Button onClick={() => setAsking(true)}>Move them back…</Button>}
      </div>
      <ul>
        {letters.map(({ id, sentAt, about }) => (
          <li
            key={id}
            className="flex flex-wrap justify-between gap-x-4 border-t border-line px-4 py-2.5 sm:px-5"
          >
            <div className="min-w-0 [overflow-wrap:anywhere]">
              {about.length === 0 ? (
                <span className="text-muted">Nothing that is known</span>
              ) : (
                about.map((each) => (
                  <p key={each}>
                    <Name>{each}</Name>
                  </p>
                ))
              )}
            </div>
            {sentAt !== undefined && (
              <span className="text-sm text-muted">
                <Time at={sentAt} />
              </span>
            )}
          </li>
        ))}
      </ul>
      {asking && <RedriveDialog onClose={() => setAsking(false)} />}
    </section>
  );
}
