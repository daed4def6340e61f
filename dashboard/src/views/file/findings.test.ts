import { describe, expect, it } from "vitest";
import { kindsOf, titleOf, total, totalKept, type Finding } from "./findings";

const BAD: Finding[] = [
  { type: "type-error", message: "No date.", lineNumber: 2, rowNumber: 1, fieldNumber: 2, fieldName: "at" },
  {
    type: "constraint-error",
    message: "Not in the list.",
    lineNumber: 2,
    rowNumber: 1,
    fieldName: "country",
  },
  { type: "type-error", message: "No date.", lineNumber: 3, rowNumber: 2, fieldNumber: 2, fieldName: "at" },
  {
    type: "type-error",
    message: "No number.",
    lineNumber: 3,
    rowNumber: 2,
    fieldNumber: 6,
    fieldName: "price",
  },
];

describe("errors", () => {
  it("of one kind in one column are told once, with all their places", () => {
    const [types] = kindsOf(BAD);
    expect(types?.groups.map((group) => [group.fieldName, group.places])).toEqual([
      [
        "at",
        [
          { line: 2, row: 1 },
          { line: 3, row: 2 },
        ],
      ],
      ["price", [{ line: 3, row: 2 }]],
    ]);
  });

  it("are counted beyond those that are kept, most frequent first", () => {
    const kinds = kindsOf(BAD, { "type-error": 800, "constraint-error": 1200, "missing-cell": 4 });
    expect(kinds.map((kind) => [kind.type, kind.count, kind.kept])).toEqual([
      ["constraint-error", 1200, 1],
      ["type-error", 800, 3],
      ["missing-cell", 4, 0],
    ]);
    expect([total(kinds), totalKept(kinds)]).toEqual([2004, 4]);
  });

  it("about the whole file have no place", () => {
    expect(kindsOf([{ type: "format-error", message: "No PDF." }])[0]?.groups[0]?.places).toEqual([]);
  });

  it("of a type that is new are shown by its name", () => {
    expect([titleOf("type-error"), titleOf("new-error")]).toEqual(["Values of another type", "new-error"]);
  });

  it("are none where there are none", () => expect(kindsOf()).toEqual([]));
});
