import { describe, expect, it } from "vitest";
import type { Access } from "../../session/session";
import { canRevoke, canRotate, expiryAfter, requestOf, sorted, type Key } from "./keys";

const NOW = Date.parse("2026-01-01T00:00:00.000Z");
const ACCESS: Access = {
  authentication: "api_key",
  keyId: "own",
  name: "me",
  scopes: ["read", "admin"],
  stack: "dev",
  maxFileBytes: 1,
  multipartThresholdBytes: 1,
};
const KEY: Key = {
  keyId: "other",
  name: "partner",
  state: "valid",
  scopes: ["read"],
  createdAt: "2026-01-01T00:00:00.000Z",
};
const FORM = { name: " partner ", scopes: ["upload", "read"], prefix: "", days: null } as const;

describe("a new key", () => {
  it("has what was entered, and nothing that was left empty", () => {
    expect(requestOf(FORM, ACCESS, NOW)).toEqual({ name: "partner", scopes: ["read", "upload"] });
    expect(requestOf({ ...FORM, prefix: " /orders/emea/ ", days: 30 }, ACCESS, NOW)).toEqual({
      name: "partner",
      scopes: ["read", "upload"],
      prefix: "orders/emea",
      expiresAt: "2026-01-31T00:00:00.000Z",
    });
  });

  it("lies within the folder of the key that makes it", () => {
    const bound = { ...ACCESS, prefix: "orders" };
    expect(requestOf({ ...FORM, prefix: "emea" }, bound, NOW).prefix).toBe("orders/emea");
    expect(requestOf(FORM, bound, NOW).prefix).toBe("orders");
  });

  it("does not outlive the key that makes it", () => {
    const expiresAt = "2026-01-09T00:00:00.000Z";
    expect(expiryAfter(30, { expiresAt }, NOW)).toBe(expiresAt);
    expect(expiryAfter(null, { expiresAt }, NOW)).toBe(expiresAt);
    expect(expiryAfter(null, {}, NOW)).toBeUndefined();
  });
});

describe("keys in the list", () => {
  it("are the newest first, and those that ended apart", () => {
    const newer = { ...KEY, keyId: "newer", createdAt: "2026-01-02T00:00:00.000Z" };
    const revoked = { ...KEY, keyId: "revoked", state: "revoked" } as const;
    const { valid, ended } = sorted([KEY, revoked, newer]);
    expect([valid, ended].map((keys) => keys.map(({ keyId }) => keyId))).toEqual([
      ["newer", "other"],
      ["revoked"],
    ]);
  });

  it("can be rotated if they can do no more than one's own", () => {
    expect(canRotate(KEY, ACCESS)).toBe(true);
    expect(canRotate({ ...KEY, scopes: ["operate"] }, ACCESS)).toBe(false);
    expect(canRotate(KEY, { ...ACCESS, expiresAt: "2026-01-09T00:00:00.000Z" })).toBe(false);
    expect(canRotate({ ...KEY, state: "expired" }, ACCESS)).toBe(false);
  });

  it("can be revoked once, and never one's own", () => {
    expect(canRevoke(KEY, ACCESS)).toBe(true);
    expect(canRevoke({ ...KEY, state: "expired" }, ACCESS)).toBe(true);
    expect(canRevoke({ ...KEY, state: "revoked" }, ACCESS)).toBe(false);
    expect(canRevoke({ ...KEY, keyId: "own" }, ACCESS)).toBe(false);
  });
});
