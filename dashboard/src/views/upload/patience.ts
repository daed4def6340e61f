/** Asking again, as long as that may help: with pauses that grow, and at once when the network is back. */
import { ApiProblem, isPassing } from "../../api/problem";
import { Broken, Refused } from "./s3";

/**
 * The first one is never cut short: a file may have come although nobody said so, and by then the API knows. Asking
 * earlier would send it twice.
 */
const PAUSES_MS = [3_000, 5_000, 10_000, 20_000, 30_000];

export interface Waiting {
  signal: AbortSignal;
  /** Told why it waits, and when it does no longer. */
  delayed: (why: string | undefined) => void;
}

export function mayPass(error: unknown): boolean {
  return error instanceof Broken || (error instanceof Refused && error.isPassing) || isPassing(error);
}

/** Does it until it succeeds, or fails in a way that will not pass. */
export async function patiently<Done>(
  { signal, delayed }: Waiting,
  work: () => Promise<Done>,
): Promise<Done> {
  for (let attempt = 0; ; attempt += 1) {
    try {
      return await work();
    } catch (error) {
      signal.throwIfAborted();
      if (!mayPass(error)) throw error;
      delayed(whyOf(error));
      await rest(pauseAfter(attempt, error), signal, attempt > 0);
      delayed(undefined);
    }
  }
}

export function pauseAfter(attempt: number, error: unknown): number {
  const asked = error instanceof ApiProblem ? (error.retryAfter ?? 0) * 1000 : 0;
  return Math.max(asked, PAUSES_MS[attempt] ?? PAUSES_MS.at(-1) ?? 0);
}

function whyOf(error: unknown): string {
  if (!navigator.onLine) return "You are offline.";
  if (error instanceof Broken || error instanceof Refused) return error.message;
  if (error instanceof ApiProblem) return `The API answered ${error.status}: ${error.title}.`;
  return "The API cannot be reached.";
}

/** Waits; as long as there is no network, and perhaps no longer when it comes back. */
async function rest(pause: number, signal: AbortSignal, shortened: boolean): Promise<void> {
  await until(signal, (done) => {
    const timer = setTimeout(done, pause);
    if (shortened) window.addEventListener("online", done);
    return () => {
      clearTimeout(timer);
      window.removeEventListener("online", done);
    };
  });
  if (navigator.onLine) return;
  await until(signal, (done) => {
    window.addEventListener("online", done);
    return () => window.removeEventListener("online", done);
  });
}

function until(signal: AbortSignal, begin: (done: () => void) => () => void): Promise<void> {
  return new Promise((resolve, reject) => {
    const end = begin(() => {
      end();
      signal.removeEventListener("abort", stop);
      resolve();
    });
    const stop = () => {
      end();
      reject(new DOMException("Stopped", "AbortError"));
    };
    signal.addEventListener("abort", stop, { once: true });
  });
}
