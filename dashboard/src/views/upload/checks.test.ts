import { describe, expect, it } from "vitest";
import { check, contractFor, declaredType, prefixProblem, type Contract } from "./checks";

const ACCESS = { maxFileBytes: 1_000 };

function contract(prefix: string, more: Partial<Contract> = {}): Contract {
  return {
    name: prefix.replaceAll("/", "-"),
    prefix,
    mediaTypes: ["text/csv"],
    header: "exact",
    toleratedBadRows: 0,
    onBadRows: "quarantine",
    personalData: false,
    ...more,
  };
}

const ORDERS = contract("orders", { maxBytes: 500, minBytes: 10 });

describe("the contract of a folder", () => {
  const all = [ORDERS, contract("orders/split"), contract("order")];

  it.each([
    ["orders", "orders"],
    ["orders/2026", "orders"],
    ["orders/split/a/b", "orders/split"],
    ["orders2", undefined],
    ["uploads", undefined],
  ])("%s is that of %s", (prefix, found) => expect(contractFor(all, prefix)?.prefix).toBe(found));
});

describe("a folder's name", () => {
  it.each(["uploads", "orders/2026-01", "a/b.c/_d=e", "A".repeat(200)])("may be %s", (prefix) =>
    expect(prefixProblem(prefix, undefined)).toBeNull(),
  );

  it.each(["", "/orders", "orders/", "a//b", ".hidden", "a/..", "a b", "ä", "A".repeat(201)])(
    "may not be %j",
    (prefix) => expect(prefixProblem(prefix, undefined)).not.toBeNull(),
  );

  it("is in the folder that the key is bound to", () => {
    expect(prefixProblem("orders/a", "orders")).toBeNull();
    expect(prefixProblem("orders", "orders")).toBeNull();
    expect(prefixProblem("orders2", "orders")).toContain("bound to orders/");
  });
});

describe("a file, before it is sent", () => {
  it.each([
    ["a.csv", 100, "fine"],
    ["a.txt", 100, "fine"],
    ["a", 100, "fine"],
    ["a.pdf", 100, "doubtful"],
    ["a.csv", 501, "refused"],
    ["a.csv", 9, "refused"],
    ["a.csv", 0, "refused"],
    [`${"a".repeat(252)}.csv`, 100, "refused"],
    ["a\u202ecsv.exe", 100, "refused"],
  ])("%j of %i bytes is %s under a contract", (name, size, kind) =>
    expect(check({ name, size }, ORDERS, ACCESS).kind).toBe(kind),
  );

  it("is held against the stack's own limit where no contract has one", () => {
    expect(check({ name: "a.pdf", size: 1_000 }, undefined, ACCESS).kind).toBe("fine");
    expect(check({ name: "a.pdf", size: 1_001 }, undefined, ACCESS).why).toContain(
      "this stack takes at most 1 kB",
    );
  });

  it("may be empty, if somebody wants that", () => {
    expect(check({ name: "a.csv", size: 0 }, undefined, ACCESS).kind).toBe("doubtful");
  });

  it("is announced as a type that the contract takes, or as none", () => {
    expect(declaredType("a.CSV", ORDERS)).toBe("text/csv");
    expect(declaredType("a.pdf", ORDERS)).toBeUndefined();
    expect(declaredType("a.pdf", undefined)).toBe("application/pdf");
    expect(declaredType("README", undefined)).toBeUndefined();
  });
});
