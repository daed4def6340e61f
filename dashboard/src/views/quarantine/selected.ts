import { dataOf, type Api } from "../../api/client";
import { ApiProblem } from "../../api/problem";
import { patiently } from "../../actions/patiently";

export type Act = "retry" | "discard";

/** More than this is asked for by a filter, as one operation. */
export const MOST_SELECTED = 100;
const AT_ONCE = 4;

export interface Refusal {
  recordId: string;
  because: string;
}

/** Does something for each id, a few at a time; those for which it could not be done, and why. */
export async function forEachOf(
  ids: readonly string[],
  act: (recordId: string) => Promise<unknown>,
  told: (done: number) => void,
): Promise<Refusal[]> {
  const waiting = [...ids];
  const refused: Refusal[] = [];
  let done = 0;
  const work = async () => {
    for (let recordId = waiting.shift(); recordId !== undefined; recordId = waiting.shift()) {
      try {
        await act(recordId);
      } catch (error) {
        refused.push({ recordId, because: because(error) });
      }
      done += 1;
      told(done);
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, work));
  return refused;
}

/** Asks for the retry or the discard of one file. */
export function actOn(api: Api, act: Act, recordId: string, why: string, intent: string): Promise<unknown> {
  const options = {
    params: { path: { recordId }, header: { "idempotency-key": intent } },
    body: why.trim() === "" ? {} : { why: why.trim() },
  };
  return patiently(() =>
    dataOf(
      act === "retry"
        ? api.POST("/records/{recordId}/retry", options)
        : api.POST("/records/{recordId}/discard", options),
    ),
  );
}

function because(error: unknown): string {
  if (error instanceof ApiProblem) return error.detail;
  return error instanceof Error ? error.message : "Something unexpected happened.";
}
