import type { Schemas } from "../../api/client";

export type Finding = Schemas["FindingView"];

/** What is the same in several places. */
export interface Group {
  key: string;
  message: string;
  fieldName?: string;
  fieldNumber?: number;
  places: Place[];
}

export interface Place {
  line?: number;
  row?: number;
}

/** All findings of a type: how many there are, and those that are kept. */
export interface Kind {
  type: string;
  count: number;
  kept: number;
  groups: Group[];
}

/** The findings by type, most frequent first, and in each those that say the same of the same column together. */
export function kindsOf(findings: Finding[] = [], counts: Record<string, number> = {}): Kind[] {
  const types = new Set([...Object.keys(counts), ...findings.map((finding) => finding.type)]);
  const kinds = [...types].map((type) => {
    const kept = findings.filter((finding) => finding.type === type);
    return {
      type,
      count: Math.max(counts[type] ?? 0, kept.length),
      kept: kept.length,
      groups: grouped(kept),
    };
  });
  return kinds.sort((one, other) => other.count - one.count);
}

export function total(kinds: Kind[]): number {
  return kinds.reduce((sum, kind) => sum + kind.count, 0);
}

export function totalKept(kinds: Kind[]): number {
  return kinds.reduce((sum, kind) => sum + kind.kept, 0);
}

function grouped(findings: Finding[]): Group[] {
  const groups = new Map<string, Group>();
  for (const { message, fieldName, fieldNumber, lineNumber, rowNumber } of findings) {
    const key = JSON.stringify([message, fieldName, fieldNumber]);
    const group = groups.get(key) ?? {
      key,
      message,
      ...(fieldName === undefined ? {} : { fieldName }),
      ...(fieldNumber === undefined ? {} : { fieldNumber }),
      places: [],
    };
    if (lineNumber !== undefined || rowNumber !== undefined) {
      group.places.push({
        ...(lineNumber === undefined ? {} : { line: lineNumber }),
        ...(rowNumber === undefined ? {} : { row: rowNumber }),
      });
    }
    groups.set(key, group);
  }
  return [...groups.values()];
}

/** The types of the Frictionless standard, and ours: what each means to whoever sent the file. */
const TYPES: Record<string, string> = {
  "type-error": "Values of another type",
  "constraint-error": "Values that are not allowed",
  "unique-error": "Values that stand there twice",
  "primary-key": "Keys that stand there twice, or are missing",
  "missing-cell": "Rows with too few cells",
  "extra-cell": "Rows with too many cells",
  "blank-row": "Blank rows",
  "blank-header": "A blank header",
  "blank-label": "Columns without a name",
  "duplicate-label": "Columns with the same name",
  "incorrect-label": "Columns with another name",
  "missing-label": "Missing columns",
  "extra-label": "Columns too many",
  "quote-error": "Quotes that do not match",
  "encoding-error": "Text in another encoding",
  "format-error": "Another format",
  "source-error": "Damaged content",
  "ceiling-error": "More work than one file may make",
  "unsafe-error": "Content that could do harm",
  "contract-error": "Not what the contract accepts",
  "duplicate-name": "Names that stand twice in one object",
  "byte-order-mark": "A byte order mark",
};

export function titleOf(type: string): string {
  return TYPES[type] ?? type;
}
