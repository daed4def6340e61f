import { lazy, Suspense, useCallback, useMemo } from "react";
import { Link, useNavigate } from "react-router";
import { durationWords, OUTCOMES, totalOf, bytesOf, type Figures, type Outcome } from "../../charts/figures";
import { isDay, type Period } from "../../charts/periods";
import type { ChartSeries } from "../../charts/plot";
import { Swatch } from "../../charts/Swatch";
import { bytes, count, duration, shortCount } from "../../lib/format";
import { STATUS } from "../../lib/words";
import { Skeleton } from "../../ui/Skeleton";
import { filesIn } from "./places";

const TimeChart = lazy(async () => ({ default: (await import("../../charts/TimeChart")).TimeChart }));

const COLOURS: Record<Outcome, string> = {
  processed: "good-fill",
  quarantined: "warn-fill",
  failed: "bad-fill",
  missing: "quiet-fill",
};
const LARGE = 256;
const SMALL = 192;
/** Only files that were read have bytes. */
const READ: Outcome[] = ["processed", "quarantined"];

interface Props {
  /** Nothing while it is on its way. */
  figures: Figures[] | undefined;
  periods: Period[];
}

/** Files, bytes and durations over time. */
export function Charts({ figures, periods }: Props) {
  const by = periods[0] && isDay(periods[0]) ? "by day" : "by hour";
  const navigate = useNavigate();
  const words = useMemo(() => durationWords(periods), [periods]);
  const files = useMemo(() => seriesOf(figures, OUTCOMES, "files"), [figures]);
  const sizes = useMemo(() => seriesOf(figures, READ, "bytes"), [figures]);
  const durations = useMemo<ChartSeries[] | undefined>(
    () =>
      figures && [
        { label: words.p50, colour: "info-fill", values: figures.map(({ p50 }) => p50) },
        { label: words.p95, colour: "accent", values: figures.map(({ p95 }) => p95) },
      ],
    [figures, words],
  );
  const open = useCallback(
    (index: number, outcome: Outcome | undefined) => {
      const period = periods[index];
      if (period) void navigate(filesIn(period, outcome));
    },
    [periods, navigate],
  );
  const all = figures?.reduce((sum, each) => sum + bytesOf(each), 0) ?? 0;
  return (
    <div className="grid gap-x-6 gap-y-5 lg:grid-cols-2">
      <Chart title={`Files ${by}`} height={LARGE} wide legend={<FilesLegend figures={figures} />}>
        {files && (
          <TimeChart
            label={`Files ${by}`}
            periods={periods}
            series={files}
            shape="bars"
            height={LARGE}
            whole
            format={count}
            axis={shortCount}
            pick={(index, part) => open(index, part === undefined ? undefined : OUTCOMES[part])}
          />
        )}
      </Chart>
      <Chart title={`Size ${by}`} height={SMALL} legend={figures && `${bytes(all)} together`}>
        {sizes && (
          <TimeChart
            label={`Size ${by}`}
            periods={periods}
            series={sizes}
            shape="bars"
            height={SMALL}
            format={bytes}
            axis={bytes}
            pick={(index, part) => open(index, part === undefined ? undefined : READ[part])}
          />
        )}
      </Chart>
      <Chart
        title={`Duration of processed files ${by}`}
        height={SMALL}
        legend={<Legend series={durations} />}
      >
        {durations && (
          <TimeChart
            label={`Duration of processed files ${by}`}
            periods={periods}
            series={durations}
            shape="lines"
            height={SMALL}
            format={duration}
            axis={duration}
            pick={(index) => open(index, "processed")}
          />
        )}
      </Chart>
    </div>
  );
}

interface ChartProps {
  title: string;
  height: number;
  wide?: boolean;
  legend: React.ReactNode;
  children: React.ReactNode;
}

function Chart({ title, height, wide = false, legend, children }: ChartProps) {
  const place = <Skeleton className="h-full" />;
  return (
    <figure className={wide ? "min-w-0 lg:col-span-2" : "min-w-0"}>
      {/* Room for the legend, which comes with the figures. */}
      <figcaption className={`mb-2 min-h-[3.25rem] ${wide ? "max-sm:min-h-[4.75rem]" : ""}`}>
        <h3 className="text-sm font-medium">{title}</h3>
        <div className="flex flex-wrap gap-x-4 text-sm text-muted">{legend}</div>
      </figcaption>
      <div style={{ height }}>
        <Suspense fallback={place}>{children ?? place}</Suspense>
      </div>
    </figure>
  );
}

/** How many ended how in the whole range, each with a link to these. */
function FilesLegend({ figures }: { figures: Figures[] | undefined }) {
  const first = figures?.[0]?.period;
  const last = figures?.at(-1)?.period;
  if (!figures || !first || !last) return null;
  return OUTCOMES.map((outcome) => (
    <Link
      key={outcome}
      to={filesIn({ from: first.from, to: last.to }, outcome)}
      className="inline-flex min-h-7 items-center gap-1.5 hover:text-text hover:underline"
    >
      <Swatch colour={COLOURS[outcome]} /> {STATUS[outcome].label}{" "}
      <span className="font-medium text-text tabular-nums">{count(totalOf(figures, outcome))}</span>
    </Link>
  ));
}

function Legend({ series }: { series: ChartSeries[] | undefined }) {
  return series?.map(({ label, colour }) => (
    <span key={label}>
      <Swatch colour={colour} /> {label}
    </span>
  ));
}

function seriesOf(
  figures: Figures[] | undefined,
  outcomes: Outcome[],
  what: "files" | "bytes",
): ChartSeries[] | undefined {
  return (
    figures &&
    outcomes.map((outcome) => ({
      label: STATUS[outcome].label,
      colour: COLOURS[outcome],
      values: figures.map((each) => each[what][outcome]),
    }))
  );
}
