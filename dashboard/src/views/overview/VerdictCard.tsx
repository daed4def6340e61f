import { ChevronRight, CircleAlert, CircleCheck, Info, TriangleAlert } from "lucide-react";
import { useEffect, useRef } from "react";
import { Link } from "react-router";
import { useNow } from "../../lib/now";
import { TONE_TEXT, type Tone } from "../../lib/words";
import { useSession } from "../../session/session";
import { useAnnounce } from "../../ui/Announcer";
import { Time } from "../../ui/Time";
import { verdictOf, type Concern, type Overview } from "./verdict";

const SIGNS = { good: CircleCheck, warn: TriangleAlert, bad: CircleAlert, info: Info, quiet: Info };
const BOXES: Record<Tone, string> = {
  good: "border-good/40 bg-good-soft",
  warn: "border-warn/40 bg-warn-soft",
  bad: "border-bad/40 bg-bad-soft",
  info: "border-info/40 bg-info-soft",
  quiet: "border-line bg-sunken",
};

/** Is it healthy? One sentence, a sign, and what else a person should know. */
export function VerdictCard({ overview, checkedAt }: { overview: Overview; checkedAt: number }) {
  const { can } = useSession();
  const verdict = verdictOf(overview, useNow(), can("operate") ? "/quarantine" : undefined);
  const Sign = SIGNS[verdict.tone];
  useAnnounced(verdict.title);
  return (
    <section aria-label="State" className={`rounded-xl border p-4 sm:p-5 ${BOXES[verdict.tone]}`}>
      <div className="flex gap-3 sm:gap-4">
        <Sign aria-hidden size={32} strokeWidth={1.75} className={`shrink-0 ${TONE_TEXT[verdict.tone]}`} />
        <div className="min-w-0 flex-1">
          <h2 className="text-xl leading-8 font-semibold tracking-tight">
            <Leading to={verdict.to}>{verdict.title}</Leading>
          </h2>
          <p>{verdict.detail}</p>
        </div>
        <p className="hidden text-sm text-muted sm:block">
          Checked <Time at={new Date(checkedAt).toISOString()} />
        </p>
      </div>
      {verdict.also.length > 0 && (
        <ul className="mt-3 space-y-1 border-t border-line-strong/40 pt-3 sm:ml-12">
          {verdict.also.map((concern) => (
            <Also key={concern.title} concern={concern} />
          ))}
        </ul>
      )}
    </section>
  );
}

function Also({ concern: { tone, title, detail, to } }: { concern: Concern }) {
  const Sign = SIGNS[tone];
  return (
    <li className="flex gap-2">
      <Sign aria-hidden size={18} className={`mt-0.5 shrink-0 ${TONE_TEXT[tone]}`} />
      <span>
        <span className="font-medium">
          <Leading to={to}>{title}</Leading>.
        </span>{" "}
        {detail}
      </span>
    </li>
  );
}

function Leading({ to, children }: { to: string | undefined; children: string }) {
  if (to === undefined) return children;
  return (
    <Link to={to} className="underline-offset-4 hover:underline">
      {children}
      <ChevronRight aria-hidden size="1em" className="inline align-[-0.1em]" />
    </Link>
  );
}

/** Tells of another verdict, but not of the one that was there when the page came. */
function useAnnounced(title: string): void {
  const announce = useAnnounce();
  const known = useRef(title);
  useEffect(() => {
    if (known.current !== title) announce(title);
    known.current = title;
  }, [announce, title]);
}
