import { ChevronRight } from "lucide-react";
import { Link } from "react-router";
import { filesPath, type Filters } from "../../lib/filters";
import { count } from "../../lib/format";
import type { Tone } from "../../lib/words";
import type { Operation, Part, Progress } from "./progress";

const FILLS: Record<Tone, string> = {
  good: "bg-good-fill",
  warn: "bg-warn-fill",
  bad: "bg-bad-fill",
  info: "bg-info-fill",
  quiet: "bg-quiet-fill",
};

interface Props {
  operation: Operation;
  progress: Progress;
  sentence: string;
}

/** How far it is: one bar, and what became of the files so far. */
export function OperationProgress({ operation, progress, sentence }: Props) {
  const { parts, done, total, finished } = progress;
  return (
    <section aria-label="Progress" className="card min-w-0 p-4 sm:p-5">
      <p className="text-lg font-semibold">{sentence}</p>
      {operation.kind !== "redrive" && (
        <div
          role="progressbar"
          aria-label="Files that are done"
          aria-valuemin={0}
          aria-valuemax={Math.max(total, 1)}
          aria-valuenow={finished ? Math.max(total, 1) : done}
          aria-valuetext={sentence}
          className="mt-3 flex h-3 gap-0.5 overflow-hidden rounded-full bg-sunken"
        >
          {parts
            .filter(({ label }) => label !== "Under way")
            .map(({ label, tone, files }) => (
              <div
                key={label}
                className={`transition-[width] ${FILLS[tone]}`}
                style={{ width: `${(100 * files) / total}%` }}
              />
            ))}
        </div>
      )}
      {parts.length > 0 && (
        <ul aria-label="What became of the files" className="mt-4 divide-y divide-line">
          {parts.map((part) => (
            <li key={part.label}>
              <PartRow part={part} operation={operation} />
            </li>
          ))}
        </ul>
      )}
      {finished && (progress.parts.find(({ status }) => status === "quarantined")?.files ?? 0) > 0 && (
        <p className="mt-3 text-muted">
          What was quarantined again has the same fault as before, or another one: its cause is not mended
          yet.
        </p>
      )}
    </section>
  );
}

function PartRow({ part, operation }: { part: Part; operation: Operation }) {
  const { label, meaning, tone, files, status } = part;
  const row = (
    <>
      <span aria-hidden className={`mt-1.5 size-3 shrink-0 rounded-sm ${FILLS[tone]}`} />
      <span className="min-w-0 flex-1">
        <span className="block font-medium">{label}</span>
        <span className="block text-sm text-muted">{meaning}</span>
      </span>
      <span className="figure font-semibold">{count(files)}</span>
    </>
  );
  if (status === undefined) return <div className="flex gap-3 py-2.5 pr-7">{row}</div>;
  return (
    <Link
      to={filesPath(filtersAfter(operation, status))}
      className="-mx-2 flex gap-3 rounded-lg px-2 py-2.5 hover:bg-sunken"
    >
      {row}
      <ChevronRight aria-hidden size={16} className="mt-1 -mr-1 shrink-0 text-muted" />
    </Link>
  );
}

/** Where the files are now, as near as a filter comes. */
function filtersAfter({ wanted }: Operation, status: Filters["status"][number]): Filters {
  const filters: Filters = { status: [status] };
  for (const name of ["prefix", "arrivedAfter", "arrivedBefore"] as const) {
    const value = wanted[name];
    if (typeof value === "string") filters[name] = value;
  }
  return filters;
}
