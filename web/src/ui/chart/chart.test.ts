import { describe, expect, it } from "vitest";
import { axisLabels, roundSplits } from "./options";
import { stack } from "./Plot";

const one = (values: (number | null)[]) => ({ key: "k", label: "l", color: "s1", values });

describe("a chart", () => {
  it("stacks running sums; a gap in all is a gap, a gap in one is none of it", () => {
    expect(stack([one([1, null, 1]), one([2, null, null])])).toEqual([[1, null, 1], [3, null, 1]]);
  });

  it("has few lines, at round numbers, labelled to the same place", () => {
    expect(roundSplits(0, 2)).toEqual([0, 0.5, 1, 1.5, 2]);
    expect(axisLabels([0, 0.5, 1], String)).toEqual(["0.0", "0.5", "1.0"]);
    expect(roundSplits(0, 1e9).length).toBeLessThanOrEqual(5);
    expect(roundSplits(5, 5).length).toBeGreaterThan(0);
  });
});
