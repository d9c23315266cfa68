import { describe, expect, it } from "vitest";
import { MINUS } from "./decimal";
import { fixed, pair, percent, short } from "./numbers";

describe("measured numbers", () => {
  it("are short, with a true minus and a thin space before the prefix", () => {
    expect(short(0)).toBe("0");
    expect(short(-1.5)).toBe(`${MINUS}1.5`);
    expect(short(10)).toBe("10");
    expect(short(1_420_000)).toBe("1.42\u202fM");
    expect(short(NaN)).toBe("NaN");
    expect(short(-Infinity)).toBe(`${MINUS}Inf`);
  });

  it("never call something nothing", () => {
    expect(percent(0.001)).toBe("<1\u00a0%");
    expect(percent(0)).toBe("0\u00a0%");
  });

  it("put demand and capacity into one unit", () => {
    expect(pair(84e6, 1e9, "bits_per_second")).toMatchObject({ demand: "84", capacity: "1,000", unit: "Mbit/s" });
    expect(pair(22.4 * 2 ** 30, 32 * 2 ** 30, "bytes")).toMatchObject({ demand: "22.4", capacity: "32", unit: "GiB" });
    expect(fixed(-1234.5, 2)).toBe(`${MINUS}1,234.50`);
  });
});
