import { expect, it, vi } from "vitest";
import type { Summary } from "./groups";
import { collected, wantedOf } from "./matching";

function files(number: number): Summary[] {
  return Array.from({ length: number }, (_, index) => ({
    recordId: String(index),
    status: "quarantined",
    source: "upload",
    objectKey: "a/b.csv",
    fileName: "b.csv",
    createdAt: `2026-01-01T00:00:00.00${index}Z`,
  }));
}

it("counts page by page to the end", async () => {
  const page = vi
    .fn<(cursor?: string) => Promise<{ items: Summary[]; nextCursor?: string }>>()
    .mockResolvedValueOnce({ items: files(3), nextCursor: "two" })
    .mockResolvedValueOnce({ items: files(2) });

  const found = await collected(page);

  expect([found.items.length, found.complete]).toEqual([5, true]);
  expect(page.mock.calls).toEqual([[undefined], ["two"]]);
});

it("stops when there are enough, and says that there are more", async () => {
  const page = () => Promise.resolve({ items: files(4), nextCursor: "more" });
  const found = await collected(page, 8);
  expect([found.items.length, found.complete]).toEqual([8, false]);
});

it("does not look for ever where nothing matches", async () => {
  const page = vi.fn(() => Promise.resolve({ items: [], nextCursor: "more" }));
  expect((await collected(page)).complete).toBe(false);
  expect(page).toHaveBeenCalledTimes(20);
});

it("asks for what was counted, and for nothing that came since", () => {
  const filters = { status: [], reason: "bad_rows", prefix: "orders/" } as const;
  expect(wantedOf({ ...filters, status: ["quarantined"] }, files(3), " mended ")).toEqual({
    reason: "bad_rows",
    prefix: "orders/",
    arrivedBefore: "2026-01-01T00:00:00.003Z",
    why: "mended",
  });
});

it("names no reason of the person's if there is none", () => {
  expect(wantedOf({ status: [], arrivedBefore: "2026-01-01T00:00:00.000Z" }, [], " ")).toEqual({
    arrivedBefore: "2026-01-01T00:00:00.000Z",
  });
});
