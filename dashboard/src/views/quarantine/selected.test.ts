import { describe, expect, it, vi } from "vitest";
import { ApiProblem } from "../../api/problem";
import { forEachOf } from "./selected";

function problem(status: number): ApiProblem {
  return new ApiProblem(new Response(null, { status }), { detail: "no" });
}

describe("what is done for each", () => {
  it("goes on after a refusal, and tells of it", async () => {
    const told = vi.fn<(done: number) => void>();
    const act = (id: string) => (id === "b" ? Promise.reject(problem(409)) : Promise.resolve());

    const refused = await forEachOf(["a", "b", "c"], act, told);

    expect(refused).toEqual([{ recordId: "b", because: "no" }]);
    expect(told.mock.calls).toEqual([[1], [2], [3]]);
  });

  it("is done a few at a time, and once for each", async () => {
    const seen: string[] = [];
    let now = 0;
    let most = 0;
    const ids = Array.from({ length: 20 }, (_, index) => String(index));
    const act = async (id: string) => {
      seen.push(id);
      most = Math.max(most, (now += 1));
      await Promise.resolve();
      now -= 1;
    };

    await forEachOf(ids, act, () => undefined);

    expect([seen.length, new Set(seen).size, most]).toEqual([20, 20, 4]);
  });
});
