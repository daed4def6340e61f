import { describe, expect, it } from "vitest";
import { filesPath, isFiltered, readFilters, toQuery, writeFilters, type Filters } from "./filters";

const ALL: Filters = {
  status: ["quarantined", "failed"],
  reason: "bad_rows",
  prefix: "orders/a b&c",
  mediaType: "text/csv",
  arrivedAfter: "2026-01-01T00:00:00.000Z",
  arrivedBefore: "2026-01-02T00:00:00.000Z",
};

describe("filters in the address", () => {
  it("come back as they were written", () => {
    expect(readFilters(new URLSearchParams(writeFilters(ALL).toString()))).toEqual(ALL);
  });

  it("leave out what makes no sense", () => {
    const address = new URLSearchParams(
      "status=lost&status=failed&status=failed&reason=x&prefix=%20&arrivedAfter=soon",
    );
    expect(readFilters(address)).toEqual({ status: ["failed"] });
  });

  it("are the parameters of the API, without those that are not set", () => {
    expect(toQuery({ status: [] })).toEqual({});
    expect(toQuery(ALL)).toEqual(ALL);
  });

  it("make links", () => {
    expect(filesPath({ status: ["failed"], reason: "crashed" })).toBe("/files?status=failed&reason=crashed");
    expect(filesPath({})).toBe("/files");
  });

  it("tell whether there are any", () => {
    expect([isFiltered({ status: [] }), isFiltered(ALL)]).toEqual([false, true]);
  });
});
