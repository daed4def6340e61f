import { useQuery } from "@tanstack/react-query";
import { KeyRound, LockKeyhole, Plus } from "lucide-react";
import { useState } from "react";
import { dataOf } from "../../api/client";
import { SLOW_POLL_MS } from "../../api/queries";
import { plural } from "../../lib/format";
import { useSession } from "../../session/session";
import { Button } from "../../ui/Button";
import { EmptyState } from "../../ui/EmptyState";
import { ErrorNotice } from "../../ui/ErrorNotice";
import { Page } from "../../ui/Page";
import { Skeleton } from "../../ui/Skeleton";
import { CreateDialog } from "./CreateDialog";
import { KeyRow } from "./KeyRow";
import { sorted, type Key } from "./keys";
import { RevokeDialog } from "./RevokeDialog";
import { RotateDialog } from "./RotateDialog";

export function Component() {
  const { access, can } = useSession();
  if (access.authentication === "api_key" && can("admin")) return <Keys />;
  return (
    <Page title="Keys">
      <div className="card">
        {access.authentication === "token" ? (
          <EmptyState icon={KeyRound} title="There are no keys in this stack">
            Callers are known by tokens here. Who may do what is decided by whoever issues them.
          </EmptyState>
        ) : (
          <EmptyState icon={LockKeyhole} title="Your key does not open this view">
            It needs the scope <code>admin</code>. Ask whoever gave you the key for one that has it.
          </EmptyState>
        )}
      </div>
    </Page>
  );
}

type Asked = { what: "create" } | { what: "rotate" | "revoke"; key: Key };

function Keys() {
  const { api, access } = useSession();
  const [asked, setAsked] = useState<Asked | null>(null);
  const query = useQuery({
    queryKey: ["keys"],
    queryFn: ({ signal }) => dataOf(api.GET("/keys", { signal })),
    refetchInterval: SLOW_POLL_MS,
  });
  const close = () => setAsked(null);
  const create = (
    <Button kind="primary" onClick={() => setAsked({ what: "create" })}>
      <Plus aria-hidden size={16} />
      Make a key
    </Button>
  );
  const folder = access.prefix === undefined ? "" : ` You see those within ${access.prefix}/.`;
  return (
    <Page title="Keys" about={`Who may do what, and where.${folder}`} actions={create}>
      {query.isError && (
        <div className="mb-4">
          <ErrorNotice
            error={query.error}
            what="The keys cannot be shown"
            tryAgain={() => void query.refetch()}
          />
        </div>
      )}
      {query.isPending && <Loading />}
      {query.data && <KeyLists keys={query.data.items} ask={setAsked} />}
      {asked?.what === "create" && <CreateDialog onClose={close} />}
      {asked?.what === "rotate" && <RotateDialog secretOf={asked.key} onClose={close} />}
      {asked?.what === "revoke" && <RevokeDialog revoked={asked.key} onClose={close} />}
    </Page>
  );
}

function KeyLists({ keys, ask }: { keys: readonly Key[]; ask: (asked: Asked) => void }) {
  const { valid, ended } = sorted(keys);
  const names = new Map(keys.map(({ keyId, name }) => [keyId, name]));
  const rows = (some: readonly Key[]) =>
    some.map((key) => (
      <KeyRow
        key={key.keyId}
        shown={key}
        nameOf={(keyId) => names.get(keyId) ?? keyId}
        rotate={() => ask({ what: "rotate", key })}
        revoke={() => ask({ what: "revoke", key })}
      />
    ));
  return (
    <>
      <ul aria-label="Keys" className="card">
        {rows(valid)}
      </ul>
      {ended.length > 0 && (
        <details className="card mt-4">
          <summary className="min-h-9 px-4 py-3 font-medium sm:px-5">
            {plural(ended.length, "key")} that {ended.length === 1 ? "works" : "work"} no more
          </summary>
          <ul aria-label="Keys that work no more" className="border-t border-line">
            {rows(ended)}
          </ul>
        </details>
      )}
    </>
  );
}

function Loading() {
  return (
    <div aria-hidden className="card">
      {[0, 1, 2].map((each) => (
        <div key={each} className="flex gap-6 border-t border-line p-5 first:border-t-0">
          <Skeleton className="h-16 w-56" />
          <Skeleton className="h-16 flex-1" />
          <Skeleton className="h-9 w-40" />
        </div>
      ))}
    </div>
  );
}
