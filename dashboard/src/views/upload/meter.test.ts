import { describe, expect, it } from "vitest";
import { Meter, timeLeft } from "./meter";

describe("a speed", () => {
  it("is not told before there is something to tell it from", () => {
    const meter = new Meter();
    meter.note(0, 0);
    meter.note(500, 1_900);
    expect(meter.speed(1_900)).toBeUndefined();
  });

  it("is that of the last seconds", () => {
    const meter = new Meter();
    for (let second = 0; second <= 10; second += 1) meter.note(second * 100, second * 1_000);
    for (let second = 11; second <= 30; second += 1)
      meter.note(1_000 + (second - 10) * 1_000, second * 1_000);
    expect(meter.speed(30_000)).toBe(1_000);
  });

  it("falls while nothing moves", () => {
    const meter = new Meter();
    meter.note(0, 0);
    meter.note(1_000, 1_000);
    expect(meter.speed(4_000)).toBe(250);
  });

  it("begins anew where bytes were lost", () => {
    const meter = new Meter();
    meter.note(5_000, 0);
    meter.note(100, 3_000);
    expect(meter.speed(3_000)).toBeUndefined();
  });
});

it("the time that is left is known when something moves", () => {
  expect(timeLeft(2_000, 1_000)).toBe(2_000);
  expect(timeLeft(2_000, 0)).toBeUndefined();
  expect(timeLeft(2_000, undefined)).toBeUndefined();
});
