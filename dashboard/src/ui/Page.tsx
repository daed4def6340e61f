import { useEffect, useRef, type ReactNode } from "react";

interface Props {
  title: string;
  /** What the heading shows, if that is more than the title. */
  heading?: ReactNode;
  /** Under the title, in one line. */
  about?: ReactNode;
  actions?: ReactNode;
  children: ReactNode;
}

/** A view: its title names the tab, and has the focus when it comes, so that it is read aloud. */
export function Page({ title, heading: shown = title, about, actions, children }: Props) {
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => {
    document.title = `${title} · Silent Scalper`;
  }, [title]);
  useEffect(() => {
    heading.current?.focus({ preventScroll: true });
  }, []);
  return (
    <>
      <div className="mb-5 flex flex-wrap items-end justify-between gap-x-6 gap-y-3">
        <div className="min-w-0">
          <h1
            ref={heading}
            tabIndex={-1}
            className="text-2xl font-semibold tracking-tight break-words outline-none"
          >
            {shown}
          </h1>
          {about !== undefined && <div className="mt-0.5 text-muted">{about}</div>}
        </div>
        {actions !== undefined && <div className="flex flex-wrap gap-2">{actions}</div>}
      </div>
      {children}
    </>
  );
}
