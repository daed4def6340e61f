import { expect, it } from "vitest";
import { ApiProblem, Unreachable } from "../api/problem";
import { AGAIN } from "./again";

function problem(status: number, headers: Record<string, string> = {}): ApiProblem {
  return new ApiProblem(new Response(null, { status, headers }), {});
}

it("is asked again after a lost answer, and not after a refusal", () => {
  const again = [new Unreachable("x"), problem(503), problem(429), problem(409), problem(403)];
  expect(again.map((error) => AGAIN.retry(0, error))).toEqual([true, true, true, false, false]);
  expect(AGAIN.retry(3, problem(503))).toBe(false);
});

it("waits as long as the API asks for, within reason", () => {
  const waits = [problem(429, { "retry-after": "7" }), problem(429, { "retry-after": "900" }), problem(503)];
  expect(waits.map((error) => AGAIN.retryDelay(1, error))).toEqual([7_000, 30_000, 2_000]);
});
