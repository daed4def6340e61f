import { useQuery } from "@tanstack/react-query";
import type { ReactNode } from "react";
import type { Schemas } from "../../api/client";
import { contractsQuery } from "../../api/queries";
import { bytes } from "../../lib/format";
import { useSession } from "../../session/session";
import { ErrorNotice } from "../../ui/ErrorNotice";
import { Name } from "../../ui/Name";
import { Skeleton } from "../../ui/Skeleton";
import { Card } from "./Card";
import { rulesOf, toleranceOf } from "./rules";

type Contract = Schemas["ContractView"];

/** What the prefix of the file accepts, if there is a contract. */
export function ContractCard({ record }: { record: Schemas["RecordView"] }) {
  if (record.contract !== undefined) {
    return (
      <Card title="Contract" beside={<Name>{record.contract}</Name>}>
        <Applied name={record.contract} />
      </Card>
    );
  }
  if (record.profile === undefined) return null;
  return (
    <Card title="Contract">
      <p className="px-4 py-3 text-muted sm:px-5">
        None applies to its prefix: it was checked for what its format demands, and no more.
      </p>
    </Card>
  );
}

function Applied({ name }: { name: string }) {
  const { api } = useSession();
  const { data, error, refetch } = useQuery(contractsQuery(api));
  if (error && !data) {
    return <ErrorNotice error={error} what="The contract cannot be shown" tryAgain={() => void refetch()} />;
  }
  if (!data) return <Skeleton className="m-4 h-24" />;
  const contract = data.items.find((each) => each.name === name);
  if (!contract) {
    return <p className="px-4 py-3 text-muted sm:px-5">There is no contract of this name any more.</p>;
  }
  return <Rules contract={contract} />;
}

function Rules({ contract }: { contract: Contract }) {
  const { prefix, description, mediaTypes, minBytes, maxBytes, schema, header } = contract;
  return (
    <div className="space-y-3 px-4 py-3 sm:px-5">
      {description !== undefined && <p>{description}</p>}
      <dl className="grid grid-cols-[auto_minmax(0,1fr)] gap-x-4 gap-y-1 text-sm">
        <Rule label="Under">
          <code className="break-all">{prefix}/</code>
        </Rule>
        {mediaTypes.length > 0 && <Rule label="Types">{mediaTypes.join(", ")}</Rule>}
        {minBytes !== undefined && <Rule label="At least">{bytes(minBytes)}</Rule>}
        {maxBytes !== undefined && <Rule label="At most">{bytes(maxBytes)}</Rule>}
        {schema && <Rule label="Header">{HEADERS[header]}</Rule>}
        {schema && <Rule label="Bad rows">{toleranceOf(contract)}</Rule>}
        {contract.personalData && (
          <Rule label="Personal data">yes: least and greatest values are not kept</Rule>
        )}
      </dl>
      {schema && <Columns schema={schema} />}
      <p className="text-sm text-muted">
        As it is now; it may have been another one when the file was checked.
      </p>
    </div>
  );
}

const HEADERS: Record<Contract["header"], string> = {
  exact: "these columns in this order",
  anyOrder: "these columns in any order",
  atLeast: "these columns, and perhaps more",
  none: "none; columns in this order",
};

function Columns({ schema }: { schema: NonNullable<Contract["schema"]> }) {
  return (
    <details>
      <summary className="-mx-2 rounded-lg px-2 py-1.5 font-medium hover:bg-sunken">
        {schema.fields.length} columns
      </summary>
      <ol className="mt-1 divide-y divide-line text-sm">
        {schema.fields.map((field) => (
          <li key={field.name} className="py-1.5">
            <p className="flex flex-wrap justify-between gap-x-3">
              <code className="font-medium">
                <Name>{field.name}</Name>
              </code>
              <span className="text-muted">{field.type}</span>
            </p>
            <p className="text-muted [overflow-wrap:anywhere]">
              {rulesOf(field, schema.primaryKey).join("; ")}
            </p>
            {field.description !== undefined && <p className="text-muted">{field.description}</p>}
          </li>
        ))}
      </ol>
    </details>
  );
}

function Rule({ label, children }: { label: string; children: ReactNode }) {
  return (
    <>
      <dt className="text-muted">{label}</dt>
      <dd className="min-w-0 break-words">{children}</dd>
    </>
  );
}
