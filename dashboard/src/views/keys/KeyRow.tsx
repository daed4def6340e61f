import { CircleCheck, CircleSlash, Hourglass } from "lucide-react";
import type { ReactNode } from "react";
import { useSession } from "../../session/session";
import { Button } from "../../ui/Button";
import { Name } from "../../ui/Name";
import { Time } from "../../ui/Time";
import { canRevoke, canRotate, SCOPE_NAMES, SCOPES, type Key } from "./keys";

const STATES = {
  valid: { label: "Valid", icon: CircleCheck, tone: "bg-good-soft text-good" },
  expired: { label: "Expired", icon: Hourglass, tone: "bg-sunken text-muted" },
  revoked: { label: "Revoked", icon: CircleSlash, tone: "bg-sunken text-muted" },
};

interface Props {
  shown: Key;
  /** The name of a key, if it is known. */
  nameOf: (keyId: string) => string;
  rotate: (key: Key) => void;
  revoke: (key: Key) => void;
}

/** One key: who it is for, what it may do, and how it is used. */
export function KeyRow({ shown: key, nameOf, rotate, revoke }: Props) {
  const { access } = useSession();
  const own = key.keyId === access.keyId;
  const { label, icon: Icon, tone } = STATES[key.state];
  return (
    <li className="grid gap-x-6 gap-y-3 border-t border-line px-4 py-4 first:border-t-0 sm:px-5 lg:grid-cols-[minmax(0,14rem)_minmax(0,1fr)_14rem]">
      <div className="min-w-0">
        <p className="flex flex-wrap items-center gap-x-2 gap-y-1">
          <span className="font-medium">
            <Name>{key.name}</Name>
          </span>
          <span
            className={`inline-flex items-center gap-1.5 rounded-full px-2.5 py-0.5 text-sm font-medium ${tone}`}
          >
            <Icon aria-hidden size={14} />
            {label}
          </span>
          {own && (
            <span className="rounded-full bg-accent-soft px-2.5 py-0.5 text-sm font-medium text-accent">
              Your key
            </span>
          )}
        </p>
        <code className="text-sm text-muted">{key.keyId}</code>
      </div>
      <dl className="grid grid-cols-2 gap-x-4 gap-y-2 text-sm sm:grid-cols-3 xl:grid-cols-5">
        <Fact what="May">
          {SCOPE_NAMES.filter((scope) => key.scopes.includes(scope))
            .map((scope) => SCOPES[scope].label.toLowerCase())
            .join(", ")}
        </Fact>
        <Fact what="Folder">{key.prefix === undefined ? "All" : <Name>{`${key.prefix}/`}</Name>}</Fact>
        <Fact what="Last used">{key.lastUsedAt === undefined ? "Never" : <Time at={key.lastUsedAt} />}</Fact>
        <Fact what="Created">
          <Time at={key.createdAt} />
          {key.createdBy !== undefined && (
            <span className="text-muted">
              {" by "}
              <Name>{nameOf(key.createdBy)}</Name>
            </span>
          )}
        </Fact>
        <Ending shown={key} />
        {key.olderUntil !== undefined && (
          <Fact what="Older secret until">
            <Time at={key.olderUntil} as="date" />
          </Fact>
        )}
      </dl>
      <div className="flex flex-wrap items-start gap-2 lg:justify-end">
        {canRotate(key, access) && (
          <Button onClick={() => rotate(key)} aria-label={`Rotate ${key.name}`}>
            Rotate…
          </Button>
        )}
        {canRevoke(key, access) && (
          <Button onClick={() => revoke(key)} aria-label={`Revoke ${key.name}`}>
            Revoke…
          </Button>
        )}
        {own && <p className="max-w-52 text-sm text-muted lg:text-right">Only another key can revoke it.</p>}
      </div>
    </li>
  );
}

function Ending({ shown: { expiresAt, revokedAt } }: { shown: Key }) {
  if (revokedAt !== undefined) {
    return (
      <Fact what="Revoked">
        <Time at={revokedAt} />
      </Fact>
    );
  }
  return <Fact what="Expires">{expiresAt === undefined ? "Never" : <Time at={expiresAt} as="date" />}</Fact>;
}

function Fact({ what, children }: { what: string; children: ReactNode }) {
  return (
    <div className="min-w-0">
      <dt className="text-muted">{what}</dt>
      <dd className="break-words">{children}</dd>
    </div>
  );
}
