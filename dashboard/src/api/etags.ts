import type { Middleware } from "openapi-fetch";

interface Kept {
  etag: string;
  body: string;
  headers: [string, string][];
}

const MOST_KEPT = 200;

/**
 * Asks with `If-None-Match` for what was seen before, and gives a 304 the body that was kept: polling costs nearly
 * nothing then. One per key, because what a key may see is its own.
 */
export function etags(): Middleware {
  const kept = new Map<string, Kept>();
  return {
    onRequest({ request }) {
      const known = request.method === "GET" ? kept.get(request.url) : undefined;
      if (known) request.headers.set("If-None-Match", known.etag);
      return request;
    },
    async onResponse({ request, response }) {
      if (request.method !== "GET") return undefined;
      const known = kept.get(request.url);
      if (response.status === 304 && known) {
        return new Response(known.body, {
          status: 200,
          headers: [...known.headers, ["x-not-modified", "1"]],
        });
      }
      const etag = response.headers.get("etag");
      if (response.status === 200 && etag) {
        kept.delete(request.url);
        kept.set(request.url, { etag, body: await response.clone().text(), headers: [...response.headers] });
        const oldest = kept.keys().next();
        if (kept.size > MOST_KEPT && !oldest.done) kept.delete(oldest.value);
      }
      return undefined;
    },
  };
}
