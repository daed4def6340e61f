import { describe, expect, it } from "vitest";
import type { Filters } from "../../lib/filters";
import { chipsOf, folderOf, fromLocal, hoursAgo, isRecordId, toLocal, withField } from "./describe";

const ID = "8c7dd922ad47494fc02c388e12c00eac";

describe("the folder of a file", () => {
  it.each([
    [`uploads/${ID}/orders.csv`, "uploads/"],
    [`orders/emea/${ID}/a.csv`, "orders/emea/"],
    ["orders/2026/a.csv", "orders/2026/"],
    ["a.csv", ""],
    [`${ID}/a.csv`, ""],
    ["orders/8c7dd922ad47494fc02c388e12c00eab/a.csv", "orders/8c7dd922ad47494fc02c388e12c00eab/"],
  ])("%s is in %s", (objectKey, folder) => expect(folderOf({ objectKey, recordId: ID })).toBe(folder));
});

describe("times", () => {
  it("begin at a whole minute", () => {
    expect(hoursAgo(1, Date.parse("2026-01-31T13:00:59.999Z"))).toBe("2026-01-31T12:00:00.000Z");
  });

  it("are in the reader's zone in a field, and come back", () => {
    const moment = "2026-01-31T13:05:00.000Z";
    expect(fromLocal(toLocal(moment))).toBe(moment);
    expect(toLocal(moment)).toMatch(/^2026-0[12]-\d\dT\d\d:\d\d$/);
  });

  it("may be missing", () => expect([toLocal(undefined), fromLocal("")]).toEqual(["", undefined]));
});

it("an id is 32 hexadecimal digits", () => {
  expect([ID, `${ID}0`, "orders/"].map(isRecordId)).toEqual([true, false, false]);
});

it("a field without a value is no filter", () => {
  expect(withField({ status: [], prefix: "a" }, "prefix", "")).toEqual({ status: [] });
  expect(withField({ status: [] }, "prefix", "a")).toEqual({ status: [], prefix: "a" });
});

it("each filter can be taken away alone", () => {
  const filters: Filters = { status: ["failed", "missing"], reason: "crashed", mediaType: "text/csv" };
  const chips = chipsOf(filters, 0);
  expect(chips.map(({ what, text }) => `${what}: ${text}`)).toEqual([
    "State: Failed",
    "State: Missing",
    "Reason: Crashed",
    "Type: CSV",
  ]);
  expect(chips[0]?.rest).toEqual({ status: ["missing"], reason: "crashed", mediaType: "text/csv" });
  expect(chips[2]?.rest).toEqual({ status: ["failed", "missing"], mediaType: "text/csv" });
});
