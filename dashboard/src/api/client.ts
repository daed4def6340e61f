import createClient, { type Client } from "openapi-fetch";
import { etags } from "./etags";
import { ApiProblem, Unreachable } from "./problem";
import type { components, paths } from "./schema.gen";

export type Schemas = components["schemas"];
export type Api = Client<paths>;

interface Answer<Data> {
  data?: Data;
  error?: unknown;
  response: Response;
}

/**
 * The API with a key.
 *
 * @param key of the API, or a token where the stack takes tokens: those have two dots.
 * @param refused is told when the key is no longer taken.
 */
export function apiWith(key: string, refused: () => void): Api {
  const isToken = key.split(".").length === 3;
  const headers = isToken ? { Authorization: `Bearer ${key}` } : { "X-Api-Key": key };
  // Caching is ours: the browser's own would hide a 304.
  const api = createClient<paths>({
    baseUrl: window.location.origin,
    headers,
    cache: "no-store",
    fetch: reach,
  });
  api.use(etags(), {
    onResponse({ response }) {
      if (response.status === 401) refused();
      return undefined;
    },
  });
  return api;
}

/** The data of an answer. Throws ApiProblem, or Unreachable. */
export async function dataOf<Data>(asked: Promise<Answer<Data>>): Promise<Data> {
  const { data, error, response } = await asked;
  if (!response.ok) throw new ApiProblem(response, error);
  if (data === undefined) throw new ApiProblem(response, { title: "An empty answer" });
  return data;
}

async function reach(request: Request): Promise<Response> {
  try {
    return await fetch(request);
  } catch (error) {
    if (error instanceof DOMException && error.name === "AbortError") throw error;
    throw new Unreachable(error);
  }
}
