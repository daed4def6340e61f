import { expect, it, vi } from "vitest";
import { ApiProblem, Unreachable } from "../api/problem";
import { patiently } from "./patiently";

function problem(status: number, headers: Record<string, string> = {}): ApiProblem {
  return new ApiProblem(new Response(null, { status, headers }), { detail: "no" });
}

it("waits as long as the API asks for, and asks again", async () => {
  const pause = vi.fn<(milliseconds: number) => Promise<void>>(() => Promise.resolve());
  const ask = vi
    .fn<() => Promise<string>>()
    .mockRejectedValueOnce(problem(429, { "retry-after": "3" }))
    .mockRejectedValueOnce(new Unreachable("x"))
    .mockResolvedValueOnce("done");

  expect(await patiently(ask, pause)).toBe("done");
  expect(pause.mock.calls).toEqual([[3_000], [2_000]]);
});

it("does not argue with a refusal", async () => {
  const ask = vi.fn(() => Promise.reject(problem(409)));
  await expect(patiently(ask)).rejects.toThrow("no");
  expect(ask).toHaveBeenCalledOnce();
});
