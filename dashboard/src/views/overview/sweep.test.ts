import { expect, it } from "vitest";
import { repaired } from "./sweep";

const LAST = {
  startedAt: "2026-11-22T08:00:00Z",
  versions: 40,
  unrecorded: 0,
  halfMoved: 0,
  gone: 0,
};

it("says what the sweep saw to", () => {
  const report = {
    due: { expired: 2, retried: 1 },
    deadLetters: {},
    last: { ...LAST, unrecorded: 1, gone: 3 },
  };
  expect(repaired(report)).toBe("It saw to 3 records due, 1 file without a record, 3 files missing");
});

it("says when there was nothing to see to, and when nobody has looked yet", () => {
  expect(repaired({ due: {}, deadLetters: {}, last: LAST })).toBe("Nothing had to be repaired");
  expect(repaired({ due: {}, deadLetters: {} })).toBe("The bucket was not compared yet");
});
