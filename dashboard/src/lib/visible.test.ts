import { describe, expect, it } from "vitest";
import { visible } from "./visible";

describe("names of files", () => {
  it.each([
    ["orders 2026-11.csv", "orders 2026-11.csv"],
    ["Übersicht – 見積.csv", "Übersicht – 見積.csv"],
    ["טבלה.csv", "טבלה.csv"],
    ["👩\u200d🔬.png", "👩\u200d🔬.png"],
  ])("%s stays as it is", (name, shown) => expect(visible(name)).toBe(shown));

  it.each([
    ["a\u202egpj.exe", "a\\u{202E}gpj.exe"],
    ["two\nlines", "two\\u{000A}lines"],
    ["zero\u200bwidth", "zero\\u{200B}width"],
    ["tag\u{e0041}", "tag\\u{E0041}"],
    ["half\ud800", "half\\u{D800}"],
  ])("show what is hidden in them", (name, shown) => expect(visible(name)).toBe(shown));
});
