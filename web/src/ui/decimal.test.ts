import { describe, expect, it } from "vitest";
import { MINUS, currencySign, parts, ratio, same, scaled, sum, trimmed } from "./decimal";

describe("decimal strings", () => {
  it("keep every digit that a float would lose", () => {
    expect(parts("90071992547409931.000000001")).toEqual({ sign: "", whole: "90,071,992,547,409,931", places: "000000001" });
    expect(sum(["0.1", "0.2"])).toBe("0.3");
    expect(sum(["0.000000001", "99999999999999.999999999"])).toBe("100000000000000.000000000");
  });

  it("carry a true minus, and none before zero", () => {
    expect(parts("-146651.33")).toEqual({ sign: MINUS, whole: "146,651", places: "33" });
    expect(parts("-0.000")?.sign).toBe("");
    expect(sum(["-0.05", "0.02"])).toBe("-0.03");
  });

  it("lose trailing zeros only past the places asked for", () => {
    expect(trimmed("0.020000000", 4)).toBe("0.0200");
    expect(trimmed("8.000000000")).toBe("8");
    expect(trimmed("7.630000001")).toBe("7.630000001");
    expect(trimmed("1234567")).toBe("1,234,567");
  });

  it("are refused when they are none", () => {
    expect(parts("1e-7")).toBeNull();
    expect(() => scaled("abc", 2)).toThrow(RangeError);
    expect(() => scaled("0.001", 2)).toThrow(/more than 2 places/);
  });

  it("are the same number whatever their trailing zeros", () => {
    expect(same("0.10", "0.1000")).toBe(true);
    expect(same("0.10", "0.1000000001")).toBe(false);
  });

  it("give shares for bars", () => {
    expect(ratio("1", "4")).toBe(0.25);
    expect(ratio("1", "0")).toBe(0);
  });

  it("name a currency by its sign, or by its code", () => {
    expect(currencySign("USD")).toBe("$");
    expect(currencySign("SEK")).toMatch(/^SEK\s$/);
  });
});
