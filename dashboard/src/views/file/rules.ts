import type { Schemas } from "../../api/client";
import { plural } from "../../lib/format";

/** What the values of a column must be, in words. */
export function rulesOf(field: Schemas["FieldView"], primaryKey: string[]): string[] {
  const {
    required,
    unique,
    enum: values,
    pattern,
    minimum,
    maximum,
    minLength,
    maxLength,
  } = field.constraints ?? {};
  return [
    primaryKey.includes(field.name) ? "key" : "",
    required === true ? "required" : "",
    unique === true ? "unique" : "",
    field.format === "default" ? "" : `written as ${field.format}`,
    between("", minimum, maximum),
    between("characters", minLength, maxLength),
    values ? `one of ${values.join(", ")}` : "",
    pattern === undefined ? "" : `like ${pattern}`,
  ].filter((rule) => rule !== "");
}

/** How many bad rows are let pass, and what becomes of the file. */
export function toleranceOf({ toleratedBadRows, onBadRows }: Schemas["ContractView"]): string {
  const isNone = toleratedBadRows === 0 || toleratedBadRows === "0%";
  const most =
    typeof toleratedBadRows === "number" ? plural(toleratedBadRows, "row") : `${toleratedBadRows} of them`;
  if (onBadRows === "split" && toleratedBadRows === "100%") return "they are set apart, however many";
  if (onBadRows === "split") return `up to ${most} set apart; with more the file is quarantined`;
  return isNone ? "the file is quarantined" : `up to ${most} let pass; with more the file is quarantined`;
}

function between(of: string, least: string | number | undefined, most: string | number | undefined): string {
  const unit = of === "" ? "" : ` ${of}`;
  if (least === undefined && most === undefined) return "";
  if (most === undefined) return `at least ${least}${unit}`;
  if (least === undefined) return `at most ${most}${unit}`;
  return `${least} to ${most}${unit}`;
}
