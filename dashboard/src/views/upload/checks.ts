/** What can be known of a file before it is sent. The API and the processor decide; this saves a useless upload. */
import type { Schemas } from "../../api/client";
import { bytes } from "../../lib/format";
import type { Access } from "../../session/session";
import { mediaTypeOf } from "./mediaTypes";

export type Contract = Schemas["ContractView"];

export const DEFAULT_PREFIX = "uploads";

/** As the API has it: a folder of the bucket, without a slash at either end. */
const PREFIX = /^[A-Za-z0-9_=-][A-Za-z0-9_.=-]*(\/[A-Za-z0-9_=-][A-Za-z0-9_.=-]*)*$/;
const LONGEST_PREFIX = 200;
const LONGEST_NAME = 255;
// eslint-disable-next-line no-control-regex -- these are what the API refuses in a name
const BAD_IN_NAMES = /[\u0000-\u001f\u007f-\u009f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]/;

/** What is wrong with a prefix that somebody typed, if anything is. */
export function prefixProblem(prefix: string, bound: string | undefined): string | null {
  if (prefix === "") return "Name a folder, such as orders/2026.";
  if (prefix.length > LONGEST_PREFIX) return `At most ${LONGEST_PREFIX} characters.`;
  if (!PREFIX.test(prefix)) {
    return "Letters, digits and _ . = - in folders that are divided by single slashes; none begins with a dot.";
  }
  if (bound !== undefined && prefix !== bound && !prefix.startsWith(`${bound}/`)) {
    return `Your key is bound to ${bound}/.`;
  }
  return null;
}

/** The contract of a prefix: its own, or that of the nearest folder above it. */
export function contractFor(contracts: readonly Contract[], prefix: string): Contract | undefined {
  return contracts
    .filter((each) => prefix === each.prefix || prefix.startsWith(`${each.prefix}/`))
    .reduce<Contract | undefined>(
      (best, each) => (best && best.prefix.length >= each.prefix.length ? best : each),
      undefined,
    );
}

export interface Verdict {
  /** `refused` would not be taken; `doubtful` would probably be quarantined, and a person may send it anyway. */
  kind: "fine" | "doubtful" | "refused";
  why: string;
}

const FINE: Verdict = { kind: "fine", why: "" };

export function check(
  file: Pick<File, "name" | "size">,
  contract: Contract | undefined,
  access: Pick<Access, "maxFileBytes">,
): Verdict {
  const refused = refusal(file, contract, access.maxFileBytes);
  if (refused !== undefined) return { kind: "refused", why: refused };
  const doubt = doubtAbout(file, contract);
  return doubt === undefined ? FINE : { kind: "doubtful", why: doubt };
}

function refusal(
  { name, size }: Pick<File, "name" | "size">,
  contract: Contract | undefined,
  maxFileBytes: number,
): string | undefined {
  if (name.length > LONGEST_NAME) return `Its name is longer than ${LONGEST_NAME} characters.`;
  if (BAD_IN_NAMES.test(name))
    return "Its name has invisible characters in it, which may deceive its readers.";
  const most = Math.min(maxFileBytes, contract?.maxBytes ?? Infinity);
  if (size > most) {
    const whose =
      most < maxFileBytes && contract ? `the contract ${contract.name} takes` : "this stack takes";
    return `It has ${bytes(size)}; ${whose} at most ${bytes(most)}.`;
  }
  if (contract?.minBytes !== undefined && size < contract.minBytes) {
    return `It has ${bytes(size)}; the contract ${contract.name} wants at least ${bytes(contract.minBytes)}.`;
  }
  return undefined;
}

function doubtAbout(
  { name, size }: Pick<File, "name" | "size">,
  contract: Contract | undefined,
): string | undefined {
  if (size === 0) return "It is empty, and would be quarantined.";
  const type = mediaTypeOf(name);
  if (contract && type && contract.mediaTypes.length > 0 && !contract.mediaTypes.includes(type)) {
    const taken = contract.mediaTypes.join(", ");
    return `By its name it is ${type}; the contract ${contract.name} takes ${taken}. It would be quarantined.`;
  }
  return undefined;
}

/** The type to announce: one that the contract takes, or none, and then the content alone decides. */
export function declaredType(name: string, contract: Contract | undefined): string | undefined {
  const type = mediaTypeOf(name);
  const taken = contract?.mediaTypes ?? [];
  return type !== undefined && (taken.length === 0 || taken.includes(type)) ? type : undefined;
}
