import { useId } from "react";

const LONGEST_WHY = 500;

interface Props {
  value: string;
  onChange: (why: string) => void;
  /** Who will read it. */
  hint?: string;
}

/** Why somebody does something; it is kept with who asked and when. */
export function WhyField({ value, onChange, hint = "Everybody who sees the file sees it, too." }: Props) {
  const field = useId();
  const help = useId();
  return (
    <div className="space-y-1">
      <label htmlFor={field} className="block font-medium">
        Reason <span className="font-normal text-muted">(optional)</span>
      </label>
      <textarea
        id={field}
        aria-describedby={help}
        value={value}
        onChange={(event) => onChange(event.target.value)}
        maxLength={LONGEST_WHY}
        rows={2}
        className="field w-full"
      />
      <p id={help} className="text-sm text-muted">
        {hint}
      </p>
    </div>
  );
}
