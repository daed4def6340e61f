import { useState, type ReactNode } from "react";
import { count } from "../../lib/format";
import { Button } from "../../ui/Button";

const STEP = 100;

interface Props<Item> {
  items: readonly Item[];
  label: string;
  children: (item: Item) => ReactNode;
}

/** A list of which the first hundred are shown, then as many more as somebody wants: thousands would be slow. */
export function Fold<Item extends { id: string }>({ items, label, children }: Props<Item>) {
  const [shown, setShown] = useState(STEP);
  const rest = items.length - shown;
  return (
    <>
      <ul aria-label={label} className="divide-y divide-line">
        {items.slice(0, shown).map((item) => (
          <li key={item.id}>{children(item)}</li>
        ))}
      </ul>
      {rest > 0 && (
        <div className="border-t border-line p-3 text-center">
          <Button kind="quiet" onClick={() => setShown(shown + STEP)}>
            Show {count(Math.min(rest, STEP))} more of {count(rest)}
          </Button>
        </div>
      )}
    </>
  );
}
