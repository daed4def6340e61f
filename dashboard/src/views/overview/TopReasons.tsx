import { Link } from "react-router";
import type { Schemas } from "../../api/client";
import { filesPath } from "../../lib/filters";
import { count } from "../../lib/format";
import { REASON, STATUS } from "../../lib/words";
import type { Overview } from "./verdict";

const MOST = 5;
const FILLS = { quarantined: "bg-warn-fill", failed: "bg-bad-fill" };

/** Why files need somebody, the most frequent reason first, and what to do about each. */
export function TopReasons({ overview: { attention } }: { overview: Overview }) {
  const counts = attention?.counts ?? [];
  const largest = Math.max(...counts.map(({ files }) => files));
  return (
    <section aria-labelledby="top-reasons" className="card min-w-0 p-4 sm:p-5">
      <h2 id="top-reasons" className="font-semibold">
        Why files need somebody
      </h2>
      {!attention && <p className="mt-2 text-muted">They cannot be counted just now.</p>}
      {attention && counts.length === 0 && <p className="mt-2 text-muted">No file does.</p>}
      {attention && !attention.complete && (
        <p className="text-sm text-muted">At least so many each: the newest were counted.</p>
      )}
      {counts.length > 0 && (
        <ul className="mt-3 space-y-4">
          {counts.slice(0, MOST).map((each) => (
            <Row key={`${each.status} ${each.reason}`} counted={each} largest={largest} />
          ))}
        </ul>
      )}
      {counts.length > MOST && (
        <p className="mt-4">
          <Link className="link" to={filesPath({ status: ["quarantined", "failed"] })}>
            {`${counts.length - MOST} more`}
          </Link>
        </p>
      )}
    </section>
  );
}

function Row({ counted, largest }: { counted: Schemas["AttentionCount"]; largest: number }) {
  const { status, reason, files } = counted;
  const words = reason === undefined ? undefined : REASON[reason];
  const to = filesPath({ status: [status], ...(reason === undefined ? {} : { reason }) });
  return (
    <li className="group relative">
      <div className="flex items-baseline justify-between gap-4">
        <span className="min-w-0">
          <Link
            className="font-medium underline-offset-4 group-hover:underline after:absolute after:inset-0"
            to={to}
          >
            {words?.label ?? "No reason known"}
          </Link>{" "}
          <span className="text-sm text-muted">{STATUS[status].label.toLowerCase()}</span>
        </span>
        <span className="figure font-semibold">{count(files)}</span>
      </div>
      <div aria-hidden className="mt-1 h-2 rounded-full bg-sunken">
        <div
          className={`h-2 min-w-1 rounded-full ${FILLS[status]}`}
          style={{ width: `${(100 * files) / largest}%` }}
        />
      </div>
      {words && <p className="mt-1 text-sm text-muted">{words.advice}</p>}
    </li>
  );
}
