import uPlot from "uplot";
import { resolvedColour } from "./theme";
import { stacked } from "./stack";
import type { Tick } from "./ticks";

/** One row of numbers: a colour of the palette, and a value for each period. */
export interface ChartSeries {
  label: string;
  colour: string;
  values: (number | null)[];
}

export interface Drawing {
  shape: "bars" | "lines";
  series: ChartSeries[];
  ticks: Tick[];
  /** How the axis writes a value. */
  axis: (value: number) => string;
  whole: boolean;
  width: number;
  height: number;
}

/** Around the plot, in pixels: fixed, so that what lies over it knows where it is. */
export const MARGIN = { left: 64, right: 20, top: 10, bottom: 28 };
/** Columns that are narrower, in pixels, leave no room for anything but themselves. */
const CROWDED = 8;
/** Of the page's own size of text, which is larger on very large screens. */
const FONT_SHARE = 0.8;
const WHOLE_STEPS = Array.from({ length: 12 }, (_, power) =>
  [1, 2, 5].map((step) => step * 10 ** power),
).flat();

/** Draws into an element. One column per period, whatever its length, so that a click is easy to place. */
export function draw(drawing: Drawing, into: HTMLElement): uPlot {
  const { shape, series, width, height } = drawing;
  const columns = series[0]?.values.map((_, index) => index) ?? [];
  const values = shape === "bars" ? stacked(series.map((each) => each.values)).reverse() : undefined;
  const shown = shape === "bars" ? [...series].reverse() : series;
  const options: uPlot.Options = {
    width,
    height,
    padding: [MARGIN.top, MARGIN.right, 0, 0],
    cursor: { show: false },
    legend: { show: false },
    scales: {
      x: { time: false, range: [-0.5, columns.length - 0.5] },
      y: { range: (_, __, highest) => uPlot.rangeNum(0, Math.max(highest, 1), { min: GROUND, max: ROOF }) },
    },
    axes: axesOf(drawing, into),
    series: [{}, ...shown.map((each) => seriesOf(each, drawing, into))],
  };
  return new uPlot(options, [columns, ...(values ?? shown.map((each) => each.values))], into);
}

const GROUND: uPlot.Range.Limit = { pad: 0, hard: 0, mode: 1 };
const ROOF: uPlot.Range.Limit = { pad: 0.1, soft: 1, mode: 2 };

function seriesOf(series: ChartSeries, { shape, width }: Drawing, near: HTMLElement): uPlot.Series {
  const colour = resolvedColour(series.colour, near);
  const column = (width - MARGIN.left - MARGIN.right) / series.values.length;
  if (shape === "lines") {
    const size = column < CROWDED ? 3 : 6;
    return { stroke: colour, width: 2, spanGaps: false, points: { show: true, size, fill: colour } };
  }
  const paths = uPlot.paths.bars?.({ size: [0.8, 48] });
  // A thin line in the colour of the ground keeps parts of a bar apart, where there is room for one.
  const edge = column < CROWDED ? {} : { stroke: resolvedColour("surface", near), width: 1 };
  return { fill: colour, ...edge, points: { show: false }, ...(paths ? { paths } : {}) };
}

function axesOf({ ticks, axis, whole }: Drawing, near: HTMLElement): uPlot.Axis[] {
  const ink = resolvedColour("muted", near);
  const line = resolvedColour("line", near);
  const font = `${FONT_SHARE * rootSize()}px ui-sans-serif, system-ui, sans-serif`;
  const labels = new Map(ticks.map(({ index, label }) => [index, label]));
  return [
    {
      size: MARGIN.bottom,
      stroke: ink,
      font,
      grid: { show: false },
      ticks: { stroke: line, width: 1, size: 4 },
      splits: () => [...labels.keys()],
      values: (_, splits) => splits.map((split) => labels.get(split) ?? ""),
    },
    {
      size: MARGIN.left,
      stroke: ink,
      font,
      grid: { stroke: line, width: 1 },
      ticks: { show: false },
      ...(whole ? { incrs: WHOLE_STEPS } : {}),
      values: (_, splits) => splits.map(axis),
    },
  ];
}

function rootSize(): number {
  return parseFloat(getComputedStyle(document.documentElement).fontSize);
}
