import { describe, expect, it } from "vitest";
import { withText } from "./prometheus";

describe("Native histograms in answers", () => {
  it("stand as text where a number would", () => {
    expect(withText({ resultType: "vector", result: [{ metric: { a: "1" }, histogram: [60, { count: "4", sum: "5" }] }, { metric: {}, value: [60, "1"] }] })).toEqual({
      resultType: "vector",
      result: [{ metric: { a: "1" }, value: [60, "histogram of 4, sum 5"] }, { metric: {}, value: [60, "1"] }],
    });
  });

  it("lie between the numbers by time", () => {
    expect(withText({ resultType: "matrix", result: [{ metric: {}, values: [[60, "1"], [180, "3"]], histograms: [[120, { count: "4", sum: "5" }]] }] })).toEqual({
      resultType: "matrix",
      result: [{ metric: {}, values: [[60, "1"], [120, "histogram of 4, sum 5"], [180, "3"]] }],
    });
  });
});
