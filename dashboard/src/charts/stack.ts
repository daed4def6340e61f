/** Bars that stand on each other: uPlot draws each from the ground, so it needs the sums, and the tallest first. */

/** The sums from the bottom up: the last one is the whole. */
export function stacked(values: (number | null)[][]): number[][] {
  const sums: number[][] = [];
  for (const series of values) {
    const below = sums.at(-1);
    sums.push(series.map((value, index) => (value ?? 0) + (below?.[index] ?? 0)));
  }
  return sums;
}

/** Which part of a stack is at this height; none above it, and none that is empty. */
export function partAt(parts: (number | null)[], height: number): number | undefined {
  let top = 0;
  for (const [index, part] of parts.entries()) {
    top += part ?? 0;
    if (part && height >= 0 && height <= top) return index;
  }
  return undefined;
}
