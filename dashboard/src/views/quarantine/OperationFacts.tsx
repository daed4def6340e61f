import type { ReactNode } from "react";
import { Link } from "react-router";
import { readFilters, writeFilters } from "../../lib/filters";
import { count } from "../../lib/format";
import { Name } from "../../ui/Name";
import { Time } from "../../ui/Time";
import { FilterFacts } from "./FilterFacts";
import type { Operation } from "./progress";

/** What was asked for, by whom and why. */
export function OperationFacts({ operation }: { operation: Operation }) {
  const { kind, wanted, requestedBy, createdAt, why, found, operationId } = operation;
  const address = new URLSearchParams(
    Object.entries(wanted).filter((entry): entry is [string, string] => typeof entry[1] === "string"),
  );
  const filters = readFilters(address);
  // Files that came since belong to the group as well.
  address.delete("arrivedBefore");
  const group = readFilters(address);
  return (
    <section aria-labelledby="asked" className="card min-w-0 p-4 sm:p-5">
      <h2 id="asked" className="font-semibold">
        What was asked for
      </h2>
      {kind !== "redrive" && <FilterFacts filters={filters} />}
      <dl className="mt-4 space-y-2 text-sm">
        <Fact what={kind === "redrive" ? "Letters found" : "Files found"}>{count(found)}</Fact>
        <Fact what="Asked by">
          <Name>{requestedBy}</Name>
        </Fact>
        <Fact what="When">
          <Time at={createdAt} as="date" />
        </Fact>
        {why !== undefined && (
          <Fact what="Reason">
            <Name>{why}</Name>
          </Fact>
        )}
        <Fact what="Operation">
          <code className="break-all">{operationId}</code>
        </Fact>
      </dl>
      <Link
        className="link mt-4 inline-block py-1"
        to={kind === "redrive" ? "/quarantine" : `/quarantine?${writeFilters(group)}`}
      >
        Back to the quarantine
      </Link>
    </section>
  );
}

function Fact({ what, children }: { what: string; children: ReactNode }) {
  return (
    <div>
      <dt className="text-muted">{what}</dt>
      <dd className="tabular-nums">{children}</dd>
    </div>
  );
}
