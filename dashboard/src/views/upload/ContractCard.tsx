import { useState } from "react";
import { bytes, plural } from "../../lib/format";
import type { Contract } from "./checks";
import { factsOf, rulesOf } from "./contractWords";

interface Props {
  contract: Contract | undefined;
  maxFileBytes: number;
}

/** What the files of a folder must be, before anybody sends one. */
export function ContractCard({ contract, maxFileBytes }: Props) {
  if (!contract) {
    return (
      <p className="text-sm text-muted">
        No contract applies here: any type of file is taken, up to {bytes(maxFileBytes)}, and checked for its
        own format.
      </p>
    );
  }
  return (
    <div className="space-y-3">
      <div>
        <h3 className="font-medium">
          Contract <span className="break-all">{contract.name}</span>
        </h3>
        {contract.description !== undefined && <p className="text-sm text-muted">{contract.description}</p>}
      </div>
      <dl className="grid grid-cols-[auto_minmax(0,1fr)] gap-x-4 gap-y-1.5 text-sm">
        {factsOf(contract, maxFileBytes).map(({ name, value }) => (
          <div key={name} className="contents">
            <dt className="text-muted">{name}</dt>
            <dd className="break-words">{value}</dd>
          </div>
        ))}
      </dl>
      {contract.schema && <Columns schema={contract.schema} />}
    </div>
  );
}

function Columns({ schema }: { schema: NonNullable<Contract["schema"]> }) {
  // On small screens the files come first.
  const [open] = useState(() => window.matchMedia("(min-width: 1024px)").matches);
  return (
    <details open={open} className="border-t border-line pt-3">
      <summary className="min-h-9 rounded-md py-1 font-medium">
        {plural(schema.fields.length, "column")}
      </summary>
      <ol className="mt-1 divide-y divide-line">
        {schema.fields.map((field) => (
          <li key={field.name} className="py-2 text-sm">
            <span className="font-mono break-all">{field.name}</span>
            <span className="block break-words text-muted">{rulesOf(field)}</span>
            {field.description !== undefined && (
              <span className="block break-words text-muted">{field.description}</span>
            )}
          </li>
        ))}
      </ol>
    </details>
  );
}
