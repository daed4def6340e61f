/** A contract in the words of somebody who is about to send a file. */
import type { Schemas } from "../../api/client";
import { bytes, count } from "../../lib/format";
import type { Contract } from "./checks";

type Field = Schemas["FieldView"];

const HEADER: Record<Contract["header"], string> = {
  exact: "These columns, in this order",
  anyOrder: "These columns, in any order",
  atLeast: "These columns; further ones are taken, too",
  none: "No header line; the columns come in this order",
};

const DELIMITERS: Readonly<Record<string, string>> = {
  ",": "Comma",
  ";": "Semicolon",
  "\t": "Tab",
  "|": "Pipe",
};

/** What a file has to be, each with its name; only what this contract says. */
export function factsOf(contract: Contract, maxFileBytes: number): { name: string; value: string }[] {
  const { encoding, delimiter } = contract;
  return [
    { name: "Types", value: contract.mediaTypes.join(", ") || "Any" },
    { name: "Size", value: sizeRange(contract, maxFileBytes) },
    ...(encoding === undefined ? [] : [{ name: "Encoding", value: encoding }]),
    ...(delimiter === undefined ? [] : [{ name: "Delimiter", value: DELIMITERS[delimiter] ?? delimiter }]),
    ...(contract.schema ? [{ name: "Header", value: HEADER[contract.header] }] : []),
    ...(contract.schema ? [{ name: "Bad rows", value: badRows(contract) }] : []),
  ];
}

function sizeRange({ minBytes, maxBytes }: Contract, maxFileBytes: number): string {
  const most = bytes(Math.min(maxBytes ?? maxFileBytes, maxFileBytes));
  return minBytes === undefined ? `Up to ${most}` : `${bytes(minBytes)} to ${most}`;
}

function badRows({ toleratedBadRows, onBadRows }: Contract): string {
  const none = toleratedBadRows === 0 || toleratedBadRows === "0%";
  const all = toleratedBadRows === "100%";
  const bound = typeof toleratedBadRows === "number" ? count(toleratedBadRows) : toleratedBadRows;
  const consequence =
    onBadRows === "split" ? "good rows are taken, bad ones are reported" : "the file is taken";
  if (none) return "One is enough for the quarantine";
  if (all) return `However many there are, ${consequence}`;
  return `With up to ${bound}, ${consequence}; with more, it is quarantined`;
}

/** What a column's values must be besides their type. */
export function rulesOf({ type, format, constraints }: Field): string {
  const {
    required,
    unique,
    enum: values,
    pattern,
    minimum,
    maximum,
    minLength,
    maxLength,
  } = constraints ?? {};
  // The usual format is left out.
  const plain = !format || format === "default";
  return [
    plain ? type : `${type} as ${format}`,
    required === true && "required",
    unique === true && "unique",
    values && `one of ${values.join(", ")}`,
    pattern !== undefined && `matches ${pattern}`,
    range(minimum, maximum),
    lengths(minLength, maxLength),
  ]
    .filter((rule) => typeof rule === "string")
    .join(" · ");
}

function range(minimum: string | undefined, maximum: string | undefined): string | undefined {
  if (minimum !== undefined && maximum !== undefined) return `${minimum} to ${maximum}`;
  if (minimum !== undefined) return `at least ${minimum}`;
  return maximum === undefined ? undefined : `at most ${maximum}`;
}

function lengths(least: number | undefined, most: number | undefined): string | undefined {
  if (least !== undefined && most !== undefined) return `${least} to ${most} characters`;
  if (least !== undefined) return `at least ${least} characters`;
  return most === undefined ? undefined : `at most ${most} characters`;
}
