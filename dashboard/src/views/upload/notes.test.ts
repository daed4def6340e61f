import { beforeEach, expect, it } from "vitest";
import { readNotes, writeNotes, type Note } from "./notes";

function note(keyId: string, path: string): Note {
  const announcement = { fileName: path, sizeBytes: 1, prefix: "uploads" };
  return { keyId, intent: `${keyId}-${path}`, fingerprint: path, path, announcement };
}

beforeEach(() => sessionStorage.clear());

it("notes come back after a reload", () => {
  writeNotes("key", [note("key", "a.csv"), { ...note("key", "b.csv"), recordId: "b" }]);

  expect(readNotes("key")).toEqual([note("key", "a.csv"), { ...note("key", "b.csv"), recordId: "b" }]);
});

it("those of another key are neither shown nor forgotten", () => {
  writeNotes("theirs", [note("theirs", "a.csv")]);
  writeNotes("ours", [note("ours", "b.csv")]);
  writeNotes("ours", []);

  expect(readNotes("ours")).toEqual([]);
  expect(readNotes("theirs")).toEqual([note("theirs", "a.csv")]);
});

it("nothing is left where nothing is unfinished", () => {
  writeNotes("key", [note("key", "a.csv")]);
  writeNotes("key", []);

  expect(sessionStorage.length).toBe(0);
});

it.each(["no JSON", "{}", '[1, {"keyId": "key"}]'])("what is no note is passed over: %s", (text) => {
  sessionStorage.setItem("silent-scalper.uploads", text);

  expect(readNotes("key")).toEqual([]);
});
