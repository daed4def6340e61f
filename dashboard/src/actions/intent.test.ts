import { expect, it } from "vitest";
import { intents } from "./intent";

it("is the same for the same request, and another one for another", () => {
  const intentOf = intents();
  const first = intentOf({ why: "mended" });

  expect(intentOf({ why: "mended" })).toBe(first);
  expect(intentOf({ why: "mended at last" })).not.toBe(first);
  expect(intents()({ why: "mended" })).not.toBe(first);
});
