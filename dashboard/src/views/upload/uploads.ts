/** All uploads of a session. They go on while other views are looked at. */
import type { Api } from "../../api/client";
import { tellActivity } from "./activity";
import { fingerprint, type Chosen } from "./chosen";
import { Meter } from "./meter";
import { readNotes, writeNotes, type Announcement, type Note } from "./notes";
import { isUnfinished, totalsOf, type Outcome, type Row, type Totals } from "./row";
import type { Carrier } from "./s3";
import { abort, openNote, Upload } from "./upload";

const FILES_AT_ONCE = 4;
const PUBLISH_MS = 150;
/** Without progress, too: so that a speed falls when nothing moves. */
const HEARTBEAT_MS = 1_000;

/** A file that was chosen, and is not on its way yet. */
export interface Draft {
  id: string;
  chosen: Chosen;
  /** Somebody wants to send it although it will probably be quarantined. */
  anyway: boolean;
}

export interface Snapshot {
  drafts: readonly Draft[];
  rows: readonly Row[];
  totals: Totals;
  /** Bytes a second, of all together. */
  speed: number | undefined;
  /** Begun before the page was loaded; their files must be chosen again. */
  unfinished: readonly Note[];
}

export class Uploads {
  readonly #keyId: string;
  readonly #carrier: Carrier;
  #api: Api;
  readonly #uploads = new Map<string, Upload>();
  readonly #listeners = new Set<() => void>();
  readonly #meter = new Meter();
  #drafts: readonly Draft[] = [];
  #unfinished: readonly Note[];
  #written: readonly Note[] = [];
  #snapshot: Snapshot;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #heartbeat: ReturnType<typeof setTimeout> | undefined;
  #running = 0;
  #ended = false;

  constructor(keyId: string, api: Api, carrier: Carrier) {
    this.#keyId = keyId;
    this.#api = api;
    this.#carrier = carrier;
    this.#unfinished = readNotes(keyId);
    this.#snapshot = this.#look();
  }

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  readonly getSnapshot = (): Snapshot => this.#snapshot;

  belongsTo(keyId: string): boolean {
    return keyId === this.#keyId;
  }

  /** After somebody signed in again, with a new secret of the same key for example. */
  useApi(api: Api): void {
    this.#api = api;
  }

  /** Somebody else works here now; the notes stay for whoever comes back. */
  end(): void {
    this.pause();
    this.#ended = true;
    tellActivity(0);
  }

  /** Takes files; those that were on their way before a reload go on at once. How many there are of each. */
  choose(chosen: readonly Chosen[]): { added: number; resumed: number } {
    const known = new Set(this.#drafts.map((draft) => fingerprint(draft.chosen)));
    for (const { row, note } of this.#uploads.values()) if (isUnfinished(row)) known.add(note.fingerprint);
    const notes = new Map(this.#unfinished.map((note) => [note.fingerprint, note]));
    const drafts: Draft[] = [];
    const resumed: Note[] = [];
    for (const each of chosen) {
      const print = fingerprint(each);
      const note = notes.get(print);
      if (known.has(print)) continue;
      known.add(print);
      if (note) {
        this.#enqueue(each.file, note);
        resumed.push(note);
      } else drafts.push({ id: crypto.randomUUID(), chosen: each, anyway: false });
    }
    this.#unfinished = this.#unfinished.filter((note) => !resumed.includes(note));
    this.#drafts = [...this.#drafts, ...drafts];
    this.#pump();
    return { added: drafts.length, resumed: resumed.length };
  }

  sendAnyway(ids: ReadonlySet<string>): void {
    this.#drafts = this.#drafts.map((draft) => (ids.has(draft.id) ? { ...draft, anyway: true } : draft));
    this.#publish();
  }

  dropDrafts(ids: ReadonlySet<string>): void {
    this.#drafts = this.#drafts.filter((draft) => !ids.has(draft.id));
    this.#publish();
  }

  start(files: readonly { draft: Draft; announcement: Announcement }[]): void {
    for (const { draft, announcement } of files) {
      const { file, path } = draft.chosen;
      const intent = crypto.randomUUID();
      const known = { keyId: this.#keyId, fingerprint: fingerprint(draft.chosen), path };
      this.#enqueue(file, { ...known, intent, announcement });
    }
    this.#pump();
    this.dropDrafts(new Set(files.map(({ draft }) => draft.id)));
  }

  pause(id?: string): void {
    for (const each of this.#those(id, isUnfinished)) each.stop("paused");
    this.#pump();
  }

  resume(id?: string): void {
    // What has failed goes on only if somebody says so of this file.
    const waits = ({ phase }: Row) => phase === "paused" || (phase === "failed" && id !== undefined);
    for (const each of this.#those(id, waits)) each.again();
    this.#pump();
  }

  cancel(id?: string): void {
    const open = (row: Row) => isUnfinished(row) || (row.phase === "failed" && id !== undefined);
    for (const each of this.#those(id, open)) void each.cancel(this.#api);
    this.#pump();
  }

  /** Takes what has ended off the list. */
  clear(): void {
    for (const { row } of this.#uploads.values()) {
      if (row.phase === "done" || row.phase === "cancelled") this.#uploads.delete(row.id);
    }
    this.#publish();
  }

  /** Nobody will go on with what was begun before the page was loaded: those records expire. */
  forgetUnfinished(): void {
    for (const { recordId } of this.#unfinished) {
      if (recordId !== undefined) abort(this.#api, recordId).catch(() => undefined);
    }
    this.#unfinished = [];
    this.#publish();
  }

  settle(outcomes: ReadonlyMap<string, Outcome>): void {
    for (const each of this.#uploads.values()) {
      const outcome = each.row.recordId === undefined ? undefined : outcomes.get(each.row.recordId);
      if (outcome && each.row.phase === "sent") each.settle(outcome);
    }
    this.#publish();
  }

  #enqueue(file: File, note: Note): void {
    const upload = new Upload(file, note, () => this.#soon());
    this.#uploads.set(upload.row.id, upload);
  }

  #those(id: string | undefined, fits: (row: Row) => boolean): Upload[] {
    return [...this.#uploads.values()].filter(({ row }) => (id === undefined || row.id === id) && fits(row));
  }

  /** Begins what there is room for. */
  #pump(): void {
    for (const upload of this.#uploads.values()) {
      if (this.#running >= FILES_AT_ONCE) break;
      if (upload.row.phase !== "waiting") continue;
      this.#running += 1;
      void upload.run(this.#api, this.#carrier).finally(() => {
        this.#running -= 1;
        this.#pump();
      });
    }
    this.#publish();
  }

  #soon(): void {
    this.#timer ??= setTimeout(() => this.#publish(), PUBLISH_MS);
  }

  #publish(): void {
    clearTimeout(this.#timer);
    clearTimeout(this.#heartbeat);
    this.#timer = undefined;
    if (this.#ended) return;
    const now = Date.now();
    for (const each of this.#uploads.values()) each.measure(now);
    this.#snapshot = this.#look();
    this.#keepNotes();
    tellActivity(this.#snapshot.rows.filter(isUnfinished).length);
    for (const each of this.#listeners) each();
    if (this.#running > 0) this.#heartbeat = setTimeout(() => this.#publish(), HEARTBEAT_MS);
  }

  #look(): Snapshot {
    const rows = Array.from(this.#uploads.values(), ({ row }) => row);
    const totals = totalsOf(rows);
    const now = Date.now();
    if (totals.counts.sending === 0) this.#meter.forget();
    else this.#meter.note(totals.sentBytes, now);
    const speed = this.#meter.speed(now);
    return { drafts: this.#drafts, rows, totals, speed, unfinished: this.#unfinished };
  }

  #keepNotes(): void {
    const notes = [...this.#unfinished, ...[...this.#uploads.values()].flatMap(openNote)];
    const same =
      notes.length === this.#written.length && notes.every((each, at) => each === this.#written[at]);
    if (same) return;
    this.#written = notes;
    writeNotes(this.#keyId, notes);
  }
}
