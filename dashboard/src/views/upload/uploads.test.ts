import createClient from "openapi-fetch";
import { beforeEach, expect, it, vi } from "vitest";
import type { Api } from "../../api/client";
import type { paths } from "../../api/schema.gen";
import { tellActivity } from "./activity";
import { readNotes } from "./notes";
import type { Carrier } from "./s3";
import { Uploads } from "./uploads";

const FORM = { method: "POST", url: "http://s3.test/", fields: {}, expiresAt: "" };

/** Announces everything, under the intent as the record's id, and remembers what it was asked. */
function fakeApi() {
  const asked: string[] = [];
  const fetch = (request: Request) => {
    asked.push(`${request.method} ${new URL(request.url).pathname}`);
    const recordId = `r-${request.headers.get("idempotency-key") ?? ""}`;
    const body = { record: { recordId, status: "awaiting_upload" }, upload: FORM };
    return Promise.resolve(new Response(JSON.stringify(body)));
  };
  const api: Api = createClient<paths>({ baseUrl: "http://api.test", fetch });
  return { api, asked };
}

/** Sends nothing until it is told to. */
function slowCarrier() {
  const ends: (() => void)[] = [];
  const form: Carrier["form"] = (_file, _form, signal) =>
    new Promise((resolve, reject) => {
      ends.push(resolve);
      signal.addEventListener("abort", () => reject(new DOMException("Stopped", "AbortError")));
    });
  return { carrier: { form, part: () => Promise.reject(new Error("no parts here")) }, ends };
}

function files(count: number) {
  return Array.from({ length: count }, (_, number) => {
    const file = new File(["x"], `${number}.csv`, { lastModified: 1 });
    return { file, path: file.name };
  });
}

function started(count: number) {
  const { api, asked } = fakeApi();
  const { carrier, ends } = slowCarrier();
  const uploads = new Uploads("key", api, carrier);
  uploads.choose(files(count));
  uploads.start(
    uploads.getSnapshot().drafts.map((draft) => ({
      draft,
      announcement: { fileName: draft.chosen.path, sizeBytes: 1, prefix: "uploads" },
    })),
  );
  return { uploads, asked, ends, api, carrier };
}

function phases(uploads: Uploads): string[] {
  return uploads.getSnapshot().rows.map(({ phase }) => phase);
}

/** Patient, as machines are busy at times. */
function eventually(look: () => void): Promise<void> {
  return vi.waitFor(look, 10_000);
}

beforeEach(() => {
  sessionStorage.clear();
  tellActivity(0);
});

it("four files go at a time, the others wait", async () => {
  const { uploads, ends } = started(6);

  await eventually(() => expect(ends).toHaveLength(4));
  expect(phases(uploads)).toEqual(["sending", "sending", "sending", "sending", "waiting", "waiting"]);

  ends[1]?.();
  await eventually(() => expect(ends).toHaveLength(5));
  expect(phases(uploads)).toEqual(["sending", "sent", "sending", "sending", "sending", "waiting"]);
});

it("what is paused makes room, and goes on when somebody says so", async () => {
  const { uploads, ends } = started(5);
  await eventually(() => expect(ends).toHaveLength(4));
  const first = uploads.getSnapshot().rows[0]?.id ?? "";

  uploads.pause(first);
  await eventually(() => expect(ends).toHaveLength(5));
  expect(phases(uploads)).toEqual(["paused", "sending", "sending", "sending", "sending"]);

  uploads.pause();
  expect(new Set(phases(uploads))).toEqual(new Set(["paused"]));
  uploads.resume(first);
  await eventually(() => expect(ends).toHaveLength(6));
  expect(phases(uploads)).toEqual(["sending", "paused", "paused", "paused", "paused"]);
});

it("what is cancelled is aborted at the API, once it was announced", async () => {
  const { uploads, ends, asked } = started(5);
  await eventually(() => expect(ends).toHaveLength(4));

  uploads.cancel();

  await eventually(() => expect(asked.filter((path) => path.endsWith("/abort"))).toHaveLength(4));
  expect(new Set(phases(uploads))).toEqual(new Set(["cancelled"]));
  expect(readNotes("key")).toEqual([]);
});

it("after a reload the same files go on under the same intent, and no other", async () => {
  const before = started(2);
  await eventually(() => expect(before.ends).toHaveLength(2));
  before.uploads.pause();
  const intents = readNotes("key").map(({ intent }) => intent);

  const after = new Uploads("key", before.api, before.carrier);
  expect(after.getSnapshot().unfinished).toHaveLength(2);
  const changed = { file: new File(["xy"], "0.csv", { lastModified: 1 }), path: "0.csv" };
  expect(after.choose([changed, ...files(2).slice(1)])).toEqual({ added: 1, resumed: 1 });

  expect(after.getSnapshot().unfinished.map(({ path }) => path)).toEqual(["0.csv"]);
  await eventually(() => expect(after.getSnapshot().rows[0]?.recordId).toBe(`r-${intents[1] ?? ""}`));
});

it("the same file is taken once only", () => {
  const { uploads } = started(2);

  expect(uploads.choose([...files(3), ...files(3)])).toEqual({ added: 1, resumed: 0 });
});

it("leaving the page is warned of only while something is unfinished", async () => {
  const asks = () => !window.dispatchEvent(new Event("beforeunload", { cancelable: true }));
  expect(asks()).toBe(false);

  const { ends } = started(1);
  await eventually(() => expect(ends).toHaveLength(1));
  expect(asks()).toBe(true);

  ends[0]?.();
  await eventually(() => expect(asks()).toBe(false));
});

it("an outcome ends an upload", async () => {
  const { uploads, ends } = started(1);
  await eventually(() => expect(ends).toHaveLength(1));
  ends[0]?.();
  await eventually(() => expect(phases(uploads)).toEqual(["sent"]));
  const recordId = uploads.getSnapshot().rows[0]?.recordId ?? "";

  uploads.settle(new Map([[recordId, { status: "quarantined", reason: "empty_file" }]]));

  expect(uploads.getSnapshot().rows[0]?.outcome?.reason).toBe("empty_file");
  expect(uploads.getSnapshot().totals.bad).toBe(1);
});
