/**
 * Notes of uploads that are not finished, so that they go on after a reload when the same files are chosen again: a
 * browser keeps no file over a reload. They stay in this tab, and hold nothing secret.
 */
import type { Schemas } from "../../api/client";

export type Announcement = Omit<Schemas["UploadRequest"], "partChecksums">;

export interface Note {
  /** Of the key that began it: another one may not go on with it. */
  keyId: string;
  /** The `Idempotency-Key` of the announcement: the same one leads to the same record, and to the parts S3 has. */
  intent: string;
  fingerprint: string;
  path: string;
  announcement: Announcement;
  recordId?: string;
}

const NAME = "silent-scalper.uploads";
/** The room is small; with more, the rest begins anew. */
const MOST = 500;

export function readNotes(keyId: string, storage: Storage = sessionStorage): Note[] {
  return all(storage).filter((note) => note.keyId === keyId);
}

export function writeNotes(keyId: string, notes: readonly Note[], storage: Storage = sessionStorage): void {
  const others = all(storage).filter((note) => note.keyId !== keyId);
  const kept = [...others, ...notes].slice(0, MOST);
  if (kept.length === 0) storage.removeItem(NAME);
  else storage.setItem(NAME, JSON.stringify(kept));
}

function all(storage: Storage): Note[] {
  try {
    const found: unknown = JSON.parse(storage.getItem(NAME) ?? "[]");
    return Array.isArray(found) ? found.filter(isNote) : [];
  } catch {
    return [];
  }
}

function isNote(value: unknown): value is Note {
  if (typeof value !== "object" || value === null) return false;
  const note: Partial<Record<keyof Note, unknown>> = value;
  return (
    [note.keyId, note.intent, note.fingerprint, note.path].every((each) => typeof each === "string") &&
    typeof note.announcement === "object" &&
    note.announcement !== null
  );
}
