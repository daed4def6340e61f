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
  const [asked, setAsked] = useState(key === null);

  const leave = useCallback(
    (why: Ended) => {
      if (why === "signed out") storedKey.forgetAll();
      else storedKey.forget();
      setKey(null);
      setEnded(why);
      setAsked(true);
      queries.clear();
    },
    [queries],
  );
  const api = useMemo(() => {
    // A late answer to the key before says nothing about this one.
    const refused = () => storedKey.read() === key && leave("revoked");
    return key === null ? null : apiWith(key, refused);
  }, [key, leave]);
  const access = useQuery({
    queryKey: ["access", key],
    enabled: api !== null,
    staleTime: 30_000,
    refetchInterval: 30_000,
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
  if (!asked && !access.error) return <main id="main" aria-busy className="flex-1" />;
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
