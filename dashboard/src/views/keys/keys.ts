import type { Schemas } from "../../api/client";
import type { Access, Scope } from "../../session/session";

export type Key = Schemas["KeyView"];

/** What each scope lets its holder do. */
export const SCOPES: Record<Scope, { label: string; allows: string }> = {
  read: {
    label: "Read",
    allows: "See files and what is in them, download good ones, see figures and contracts.",
  },
  upload: { label: "Upload", allows: "Send files." },
  operate: {
    label: "Operate",
    allows: "Retry and discard files, download quarantined ones and their bad rows, move dead letters.",
  },
  admin: { label: "Admin", allows: "Make, rotate and revoke keys that can do no more than this one." },
};

export const SCOPE_NAMES: readonly Scope[] = ["read", "upload", "operate", "admin"];

const DAY = 86_400;

/** How long a new key works. */
export const LIFETIMES = [
  { label: "30 days", days: 30 },
  { label: "90 days", days: 90 },
  { label: "1 year", days: 365 },
] as const;

/** How long the secret before goes on working. */
export const GRACES = [
  { label: "It ends at once", seconds: 0 },
  { label: "1 hour", seconds: 3_600 },
  { label: "1 day", seconds: DAY },
  { label: "7 days", seconds: 7 * DAY },
  { label: "30 days", seconds: 30 * DAY },
] as const;

/** The moment after so many days; never later than the key's own end, which no key that it makes outlives. */
export function expiryAfter(
  days: number | null,
  access: Pick<Access, "expiresAt">,
  now: number,
): string | undefined {
  if (days === null) return access.expiresAt;
  const wanted = new Date(now + days * DAY * 1000).toISOString();
  return access.expiresAt !== undefined && access.expiresAt < wanted ? access.expiresAt : wanted;
}

export interface Form {
  name: string;
  scopes: readonly Scope[];
  /** Below the folder that the maker is bound to. */
  prefix: string;
  days: number | null;
}

/** What is asked of the API for a new key. */
export function requestOf(form: Form, access: Access, now: number): Schemas["KeyRequest"] {
  const expiresAt = expiryAfter(form.days, access, now);
  const below = form.prefix.trim().replace(/^\/+|\/+$/g, "");
  const prefix = [access.prefix, below].filter((part) => part !== undefined && part !== "").join("/");
  return {
    name: form.name.trim(),
    scopes: SCOPE_NAMES.filter((scope) => form.scopes.includes(scope)),
    ...(prefix === "" ? {} : { prefix }),
    ...(expiresAt === undefined ? {} : { expiresAt }),
  };
}

/** Keys that work, the newest first, and those that do so no more. */
export function sorted(keys: readonly Key[]): { valid: Key[]; ended: Key[] } {
  const newest = [...keys].sort((one, other) => other.createdAt.localeCompare(one.createdAt));
  return {
    valid: newest.filter(({ state }) => state === "valid"),
    ended: newest.filter(({ state }) => state !== "valid"),
  };
}

/** Whether the caller may give the key another secret: not one that can do more than the caller. */
export function canRotate(key: Key, access: Access): boolean {
  const within = key.scopes.every((scope) => access.scopes.includes(scope));
  const outlives =
    access.expiresAt !== undefined && (key.expiresAt === undefined || key.expiresAt > access.expiresAt);
  return key.state === "valid" && within && !outlives;
}

/** Whether the caller may revoke the key. No key revokes itself, so there is always one that can make others. */
export function canRevoke(key: Key, access: Access): boolean {
  return key.state !== "revoked" && key.keyId !== access.keyId;
}
