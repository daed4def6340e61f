import { expect, it } from "vitest";
import { partAt, stacked } from "./stack";

it("stacks from the bottom up, and takes what is unknown for nothing", () => {
  expect(
    stacked([
      [1, 2, 0],
      [3, null, 0],
      [0, 5, 0],
    ]),
  ).toEqual([
    [1, 2, 0],
    [4, 2, 0],
    [4, 7, 0],
  ]);
});

it.each([
  [0.5, 0],
  [4, 0],
  [4.1, 2],
  [5, 2],
  [5.1, undefined],
  [-1, undefined],
])("finds the part at height %d", (height, part) => {
  expect(partAt([4, 0, 1, null], height)).toBe(part);
});
