import { useId, useState } from "react";
import { Skeleton } from "../../ui/Skeleton";
import { ErrorNotice } from "../../ui/ErrorNotice";
import type { Access } from "../../session/session";
import { contractFor, DEFAULT_PREFIX, prefixProblem, type Contract } from "./checks";
import { ContractCard } from "./ContractCard";

const OTHER = "";

interface Props {
  access: Access;
  prefix: string;
  setPrefix: (prefix: string) => void;
  /** Undefined while they are fetched. */
  contracts: readonly Contract[] | undefined;
  /** What kept them from being fetched. */
  error: Error | null;
  tryAgain: () => void;
  mayRead: boolean;
}

/** Where the files go, and what they must be there. */
export function Destination(props: Props) {
  const { access, prefix, contracts, error, mayRead } = props;
  const valid = prefixProblem(prefix, access.prefix) === null;
  return (
    <section aria-labelledby="destination" className="card space-y-4 p-5">
      <h2 id="destination" className="text-lg font-semibold">
        Where files go
      </h2>
      <Chooser {...props} />
      {!mayRead && (
        <p className="text-sm text-muted">
          Your key may not read contracts. What does not fit is refused when you upload it.
        </p>
      )}
      {error && !contracts && (
        <ErrorNotice error={error} what="The contracts cannot be shown" tryAgain={props.tryAgain} />
      )}
      {mayRead && !contracts && !error && <Skeleton className="h-16 lg:h-96" />}
      {contracts && valid && (
        <ContractCard contract={contractFor(contracts, prefix)} maxFileBytes={access.maxFileBytes} />
      )}
    </section>
  );
}

function Chooser({ access, prefix, setPrefix, contracts, error, mayRead }: Props) {
  const [free, setFree] = useState(false);
  const field = useId();
  const own = access.prefix ?? DEFAULT_PREFIX;
  // Until the contracts come, nobody knows whether the folder is one of theirs.
  const unknown = mayRead && !error ? [prefix] : [];
  const named = contracts?.map((each) => each.prefix) ?? unknown;
  const choices = [...new Set([own, ...named])].filter((each) => prefixProblem(each, access.prefix) === null);
  const other = free || !choices.includes(prefix);
  if (access.prefix !== undefined && choices.length === 1) {
    return (
      <p>
        <span className="font-mono font-medium break-all">{own}/</span>
        <span className="block text-sm text-muted">Your key is bound to this folder.</span>
      </p>
    );
  }
  return (
    <div className="space-y-3">
      <div className="space-y-1.5">
        <label htmlFor={field} className="block text-sm font-medium">
          Folder
        </label>
        <select
          id={field}
          className="field w-full"
          value={other ? OTHER : prefix}
          onChange={({ target }) => {
            setFree(target.value === OTHER);
            if (target.value !== OTHER) setPrefix(target.value);
          }}
        >
          {choices.map((each) => (
            <option key={each} value={each}>
              {each}/
            </option>
          ))}
          {access.prefix === undefined && <option value={OTHER}>Another folder…</option>}
        </select>
        {access.prefix !== undefined && (
          <p className="text-sm text-muted">Your key is bound to {access.prefix}/ and what is in it.</p>
        )}
      </div>
      {other && <OtherFolder prefix={prefix} setPrefix={setPrefix} bound={access.prefix} />}
    </div>
  );
}

interface OtherProps {
  prefix: string;
  setPrefix: (prefix: string) => void;
  bound: string | undefined;
}

function OtherFolder({ prefix, setPrefix, bound }: OtherProps) {
  const field = useId();
  const problem = prefixProblem(prefix, bound);
  return (
    <div className="space-y-1.5">
      <label htmlFor={field} className="block text-sm font-medium">
        Name of the folder
      </label>
      <input
        id={field}
        className="field w-full font-mono"
        value={prefix}
        autoComplete="off"
        spellCheck={false}
        aria-invalid={problem !== null}
        aria-describedby={`${field}-problem`}
        onChange={({ target }) => setPrefix(target.value.trim())}
      />
      <p id={`${field}-problem`} role="status" className="min-h-5 text-sm text-bad">
        {problem}
      </p>
    </div>
  );
}
