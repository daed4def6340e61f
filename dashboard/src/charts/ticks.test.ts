import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { periodsOf } from "./periods";
import { periodLabel, ticksOf } from "./ticks";

const NOW = Date.parse("2026-11-22T09:20:00Z");

beforeEach(() => void vi.stubEnv("TZ", "Europe/Berlin"));
afterEach(() => vi.unstubAllEnvs());

describe("ticks", () => {
  it.each([
    ["1h", 10],
    ["24h", 4],
    ["24h", 12],
    ["7d", 4],
    ["7d", 11],
    ["30d", 4],
    ["30d", 11],
  ] as const)("of %s are some, but at most %i", (range, most) => {
    const ticks = ticksOf(periodsOf(range, NOW), most);

    expect(ticks.length).toBeGreaterThan(0);
    expect(ticks.length).toBeLessThanOrEqual(most);
  });

  it("of a day stand at hours that a person expects in their zone", () => {
    const periods = periodsOf("24h", NOW);
    const hours = ticksOf(periods, 4).map(({ index }) => new Date(periods[index]?.from ?? 0).getHours());

    expect(hours.every((hour) => hour % 6 === 0)).toBe(true);
  });

  it("of a week stand at midnights", () => {
    const periods = periodsOf("7d", NOW);
    const hours = ticksOf(periods, 8).map(({ index }) => new Date(periods[index]?.from ?? 0).getHours());

    expect(new Set(hours)).toEqual(new Set([0]));
  });

  it("of days end with the present one", () => {
    expect(ticksOf(periodsOf("30d", NOW), 8).at(-1)?.index).toBe(29);
  });

  it("of nothing are none", () => expect(ticksOf([], 5)).toEqual([]));
});

it("says which period is not over yet", () => {
  const [before, present] = periodsOf("1h", NOW).map((period) => periodLabel(period, NOW));

  expect(present).toMatch(/, so far$/);
  expect(before).not.toMatch(/so far/);
});
