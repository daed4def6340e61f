/** Brings bytes to S3: a whole file in a presigned form, or one of its parts to a presigned link. */
import AwsS3 from "@uppy/aws-s3";
import Uppy from "@uppy/core";
import { fetcher } from "@uppy/core/utils";
import { Broken, PARTS_AT_ONCE, s3Error, type Carrier, type Form, type Moved } from "./s3";
import { Stillness } from "./stillness";

interface PartMeta {
  [name: string]: unknown;
  url: string;
}

type NoBody = Record<string, never>;

interface Underway {
  moved: Moved;
  end: (error?: Error) => void;
}

export function newCarrier(): Carrier {
  const stillness = new Stillness();
  const parts = new Parts(() => stillness.moved());
  return {
    form: (file, form, signal, moved) =>
      stillness.watch(signal, (watched) =>
        sendForm(file, form, watched, (bytes) => {
          stillness.moved();
          moved(bytes);
        }),
      ),
    part: (bytes, url, signal, moved) =>
      stillness.watch(signal, (watched) => parts.send(bytes, url, watched, moved)),
  };
}

/**
 * A form is sent once only. Uppy's plugin takes forms as well, but repeats them by itself after a broken connection:
 * where nothing but the answer was lost, the file would be there twice. Whoever sends has to ask the API before.
 */
async function sendForm(file: Blob, { url, fields }: Form, signal: AbortSignal, moved: Moved): Promise<void> {
  const body = new FormData();
  for (const [name, value] of Object.entries(fields)) body.append(name, value);
  body.append("file", file);
  try {
    await fetcher(url, {
      method: "POST",
      body,
      signal,
      shouldRetry: () => false,
      onUploadProgress: ({ loaded, total }) => {
        // The form is a little longer than the file.
        moved(total > 0 ? Math.min(file.size, Math.round((loaded / total) * file.size)) : 0);
      },
    });
  } catch (error) {
    signal.throwIfAborted();
    throw s3Error(error);
  }
}

/**
 * Uppy with its plugin for S3 sends each part as if it were a small file: in a queue, with progress, and again when
 * the connection breaks, as a part that comes twice is there once. The plugin's own multipart uploads are begun,
 * listed and completed at S3; here the API does that, which alone says how a file is cut.
 */
class Parts {
  readonly #uppy: Uppy<PartMeta, NoBody>;
  readonly #underway = new Map<string, Underway>();
  #turn = 0;

  constructor(anyMoved: () => void) {
    // Uppy would write what fails into the console.
    const logger = { debug: ignore, warn: ignore, error: ignore };
    const uppy = new Uppy<PartMeta, NoBody>({ id: "parts", logger });
    this.#uppy = uppy;
    uppy.use(AwsS3<PartMeta, NoBody>, {
      limit: PARTS_AT_ONCE,
      shouldUseMultipart: false,
      generateObjectKey: ({ id }) => id,
      signRequest: ({ key }) => ({ url: uppy.getFile(key).meta.url }),
    });
    uppy.on("upload-progress", (file, { bytesUploaded }) => {
      anyMoved();
      if (file) this.#underway.get(file.id)?.moved(bytesUploaded || 0);
    });
    uppy.on("upload-success", (file) => file && this.#underway.get(file.id)?.end());
    uppy.on("upload-error", (file, error) => file && this.#underway.get(file.id)?.end(s3Error(error)));
  }

  send(bytes: Blob, url: string, signal: AbortSignal, moved: Moved): Promise<void> {
    signal.throwIfAborted();
    this.#turn += 1;
    const part = { name: `part-${this.#turn}`, type: "application/octet-stream", data: bytes, meta: { url } };
    const id = this.#uppy.addFile(part);
    return new Promise((resolve, reject) => {
      const end = (error?: Error) => {
        signal.removeEventListener("abort", abort);
        this.#underway.delete(id);
        // Uppy would send what failed again with the next part; and removing stops what is on its way.
        this.#uppy.removeFile(id);
        if (error) reject(error);
        else resolve();
      };
      const abort = () => end(asError(signal.reason));
      signal.addEventListener("abort", abort);
      this.#underway.set(id, { moved, end });
      this.#uppy.upload().catch(ignore);
    });
  }
}

function asError(reason: unknown): Error {
  return reason instanceof Error ? reason : new Broken();
}

function ignore(): void {
  // Told by the events.
}
