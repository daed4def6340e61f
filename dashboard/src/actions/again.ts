import { ApiProblem, isPassing } from "../api/problem";

const MOST_ATTEMPTS = 3;
const LONGEST_WAIT_MS = 30_000;

/** For a request that has an Idempotency-Key: sent again while that may help, and not before the API wants it. */
export const AGAIN = {
  retry: (failures: number, error: Error) => failures < MOST_ATTEMPTS && isPassing(error),
  retryDelay: (failures: number, error: Error) => {
    const asked = error instanceof ApiProblem ? error.retryAfter : undefined;
    return Math.min(asked === undefined ? 1000 * 2 ** failures : 1000 * asked, LONGEST_WAIT_MS);
  },
};
