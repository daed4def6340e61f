import createClient from "openapi-fetch";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import type { Api, Schemas } from "../../api/client";
import { Unreachable } from "../../api/problem";
import type { paths } from "../../api/schema.gen";
import { Broken, Refused, type Carrier } from "./s3";
import { Over, send, type Job } from "./sender";

const FILE = new Blob(["0123456789"]);
const RECORD = { recordId: "r", status: "awaiting_upload" };
const FORM = { method: "POST", url: "http://s3.test/", fields: { key: "k" }, expiresAt: "" };

interface Answer {
  status?: number;
  body: unknown;
}

/** An API that gives these answers to each path, one after the other; the last one for ever. */
function fakeApi(answers: Record<string, (Answer | Error)[]>) {
  const asked: { path: string; key: string | null; body: unknown }[] = [];
  const fetch = async (request: Request) => {
    const path = `${request.method} ${new URL(request.url).pathname}`;
    const body: unknown = request.method === "POST" ? await request.json().catch(() => null) : null;
    asked.push({ path, key: request.headers.get("idempotency-key"), body });
    const left = answers[path] ?? [];
    const answer = left.length > 1 ? left.shift() : left[0];
    if (!answer || answer instanceof Error) throw answer ?? new Error(`nobody answers ${path}`);
    return new Response(JSON.stringify(answer.body), { status: answer.status ?? 200 });
  };
  const api: Api = createClient<paths>({ baseUrl: "http://api.test", fetch });
  return { api, asked, paths: () => asked.map(({ path }) => path) };
}

function parts(received: number[]): Answer {
  const items = [1, 2, 3].map((partNumber) => ({
    partNumber,
    sizeBytes: partNumber === 3 ? 2 : 4,
    ...(received.includes(partNumber)
      ? { received: { sizeBytes: 4, etag: "e" } }
      : { url: `http://s3.test/${partNumber}` }),
  }));
  const upload = {
    method: "MULTIPART",
    partSizeBytes: 4,
    partCount: 3,
    partChecksums: false,
    items,
    expiresAt: "",
  };
  return { body: { record: RECORD, upload } };
}

function fakeCarrier() {
  const form = vi.fn<Carrier["form"]>(() => Promise.resolve());
  const part = vi.fn<Carrier["part"]>((bytes, _url, _signal, moved) => {
    moved(bytes.size);
    return Promise.resolve();
  });
  return { form, part };
}

function job(api: Api, carrier: Carrier, more: Partial<Job> = {}): Job {
  return {
    api,
    carrier,
    file: FILE,
    announcement: { fileName: "a.csv", sizeBytes: 10, prefix: "uploads" },
    intent: "intent",
    signal: new AbortController().signal,
    announced: () => undefined,
    moved: () => undefined,
    delayed: () => undefined,
    ...more,
  };
}

async function afterPauses(work: Promise<void>): Promise<void> {
  await vi.advanceTimersByTimeAsync(60_000);
  await work;
}

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

it("a small file goes in one form", async () => {
  const { api, paths } = fakeApi({ "POST /uploads": [{ body: { record: RECORD, upload: FORM } }] });
  const carrier = fakeCarrier();

  await send(job(api, carrier));

  expect(carrier.form.mock.calls[0]?.[1]).toEqual(FORM);
  expect(paths()).toEqual(["POST /uploads"]);
});

it("a form whose answer was lost is not sent again if the file has come", async () => {
  const { api, asked } = fakeApi({
    "POST /uploads": [
      { body: { record: RECORD, upload: FORM } },
      { body: { record: { ...RECORD, status: "processed" }, upload: { method: "NONE" } } },
    ],
  });
  const carrier = fakeCarrier();
  carrier.form.mockRejectedValueOnce(new Broken());

  await afterPauses(send(job(api, carrier)));

  expect(carrier.form).toHaveBeenCalledTimes(1);
  expect(asked.map(({ key }) => key)).toEqual(["intent", "intent"]);
});

it("only the parts that S3 lacks are sent, then they are put together", async () => {
  const { api, paths } = fakeApi({
    "POST /uploads": [parts([1])],
    "POST /uploads/r/complete": [{ body: RECORD }],
  });
  const carrier = fakeCarrier();
  const moved = vi.fn();

  await send(job(api, carrier, { moved }));

  expect(carrier.part.mock.calls.map(([bytes, url]) => [bytes.size, url])).toEqual([
    [4, "http://s3.test/2"],
    [2, "http://s3.test/3"],
  ]);
  expect(moved).toHaveBeenLastCalledWith(10);
  expect(paths()).toEqual(["POST /uploads", "POST /uploads/r/complete"]);
});

it("a part whose link has expired gets a fresh one", async () => {
  const { api, paths } = fakeApi({
    "POST /uploads": [parts([1, 2])],
    "POST /uploads/r/parts": [
      { body: { items: [{ partNumber: 3, sizeBytes: 2, url: "fresh", headers: {} }] } },
    ],
    "POST /uploads/r/complete": [{ body: RECORD }],
  });
  const carrier = fakeCarrier();
  carrier.part.mockRejectedValueOnce(new Refused(403, "AccessDenied"));

  await send(job(api, carrier));

  expect(carrier.part.mock.calls.map(([, url]) => url)).toEqual(["http://s3.test/3", "fresh"]);
  expect(paths()).toContain("POST /uploads/r/parts");
});

it("a refusal that does not pass is told, after a fresh form was tried", async () => {
  const { api, paths } = fakeApi({ "POST /uploads": [{ body: { record: RECORD, upload: FORM } }] });
  const carrier = fakeCarrier();
  carrier.form.mockRejectedValue(new Refused(403, "AccessDenied"));

  await expect(send(job(api, carrier))).rejects.toThrow("403");
  expect(paths()).toHaveLength(3);
});

it("a network that is away is waited for, and the wait is told", async () => {
  const { api } = fakeApi({
    "POST /uploads": [new Unreachable("no network"), { body: { record: RECORD, upload: FORM } }],
  });
  const delayed = vi.fn<Job["delayed"]>();

  await afterPauses(send(job(api, fakeCarrier(), { delayed })));

  expect(delayed.mock.calls.flat()).toEqual(["The API cannot be reached.", undefined]);
});

it("a problem of the API ends it", async () => {
  const problem = {
    type: "/problems/file-too-large",
    title: "Too large",
    status: 413,
    detail: "At most 5 bytes.",
  };
  const { api } = fakeApi({ "POST /uploads": [{ status: 413, body: problem }] });

  await expect(send(job(api, fakeCarrier()))).rejects.toThrow("At most 5 bytes.");
});

it("an upload that has expired is over", async () => {
  const record = { ...RECORD, status: "expired" } satisfies Partial<Schemas["RecordView"]>;
  const { api } = fakeApi({ "POST /uploads": [{ body: { record, upload: { method: "NONE" } } }] });

  await expect(send(job(api, fakeCarrier()))).rejects.toBeInstanceOf(Over);
});

it("stopping stops the parts that are on their way, and begins no other", async () => {
  const { api, paths } = fakeApi({ "POST /uploads": [parts([])] });
  const stop = new AbortController();
  const carrier = fakeCarrier();
  carrier.part.mockImplementation(
    (_bytes, _url, signal) =>
      new Promise((_resolve, reject) => {
        signal.addEventListener("abort", () => reject(new DOMException("Stopped", "AbortError")));
        stop.abort();
      }),
  );

  await expect(send(job(api, carrier, { signal: stop.signal }))).rejects.toHaveProperty("name", "AbortError");
  expect(paths()).toEqual(["POST /uploads"]);
});
