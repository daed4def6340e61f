import type { Schemas } from "../../api/client";
import { plural } from "../../lib/format";

/** What the sweep did in its last run, and in its last comparison of the bucket with the records. */
export function repaired({ due, last }: Schemas["ReconciliationView"]): string {
  const acted = Object.values(due).reduce((sum, each) => sum + each, 0);
  const found = [
    ...(acted > 0 ? [`${plural(acted, "record")} due`] : []),
    ...(last && last.unrecorded > 0 ? [`${plural(last.unrecorded, "file")} without a record`] : []),
    ...(last && last.halfMoved > 0 ? [`${plural(last.halfMoved, "file")} half moved`] : []),
    ...(last && last.gone > 0 ? [`${plural(last.gone, "file")} missing`] : []),
  ];
  if (found.length > 0) return `It saw to ${found.join(", ")}`;
  return last ? "Nothing had to be repaired" : "The bucket was not compared yet";
}
