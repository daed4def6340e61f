import { useState, type ReactNode } from "react";
import type { useDownload } from "../../actions/useDownload";
import type { Schemas } from "../../api/client";
import { count, plural } from "../../lib/format";
import { useSession } from "../../session/session";
import { Button } from "../../ui/Button";
import { Name } from "../../ui/Name";
import { Card } from "./Card";
import { kindsOf, titleOf, total, totalKept, type Group, type Kind, type Place } from "./findings";

const MOST_GROUPS = 12;
const MOST_PLACES = 8;

interface Props {
  record: Schemas["RecordView"];
  download: ReturnType<typeof useDownload>;
}

/** What is wrong or odd in the file, and where. */
export function Problems({ record, download }: Props) {
  const { can } = useSession();
  const errors = kindsOf(record.errors, record.errorCounts);
  const warnings = kindsOf(record.warnings, record.warningCounts);
  const report = record.rejectsKey !== undefined && can("operate") && (
    <Button busy={download.isPending} onClick={() => download.mutate("rejects")}>
      Download the report
    </Button>
  );
  return (
    <>
      {errors.length > 0 && <Found what="error" kinds={errors} report={report} />}
      {warnings.length > 0 && (
        <Found what="warning" kinds={warnings} report={errors.length === 0 && report} />
      )}
    </>
  );
}

function Found({ what, kinds, report }: { what: string; kinds: Kind[]; report: ReactNode }) {
  const all = total(kinds);
  const kept = totalKept(kinds);
  return (
    <Card title={plural(all, what)} beside={report}>
      {kept < all && (
        <p className="border-b border-line bg-sunken px-4 py-2 text-sm text-muted sm:px-5">
          Only the first {count(kept)} are kept with the file; all are counted.
          {Boolean(report) && " The report has more of them."}
        </p>
      )}
      {kinds.map((kind) => (
        <OneKind key={kind.type} kind={kind} />
      ))}
    </Card>
  );
}

function OneKind({ kind }: { kind: Kind }) {
  const [all, setAll] = useState(false);
  const shown = all ? kind.groups : kind.groups.slice(0, MOST_GROUPS);
  return (
    <section className="border-b border-line px-4 py-3 last:border-0 sm:px-5">
      <h3 className="flex items-baseline gap-2">
        <span className="font-medium">{titleOf(kind.type)}</span>
        <code className="hidden text-xs text-muted sm:inline">{kind.type}</code>
        <span className="ml-auto font-medium tabular-nums">{count(kind.count)}</span>
      </h3>
      <ul className="mt-1.5 space-y-2">
        {shown.map((group) => (
          <OneGroup key={group.key} group={group} />
        ))}
      </ul>
      {kind.groups.length > MOST_GROUPS && (
        <Button kind="quiet" className="mt-2 -ml-3 text-sm" aria-expanded={all} onClick={() => setAll(!all)}>
          {all ? "Show fewer" : `Show all ${kind.groups.length} kinds of them`}
        </Button>
      )}
    </section>
  );
}

function OneGroup({ group }: { group: Group }) {
  const [all, setAll] = useState(false);
  const { message, fieldName, fieldNumber, places } = group;
  const shown = all ? places : places.slice(0, MOST_PLACES);
  const rest = places.length - MOST_PLACES;
  return (
    <li className="grid gap-x-4 rounded-lg bg-sunken px-3 py-2 md:grid-cols-[minmax(7rem,13rem)_minmax(0,1fr)]">
      <div className="min-w-0">
        {fieldName !== undefined && (
          <p className="line-clamp-2 font-mono text-sm">
            <Name>{fieldName}</Name>
          </p>
        )}
        {fieldNumber !== undefined && <p className="text-sm text-muted">Column {count(fieldNumber)}</p>}
        {fieldName === undefined && fieldNumber === undefined && (
          <p className="text-sm text-muted">{places.length > 0 ? "The whole row" : "The whole file"}</p>
        )}
      </div>
      <div className="min-w-0">
        <p>
          <Name>{message}</Name>
        </p>
        {places.length > 0 && (
          <p className="text-sm text-muted tabular-nums">
            {told(shown)}
            {rest > 0 && (
              <button
                type="button"
                className="link ml-2 min-h-9 align-baseline"
                aria-expanded={all}
                onClick={() => setAll(!all)}
              >
                {all ? "fewer" : `and ${count(rest)} more`}
              </button>
            )}
          </p>
        )}
      </div>
    </li>
  );
}

/** `Line 3 (row 2)`, `Lines 3, 4, 5`. */
function told(places: Place[]): string {
  const [only] = places;
  if (places.length === 1 && only) {
    const { line, row } = only;
    if (line === undefined) return `Row ${count(row ?? 0)}`;
    return row === undefined ? `Line ${count(line)}` : `Line ${count(line)}, row ${count(row)}`;
  }
  const byLine = places.every((place) => place.line !== undefined);
  const numbers = places.map((place) => count((byLine ? place.line : place.row) ?? 0));
  return `${byLine ? "Lines" : "Rows"} ${numbers.join(", ")}`;
}
