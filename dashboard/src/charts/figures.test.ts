import { describe, expect, it } from "vitest";
import { bytesOf, durationWords, figuresOf, filesOf, totalOf } from "./figures";
import type { Period } from "./periods";

const HOUR = 3_600_000;
const BEGIN = Date.parse("2026-11-21T00:00:00Z");
const HOURS: Period[] = [0, 1, 2].map((index) => ({
  from: BEGIN + index * HOUR,
  to: BEGIN + (index + 1) * HOUR,
}));
const DAYS: Period[] = [{ from: BEGIN, to: BEGIN + 24 * HOUR }];
const STATS = [
  {
    hour: "2026-11-21T00:00:00.000Z",
    status: "processed" as const,
    files: 3,
    bytes: 30,
    p50Ms: 10,
    p95Ms: 90,
  },
  { hour: "2026-11-21T02:00:00.000Z", status: "failed" as const, files: 1 },
  {
    hour: "2026-11-21T02:00:00.000Z",
    status: "processed" as const,
    files: 4,
    bytes: 12,
    p50Ms: 20,
    p95Ms: 50,
  },
  {
    hour: "2026-11-21T02:00:00.000Z",
    status: "quarantined" as const,
    files: 1,
    bytes: 5,
    p50Ms: 999,
    p95Ms: 999,
  },
  { hour: "2026-11-20T23:00:00.000Z", status: "processed" as const, files: 100, bytes: 100 },
];

describe("figures by hour", () => {
  it("fill hours in which nothing happened with zeros, and leave their durations out", () => {
    const figures = figuresOf(STATS, HOURS);

    expect(figures.map(filesOf)).toEqual([3, 0, 6]);
    expect(figures.map(bytesOf)).toEqual([30, 0, 17]);
    expect(figures.map(({ p50 }) => p50)).toEqual([10, null, 20]);
  });

  it("are of the periods alone", () => {
    expect(totalOf(figuresOf(STATS, HOURS), "processed")).toBe(7);
  });
});

describe("figures by day", () => {
  it("are the sums of its hours, and the durations of its slowest one", () => {
    const [day] = figuresOf(STATS, DAYS);

    expect(day?.files).toEqual({ processed: 7, quarantined: 1, failed: 1, missing: 0 });
    expect([day?.p50, day?.p95]).toEqual([20, 90]);
  });

  it("say that their durations are those of one hour", () => {
    expect([durationWords(HOURS).p95, durationWords(DAYS).p95]).toEqual(["p95", "p95 of the slowest hour"]);
  });
});
