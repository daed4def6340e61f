import { useRef, useState, type KeyboardEvent, type PointerEvent } from "react";
import { useAnnounce } from "../ui/Announcer";
import { MARGIN, type ChartSeries } from "./plot";
import { Swatch } from "./Swatch";

interface Props {
  label: string;
  /** How many columns there are. */
  count: number;
  titleOf: (index: number) => string;
  series: ChartSeries[];
  format: (value: number) => string;
  /** With the height under the top at which somebody pointed, if they did. */
  pick: (index: number, top: number | undefined) => void;
}

const STEPS: Record<string, number> = { ArrowLeft: -1, ArrowRight: 1, PageUp: -6, PageDown: 6 };

/** Lies over a drawing, and says what is under the pointer, or where the arrow keys have gone. */
export function ChartCursor({ label, count, titleOf, series, format, pick }: Props) {
  const [at, setAt] = useState<number | null>(null);
  const touched = useRef<number | null>(null);
  const announce = useAnnounce();
  const column = at !== null && at < count ? at : null;

  const columnUnder = ({ clientX, currentTarget }: PointerEvent<HTMLElement>) => {
    const { left, width } = currentTarget.getBoundingClientRect();
    return within(Math.floor(((clientX - left) / width) * count), count);
  };
  const press = (event: KeyboardEvent) => {
    const next = columnAfter(event.key, column, count);
    if (event.key === "Escape") setAt(null);
    if (next === undefined) return;
    event.preventDefault();
    setAt(next);
    announce(`${titleOf(next)}: ${spoken(series, next, format)}`);
  };
  return (
    <>
      <button
        type="button"
        aria-label={`${label}. Arrow keys choose a time, Enter shows its files.`}
        className="absolute rounded-sm"
        style={MARGIN}
        onPointerMove={(event) => setAt(columnUnder(event))}
        onPointerDown={(event) => {
          const under = columnUnder(event);
          // A finger cannot hover: its first touch tells, its second one opens.
          touched.current = event.pointerType === "touch" && under !== column ? under : null;
          setAt(under);
        }}
        onPointerLeave={(event) => {
          if (event.pointerType !== "touch") setAt(null);
        }}
        onBlur={() => setAt(null)}
        onKeyDown={press}
        onClick={(event) => {
          if (column === null || touched.current !== null) return;
          const byPointer = event.detail > 0;
          const { top } = event.currentTarget.getBoundingClientRect();
          pick(column, byPointer ? event.clientY - top : undefined);
        }}
      />
      {column !== null && (
        <Told column={column} count={count} title={titleOf(column)} series={series} format={format} />
      )}
    </>
  );
}

interface ToldProps extends Pick<Props, "count" | "series" | "format"> {
  column: number;
  title: string;
}

function Told({ column, count, title, series, format }: ToldProps) {
  const shown = series.filter((each) => each.values[column]).reverse();
  const share = (column + 0.5) / count;
  const plot = `(100% - ${MARGIN.left + MARGIN.right}px)`;
  const from = `calc(${MARGIN.left}px + ${plot} * ${share})`;
  const side =
    share < 0.5
      ? { left: `calc(${from} + 0.75rem)` }
      : { right: `calc(${MARGIN.right}px + ${plot} * ${1 - share} + 0.75rem)` };
  return (
    <div aria-hidden className="pointer-events-none">
      <div
        className="absolute bg-accent/15"
        style={{
          top: MARGIN.top,
          bottom: MARGIN.bottom,
          width: `max(2px, calc(${plot} / ${count}))`,
          left: `calc(${MARGIN.left}px + ${plot} * ${column / count})`,
        }}
      />
      <div className="card absolute top-2 z-10 px-3 py-2 text-sm shadow-high" style={side}>
        <p className="mb-1 font-medium whitespace-nowrap">{title}</p>
        <table>
          <tbody>
            {shown.length === 0 && (
              <tr>
                <td className="text-muted">Nothing</td>
              </tr>
            )}
            {shown.map((each) => (
              <tr key={each.label}>
                <td className="pr-4 whitespace-nowrap">
                  <Swatch colour={each.colour} /> {each.label}
                </td>
                <td className="figure">{shownValue(each.values[column], format)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </div>
  );
}

function shownValue(value: number | null | undefined, format: (value: number) => string): string {
  return value === null || value === undefined ? "–" : format(value);
}

function spoken(series: ChartSeries[], index: number, format: (value: number) => string): string {
  const parts = series.filter((each) => each.values[index]);
  if (parts.length === 0) return "nothing";
  return parts.map((each) => `${each.label} ${shownValue(each.values[index], format)}`).join(", ");
}

function columnAfter(key: string, column: number | null, count: number): number | undefined {
  if (key === "Home") return 0;
  if (key === "End") return count - 1;
  const step = STEPS[key];
  if (step === undefined) return undefined;
  // The newest is what one comes for.
  return column === null ? count - 1 : within(column + step, count);
}

function within(index: number, count: number): number {
  return Math.min(count - 1, Math.max(0, index));
}
