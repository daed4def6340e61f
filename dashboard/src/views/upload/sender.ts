/** One file on its way: announced, sent in a form or in parts, and completed. */
import { dataOf, type Api, type Schemas } from "../../api/client";
import { ApiProblem } from "../../api/problem";
import type { Announcement } from "./notes";
import { patiently, type Waiting } from "./patience";
import { Broken, PARTS_AT_ONCE, Refused, type Carrier } from "./s3";

type Upload = Schemas["AnnouncedUpload"]["upload"];
type Page = Schemas["PartPage"];
type Part = Schemas["PartView"];

export interface Job extends Waiting {
  api: Api;
  carrier: Carrier;
  file: Blob;
  announcement: Announcement;
  /** The `Idempotency-Key`: with the same one, it is the same upload, and S3 may have parts of it. */
  intent: string;
  announced: (recordId: string) => void;
  /** How many bytes S3 has, or are on their way there. */
  moved: (bytes: number) => void;
}

/** Fresh forms or links that are refused as well: then it is not their age. */
const MOST_FRESH = 2;
const MOST_PARTS_A_PAGE = 1_000;

/** The upload was aborted, or expired: the file needs another announcement. */
export class Over extends Error {
  constructor() {
    super("This upload was given up. Start it over to announce the file again.");
    this.name = "Over";
  }
}

/**
 * Sends a file, however often that takes.
 *
 * Throws AbortError when it is stopped, Over, or the ApiProblem or Refused that will not pass.
 */
export async function send(job: Job): Promise<void> {
  const work = async () => {
    await assertReadable(job.file);
    const { record, upload } = await announce(job);
    job.announced(record.recordId);
    if (record.status === "expired") throw new Over();
    await sendAs(job, record.recordId, upload);
  };
  try {
    await patiently(job, () => withFresh(work));
  } catch (error) {
    throw isOver(error) ? new Over() : error;
  }
}

function announce({ api, announcement, intent, signal }: Job) {
  const params = { header: { "idempotency-key": intent } };
  return dataOf(api.POST("/uploads", { params, body: { ...announcement, partChecksums: false }, signal }));
}

async function sendAs(job: Job, recordId: string, upload: Upload): Promise<void> {
  if (upload.method === "POST") {
    await job.carrier.form(job.file, upload, job.signal, job.moved);
  } else if (upload.method === "MULTIPART") {
    await sendParts(job, recordId, upload);
    await complete(job, recordId);
  }
}

/** To a browser, a file that was changed since it was chosen looks like a broken network. */
async function assertReadable(bytes: Blob): Promise<void> {
  try {
    await bytes.slice(0, 1).arrayBuffer();
  } catch (error) {
    const why =
      "The file cannot be read any more: it was changed, moved or deleted. Cancel it and choose it again.";
    throw new Error(why, { cause: error });
  }
}

/** Again with a fresh form or link, if S3 may have refused the one before for its age. */
async function withFresh(work: () => Promise<void>): Promise<void> {
  for (let tries = 0; ; tries += 1) {
    try {
      await work();
      return;
    } catch (error) {
      const expired = error instanceof Refused && error.mayBeExpired;
      if (!(expired || isIncomplete(error)) || tries === MOST_FRESH) throw error;
    }
  }
}

function isOver(error: unknown): boolean {
  if (error instanceof Refused) return error.code === "NoSuchUpload";
  return error instanceof ApiProblem && (error.kind === "upload-expired" || error.kind === "upload-gone");
}

/** S3 lacks a part that it once had taken: the announcement says which. */
function isIncomplete(error: unknown): boolean {
  return error instanceof ApiProblem && error.kind === "parts-missing";
}

async function sendParts(job: Job, recordId: string, first: Page): Promise<void> {
  const stop = new AbortController();
  const stopped = { ...job, signal: AbortSignal.any([job.signal, stop.signal]) };
  const tally = new Tally(job.moved);
  const parts = partsOf(stopped, recordId, first);
  const work = async () => {
    for (let next = await parts.next(); !next.done; next = await parts.next()) {
      const part = next.value;
      if (part.received) tally.set(part.partNumber, part.sizeBytes);
      else await sendPart(stopped, recordId, part, first.partSizeBytes, tally);
    }
  };
  try {
    await Promise.all(Array.from({ length: PARTS_AT_ONCE }, work));
  } catch (error) {
    stop.abort();
    throw error;
  }
}

async function* partsOf(
  { api, signal }: Job,
  recordId: string,
  first: Page,
): AsyncGenerator<Part, undefined> {
  let page = first;
  yield* page.items;
  while (page.nextPartNumber !== undefined) {
    const query = { firstPartNumber: page.nextPartNumber, limit: MOST_PARTS_A_PAGE };
    page = await dataOf(
      api.GET("/uploads/{recordId}/parts", { params: { path: { recordId }, query }, signal }),
    );
    yield* page.items;
  }
  return undefined;
}

async function sendPart(
  job: Job,
  recordId: string,
  part: Part,
  partSizeBytes: number,
  tally: Tally,
): Promise<void> {
  const { partNumber, sizeBytes } = part;
  const start = (partNumber - 1) * partSizeBytes;
  let known = part.url;
  const once = async () => {
    const url = known ?? (await freshLink(job, recordId, partNumber));
    known = undefined;
    const bytes = job.file.slice(start, start + sizeBytes);
    try {
      await job.carrier.part(bytes, url, job.signal, (sent) => tally.set(partNumber, sent));
      tally.set(partNumber, sizeBytes);
    } catch (error) {
      tally.set(partNumber, 0);
      if (error instanceof Broken) await assertReadable(bytes);
      throw error;
    }
  };
  await patiently(job, () => withFresh(once));
}

async function freshLink({ api, signal }: Job, recordId: string, partNumber: number): Promise<string> {
  const answer = await dataOf(
    api.POST("/uploads/{recordId}/parts", {
      params: { path: { recordId } },
      body: { parts: [{ partNumber }] },
      signal,
    }),
  );
  const [link] = answer.items;
  if (!link) throw new Error(`The API gave no link for part ${partNumber}.`);
  return link.url;
}

async function complete(job: Job, recordId: string): Promise<void> {
  const params = { path: { recordId }, header: { "idempotency-key": job.intent } };
  try {
    await patiently(job, () =>
      dataOf(job.api.POST("/uploads/{recordId}/complete", { params, signal: job.signal })),
    );
  } catch (error) {
    if (!(error instanceof ApiProblem && error.kind === "upload-completed")) throw error;
  }
}

/** Bytes of all parts together. */
class Tally {
  readonly #bytes = new Map<number, number>();
  readonly #moved: (bytes: number) => void;
  #sum = 0;

  constructor(moved: (bytes: number) => void) {
    this.#moved = moved;
  }

  set(partNumber: number, bytes: number): void {
    this.#sum += bytes - (this.#bytes.get(partNumber) ?? 0);
    this.#bytes.set(partNumber, bytes);
    this.#moved(this.#sum);
  }
}
