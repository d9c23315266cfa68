import { describe, expect, it } from "vitest";
import { asCommand, asCurl } from "./copies";
import { pointAt } from "./QueryFault";
import { autoStep, durationSeconds, readExploreSearch, spanOf } from "./search";
import { commonLabels, shortName, statsOf } from "./series";

describe("Explore's address", () => {
  it("holds the query, the time, the step and the tab", () => {
    expect(readExploreSearch({ q: "up", range: "3h", step: "15", tab: "table" })).toEqual({ q: "up", range: "3h", step: 15, tab: "table" });
    expect(readExploreSearch({ q: "up", from: "100", to: "200", range: "3h" })).toEqual({ q: "up", from: 100, to: 200 });
  });

  it("is not led astray by what it can't mean", () => {
    expect(readExploreSearch({ q: " ", range: "soon", step: "-1", tab: "pie", from: "200", to: "100" })).toEqual({});
    expect(durationSeconds("1h30m")).toBe(5_400);
    expect(durationSeconds("0s")).toBeNull();
  });

  it("gives the same points for the same query: ends on multiples of the step", () => {
    const span = spanOf({ q: "up" }, 1_000_003.7);
    expect(span).toEqual({ from: 996_400, to: 1_000_000, step: 10 });
    expect(autoStep(604_800)).toBe(1_800);
  });

  it("never asks for more points than a server answers", () => {
    const span = spanOf({ q: "up", range: "7d", step: 1 }, 1_700_000_000);
    expect((span.to - span.from) / span.step).toBeLessThanOrEqual(11_001);
  });
});

describe("a query", () => {
  const span = { from: 1_000, to: 4_600, step: 10 };
  it("is copied so that a shell reads it as it was", () => {
    expect(asCommand(`up{a="it's"}`, {}, span)).toBe(`plimsoll query 'up{a="it'\\''s"}' --range 1h --step 10s`);
    expect(asCurl("up", { tab: "table" }, span, "http://h")).toBe("curl -G http://h/api/v1/query --data-urlencode 'query=up' --data-urlencode 'time=4600'");
  });

  it("that is refused is pointed at, in the right line", () => {
    expect(pointAt("sum(\n  bad thing)", 7, 10)).toBe("  bad thing)\n  ^^^");
    expect(pointAt("sum(", 4, 4)).toBe("sum(\n    ^");
  });
});

describe("a legend", () => {
  it("shows only what differs", () => {
    const all = [{ __name__: "up", job: "node", machine: "a" }, { __name__: "up", job: "node", machine: "b" }];
    const common = commonLabels(all);
    expect(common).toEqual({ __name__: "up", job: "node" });
    expect(shortName(all[0] ?? {}, common)).toBe("a");
    expect(shortName({ __name__: "up" }, {})).toBe("up");
  });

  it("passes over gaps", () => {
    expect(statsOf([1, null, 3, null])).toEqual({ last: 3, min: 1, mean: 2, max: 3 });
  });
});
