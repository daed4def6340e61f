interface Props {
  name: string;
  done: number;
  of: number;
  tone?: "accent" | "quiet";
  className?: string;
}

/** How much of something is there. */
export function ProgressBar({ name, done, of, tone = "accent", className = "h-1.5" }: Props) {
  const percent = of > 0 ? Math.min(100, Math.floor((done / of) * 100)) : 0;
  return (
    <div
      role="progressbar"
      aria-label={name}
      aria-valuemin={0}
      aria-valuemax={100}
      aria-valuenow={percent}
      className={`overflow-hidden rounded-full bg-sunken ${className}`}
    >
      <div
        className={`h-full rounded-full transition-[width] ${tone === "accent" ? "bg-accent" : "bg-quiet-fill"}`}
        style={{ width: `${percent}%` }}
      />
    </div>
  );
}
