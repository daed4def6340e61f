import { useQuery } from "@tanstack/react-query";
import { Bell, CircleAlert, CircleCheck, CircleHelp, MailX, Wrench, type LucideIcon } from "lucide-react";
import type { ReactNode } from "react";
import { Link } from "react-router";
import type { Schemas } from "../../api/client";
import { filesPath } from "../../lib/filters";
import { plural } from "../../lib/format";
import { useNow } from "../../lib/now";
import { TONE_TEXT, type Tone } from "../../lib/words";
import { useSession } from "../../session/session";
import { Time } from "../../ui/Time";
import { sweepQuery } from "./queries";
import { repaired } from "./sweep";
import { isSweepLate, type Overview } from "./verdict";

/** What works behind the files: whether it does, and what it did last. */
export function Machinery({ overview }: { overview: Overview }) {
  return (
    <div className="card grid divide-y divide-line md:grid-cols-3 md:divide-x md:divide-y-0">
      <DeadLetters letters={overview.deadLetters} />
      <Alerts seen={overview.alerts} />
      <Sweep seen={overview.sweep} />
    </div>
  );
}

interface PartProps {
  label: string;
  icon: LucideIcon;
  tone: Tone;
  state: ReactNode;
  children?: ReactNode;
}

const SIGNS = { good: CircleCheck, warn: CircleAlert, bad: CircleAlert, info: CircleHelp, quiet: CircleHelp };

function Part({ label, icon: Icon, tone, state, children }: PartProps) {
  const Sign = SIGNS[tone];
  return (
    <section aria-label={label} className="min-w-0 px-4 py-3">
      <h2 className="flex items-center gap-2 text-sm font-medium text-muted">
        <Icon aria-hidden size={17} />
        {label}
      </h2>
      <p className="mt-1 flex items-center gap-2 font-medium">
        <Sign aria-hidden size={17} className={`shrink-0 ${TONE_TEXT[tone]}`} />
        <span className="min-w-0 truncate">{state}</span>
      </p>
      <div className="min-h-[1.375rem] text-sm leading-[1.375rem] text-muted">{children}</div>
    </section>
  );
}

function DeadLetters({ letters }: { letters: number | undefined }) {
  const { can } = useSession();
  const label = "Dead letters";
  if (letters === undefined) {
    return <Part label={label} icon={MailX} tone="quiet" state="Not known just now" />;
  }
  if (letters === 0) {
    return (
      <Part label={label} icon={MailX} tone="good" state="None">
        Every message was delivered
      </Part>
    );
  }
  const text = plural(letters, "message");
  const state = can("operate") ? (
    <Link className="link" to="/quarantine">
      {text}
    </Link>
  ) : (
    text
  );
  return (
    <Part label={label} icon={MailX} tone="bad" state={state}>
      Tried six times, then given up
    </Part>
  );
}

const ALERTS: Record<Schemas["AlertStatus"], { tone: Tone; state: string }> = {
  ok: { tone: "good", state: "Go out" },
  failing: { tone: "bad", state: "Do not go out" },
  unknown: { tone: "quiet", state: "Not known just now" },
};

function Alerts({ seen }: { seen: Overview["alerts"] }) {
  const { tone, state } = ALERTS[seen?.status ?? "unknown"];
  return (
    <Part label="Alerts" icon={Bell} tone={tone} state={state}>
      {seen?.lastSentAt === undefined ? (
        "Nobody had to be told of anything yet"
      ) : (
        <span className="flex min-w-0 gap-2">
          <Time at={seen.lastSentAt} />
          <span title={seen.lastSubject} className="min-w-0 truncate">
            {seen.lastSubject}
          </span>
        </span>
      )}
    </Part>
  );
}

function Sweep({ seen }: { seen: Overview["sweep"] }) {
  const { api } = useSession();
  const report = useQuery(sweepQuery(api));
  const now = useNow();
  const ranAt = seen?.ranAt;
  const late = isSweepLate(ranAt, now);
  const known = ranAt === undefined ? seen && "Has not run yet" : undefined;
  const tone = late ? "warn" : ranAt === undefined ? "quiet" : "good";
  const state =
    ranAt === undefined ? (
      (known ?? "Not known just now")
    ) : (
      <>
        {late ? "Late: ran " : "Ran "}
        <Time at={ranAt} />
      </>
    );
  return (
    <Part label="Sweep" icon={Wrench} tone={tone} state={state}>
      {report.data && <Repaired report={report.data} />}
    </Part>
  );
}

function Repaired({ report }: { report: Schemas["ReconciliationView"] }) {
  const text = repaired(report);
  const gone = report.last?.gone ?? 0;
  if (gone === 0) return text;
  return (
    <Link className="link" to={filesPath({ status: ["missing"] })}>
      {text}
    </Link>
  );
}
