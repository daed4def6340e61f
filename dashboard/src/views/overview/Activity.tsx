import { useQuery } from "@tanstack/react-query";
import { useMemo } from "react";
import { isPassing } from "../../api/problem";
import { figuresOf } from "../../charts/figures";
import { isRange, periodsOf, RANGES, USUAL_RANGE, type Range } from "../../charts/periods";
import { useAddress } from "../../lib/address";
import { useNow } from "../../lib/now";
import { useSession } from "../../session/session";
import { ErrorNotice } from "../../ui/ErrorNotice";
import { Skeleton } from "../../ui/Skeleton";
import { Charts } from "./Charts";
import { PeriodTable } from "./PeriodTable";
import { statsQuery } from "./queries";

const RANGE_WORDS: Record<Range, { short: string; long: string }> = {
  "1h": { short: "1 h", long: "Last hour" },
  "24h": { short: "24 h", long: "24 hours" },
  "7d": { short: "7 d", long: "7 days" },
  "30d": { short: "30 d", long: "30 days" },
};
const MINUTE_MS = 60_000;

/** What came in over time. The range, and whether it is a table, stand in the address. */
export function Activity() {
  const { api } = useSession();
  const [address, write] = useAddress();
  const asked = address.get("range");
  const range = isRange(asked) ? asked : USUAL_RANGE;
  const asTable = address.get("as") === "table";
  const minute = Math.floor(useNow() / MINUTE_MS) * MINUTE_MS;
  const periods = useMemo(() => periodsOf(range, minute), [range, minute]);
  const { data, error, refetch } = useQuery(statsQuery(api, range, minute));
  const figures = useMemo(() => data && figuresOf(data.hours, periods), [data, periods]);

  const lost = error !== null && data === undefined;

  const change = (name: string, value: string | null) => {
    const wanted = new URLSearchParams(address);
    if (value === null) wanted.delete(name);
    else wanted.set(name, value);
    write(wanted, { replace: true });
  };
  return (
    <section aria-labelledby="activity" className="card min-w-0 p-4 sm:p-5">
      <div className="mb-4 flex flex-wrap items-center gap-x-4 gap-y-3">
        <h2 id="activity" className="flex-1 font-semibold">
          Activity
        </h2>
        <label className="flex min-h-9 items-center gap-2 text-sm">
          <input
            type="checkbox"
            className="size-4 accent-accent"
            checked={asTable}
            onChange={(event) => change("as", event.target.checked ? "table" : null)}
          />
          As a table
        </label>
        <RangeChoice
          range={range}
          choose={(chosen) => change("range", chosen === USUAL_RANGE ? null : chosen)}
        />
      </div>
      {error && !(data && isPassing(error)) && (
        <div className="mb-4">
          <ErrorNotice error={error} what="The statistics cannot be read" tryAgain={() => void refetch()} />
        </div>
      )}
      <div aria-busy={figures === undefined}>
        {!asTable && !lost && <Charts figures={figures} periods={periods} />}
        {asTable &&
          !lost &&
          (figures ? <PeriodTable figures={figures} /> : <Skeleton className="h-[34rem]" />)}
      </div>
      <p className="mt-4 text-sm text-muted">
        {range === "1h" && "Figures are kept by the hour: this one so far, and the one before. "}A file counts
        in the {range === "30d" ? "day" : "hour"} in which its work ended, again each time it is tried again,
        and a minute or two late. Half of the processed files took no longer than p50, 19 of 20 no longer than
        p95
        {range === "30d" && " of the day's slowest hour"}.
      </p>
    </section>
  );
}

function RangeChoice({ range, choose }: { range: Range; choose: (range: Range) => void }) {
  return (
    <fieldset className="flex rounded-lg border border-line-strong p-0.5">
      <legend className="sr-only">Range</legend>
      {RANGES.map((each) => (
        <label
          key={each}
          className="relative flex min-h-9 cursor-pointer items-center rounded-md px-3 text-sm font-medium text-muted hover:text-text has-checked:bg-accent-soft has-checked:text-accent has-focus-visible:outline-2 has-focus-visible:outline-accent"
        >
          <input
            type="radio"
            name="range"
            className="sr-only"
            checked={each === range}
            onChange={() => choose(each)}
          />
          <span className="sm:hidden">{RANGE_WORDS[each].short}</span>
          <span className="hidden sm:inline">{RANGE_WORDS[each].long}</span>
        </label>
      ))}
    </fieldset>
  );
}
