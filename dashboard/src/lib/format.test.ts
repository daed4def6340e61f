import { describe, expect, it } from "vitest";
import { age, bytes, duration, plural } from "./format";

const NOW = Date.parse("2026-01-31T13:00:00Z");

describe("sizes", () => {
  it.each([
    [0, "0 bytes"],
    [1, "1 byte"],
    [999, "999 bytes"],
    [1_000, "1 kB"],
    [1_540, "1.5 kB"],
    [999_400, "999 kB"],
    [999_999, "1 MB"],
    [2_147_483_648, "2.1 GB"],
    [5e15, "5,000 TB"],
  ])("%i bytes read as %s", (value, text) => expect(bytes(value)).toBe(text));
});

describe("durations", () => {
  it.each([
    [0, "0 ms"],
    [999, "999 ms"],
    [1_000, "1.0 s"],
    [59_499, "59 s"],
    [60_000, "1 min 0 s"],
    [3_600_000, "1 h 0 min"],
  ])("%i ms read as %s", (value, text) => expect(duration(value)).toBe(text));
});

describe("ages", () => {
  it.each([
    ["2026-01-31T12:59:58Z", "now"],
    ["2026-01-31T12:59:10Z", "50 sec. ago"],
    ["2026-01-31T12:30:00Z", "30 min. ago"],
    ["2026-01-30T12:00:00Z", "yesterday"],
  ])("%s reads as %s", (moment, text) => expect(age(moment, NOW)).toBe(text));

  it("become dates after a week", () => expect(age("2025-12-01T12:00:00Z", NOW)).toContain("2025"));
});

describe("counts", () => {
  it("agree with their noun", () =>
    expect([plural(1, "file"), plural(1200, "file")]).toEqual(["1 file", "1,200 files"]));
});
