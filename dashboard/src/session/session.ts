import { createContext, useContext } from "react";
import type { Api, Schemas } from "../api/client";

export type Access = Schemas["AccessView"];
export type Scope = Schemas["Scope"];

/** Somebody who looks, with a key that the API took. */
export interface Session {
  api: Api;
  access: Access;
  /** Whether the key may do this; what it may not do is not shown. */
  can: (scope: Scope) => boolean;
  signOut: () => void;
}

const NAME = "silent-scalper.key";

export const SessionContext = createContext<Session | null>(null);

export function useSession(): Session {
  const session = useContext(SessionContext);
  if (!session) throw new Error("useSession is for what is shown to somebody who is signed in");
  return session;
}

/** The key stays in the session storage of this tab: gone with it, and unknown to any other. */
export const storedKey = {
  read: (): string | null => sessionStorage.getItem(NAME),
  write: (key: string): void => sessionStorage.setItem(NAME, key),
  forget: (): void => sessionStorage.removeItem(NAME),
  /** And whatever else views remember in this tab. */
  forgetAll: (): void => sessionStorage.clear(),
};
