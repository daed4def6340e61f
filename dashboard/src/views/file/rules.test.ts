import { describe, expect, it } from "vitest";
import type { Schemas } from "../../api/client";
import { rulesOf, toleranceOf } from "./rules";

const CONTRACT: Schemas["ContractView"] = {
  name: "orders",
  prefix: "orders",
  mediaTypes: [],
  header: "exact",
  toleratedBadRows: 0,
  onBadRows: "quarantine",
  personalData: false,
};

describe("a contract in words", () => {
  it("says what the values of a column must be", () => {
    const constraints = {
      required: true,
      unique: false,
      minimum: "1",
      maxLength: 20,
      enum: ["a", "b"],
      pattern: "[ab]",
    };
    expect(rulesOf({ name: "id", type: "string", format: "default", constraints }, ["id"])).toEqual([
      "key",
      "required",
      "at least 1",
      "at most 20 characters",
      "one of a, b",
      "like [ab]",
    ]);
    expect(rulesOf({ name: "day", type: "date", format: "%d.%m.%Y" }, [])).toEqual(["written as %d.%m.%Y"]);
  });

  it("says what becomes of bad rows", () => {
    expect(toleranceOf(CONTRACT)).toBe("the file is quarantined");
    expect(toleranceOf({ ...CONTRACT, toleratedBadRows: 1 })).toContain("up to 1 row let pass");
    expect(toleranceOf({ ...CONTRACT, toleratedBadRows: "1%", onBadRows: "split" })).toContain(
      "1% of them set apart",
    );
    expect(toleranceOf({ ...CONTRACT, toleratedBadRows: "100%", onBadRows: "split" })).toBe(
      "they are set apart, however many",
    );
  });
});
