import type { LucideIcon } from "lucide-react";
import type { ReactNode } from "react";
import { Link } from "react-router";
import { TONE_TEXT, type Tone } from "../../lib/words";

interface Props {
  label: string;
  icon: LucideIcon;
  /** What the sign looks like; the figure says the same. */
  tone: Tone;
  figure: ReactNode;
  /** The list behind the figure. */
  to: string;
  children?: ReactNode;
}

/** One figure, the list behind it, and what goes with it in a line or two. */
export function Tile({ label, icon: Icon, tone, figure, to, children }: Props) {
  return (
    <section aria-label={label} className="card relative flex flex-col gap-0.5 p-4 hover:border-line-strong">
      <h2 className="flex items-center gap-2 text-sm font-medium text-muted">
        <Icon aria-hidden size={17} className={TONE_TEXT[tone]} />
        {label}
      </h2>
      <Link
        to={to}
        className="text-xl leading-9 font-semibold tracking-tight tabular-nums sm:text-[1.75rem] [&_time]:whitespace-normal after:absolute after:inset-0 after:rounded-xl"
      >
        {figure}
      </Link>
      <div className="min-h-12 text-sm leading-[1.375rem] text-muted [&_a]:relative [&_a]:z-[1]">
        {children}
      </div>
    </section>
  );
}
