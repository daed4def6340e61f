import { describe, expect, it } from "vitest";
import { filtersOf, groupsCounted, groupsOf, needsCounting, statesOf, type Summary } from "./groups";

function file(status: Summary["status"], reason: Summary["reason"], at: string): Summary {
  const known = { recordId: at, source: "upload", objectKey: "a/b.csv", fileName: "b.csv" } as const;
  return { ...known, status, ...(reason ? { reason } : {}), createdAt: `2026-01-0${at}T00:00:00.000Z` };
}

const FILES = [
  file("quarantined", "empty_file", "4"),
  file("quarantined", "bad_rows", "3"),
  file("processed", undefined, "3"),
  file("failed", "crashed", "2"),
  file("quarantined", "bad_rows", "1"),
];

describe("groups of files", () => {
  it("are by state and reason, the largest first, with their oldest and newest", () => {
    const { files, items } = groupsOf(FILES, true);

    expect(files).toBe(4);
    expect(items.map(({ reason, files: number }) => [reason, number])).toEqual([
      ["bad_rows", 2],
      ["empty_file", 1],
      ["crashed", 1],
    ]);
    expect(items[0]).toMatchObject({
      oldest: "2026-01-01T00:00:00.000Z",
      newest: "2026-01-03T00:00:00.000Z",
    });
  });

  it("go by the time of arrival where it is known", () => {
    const late = { ...file("failed", "crashed", "1"), arrivedAt: "2026-01-09T00:00:00.000Z" };
    expect(groupsOf([late], true).items[0]?.oldest).toBe(late.arrivedAt);
  });
});

describe("groups of the overview", () => {
  const times = { oldestArrivedAt: "2026-01-01T00:00:00.000Z", newestArrivedAt: "2026-01-02T00:00:00.000Z" };
  const attention = {
    complete: false,
    files: 12,
    counts: [
      { status: "quarantined", reason: "bad_rows", files: 7, ...times },
      { status: "quarantined", reason: "empty_file", files: 3, ...times },
      { status: "failed", files: 2, ...times },
    ] as const,
  };

  it("are narrowed to states and a reason, and counted anew", () => {
    const all = groupsCounted({ ...attention, counts: [...attention.counts] }, { status: [] });
    const some = groupsCounted(
      { ...attention, counts: [...attention.counts] },
      { status: ["quarantined"], reason: "bad_rows" },
    );

    expect([all.files, all.items.length, all.complete]).toEqual([12, 3, false]);
    expect([some.files, some.items.map(({ reason }) => reason)]).toEqual([7, ["bad_rows"]]);
  });
});

describe("filters", () => {
  it("are for all states that wait, whatever else the address names", () => {
    expect(statesOf({ status: ["processed"] })).toEqual(["quarantined", "failed"]);
    expect(statesOf({ status: ["processed", "failed"] })).toEqual(["failed"]);
  });

  it("tell whether the files must be looked at to be counted", () => {
    expect(needsCounting({ status: ["failed"], reason: "crashed" })).toBe(false);
    expect(needsCounting({ status: [], prefix: "orders/" })).toBe(true);
  });

  it("of a group keep the place and time, and nothing that it is not about", () => {
    const filters = { status: [], reason: "bad_rows", mediaType: "text/csv", prefix: "orders/" } as const;
    expect(filtersOf({ status: "failed", reason: undefined }, { ...filters, status: [] })).toEqual({
      status: ["failed"],
      prefix: "orders/",
    });
  });
});
