/** How fast something goes: over the last seconds, so that a pause or a slow start does not count for ever. */

const WINDOW_MS = 8_000;
/** Earlier, a slow start would promise hours. */
const LEAST_MS = 2_000;

export class Meter {
  #samples: { at: number; bytes: number }[] = [];

  /** @param bytes all that there are by now; fewer than before begin anew. */
  note(bytes: number, at: number): void {
    const last = this.#samples.at(-1);
    if (last && bytes < last.bytes) this.#samples = [];
    this.#samples.push({ at, bytes });
    while (this.#samples.length > 2 && at - (this.#samples[1]?.at ?? at) > WINDOW_MS) this.#samples.shift();
  }

  forget(): void {
    this.#samples = [];
  }

  /** Bytes a second; undefined until that can be told. */
  speed(now: number): number | undefined {
    const first = this.#samples[0];
    const last = this.#samples.at(-1);
    if (!first || !last || now - first.at < LEAST_MS) return undefined;
    return ((last.bytes - first.bytes) / (now - first.at)) * 1000;
  }
}

/** Milliseconds until the rest is sent; undefined while nobody can tell. */
export function timeLeft(restBytes: number, speed: number | undefined): number | undefined {
  return speed !== undefined && speed > 0 ? (restBytes / speed) * 1000 : undefined;
}
