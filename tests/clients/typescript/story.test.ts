// What a partner does with the client: each test is a part of the story, told to the local system.
import { createHash, randomUUID } from "node:crypto";
import { setTimeout } from "node:timers/promises";
import createClient from "openapi-fetch";
import { expect, test } from "vitest";
import type { components, paths } from "./generated/api.js";

type Problem = components["schemas"]["ProblemView"];
type RecordView = components["schemas"]["RecordView"];
type Answer<T> = { data?: T; error?: Problem };

const GOOD = "id,amount\n1,10\n2,20\n";
/** Of more than 16 MiB: so it has two parts. */
const LARGE = `id,note\n${`1,${"x".repeat(1_000)}\n`.repeat(17 * 1_024)}`;
const BAD =
  "order_id,ordered_at,customer,country,quantity,price,note\n1,yesterday,C000001,DE,1,2.50,\n";
const { API = "", KEY = "" } = process.env;
const client = using(KEY);

function using(key: string) {
  return createClient<paths>({ baseUrl: API, headers: { "X-Api-Key": key } });
}

/** What was asked for, where no problem is expected. */
function given<T>({ data, error }: Answer<T>): T {
  if (data === undefined) throw new Error(error?.detail);
  return data;
}

/** The problem that is expected. */
function refused({ data, error }: Answer<unknown>): Problem {
  if (error === undefined) throw new Error(`no problem, but ${JSON.stringify(data)}`);
  return error;
}

/** Announce a file and send it in one request; the id of its record. */
async function sent(fileName: string, content: string, prefix: string): Promise<string> {
  const file = new Blob([content]);
  const sha256 = createHash("sha256").update(content).digest("hex");
  const body = { fileName, sizeBytes: file.size, prefix, sha256 };
  const { record, upload } = given(await client.POST("/uploads", { body }));
  expect(record.status).toBe("awaiting_upload");
  if (upload.method !== "POST") throw new Error(`to be sent by ${upload.method}`);
  const form = new FormData();
  for (const [name, value] of Object.entries(upload.fields)) form.append(name, value);
  form.append("file", file);
  const answer = await fetch(upload.url, { method: upload.method, body: form });
  expect(answer.ok).toBe(true);
  return record.recordId;
}

/** Announce a file that is to come in parts; the id of its record, and where to send them. */
async function inParts(content: string) {
  const body = { fileName: "large.csv", sizeBytes: content.length, multipart: true };
  const { record, upload } = given(
    await client.POST("/uploads", { body: { ...body, prefix: "typescript" } }),
  );
  if (upload.method !== "MULTIPART") throw new Error(`to be sent by ${upload.method}`);
  return { recordId: record.recordId, upload };
}

/** Send a part. */
async function put(url: string | undefined, part: string) {
  if (url === undefined) throw new Error("S3 has it, or it must be signed");
  expect((await fetch(url, { method: "PUT", body: part })).ok).toBe(true);
}

const of = (recordId: string) => ({ params: { path: { recordId } } });

/** The record as soon as its file has been looked at. */
async function outcome(recordId: string): Promise<RecordView> {
  const deadline = Date.now() + 30_000;
  while (Date.now() < deadline) {
    const record = given(await client.GET("/records/{recordId}", of(recordId)));
    if (!["awaiting_upload", "retrying"].includes(record.status)) return record;
    await setTimeout(100);
  }
  throw new Error(`${recordId} has no outcome`);
}

test("a file is sent, and comes back as it was", async () => {
  const record = await outcome(await sent("orders.csv", GOOD, "typescript"));

  expect(record.status).toBe("processed");
  expect(record.profile?.rows).toBe(2);
  const link = given(await client.GET("/records/{recordId}/download", of(record.recordId)));
  expect(link.fileName).toBe("orders.csv");
  expect(await (await fetch(link.url)).text()).toBe(GOOD);
});

test("an upload that is announced twice is one", async () => {
  const params = { header: { "idempotency-key": randomUUID() } };
  const announce = (fileName: string) =>
    client.POST("/uploads", { params, body: { fileName, sizeBytes: 9, prefix: "typescript" } });

  const [first, second] = [given(await announce("a.csv")), given(await announce("a.csv"))];

  expect(first.record.recordId).toBe(second.record.recordId);
  expect(refused(await announce("b.csv")).type).toMatch(/idempotency-key-reused$/);
});

test("a large file is sent in parts", async () => {
  const { recordId, upload } = await inParts(LARGE);
  await put(upload.items[0]?.url, LARGE.slice(0, upload.partSizeBytes));

  const problem = refused(await client.POST("/uploads/{recordId}/complete", of(recordId)));
  const { items } = given(await client.GET("/uploads/{recordId}/parts", of(recordId)));

  expect([problem.status, problem.detail]).toEqual([409, "1 of 2 parts are missing: 2."]);
  expect(problem.type).toMatch(/parts-missing$/);
  expect(items.map((part) => part.received?.sizeBytes)).toEqual([upload.partSizeBytes, undefined]);
  const body = { parts: [{ partNumber: 2 }] };
  const signed = given(await client.POST("/uploads/{recordId}/parts", { ...of(recordId), body }));
  await put(signed.items[0]?.url, LARGE.slice(upload.partSizeBytes));
  given(await client.POST("/uploads/{recordId}/complete", of(recordId)));
  expect((await outcome(recordId)).status).toBe("processed");
  const link = given(await client.GET("/records/{recordId}/download", of(recordId)));
  expect((await (await fetch(link.url)).text()) === LARGE).toBe(true);
});

test("an upload that is aborted is over", async () => {
  const { recordId } = await inParts(LARGE);

  const aborted = given(await client.POST("/uploads/{recordId}/abort", of(recordId)));

  expect(aborted.status).toBe("expired");
  const answer = await client.POST("/uploads/{recordId}/complete", of(recordId));
  expect(refused(answer).status).toBe(410);
});

test("a list is read by pages", async () => {
  const prefix = `typescript/${randomUUID()}`;
  const ids: string[] = [];
  for (const number of [0, 1, 2, 3, 4]) ids.push(await sent(`${number}.csv`, GOOD, prefix));

  const read: string[][] = [];
  let cursor: string | null | undefined;
  do {
    const query = { prefix, limit: 2, ...(cursor && { cursor }) };
    const page = given(await client.GET("/records", { params: { query } }));
    read.push(page.items.map((item) => item.recordId));
    cursor = page.nextCursor;
  } while (cursor);

  expect(Math.max(...read.map((page) => page.length))).toBe(2);
  expect(read.flat()).toEqual(ids.reverse());
});

test("a bad file is quarantined, and its bad rows come back", async () => {
  const record = await outcome(await sent("orders.csv", BAD, "orders/typescript"));

  expect([record.status, record.reason]).toEqual(["quarantined", "bad_rows"]);
  expect(record.errors?.map((finding) => finding.fieldName)).toEqual(["ordered_at"]);
  const report = given(await client.GET("/records/{recordId}/rejects", of(record.recordId)));
  expect(await (await fetch(report.url)).text()).toContain("yesterday");
});

test("a retry is one more attempt", async () => {
  const recordId = await sent("orders.csv", BAD, "orders/typescript");
  await outcome(recordId);

  const retried = given(
    await client.POST("/records/{recordId}/retry", { ...of(recordId), body: { why: "to see" } }),
  );

  expect(retried.status).toBe("retrying");
  const again = await outcome(recordId);
  expect([again.status, again.attemptCount]).toEqual(["quarantined", 2]);
  expect(again.actions?.map((action) => action.why)).toEqual(["to see"]);
});

test("a record that does not exist is a problem", async () => {
  const answer = await client.GET("/records/{recordId}", of("0".repeat(32)));

  const problem = refused(answer);
  expect([answer.response.status, problem.status]).toEqual([404, 404]);
  expect(problem.type).toMatch(/record-not-found$/);
});

test("a file that cannot be downloaded is a problem", async () => {
  const record = await outcome(await sent("empty.csv", "", "typescript"));

  expect(record.reason).toBe("empty_file");
  const answer = await client.GET("/records/{recordId}/download", of(record.recordId));
  expect(refused(answer).status).toBe(409);
});

test("a request that is wrong is told where", async () => {
  const body = { fileName: "a.csv", sizeBytes: -1, prefix: "../b" };

  const problem = refused(await client.POST("/uploads", { body }));

  expect(problem.status).toBe(422);
  expect(problem.errors?.map((error) => error.pointer).sort()).toEqual(["#/prefix", "#/sizeBytes"]);
});

test("a wrong key is a problem", async () => {
  expect(refused(await using("ss_000000000000_wrong").GET("/records")).status).toBe(401);
});

test("a key that may only read announces nothing", async () => {
  const { apiKey } = given(
    await client.POST("/keys", { body: { name: "reader", scopes: ["read"] } }),
  );

  const problem = refused(
    await using(apiKey).POST("/uploads", { body: { fileName: "a.csv", sizeBytes: 1 } }),
  );

  expect(problem.status).toBe(403);
  expect(problem.type).toMatch(/scope-missing$/);
});
