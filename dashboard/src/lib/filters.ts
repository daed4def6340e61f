import { REASON, STATUS, type Reason, type Status } from "./words";

/** What a list of files is narrowed to; as in `GET /records`, and under the same names in the address. */
export interface Filters {
  status: Status[];
  reason?: Reason;
  prefix?: string;
  mediaType?: string;
  arrivedAfter?: string;
  arrivedBefore?: string;
}

const TEXTS = ["prefix", "mediaType"] as const;
const TIMES = ["arrivedAfter", "arrivedBefore"] as const;

/** The filters in an address; what makes no sense there is left out. */
export function readFilters(address: URLSearchParams): Filters {
  const filters: Filters = { status: [...new Set(address.getAll("status"))].filter(isStatus) };
  const reason = address.get("reason");
  if (reason !== null && isReason(reason)) filters.reason = reason;
  for (const name of TEXTS) {
    const value = address.get(name)?.trim();
    if (value) filters[name] = value;
  }
  for (const name of TIMES) {
    const value = address.get(name);
    if (value && !Number.isNaN(Date.parse(value))) filters[name] = new Date(value).toISOString();
  }
  return filters;
}

export function writeFilters(filters: Filters): URLSearchParams {
  const address = new URLSearchParams();
  for (const status of filters.status) address.append("status", status);
  for (const name of ["reason", ...TEXTS, ...TIMES] as const) {
    const value = filters[name];
    if (value !== undefined) address.set(name, value);
  }
  return address;
}

/** As the API's parameters: what is not filtered by is not named. */
export function toQuery({ status, ...rest }: Filters) {
  return status.length > 0 ? { status, ...rest } : rest;
}

/** Where the files are that a figure counts. */
export function filesPath(filters: Partial<Filters>): string {
  const address = writeFilters({ status: [], ...filters }).toString();
  return address ? `/files?${address}` : "/files";
}

export function isFiltered(filters: Filters): boolean {
  return writeFilters(filters).size > 0;
}

function isStatus(text: string): text is Status {
  return Object.hasOwn(STATUS, text);
}

function isReason(text: string): text is Reason {
  return Object.hasOwn(REASON, text);
}
