import { useQuery } from "@tanstack/react-query";
import { CircleX, Hourglass, Inbox, ShieldAlert } from "lucide-react";
import { Link } from "react-router";
import type { Schemas } from "../../api/client";
import { figuresOf, filesOf } from "../../charts/figures";
import { periodsOf, USUAL_RANGE } from "../../charts/periods";
import { filesPath } from "../../lib/filters";
import { count, duration, plural } from "../../lib/format";
import { useNow } from "../../lib/now";
import { useSession } from "../../session/session";
import { Time } from "../../ui/Time";
import { statsQuery } from "./queries";
import { Tile } from "./Tile";
import { filesIn, oldestIn, QUEUE_LATE_SECONDS, type Overview } from "./verdict";

const UNKNOWN = "?";

/** The four figures that a person looks for; of a key that is bound, those that are about its own files. */
export function Tiles({ overview, bound }: { overview: Overview; bound: boolean }) {
  return (
    <div className={`grid gap-3 sm:gap-4 ${bound ? "sm:grid-cols-3" : "grid-cols-2 lg:grid-cols-4"}`}>
      <Arriving overview={overview} bound={bound} />
      {!bound && <Waiting overview={overview} />}
      <Quarantined seen={overview.attention} />
      <Failed seen={overview.attention} later={overview.underway?.triedAgainLater ?? 0} />
    </div>
  );
}

function Arriving({ overview: { arriving }, bound }: { overview: Overview; bound: boolean }) {
  const last = arriving?.lastArrivedAt;
  const figure = arriving ? last === undefined ? "never" : <Time at={last} /> : UNKNOWN;
  return (
    <Tile label="Last arrival" icon={Inbox} tone="quiet" figure={figure} to={filesPath({})}>
      {bound ? "Newest of your files" : <LastHours />}
    </Tile>
  );
}

/** Statistics are by the hour: so the one that is not over, and the one before. */
function LastHours() {
  const { api } = useSession();
  const now = useNow();
  // As the charts ask for by default, so that both share an answer.
  const { data, error } = useQuery(statsQuery(api, USUAL_RANGE, now));
  if (!data) return error ? "The last hours are not known" : null;
  const [before, present] = figuresOf(data.hours, periodsOf("1h", now));
  if (!before || !present) return null;
  const since = new Date(present.period.from).toISOString();
  const earlier = new Date(before.period.from).toISOString();
  return (
    <>
      <Link className="link inline-block min-h-6" to={filesPath({ arrivedAfter: since })}>
        {count(filesOf(present))} this hour
      </Link>
      ,{" "}
      <Link
        className="link inline-block min-h-6"
        to={filesPath({ arrivedAfter: earlier, arrivedBefore: since })}
      >
        {count(filesOf(before))} the hour before
      </Link>
    </>
  );
}

function Waiting({ overview: { queue, underway } }: { overview: Overview }) {
  const late = (queue?.oldestSeconds ?? 0) >= QUEUE_LATE_SECONDS;
  return (
    <Tile
      label="Waiting"
      icon={Hourglass}
      tone={late ? "warn" : "quiet"}
      figure={queue ? count(queue.waiting + queue.delayed) : UNKNOWN}
      to={filesPath({ status: ["awaiting_upload", "retrying"] })}
    >
      {queue && <p>{inQueue(queue)}</p>}
      {underway && <Underway seen={underway} />}
    </Tile>
  );
}

function Underway({ seen }: { seen: Schemas["Underway"] }) {
  const least = seen.complete ? "" : "at least ";
  return (
    <>
      {seen.awaitingUpload > 0 && (
        <p>
          <Link className="link inline-block min-h-6" to={filesPath({ status: ["awaiting_upload"] })}>
            {least}
            {plural(seen.awaitingUpload, "upload")} announced
          </Link>
        </p>
      )}
      {seen.retrying > 0 && (
        <p>
          <Link className="link inline-block min-h-6" to={filesPath({ status: ["retrying"] })}>
            {least}
            {count(seen.retrying)} tried again
          </Link>
        </p>
      )}
    </>
  );
}

function inQueue({ inFlight, oldestSeconds }: Schemas["QueueState"]): string {
  const worked = inFlight === 0 ? "None being worked on" : `${count(inFlight)} being worked on`;
  return oldestSeconds === undefined ? worked : `${worked}, oldest for ${duration(oldestSeconds * 1000)}`;
}

function Quarantined({ seen }: { seen: Overview["attention"] }) {
  const { can } = useSession();
  const files = seen && filesIn(seen, "quarantined");
  return (
    <Tile
      label="Quarantined"
      icon={ShieldAlert}
      tone={files ? "warn" : "quiet"}
      figure={counted(files, seen)}
      to={can("operate") ? "/quarantine" : filesPath({ status: ["quarantined"] })}
    >
      {seen && <Oldest at={oldestIn(seen, "quarantined")} complete={seen.complete} />}
    </Tile>
  );
}

function Failed({ seen, later }: { seen: Overview["attention"]; later: number }) {
  const files = seen && filesIn(seen, "failed");
  return (
    <Tile
      label="Failed"
      icon={CircleX}
      tone={files ? "bad" : "quiet"}
      figure={counted(files, seen)}
      to={filesPath({ status: ["failed"] })}
    >
      {seen && <Oldest at={oldestIn(seen, "failed")} complete={seen.complete} />}
      {later > 0 && <p>{plural(later, "file is", "files are")} tried again without you</p>}
    </Tile>
  );
}

function counted(files: number | undefined, seen: Overview["attention"]): string {
  if (files === undefined) return UNKNOWN;
  return seen?.complete === false ? `${count(files)}+` : count(files);
}

/** If not all were counted, the newest were: nobody knows the oldest then. */
function Oldest({ at, complete }: { at: string | undefined; complete: boolean }) {
  if (!complete) return <p>At least so many: the newest were counted</p>;
  if (at === undefined) return <p>Nothing to do</p>;
  return (
    <p>
      Oldest came <Time at={at} />
    </p>
  );
}
