import { describe, expect, it } from "vitest";
import type { Contract } from "./checks";
import { factsOf, rulesOf } from "./contractWords";

const CONTRACT: Contract = {
  name: "orders",
  prefix: "orders",
  mediaTypes: ["text/csv"],
  header: "anyOrder",
  maxBytes: 5_000,
  toleratedBadRows: 0,
  onBadRows: "quarantine",
  personalData: false,
  schema: { fields: [], primaryKey: [], missingValues: [""] },
};

function fact(name: string, more: Partial<Contract>, maxFileBytes = 10_000): string | undefined {
  return factsOf({ ...CONTRACT, ...more }, maxFileBytes).find((each) => each.name === name)?.value;
}

describe("a contract", () => {
  it("says no more than it wants", () => {
    const bare: Contract = { ...CONTRACT, mediaTypes: [] };
    delete bare.schema;
    expect(factsOf(bare, 10_000)).toEqual([
      { name: "Types", value: "Any" },
      { name: "Size", value: "Up to 5 kB" },
    ]);
  });

  it("takes no larger files than the stack", () => {
    expect(fact("Size", {}, 1_000)).toBe("Up to 1 kB");
    expect(fact("Size", { minBytes: 10 })).toBe("10 bytes to 5 kB");
  });

  it.each([
    [0, "quarantine", "One is enough for the quarantine"],
    ["1%", "quarantine", "With up to 1%, the file is taken; with more, it is quarantined"],
    [
      1_000,
      "split",
      "With up to 1,000, good rows are taken, bad ones are reported; with more, it is quarantined",
    ],
    ["100%", "split", "However many there are, good rows are taken, bad ones are reported"],
  ] as const)("with %s bad rows tolerated and %s reads: %s", (toleratedBadRows, onBadRows, words) =>
    expect(fact("Bad rows", { toleratedBadRows, onBadRows })).toBe(words),
  );
});

describe("a column's rules", () => {
  it("are its type at least", () =>
    expect(rulesOf({ name: "note", type: "string", format: "default" })).toBe("string"));

  it("are told one after the other", () => {
    const constraints = { required: true, unique: true, minimum: "1", pattern: "C[0-9]+", maxLength: 9 };
    expect(rulesOf({ name: "id", type: "date", format: "%d.%m.%Y", constraints })).toBe(
      "date as %d.%m.%Y · required · unique · matches C[0-9]+ · at least 1 · at most 9 characters",
    );
  });
});
