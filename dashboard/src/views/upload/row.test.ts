import { describe, expect, it } from "vitest";
import { filtered, milestone, totalsOf, type Phase, type Row } from "./row";

function row(phase: Phase, more: Partial<Row> = {}): Row {
  return { id: phase, path: "a.csv", prefix: "uploads", sizeBytes: 100, sentBytes: 50, phase, ...more };
}

const GOOD = row("done", { outcome: { status: "processed" } });
const BAD = row("done", { outcome: { status: "quarantined", reason: "empty_file" } });

describe("totals", () => {
  it("leave out what was cancelled", () => {
    const { files, bytes, sentBytes, counts } = totalsOf([row("sending"), row("waiting"), row("cancelled")]);
    expect([files, bytes, sentBytes, counts.cancelled]).toEqual([2, 200, 100, 1]);
  });

  it("count what needs a person", () => expect(totalsOf([GOOD, BAD, row("failed")]).bad).toBe(2));
});

it("a filter shows what fits", () => {
  const rows = [row("sending"), row("sent"), GOOD, BAD, row("failed"), row("cancelled")];
  expect(filtered(rows, "all")).toHaveLength(6);
  expect(filtered(rows, "underway").map(({ phase }) => phase)).toEqual(["sending", "sent"]);
  expect(filtered(rows, "attention")).toEqual([BAD, row("failed")]);
  expect(filtered(rows, "done")).toEqual([GOOD]);
});

describe("a milestone", () => {
  const told = (before: Row[], now: Row[]) => milestone(totalsOf(before), totalsOf(now));

  it("is not each step", () => {
    expect(told([row("sending")], [row("sending", { sentBytes: 90 })])).toBeNull();
    expect(told([row("sending"), row("waiting")], [row("sent"), row("sending")])).toBeNull();
    expect(told([GOOD], [GOOD])).toBeNull();
  });

  it("is when all were sent", () => {
    expect(told([row("sending"), GOOD], [row("sent"), GOOD])).toContain("All files were sent");
  });

  it("is when the last one has its outcome", () => {
    expect(told([row("sent"), GOOD], [BAD, GOOD])).toBe(
      "All files have an outcome: 1 processed, 1 to look at.",
    );
  });

  it("is a file that could not be sent", () => {
    expect(told([row("sending"), row("waiting")], [row("failed"), row("sending")])).toBe(
      "A file could not be sent.",
    );
  });

  it("tells of failures with the end, too", () => {
    expect(told([row("sent"), row("failed")], [GOOD, row("failed")])).toContain("1 processed, 1 to look at");
  });
});
