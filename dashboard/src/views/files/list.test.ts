import { describe, expect, it } from "vitest";
import {
  begun,
  leavesGap,
  lookAt,
  newerThan,
  position,
  withKnown,
  withNewest,
  withOlder,
  type LoadedList,
  type Page,
  type Summary,
} from "./list";

function record(number: number, more: Partial<Summary> = {}): Summary {
  const two = String(number).padStart(2, "0");
  return {
    recordId: two.repeat(16),
    status: "processed",
    source: "bucket",
    objectKey: `orders/${two}.csv`,
    fileName: `${two}.csv`,
    createdAt: `2026-01-31T08:${two}:00.000Z`,
    ...more,
  };
}

/** Records from the first number down to the last. */
function page(from: number, to: number, nextCursor?: string): Page {
  const items = Array.from({ length: from - to + 1 }, (_, at) => record(from - at));
  return { items, ...(nextCursor === undefined ? {} : { nextCursor }) };
}

function listOf(loaded: Page): LoadedList {
  return begun(lookAt(loaded));
}

function minutes(list: LoadedList): number[] {
  return list.items.map(({ createdAt }) => Number(createdAt.slice(14, 16)));
}

describe("another look at the newest files", () => {
  const list = listOf(page(20, 11, "after 11"));

  it("is nothing to draw if nothing has changed", () => {
    expect(withNewest(list, lookAt(page(20, 11, "after 11")))).toBe(list);
  });

  it("puts new ones first and goes on where the list did", () => {
    const merged = withNewest(list, lookAt(page(22, 13, "after 13")));
    expect(minutes(merged)).toEqual([22, 21, 20, 19, 18, 17, 16, 15, 14, 13, 12, 11]);
    expect(merged.cursor).toBe("after 11");
  });

  it("changes what has changed, and nothing else", () => {
    const look = lookAt(page(20, 11, "after 11"));
    const changed = {
      ...look,
      items: look.items.map((each, at) => (at === 3 ? record(17, { status: "failed" }) : each)),
    };
    const merged = withNewest(list, changed);
    expect(merged.items[3]?.status).toBe("failed");
    expect(merged.items[4]).toBe(list.items[4]);
  });

  it("takes away what is in the list no more, and goes on where the look ended", () => {
    const look = {
      items: [record(20), record(15), record(9)],
      cursor: "after 9",
      reach: position(record(9)),
    };
    const merged = withNewest(list, look);
    expect(minutes(merged)).toEqual([20, 15, 9]);
    expect(merged.cursor).toBe("after 9");
  });

  it("leaves alone what it did not reach", () => {
    const longer = withOlder(list, page(10, 5, "after 5"), "after 11");
    const merged = withNewest(longer, { items: [record(20)], cursor: "c", reach: position(record(20)) });
    expect(minutes(merged)).toEqual(minutes(longer));
    expect(merged.cursor).toBe("after 5");
  });

  it("is all there is if it has no cursor", () => {
    expect(minutes(withNewest(listOf(page(20, 18)), lookAt(page(21, 19))))).toEqual([21, 20, 19]);
    expect(minutes(withNewest(listOf(page(20, 18)), lookAt({ items: [] })))).toEqual([]);
  });

  it("says nothing if it is empty and has a cursor", () => {
    expect(withNewest(list, lookAt({ items: [], nextCursor: "deep" }))).toBe(list);
  });

  it("begins the list of a search that had found nothing", () => {
    const searched = { ...listOf({ items: [], nextCursor: "a" }), cursor: "far" };
    expect(withNewest(searched, lookAt({ items: [], nextCursor: "a" })).cursor).toBe("far");
    expect(minutes(withNewest(searched, lookAt(page(30, 30, "b"))))).toEqual([30]);
  });
});

describe("more new files than a page holds", () => {
  const list = listOf(page(20, 11, "after 11"));
  const far = lookAt(page(50, 41, "after 41"));

  it("stand beside the list, because others may lie between", () => {
    expect(leavesGap(list, far)).toBe(true);
    const apart = withNewest(list, far);
    expect(minutes(apart)).toEqual(minutes(list));
    expect(apart.newer && minutes(apart.newer)).toEqual([50, 49, 48, 47, 46, 45, 44, 43, 42, 41]);
  });

  it("grow there, and are only the last ones after another burst", () => {
    const grown = withNewest(withNewest(list, far), lookAt(page(52, 43, "after 43")));
    expect(grown.newer && minutes(grown.newer)).toHaveLength(12);
    const burst = withNewest(grown, lookAt(page(59, 58, "after 58")));
    expect(burst.newer && minutes(burst.newer)).toEqual([59, 58]);
    expect(burst.newer?.newer).toBeUndefined();
  });

  it("are no gap where the look met the list", () => {
    expect(leavesGap(list, lookAt(page(29, 20, "after 20")))).toBe(false);
    expect(leavesGap(list, { ...far, reach: record(20).createdAt })).toBe(false);
  });
});

describe("the next page", () => {
  const list = listOf(page(20, 11, "after 11"));

  it("follows, each file once", () => {
    const longer = withOlder(list, page(11, 8, "after 8"), "after 11");
    expect(minutes(longer).slice(8)).toEqual([12, 11, 10, 9, 8]);
    expect(longer.cursor).toBe("after 8");
  });

  it("is not put to a list that has gone on meanwhile", () => {
    expect(withOlder(list, page(10, 8), "another")).toBe(list);
  });

  it("counts how often nothing was found, until something is", () => {
    const once = withOlder(list, { items: [], nextCursor: "b" }, "after 11");
    const twice = withOlder(once, { items: [], nextCursor: "c" }, "b");
    expect([once.barren, twice.barren]).toEqual([1, 2]);
    expect(withOlder(twice, page(5, 4, "d"), "c").barren).toBe(0);
  });
});

it("what another view has learnt of a file is shown, also that it has no reason any more", () => {
  const bad = record(9, { status: "quarantined", reason: "bad_rows" });
  const list = listOf({ items: [record(10), bad] });
  const good = record(9, { status: "processed" });
  const known = withKnown(list, new Map([[bad.recordId, good]]));
  expect(known.items[1]).toMatchObject({ status: "processed" });
  expect(known.items[1]?.reason).toBeUndefined();
  expect(withKnown(list, new Map([[bad.recordId, bad]]))).toBe(list);
});

it("tells how many files are newer than one", () => {
  const { items } = page(20, 11);
  expect(newerThan(items, position(record(17)))).toBe(3);
  expect(newerThan(items, position(record(30)))).toBe(0);
  expect(newerThan(items, position(record(1)))).toBe(10);
});
