import { describe, expect, it } from "vitest";
import { lettersOf, progressOf, sentenceOf, type Operation } from "./progress";

const OPERATION: Operation = {
  operationId: "0".repeat(32),
  kind: "retry",
  state: "running",
  requestedBy: "key1",
  createdAt: "2026-01-01T00:00:00.000Z",
  wanted: { status: "quarantined", reason: "bad_rows" },
  found: 0,
  started: 0,
  skipped: 0,
  waiting: 0,
  outcomes: {},
};

function told(known: Partial<Operation>, expected = 0) {
  const operation = { ...OPERATION, ...known };
  const progress = progressOf(operation, expected);
  return { ...progress, sentence: sentenceOf(operation, progress) };
}

describe("the progress of a retry", () => {
  it("begins with nothing found", () => {
    expect(told({})).toMatchObject({ done: 0, total: 0, parts: [], sentence: "Looking for the files." });
  });

  it("counts what was expected as under way", () => {
    const { parts, done, total, sentence } = told({ found: 4, started: 4, outcomes: { processed: 1 } }, 10);

    expect([done, total, sentence]).toEqual([1, 10, "1 of 10 files done."]);
    expect(parts.map(({ label, files }) => [label, files])).toEqual([
      ["Processed", 1],
      ["Under way", 9],
    ]);
  });

  it("ends with what became of each, whatever was expected", () => {
    const outcomes = { processed: 2, quarantined: 1 };
    const { parts, total, sentence } = told(
      { state: "finished", found: 4, started: 3, skipped: 1, outcomes },
      10,
    );

    expect(total).toBe(4);
    expect(parts.at(1)).toMatchObject({ label: "Quarantined again", status: "quarantined", tone: "warn" });
    expect(sentence).toBe("4 files tried again: 2 processed, 1 quarantined again, 1 skipped.");
  });

  it("trusts the outcomes where a step was counted too low", () => {
    expect(told({ state: "finished", found: 1, outcomes: { processed: 3 } }).total).toBe(3);
  });

  it("says so when nothing matched", () => {
    expect(told({ state: "finished" }, 3).sentence).toBe("No file matched any more.");
  });
});

it("a discard ends with files that are discarded", () => {
  const { sentence } = told({ kind: "discard", state: "finished", found: 2, outcomes: { discarded: 2 } });
  expect(sentence).toBe("2 files dealt with: 2 discarded.");
});

describe("dead letters", () => {
  const redrive = { kind: "redrive", state: "finished", found: 2 } as const;

  it("are found or moved", () => {
    expect(told({ ...redrive, wanted: { dryRun: true } }).sentence).toBe(
      "2 dead letters found, and left there.",
    );
    expect(told({ ...redrive, started: 2, wanted: { dryRun: false } }).sentence).toBe(
      "2 dead letters moved back into the queue.",
    );
  });

  it("are about objects, or say something else", () => {
    const objects = { messageId: "a", sentAt: "2026-01-01T00:00:00.000Z", objects: [{ key: "b/c.csv" }] };
    const command = { messageId: "d", command: { retry: { recordId: "e" } } };

    expect(lettersOf([JSON.stringify(objects), JSON.stringify(command), "no JSON"])).toEqual([
      { id: "a", sentAt: objects.sentAt, about: ["b/c.csv"] },
      { id: "d", sentAt: undefined, about: ['{"retry":{"recordId":"e"}}'] },
      { id: "2", sentAt: undefined, about: ["no JSON"] },
    ]);
  });
});
