import type { Outcome } from "../../charts/figures";
import type { Period } from "../../charts/periods";
import { filesPath } from "../../lib/filters";

/** The files that arrived in a period. */
export function filesIn({ from, to }: Period, outcome?: Outcome): string {
  return filesPath({
    status: outcome === undefined ? [] : [outcome],
    arrivedAfter: new Date(from).toISOString(),
    arrivedBefore: new Date(to).toISOString(),
  });
}
