import { dataOf, type Api } from "../../api/client";
import { ApiProblem } from "../../api/problem";
import { Meter } from "./meter";
import type { Note } from "./notes";
import { isUnfinished, type Outcome, type Row } from "./row";
import type { Carrier } from "./s3";
import { Over, send } from "./sender";

/** One file with all that is known of its way to S3. */
export class Upload {
  readonly #file: File;
  readonly #changed: () => void;
  readonly #meter = new Meter();
  #row: Row;
  #note: Note;
  #task: AbortController | undefined;
  #startedOver = false;

  constructor(file: File, note: Note, changed: () => void) {
    this.#file = file;
    this.#note = note;
    this.#changed = changed;
    this.#row = {
      id: crypto.randomUUID(),
      path: note.path,
      prefix: note.announcement.prefix,
      sizeBytes: file.size,
      phase: "waiting",
      sentBytes: 0,
    };
  }

  get row(): Row {
    return this.#row;
  }

  get note(): Note {
    return this.#note;
  }

  /** Sends it, until it is there, or has failed, or was stopped. */
  async run(api: Api, carrier: Carrier): Promise<void> {
    const task = new AbortController();
    const { signal } = task;
    this.#task = task;
    this.#change({ phase: "sending", problem: undefined });
    try {
      await send({
        api,
        carrier,
        file: this.#file,
        announcement: this.#note.announcement,
        intent: this.#note.intent,
        signal,
        announced: (recordId) => {
          this.#note = { ...this.#note, recordId };
          this.#change({ recordId });
        },
        moved: (sentBytes) => this.#change({ sentBytes, delay: undefined }),
        delayed: (delay) => this.#change({ delay }),
      });
      if (!signal.aborted) this.#change({ phase: "sent", sentBytes: this.#file.size });
    } catch (error) {
      if (!signal.aborted) this.#fail(error);
    } finally {
      if (this.#task === task) this.#still();
    }
  }

  stop(phase: "paused" | "cancelled"): void {
    this.#task?.abort();
    this.#still();
    this.#change({ phase });
  }

  /** Puts it back in the line. */
  again(): void {
    this.#change({ phase: "waiting", problem: undefined });
  }

  /** S3 forgets what it has of it, and its record expires. */
  async cancel(api: Api): Promise<void> {
    this.stop("cancelled");
    const { recordId } = this.#row;
    if (recordId === undefined) return;
    try {
      await abort(api, recordId);
    } catch (error) {
      // It was there already when somebody changed their mind.
      if (error instanceof ApiProblem && error.kind === "upload-completed") this.#change({ phase: "sent" });
    }
  }

  settle(outcome: Outcome): void {
    this.#change({ phase: "done", outcome });
  }

  measure(now: number): void {
    if (this.#row.phase !== "sending") return;
    this.#meter.note(this.#row.sentBytes, now);
    this.#row = { ...this.#row, speed: this.#meter.speed(now) };
  }

  #fail(error: unknown): void {
    if (error instanceof Over && !this.#startedOver) {
      this.#startedOver = true;
      const { keyId, fingerprint, path, announcement } = this.#note;
      this.#note = { keyId, fingerprint, path, announcement, intent: crypto.randomUUID() };
      this.#change({ phase: "waiting", sentBytes: 0, recordId: undefined });
    } else if (error instanceof ApiProblem && error.status === 401) {
      this.#change({ phase: "paused" });
    } else {
      const problem = error instanceof Error ? error : new Error(String(error));
      this.#change({ phase: "failed", problem });
    }
  }

  #still(): void {
    this.#task = undefined;
    this.#meter.forget();
    this.#change({ speed: undefined, delay: undefined });
  }

  #change(patch: Partial<Row>): void {
    const before = this.#row;
    this.#row = { ...before, ...patch };
    this.#changed();
  }
}

export function abort(api: Api, recordId: string) {
  const params = { path: { recordId }, header: { "idempotency-key": crypto.randomUUID() } };
  return dataOf(api.POST("/uploads/{recordId}/abort", { params }));
}

/** The note to go on by after a reload; there is none for what has ended. */
export function openNote({ row, note }: Upload): Note[] {
  return isUnfinished(row) || row.phase === "failed" ? [note] : [];
}
