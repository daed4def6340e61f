import { bytes, count } from "../../lib/format";

/** A profile as the page shows it: facts, columns, lists, and profiles inside. */
export interface ProfileParts {
  facts: Fact[];
  columns: Column[];
  /** How many there are, which may be more than are described. */
  columnCount: number;
  rows: number | undefined;
  lists: List[];
  inside: { label: string; parts: ProfileParts }[];
  cut: boolean;
}

export interface Fact {
  label: string;
  value: string;
}

/** Of what is described one by one, such as sheets: a column for each of their facts. */
export interface List {
  label: string;
  heads: string[];
  /** Of each head, whether figures stand under it. */
  figures: boolean[];
  rows: string[][];
}

export interface Column {
  number: number;
  name: string;
  type: string | undefined;
  nulls: number | undefined;
  distinct: number | undefined;
  min: string | undefined;
  max: string | undefined;
  mean: number | undefined;
  storedType: string | undefined;
}

type Values = Readonly<Record<string, unknown>>;

const LABELS: Readonly<Record<string, string>> = {
  badRows: "Bad rows",
  bom: "Byte order mark",
  createdBy: "Written by",
  content: "The file in it",
  encryptedEntries: "Encrypted entries",
  header: "Has a header",
  items: "Items of the array",
  location: "Tells a location",
  longestLineBytes: "Longest line",
  members: "Parts",
  names: "Names",
  quote: "Quotes",
  ratio: "Unpacked to packed",
  root: "Root element",
  table: "The first table",
  type: "Holds",
  unpackedBytes: "Unpacked",
  viewBox: "View box",
};

/** What has its own place on the page. */
const PLACED = new Set(["format", "rows", "columns", "columnCount", "cut"]);

export function partsOf(profile: Values): ProfileParts {
  const columns = objects(profile.columns).map(column);
  const columnCount = number(profile.columnCount) ?? columns.length;
  const rows = number(profile.rows);
  const parts: ProfileParts = {
    facts: [],
    columns,
    columnCount,
    rows,
    lists: [],
    inside: [],
    cut: profile.cut === true,
  };
  const format = text(profile.format);
  if (format !== undefined) parts.facts.push({ label: "Format", value: format });
  if (rows !== undefined) parts.facts.push({ label: "Rows", value: count(rows) });
  if (columnCount > 0) parts.facts.push({ label: "Columns", value: count(columnCount) });
  for (const [key, value] of Object.entries(profile)) {
    if (!PLACED.has(key) && value !== null && value !== undefined) put(parts, key, value);
  }
  return parts;
}

function put(parts: ProfileParts, key: string, value: unknown): void {
  const label = labelOf(key);
  const entries = objects(value);
  if (entries.length > 0) {
    parts.lists.push(listOf(label, entries));
  } else if (Array.isArray(value) && value.length > 8) {
    parts.lists.push({ label, heads: [], figures: [], rows: value.map((each) => [textOf(key, each)]) });
  } else if (isObject(value)) {
    parts.inside.push({ label, parts: partsOf(value) });
  } else {
    parts.facts.push({ label, value: textOf(key, value) });
  }
}

function listOf(label: string, entries: Values[]): List {
  const keys = [...new Set(entries.flatMap((entry) => Object.keys(entry)))];
  const rows = entries.map((entry) => keys.map((key) => textOf(key, entry[key])));
  const figures = keys.map((key) => entries.some((entry) => typeof entry[key] === "number"));
  return { label, heads: keys.map(labelOf), figures, rows };
}

function column(values: Values, index: number): Column {
  return {
    number: index + 1,
    name: text(values.name) ?? "",
    type: text(values.type),
    nulls: number(values.nulls),
    distinct: number(values.distinct),
    min: known(values.min),
    max: known(values.max),
    mean: number(values.mean),
    storedType: text(values.storedType),
  };
}

/** Of the figures that columns may have, those that some of these do have: personal data has no minima. */
export function figuresOf(columns: Column[]): Set<keyof Column> {
  const figures = ["nulls", "distinct", "min", "max", "mean"] as const;
  return new Set(figures.filter((figure) => columns.some((each) => each[figure] !== undefined)));
}

/** The columns whose name has this text in it, whatever its capitals. */
export function named(columns: Column[], wanted: string): Column[] {
  const folded = wanted.trim().toLocaleLowerCase();
  return folded === "" ? columns : columns.filter((each) => each.name.toLocaleLowerCase().includes(folded));
}

/** A figure as a share from 0 to 1; undefined where nothing is known of it. */
export function share(part: number | undefined, whole: number | undefined): number | undefined {
  if (part === undefined || whole === undefined || whole <= 0) return undefined;
  return Math.min(Math.max(part / whole, 0), 1);
}

/** `12%`; what is there is never 0%, and what is missing never 100%. */
export function percent(part: number): string {
  if (part > 0 && part < 0.005) return "<1%";
  if (part < 1 && part > 0.995) return ">99%";
  return `${Math.round(part * 100)}%`;
}

/** `longestLineBytes` → `Longest line bytes`, if there is no better word for it. */
export function labelOf(key: string): string {
  const known = LABELS[key];
  if (known !== undefined) return known;
  const words = key.replace(/([a-z0-9])([A-Z])/g, "$1 $2").toLowerCase();
  return words.charAt(0).toUpperCase() + words.slice(1);
}

function textOf(key: string, value: unknown): string {
  if (typeof value === "number") {
    if (key.endsWith("Bytes")) return bytes(value);
    return key === "ratio" ? `${figure(value)} : 1` : figure(value);
  }
  if (typeof value === "boolean") return value ? "Yes" : "No";
  if (Array.isArray(value)) return value.map((each) => textOf(key, each)).join(", ");
  return known(value) ?? "";
}

/** A number with as many digits as are worth reading. */
export function figure(value: number): string {
  if (Number.isInteger(value)) return count(value);
  const size = Math.abs(value);
  return size >= 1e12 || size < 1e-4
    ? value.toExponential(3)
    : new Intl.NumberFormat(undefined, {
        maximumSignificantDigits: Math.max(4, Math.ceil(Math.log10(size)) + 2),
      }).format(value);
}

function known(value: unknown): string | undefined {
  if (value === null || value === undefined) return undefined;
  if (typeof value === "number") return figure(value);
  return typeof value === "string" ? value : JSON.stringify(value);
}

function number(value: unknown): number | undefined {
  return typeof value === "number" ? value : undefined;
}

function text(value: unknown): string | undefined {
  return typeof value === "string" ? value : undefined;
}

function isObject(value: unknown): value is Values {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function objects(value: unknown): Values[] {
  return Array.isArray(value) && value.every(isObject) ? value : [];
}
