import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useCallback, useMemo, useState, type ReactNode } from "react";
import { apiWith, dataOf } from "../api/client";
import { ApiProblem } from "../api/problem";
import { SessionContext, storedKey, type Session } from "./session";
import { SignIn } from "./SignIn";

type Ended = "revoked" | "signed out" | null;

/** Shows its children to whoever has a key that the API takes, and asks everybody else for one. */
export function SessionGate({ children }: { children: ReactNode }) {
  const queries = useQueryClient();
  const [key, setKey] = useState(storedKey.read);
  const [ended, setEnded] = useState<Ended>(null);

  const leave = useCallback(
    (why: Ended) => {
      storedKey.forget();
      setKey(null);
      setEnded(why);
      queries.clear();
    },
    [queries],
  );
  const api = useMemo(() => (key === null ? null : apiWith(key, () => leave("revoked"))), [key, leave]);
  const access = useQuery({
    queryKey: ["access", key],
    enabled: api !== null,
    staleTime: 60_000,
    refetchInterval: 60_000,
    queryFn: ({ signal }) =>
      api ? dataOf(api.GET("/access", { signal })) : Promise.reject(new Error("no key")),
  });

  const session = useMemo<Session | null>(() => {
    if (!api || !access.data) return null;
    const scopes = new Set<string>(access.data.scopes);
    return {
      api,
      access: access.data,
      can: (scope) => scopes.has(scope),
      signOut: () => leave("signed out"),
    };
  }, [api, access.data, leave]);

  if (session) return <SessionContext value={session}>{children}</SessionContext>;
  const wrong = access.error instanceof ApiProblem && access.error.status === 401;
  return (
    <SignIn
      checking={key !== null && access.isFetching}
      error={wrong ? null : access.error}
      ended={ended}
      tryAgain={() => void access.refetch()}
      signIn={(entered) => {
        storedKey.write(entered);
        setEnded(null);
        setKey(entered);
      }}
    />
  );
}
