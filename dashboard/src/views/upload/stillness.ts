import { Broken } from "./s3";

const LONGEST_MS = 60_000;
const LOOK_MS = 5_000;

/**
 * Breaks connections over which nothing goes any more, which a browser notices late or never. All are watched together:
 * one alone may wait for its turn for long.
 */
export class Stillness {
  readonly #watched = new Set<AbortController>();
  #last = 0;
  #timer: ReturnType<typeof setInterval> | undefined;

  moved(): void {
    this.#last = Date.now();
  }

  /** Does something that the given signal aborts, or that breaks when nothing has moved for too long. */
  async watch<Done>(signal: AbortSignal, work: (signal: AbortSignal) => Promise<Done>): Promise<Done> {
    const controller = new AbortController();
    if (this.#watched.size === 0) this.moved();
    this.#watched.add(controller);
    this.#timer ??= setInterval(() => this.#look(), LOOK_MS);
    try {
      return await work(AbortSignal.any([signal, controller.signal]));
    } finally {
      this.#watched.delete(controller);
      if (this.#watched.size === 0) {
        clearInterval(this.#timer);
        this.#timer = undefined;
      }
    }
  }

  #look(): void {
    if (Date.now() - this.#last < LONGEST_MS) return;
    for (const each of this.#watched) each.abort(new Broken("The connection to S3 stood still."));
  }
}
