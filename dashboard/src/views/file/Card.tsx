import { useId, type ReactNode } from "react";

interface Props {
  title: string;
  /** Beside the title: what it is about in a few words, or what can be done. */
  beside?: ReactNode;
  children: ReactNode;
}

export function Card({ title, beside, children }: Props) {
  const heading = useId();
  return (
    <section aria-labelledby={heading} className="card min-w-0">
      <div className="flex min-h-12 flex-wrap items-center justify-between gap-x-4 gap-y-1 border-b border-line px-4 py-2 sm:px-5">
        <h2 id={heading} className="font-semibold">
          {title}
        </h2>
        {beside !== undefined && <div className="text-sm text-muted">{beside}</div>}
      </div>
      {children}
    </section>
  );
}
