/** What became of the files that S3 has: asked for together, so that thousands cost little more than one. */
import { dataOf, type Api, type Schemas } from "../../api/client";
import { isUnderway } from "../../api/queries";
import type { Outcome, Row } from "./row";

/** So many are asked for one by one, which also says why; of more, lists are read. */
const MOST_SINGLE = 3;
const PAGE_SIZE = 200;
const MOST_PAGES = 25;

type Sent = Pick<Row, "recordId" | "prefix">;
type Seen = Map<string, Outcome>;

/** Records that have an outcome by now. */
export async function lookUp(api: Api, sent: readonly Sent[], signal: AbortSignal): Promise<Seen> {
  const seen: Seen = new Map();
  if (sent.length > MOST_SINGLE) {
    for (const prefix of new Set(sent.map((each) => each.prefix))) {
      const wanted = idsOf(sent.filter((each) => each.prefix === prefix));
      await readLists(api, prefix, wanted, seen, signal);
    }
  }
  const rest = idsOf(sent).filter((recordId) => !seen.has(recordId));
  await Promise.all(rest.slice(0, MOST_SINGLE).map((recordId) => readOne(api, recordId, seen, signal)));
  return new Map([...seen].filter(([, outcome]) => !isUnderway(outcome)));
}

function idsOf(sent: readonly Sent[]): string[] {
  return sent.flatMap(({ recordId }) => recordId ?? []);
}

/** Newest first, until all that are wanted were seen. */
async function readLists(
  api: Api,
  prefix: string,
  wanted: readonly string[],
  seen: Seen,
  signal: AbortSignal,
): Promise<void> {
  const left = new Set(wanted);
  let cursor: string | undefined;
  for (let page = 0; page < MOST_PAGES && left.size > 0; page += 1) {
    const query = { prefix: `${prefix}/`, limit: PAGE_SIZE, ...(cursor === undefined ? {} : { cursor }) };
    const answer = await dataOf(api.GET("/records", { params: { query }, signal }));
    for (const item of answer.items) if (left.delete(item.recordId)) seen.set(item.recordId, outcomeOf(item));
    cursor = answer.nextCursor;
    if (cursor === undefined) return;
  }
}

async function readOne(api: Api, recordId: string, seen: Seen, signal: AbortSignal): Promise<void> {
  const params = { path: { recordId } };
  seen.set(recordId, outcomeOf(await dataOf(api.GET("/records/{recordId}", { params, signal }))));
}

type Known = Pick<Schemas["RecordView"], "status" | "reason" | "detail">;

function outcomeOf({ status, reason, detail }: Known): Outcome {
  return {
    status,
    ...(reason === undefined ? {} : { reason }),
    ...(detail === undefined ? {} : { detail }),
  };
}
