import { describe, expect, it } from "vitest";
import type { Schemas } from "../../api/client";
import { forgottenAttempts, historyOf, nextOf } from "./timeline";

const ANNOUNCED: Schemas["RecordView"] = {
  recordId: "0".repeat(32),
  status: "quarantined",
  reason: "bad_rows",
  source: "upload",
  bucket: "incoming",
  objectKey: "orders/0/orders.csv",
  fileName: "orders.csv",
  createdAt: "2026-01-01T10:00:00.000Z",
  attempts: [
    { startedAt: "2026-01-01T10:00:08.000Z", durationMs: 50, outcome: "failed", reason: "unavailable" },
    { startedAt: "2026-01-01T10:30:01.000Z", durationMs: 60, outcome: "quarantined", reason: "bad_rows" },
  ],
  attemptCount: 2,
  actions: [
    {
      act: "retry",
      at: "2026-01-01T10:15:00.000Z",
      by: "sweep",
      actionId: "a",
      why: "unavailable may have passed",
    },
    { act: "retry", at: "2026-01-01T10:30:00.000Z", by: "c0ffee", actionId: "b", why: "mended" },
  ],
  retryId: "b",
  operationId: "op",
  automaticRetries: 1,
  revision: 4,
};
// The clock of S3 is not that of the processor.
const RECORD = { ...ANNOUNCED, arrivedAt: "2026-01-01T10:00:09.000Z" };

describe("the history of a file", () => {
  it("is told newest first, from its announcement on", () => {
    expect(historyOf(RECORD).map((entry) => entry.title)).toEqual([
      "Quarantined: bad rows",
      "Retry asked for",
      "Retried by itself",
      "Failed: service unavailable",
      "Arrived",
      "Announced",
    ]);
  });

  it("says who did what and why, and for which operation", () => {
    const [asked, itself] = historyOf(RECORD).filter((entry) => entry.kind === "retry");
    expect(asked).toMatchObject({ by: "c0ffee", why: "mended", operationId: "op" });
    expect(itself?.by).toBeUndefined();
    expect(itself?.operationId).toBeUndefined();
  });

  it("counts attempts that are no longer kept", () => {
    const many = { ...RECORD, attemptCount: 25 };
    expect(forgottenAttempts(RECORD)).toBeUndefined();
    expect(forgottenAttempts(many)).toBe("23 earlier attempts are not kept");
    expect(historyOf(many)[0]?.about).toBe("Attempt 25");
  });

  it("of what was put into the bucket begins there", () => {
    expect(historyOf({ ...RECORD, source: "bucket" }).at(-1)?.title).toBe("Put into the bucket");
  });

  it("of what never came ends so, unless somebody ended it", () => {
    const expired = {
      ...ANNOUNCED,
      status: "expired" as const,
      attempts: [],
      attemptCount: 0,
      actions: [],
    };
    const abort = { act: "abort" as const, at: "2026-01-01T11:00:00.000Z", by: "c0ffee", actionId: "c" };
    expect(historyOf(expired).map((entry) => entry.title)).toEqual(["Expired: it never came", "Announced"]);
    expect(historyOf({ ...expired, actions: [abort] }).map((entry) => entry.title)).toEqual([
      "Upload aborted",
      "Announced",
    ]);
  });
});

describe("what comes next", () => {
  it("is a retry by itself, if one is due", () => {
    expect(nextOf({ ...RECORD, status: "failed", dueAt: "2026-01-01T11:00:00.000Z" })).toMatchObject({
      at: "2026-01-01T11:00:00.000Z",
      title: "Is retried by itself",
    });
    expect(nextOf({ ...RECORD, status: "failed" })?.title).toBe("Waits for somebody to retry it");
  });

  it("is nothing once a file is where it stays", () => {
    expect(nextOf({ ...RECORD, status: "processed" })).toBeUndefined();
    expect(nextOf({ ...RECORD, status: "discarded" })).toBeUndefined();
    expect(nextOf({ ...RECORD, status: "discarded", quarantineKey: "x" })?.title).toContain("deleted");
  });
});
