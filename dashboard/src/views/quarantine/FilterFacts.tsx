import type { ReactNode } from "react";
import type { Filters } from "../../lib/filters";
import { REASON, STATUS } from "../../lib/words";
import { Name } from "../../ui/Name";
import { Time } from "../../ui/Time";

/** A filter in words. */
export function FilterFacts({ filters }: { filters: Filters }) {
  const { status, reason, prefix, arrivedAfter, arrivedBefore } = filters;
  return (
    <dl className="mt-1 grid grid-cols-[auto_minmax(0,1fr)] gap-x-4 text-sm">
      <Fact what="State">{status.map((each) => STATUS[each].label).join(", ")}</Fact>
      <Fact what="Reason">{reason === undefined ? "Any" : REASON[reason].label}</Fact>
      {prefix !== undefined && (
        <Fact what="Key begins with">
          <Name>{prefix}</Name>
        </Fact>
      )}
      {arrivedAfter !== undefined && (
        <Fact what="Arrived from">
          <Time at={arrivedAfter} as="date" />
        </Fact>
      )}
      {arrivedBefore !== undefined && (
        <Fact what="Arrived until">
          <Time at={arrivedBefore} as="date" />
        </Fact>
      )}
    </dl>
  );
}

function Fact({ what, children }: { what: string; children: ReactNode }) {
  return (
    <>
      <dt className="text-muted">{what}</dt>
      <dd>{children}</dd>
    </>
  );
}
