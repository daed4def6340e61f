/** What goes between a browser and S3, and what can go wrong there. */

/** Of all files together: a browser has six connections to one host. */
export const PARTS_AT_ONCE = 4;

export type Moved = (bytes: number) => void;

export interface Form {
  url: string;
  fields: Record<string, string>;
}

/** What brings bytes to S3. Throws Broken or Refused, or what the signal was aborted with. */
export interface Carrier {
  form: (file: Blob, form: Form, signal: AbortSignal, moved: Moved) => Promise<void>;
  part: (bytes: Blob, url: string, signal: AbortSignal, moved: Moved) => Promise<void>;
}

/** Nothing was answered: the network, or a connection that stands still. */
export class Broken extends Error {
  constructor(message = "The connection to S3 broke off.") {
    super(message);
    this.name = "Broken";
  }
}

/** S3 answered, and did not take it. */
export class Refused extends Error {
  constructor(
    readonly status: number,
    readonly code: string | undefined,
  ) {
    super(wordsFor(status, code));
    this.name = "Refused";
  }

  /** Forms and links are signed for an hour, and the clock of S3 counts. A fresh one may be taken. */
  get mayBeExpired(): boolean {
    return this.status === 403;
  }

  get isPassing(): boolean {
    return this.status >= 500 || this.status === 429;
  }
}

/** The error of an XMLHttpRequest, or one that Uppy's client has made of it. */
export function s3Error(error: unknown): Broken | Refused {
  const { request, status, body } = fieldsOf(error);
  if (request instanceof XMLHttpRequest && request.status > 0)
    return refused(request.status, request.responseText);
  if (typeof status === "number" && status > 0) return refused(status, typeof body === "string" ? body : "");
  return new Broken();
}

function refused(status: number, body: string): Refused {
  return new Refused(status, /<Code>([^<]+)<\/Code>/.exec(body)?.[1]);
}

function wordsFor(status: number, code: string | undefined): string {
  const said = `S3 answered ${status}${code === undefined ? "" : ` (${code})`}`;
  if (status === 403)
    return `${said}: it does not take the permission that this page was given, not even a fresh one.`;
  if (code === "EntityTooLarge" || code === "EntityTooSmall") {
    return `${said}: the file has another size than when it was announced. Choose it again.`;
  }
  if (code === "NoSuchUpload") return `${said}: it does not know this upload any more. Start it over.`;
  return `${said}.`;
}

function fieldsOf(error: unknown): Partial<Record<"request" | "status" | "body", unknown>> {
  return typeof error === "object" && error !== null ? error : {};
}
