import { describe, expect, it } from "vitest";
import { STATUSES } from "../lib/words";
import type { Scope } from "../session/session";
import { canDiscard, canRetry } from "./allowed";

const operator = (scope: Scope) => scope === "operate";
const reader = (scope: Scope) => scope === "read";

describe("what is offered", () => {
  it("is what the state allows", () => {
    expect(STATUSES.filter((status) => canRetry({ status }, operator))).toEqual(["quarantined", "failed"]);
    expect(STATUSES.filter((status) => canDiscard({ status }, operator))).toEqual(["quarantined"]);
  });

  it("is nothing to a key that only reads", () => {
    expect(
      STATUSES.filter((status) => canRetry({ status }, reader) || canDiscard({ status }, reader)),
    ).toEqual([]);
  });

  it("is no retry of what was tried a hundred times", () => {
    expect(canRetry({ status: "failed", attemptCount: 99 }, operator)).toBe(true);
    expect(canRetry({ status: "failed", attemptCount: 100 }, operator)).toBe(false);
    expect(canDiscard({ status: "quarantined", attemptCount: 100 }, operator)).toBe(true);
  });
});
