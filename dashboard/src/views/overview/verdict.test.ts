import { describe, expect, it } from "vitest";
import { filesIn, oldestIn, verdictOf, type Overview } from "./verdict";

const NOW = Date.parse("2026-11-22T09:00:00Z");
const ago = (minutes: number) => new Date(NOW - minutes * 60_000).toISOString();

const WELL: Overview = {
  at: ago(0),
  unknown: [],
  arriving: { lastArrivedAt: ago(3) },
  attention: { complete: true, files: 0, counts: [] },
  underway: { complete: true, awaitingUpload: 5, retrying: 2, triedAgainLater: 0 },
  queue: { waiting: 12, inFlight: 3, delayed: 0, oldestSeconds: 20 },
  deadLetters: 0,
  alerts: { status: "ok" },
  sweep: { ranAt: ago(4) },
};

function counted(status: "quarantined" | "failed", files: number, minutes = 10) {
  const moments = { oldestArrivedAt: ago(minutes), newestArrivedAt: ago(1) };
  return { status, reason: "bad_rows" as const, files, ...moments };
}

function attention(...counts: ReturnType<typeof counted>[]) {
  return { complete: true, files: counts.reduce((sum, { files }) => sum + files, 0), counts };
}

function titleOf(change: Partial<Overview>): string {
  return verdictOf({ ...WELL, ...change }, NOW).title;
}

describe("the verdict", () => {
  it("is that all is well while files come, wait a little, and are tried again", () => {
    expect(verdictOf(WELL, NOW)).toMatchObject({ tone: "good", title: "All is well", also: [] });
  });

  it("counts the files that need somebody, and leads to them", () => {
    const one = verdictOf({ ...WELL, attention: attention(counted("quarantined", 1)) }, NOW);
    const both = verdictOf(
      { ...WELL, attention: attention(counted("quarantined", 11), counted("failed", 1)) },
      NOW,
      "/quarantine",
    );

    expect(one).toMatchObject({ tone: "warn", title: "1 file needs somebody" });
    expect(one.to).toBe("/files?status=failed&status=quarantined");
    expect(both).toMatchObject({ tone: "bad", title: "12 files need somebody", to: "/quarantine" });
    expect(both.detail).toBe("1 failed; 11 quarantined. Most often: Bad rows.");
  });

  it("is no alarm while files that failed are tried again by themselves", () => {
    const underway = { complete: true, awaitingUpload: 0, retrying: 0, triedAgainLater: 2 };
    const verdict = verdictOf({ ...WELL, attention: attention(counted("failed", 2)), underway }, NOW);

    expect(verdict.tone).toBe("warn");
    expect(verdict.detail).toContain("2 failed, 2 of them tried again without you");
  });

  it("says so when there may be more", () => {
    const seen = { ...attention(counted("quarantined", 1000)), complete: false };
    expect(titleOf({ attention: seen })).toBe("At least 1,000 files need somebody");
  });

  it("puts silent alerts before everything else, and tells of the rest as well", () => {
    const verdict = verdictOf(
      {
        ...WELL,
        alerts: { status: "failing", detail: "AuthorizationError." },
        attention: attention(counted("quarantined", 2)),
        deadLetters: 1,
        sweep: { ranAt: ago(60) },
      },
      NOW,
    );

    expect([verdict.title, ...verdict.also.map(({ title }) => title)]).toEqual([
      "Alerts do not go out",
      "1 message was given up",
      "2 files need somebody",
      "The sweep is late",
    ]);
  });

  it.each([
    ["Nobody knows whether alerts go out", { alerts: { status: "unknown" } }],
    [
      "Files have waited for 16 min 0 s",
      { queue: { waiting: 1, inFlight: 0, delayed: 0, oldestSeconds: 960 } },
    ],
    ["The sweep is late", { sweep: { ranAt: ago(21) } }],
    ["Not everything is known", { unknown: ["queue"] }],
    ["Nothing has arrived for 3 days", { arriving: { lastArrivedAt: ago(3 * 1440 + 5) } }],
  ] satisfies [string, Partial<Overview>][])("can be: %s", (title, change) => {
    expect(titleOf(change)).toBe(title);
  });

  it("does not hold against a stack what it has not done yet", () => {
    expect(titleOf({ sweep: {}, arriving: {} })).toBe("All is well");
  });

  it("names what is not known", () => {
    expect(verdictOf({ ...WELL, unknown: ["queue", "deadLetters"] }, NOW).detail).toBe(
      "Just now AWS does not tell the queue and dead letters.",
    );
  });

  it("of a key that is bound is about what it may see", () => {
    const bound: Overview = { at: ago(0), prefix: "orders", unknown: [], attention: attention() };
    expect(verdictOf(bound, NOW).title).toBe("All is well");
  });
});

it("sums up states, and finds their oldest file", () => {
  const seen = attention(counted("failed", 2, 30), counted("failed", 3, 90), counted("quarantined", 1, 200));

  expect([filesIn(seen, "failed"), filesIn(seen, "quarantined")]).toEqual([5, 1]);
  expect(oldestIn(seen, "failed")).toBe(ago(90));
  expect(oldestIn(attention(), "failed")).toBeUndefined();
});
