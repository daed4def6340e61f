import { useEffect, useLayoutEffect, useMemo, useRef, useState } from "react";
import "uplot/dist/uPlot.min.css";
import { useNow } from "../lib/now";
import { ChartCursor } from "./ChartCursor";
import { periodLabel, ticksOf } from "./ticks";
import type { Period } from "./periods";
import { draw, MARGIN, type ChartSeries } from "./plot";
import { partAt } from "./stack";
import { useThemeVersion } from "./theme";

export interface TimeChartProps {
  /** What is shown, as in "Files by hour". */
  label: string;
  periods: Period[];
  series: ChartSeries[];
  shape: "bars" | "lines";
  height: number;
  /** Whether values are counts: there is no half file. */
  whole?: boolean;
  format: (value: number) => string;
  axis: (value: number) => string;
  /** Somebody wants to see what is behind a period, and one of its parts if they pointed at that. */
  pick: (index: number, part: number | undefined) => void;
}

const TICK_WIDTH = 80;

/** A chart over time. What is drawn is hidden from screen readers; its table says the same. */
export function TimeChart({ periods, series, shape, height, whole = false, ...rest }: TimeChartProps) {
  const { label, format, axis, pick } = rest;
  const box = useRef<HTMLDivElement>(null);
  const scale = useRef<((top: number) => number) | null>(null);
  const [width, setWidth] = useState(0);
  const theme = useThemeVersion();
  const now = useNow();

  useLayoutEffect(() => {
    const element = box.current;
    if (!element) return undefined;
    const observer = new ResizeObserver(() => setWidth(element.clientWidth));
    observer.observe(element);
    setWidth(element.clientWidth);
    return () => observer.disconnect();
  }, []);

  const ticks = useMemo(
    () => ticksOf(periods, Math.max(2, Math.floor((width - MARGIN.left) / TICK_WIDTH))),
    [periods, width],
  );
  useEffect(() => {
    if (!box.current || width === 0) return undefined;
    const plot = draw({ shape, series, ticks, axis, whole, width, height }, box.current);
    scale.current = (top) => plot.posToVal(top, "y");
    return () => plot.destroy();
    // The theme is no part of the drawing's data, but of its colours.
  }, [shape, series, ticks, axis, whole, width, height, theme]);

  return (
    <div className="relative">
      <div ref={box} aria-hidden style={{ height }} className="overflow-hidden" />
      <ChartCursor
        label={label}
        count={periods.length}
        titleOf={(index) => periodLabel(periods[index] ?? { from: 0, to: 0 }, now)}
        series={series}
        format={format}
        pick={(index, top) => {
          const value = top === undefined ? undefined : scale.current?.(top);
          pick(
            index,
            shape === "bars" && value !== undefined ? partAt(partsOf(series, index), value) : undefined,
          );
        }}
      />
    </div>
  );
}

function partsOf(series: ChartSeries[], index: number): (number | null)[] {
  return series.map((each) => each.values[index] ?? null);
}
