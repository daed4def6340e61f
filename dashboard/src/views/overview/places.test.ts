import { expect, it } from "vitest";
import { filesIn } from "./places";

const PERIOD = { from: Date.parse("2026-11-22T08:00:00Z"), to: Date.parse("2026-11-22T09:00:00Z") };

it("leads to the files of a period, and of one outcome if that is meant", () => {
  const times = "arrivedAfter=2026-11-22T08%3A00%3A00.000Z&arrivedBefore=2026-11-22T09%3A00%3A00.000Z";

  expect(filesIn(PERIOD)).toBe(`/files?${times}`);
  expect(filesIn(PERIOD, "failed")).toBe(`/files?status=failed&${times}`);
});
