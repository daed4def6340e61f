import { isPassing } from "../api/problem";
import { AGAIN } from "./again";

/** Tries until it is done or refused; a lost answer or a busy API is asked again, when it wants to be. */
export async function patiently<Data>(
  ask: () => Promise<Data>,
  pause: (milliseconds: number) => Promise<void> = sleep,
): Promise<Data> {
  for (let failures = 0; ; failures += 1) {
    try {
      return await ask();
    } catch (error) {
      if (!(error instanceof Error) || !isPassing(error) || !AGAIN.retry(failures, error)) throw error;
      await pause(AGAIN.retryDelay(failures, error));
    }
  }
}

function sleep(milliseconds: number): Promise<void> {
  return new Promise((done) => setTimeout(done, milliseconds));
}
