import createClient from "openapi-fetch";
import { expect, it, vi } from "vitest";
import { etags } from "./etags";
import type { paths } from "./schema.gen";

function answer(body: string, status: number, etag: string): Response {
  return new Response(status === 304 ? null : body, {
    status,
    headers: { etag, "content-type": "application/json" },
  });
}

it("asks with the tag that it was given, and shows what it kept when nothing has changed", async () => {
  const fetched = vi
    .fn<(request: Request) => Promise<Response>>()
    .mockResolvedValueOnce(answer('{"items":[]}', 200, '"a"'))
    .mockResolvedValueOnce(answer("", 304, '"a"'));
  const api = createClient<paths>({ baseUrl: "http://api.test", fetch: fetched });
  api.use(etags());

  const first = await api.GET("/records");
  const second = await api.GET("/records");

  expect(fetched.mock.calls.map(([request]) => request.headers.get("if-none-match"))).toEqual([null, '"a"']);
  expect(second.data).toEqual(first.data);
  expect(second.response.status).toBe(200);
});

it("knows nothing of one address at another", async () => {
  const fetched = vi.fn<(request: Request) => Promise<Response>>(() =>
    Promise.resolve(answer('{"items":[]}', 200, '"a"')),
  );
  const api = createClient<paths>({ baseUrl: "http://api.test", fetch: fetched });
  api.use(etags());

  await api.GET("/records");
  await api.GET("/records", { params: { query: { limit: 2 } } });

  expect(fetched.mock.calls[1]?.[0].headers.get("if-none-match")).toBeNull();
});
