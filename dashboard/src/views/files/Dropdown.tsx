import { ChevronDown } from "lucide-react";
import { useCallback, useEffect, useId, useRef, useState, type ReactNode } from "react";

interface Props {
  label: string;
  /** How many of its filters are set. */
  active: number;
  /** The edge of the button that the panel shares. */
  side?: "left" | "right";
  children: (close: () => void) => ReactNode;
}

/** A button that opens a small panel; Escape, a click elsewhere and leaving it by Tab close it. */
export function Dropdown({ label, active, side = "left", children }: Props) {
  const [open, setOpen] = useState(false);
  const panel = useId();
  const root = useRef<HTMLDivElement>(null);
  const button = useId();
  const close = useCallback(() => {
    setOpen(false);
    document.getElementById(button)?.focus();
  }, [button]);
  useEffect(() => {
    if (!open) return;
    const elsewhere = (event: Event) => {
      if (event.target instanceof Node && !root.current?.contains(event.target)) setOpen(false);
    };
    const escape = (event: KeyboardEvent) => {
      if (event.key === "Escape") close();
    };
    document.addEventListener("pointerdown", elsewhere);
    document.addEventListener("focusin", elsewhere);
    document.addEventListener("keydown", escape);
    return () => {
      document.removeEventListener("pointerdown", elsewhere);
      document.removeEventListener("focusin", elsewhere);
      document.removeEventListener("keydown", escape);
    };
  }, [open, close]);
  return (
    <div ref={root} className="relative">
      <button
        id={button}
        type="button"
        aria-expanded={open}
        aria-controls={panel}
        onClick={() => setOpen(!open)}
        className="field flex w-full items-center justify-between gap-2 hover:bg-sunken"
      >
        <span>
          {label}{" "}
          {active > 0 && (
            <span className="ml-1 rounded-full bg-accent-soft px-2 py-0.5 text-sm font-medium text-accent tabular-nums">
              {active}
              <span className="sr-only"> set</span>
            </span>
          )}
        </span>
        <ChevronDown aria-hidden size={16} className="text-muted" />
      </button>
      <div
        id={panel}
        hidden={!open}
        className={`card absolute top-full z-20 mt-1 w-max max-w-[calc(100vw-2.5rem)] min-w-full p-2 shadow-high ${side === "left" ? "left-0" : "right-0"}`}
      >
        {open && children(close)}
      </div>
    </div>
  );
}
