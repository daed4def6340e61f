import type { ReactNode } from "react";

interface Props {
  /** What is in it, for those who do not see it. */
  label: string;
  className?: string;
  children: ReactNode;
}

/** What may be wider than the page scrolls by itself, also with the keyboard. */
export function Scroller({ label, className = "", children }: Props) {
  return (
    // The arrow keys reach what is outside of the view only if it can have the focus.
    // eslint-disable-next-line jsx-a11y/no-noninteractive-tabindex
    <div role="region" aria-label={label} tabIndex={0} className={`relative overflow-auto ${className}`}>
      {children}
    </div>
  );
}
