import { describe, expect, it } from "vitest";
import { figure, figuresOf, labelOf, named, partsOf, percent, share } from "./profile";

const COLUMNS = [
  { name: "id", type: "integer", nulls: 0, min: 1, max: 3000, distinct: 2990, mean: 1500.5 },
  { name: "note", type: "string", nulls: 40, min: "a", max: "z", distinct: 7 },
];

describe("a profile", () => {
  it("of a table has its columns apart from what is known of the whole", () => {
    const parts = partsOf({ format: "csv", rows: 3000, columnCount: 2, bom: false, columns: COLUMNS });
    expect(parts.facts).toEqual([
      { label: "Format", value: "csv" },
      { label: "Rows", value: "3,000" },
      { label: "Columns", value: "2" },
      { label: "Byte order mark", value: "No" },
    ]);
    expect(parts.columns.map((column) => [column.number, column.name, column.max])).toEqual([
      [1, "id", "3,000"],
      [2, "note", "z"],
    ]);
  });

  it("of a compressed file has the profile of what is in it", () => {
    const parts = partsOf({
      format: "gzip",
      unpackedBytes: 1500,
      ratio: 3.77,
      content: { format: "csv", columns: COLUMNS },
    });
    expect(parts.facts).toContainEqual({ label: "Unpacked", value: "1.5 kB" });
    expect(parts.facts).toContainEqual({ label: "Unpacked to packed", value: "3.77 : 1" });
    expect(parts.inside[0]?.parts.columns).toHaveLength(2);
  });

  it("of a workbook lists its sheets", () => {
    const sheets = [
      { name: "One", hidden: false, rows: 51 },
      { name: "Two", hidden: true },
    ];
    expect(partsOf({ format: "xlsx", sheets }).lists).toEqual([
      {
        label: "Sheets",
        heads: ["Name", "Hidden", "Rows"],
        figures: [false, false, true],
        rows: [
          ["One", "No", "51"],
          ["Two", "Yes", ""],
        ],
      },
    ]);
  });

  it("shows what it does not know under its own name", () => {
    expect(partsOf({ format: "new", colourSpace: "sRGB", odd: { deep: [1, [2]] } })).toMatchObject({
      facts: [{ label: "Format" }, { label: "Colour space", value: "sRGB" }],
      inside: [{ label: "Odd", parts: { facts: [{ label: "Deep", value: "1, 2" }] } }],
    });
  });

  it("says that it was cut, and of how many columns there were", () => {
    const parts = partsOf({ format: "csv", columnCount: 2000, columns: COLUMNS, cut: true });
    expect([parts.cut, parts.columnCount]).toEqual([true, 2000]);
  });
});

describe("columns", () => {
  const { columns } = partsOf({ columns: COLUMNS });

  it("are shown with the figures that some of them have", () => {
    const personal = partsOf({ columns: [{ name: "iban", type: "string", nulls: 0, distinct: 7 }] });
    expect([...figuresOf(columns)]).toEqual(["nulls", "distinct", "min", "max", "mean"]);
    expect([...figuresOf(personal.columns)]).toEqual(["nulls", "distinct"]);
  });

  it("are found by a part of their name", () => {
    expect(named(columns, " NO").map((column) => column.number)).toEqual([2]);
    expect(named(columns, "")).toHaveLength(2);
  });
});

describe("figures", () => {
  it("are shares of what there is", () => {
    expect([share(1, 4), share(1, 0), share(undefined, 4), share(9, 4)]).toEqual([
      0.25,
      undefined,
      undefined,
      1,
    ]);
  });

  it.each([
    [0, "0%"],
    [0.0001, "<1%"],
    [0.254, "25%"],
    [0.9999, ">99%"],
    [1, "100%"],
  ])("%f reads as %s", (value, text) => expect(percent(value)).toBe(text));

  it.each([
    [1500.5, "1,500.5"],
    [0.123456, "0.1235"],
    [1e-9, "1.000e-9"],
    [12345678, "12,345,678"],
  ])("%f reads as %s", (value, text) => expect(figure(value)).toBe(text));

  it("have labels, made from their name if need be", () => {
    expect([labelOf("bom"), labelOf("bitDepth")]).toEqual(["Byte order mark", "Bit depth"]);
  });
});
