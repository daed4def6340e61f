import { COLUMNS } from "./FileRow";

const HEADS = [
  { label: "Name", look: "" },
  { label: "Arrived", look: "text-right md:order-last" },
  { label: "State", look: "" },
  { label: "Type", look: "" },
  { label: "Size", look: "text-right" },
  { label: "Took", look: "text-right" },
];

/** Stays in the window while one scrolls; small screens show no columns, but say them aloud. */
export function TableHead() {
  return (
    <div
      role="rowgroup"
      className="sr-only rounded-t-xl border-b border-line bg-surface text-sm font-medium text-muted md:not-sr-only md:sticky md:top-14 md:z-10"
    >
      <div role="row" aria-rowindex={1} className={`${COLUMNS} py-2`}>
        {HEADS.map(({ label, look }) => (
          <div key={label} role="columnheader" className={look}>
            {label}
          </div>
        ))}
      </div>
    </div>
  );
}
