/** A spot in the colour of a series, beside its name. */
export function Swatch({ colour }: { colour: string }) {
  return (
    <span
      aria-hidden
      className="inline-block size-3 rounded-sm align-[-0.1em]"
      style={{ background: `var(--${colour})` }}
    />
  );
}
