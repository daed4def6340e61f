import { afterEach, describe, expect, it, vi } from "vitest";
import { isDay, isRange, periodsOf } from "./periods";

const NOW = Date.parse("2026-11-22T09:20:00Z");
const iso = (moment: number | undefined) => new Date(moment ?? 0).toISOString();

afterEach(() => vi.unstubAllEnvs());

describe("periods", () => {
  it("of the last hour are the present one and the one before", () => {
    const periods = periodsOf("1h", NOW);

    expect(periods.map(({ from }) => iso(from))).toEqual([
      "2026-11-22T08:00:00.000Z",
      "2026-11-22T09:00:00.000Z",
    ]);
    expect(iso(periods[1]?.to)).toBe("2026-11-22T10:00:00.000Z");
  });

  it.each([
    ["24h", 24],
    ["7d", 168],
    ["30d", 30],
  ] as const)("of %s are %i, without gaps, up to now", (range, most) => {
    const periods = periodsOf(range, NOW);

    expect(periods).toHaveLength(most);
    expect(periods.slice(1).map(({ from }) => from)).toEqual(periods.slice(0, -1).map(({ to }) => to));
    expect(periods.at(-1)?.from).toBeLessThanOrEqual(NOW);
    expect(periods.at(-1)?.to).toBeGreaterThan(NOW);
  });

  it("of 30 days begin at the reader's midnights, also when clocks change", () => {
    vi.stubEnv("TZ", "Europe/Berlin");
    const periods = periodsOf("30d", NOW);
    const changed = periods.find(({ from }) => iso(from) === "2026-10-24T22:00:00.000Z");

    expect(iso(periods.at(-1)?.from)).toBe("2026-11-21T23:00:00.000Z");
    expect(((changed?.to ?? 0) - (changed?.from ?? 0)) / 3_600_000).toBe(25);
    expect(periods.every(isDay)).toBe(true);
  });

  it("are asked for by name only", () => {
    expect(["24h", "1y", null].map(isRange)).toEqual([true, false, false]);
  });
});
