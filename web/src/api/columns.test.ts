import { describe, expect, it } from "vitest";
import { last, newest, toColumns, withTail } from "./columns";

const answer = (values: [number, string][]) => [{ metric: { mode: "user" }, values }];

describe("columns", () => {
  it("keep gaps as gaps", () => {
    const columns = toColumns(answer([[100, "1"], [110, "3"]]), 100, 115, 5);
    expect(columns.times).toEqual([100, 105, 110, 115]);
    expect(columns.series[0]?.values).toEqual([1, null, 3, null]);
    expect(newest(columns)).toBe(110);
    expect(last(columns.series[0]?.values ?? [])).toBe(3);
  });

  it("take the newer answer for the tail and drop what is too old", () => {
    const old = toColumns(answer([[100, "1"], [105, "2"], [110, "3"]]), 100, 110, 5);
    const fresh = toColumns(answer([[110, "30"], [115, "40"]]), 110, 115, 5);
    const merged = withTail(old, fresh, 105);
    expect(merged.times).toEqual([105, 110, 115]);
    expect(merged.series[0]?.values).toEqual([2, 30, 40]);
  });

  it("carry on a series that ended and one that began", () => {
    const old = toColumns([{ metric: { a: "1" }, values: [[0, "1"]] }], 0, 5, 5);
    const fresh = toColumns([{ metric: { a: "2" }, values: [[10, "2"]] }], 10, 10, 5);
    const merged = withTail(old, fresh, 0);
    expect(merged.series.map(({ values }) => values)).toEqual([[1, null, null], [null, null, 2]]);
  });
});
