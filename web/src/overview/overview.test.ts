import { describe, expect, it } from "vitest";
import { perHour } from "./CostPanel";
import { defaultRange, readOverviewSearch } from "./search";

describe("the time shown", () => {
  const measured = (newest: string) => ({ measured_since: "2026-11-25T10:00:00Z", newest_sample_at: newest });

  it("is no longer than a young host calls for", () => {
    expect(defaultRange(measured("2026-11-25T10:02:00Z"))).toBe("5m");
    expect(defaultRange(measured("2026-11-25T10:05:05Z"))).toBe("30m");
  });

  it("is the usual one while nothing is known of the host", () => {
    expect(defaultRange(undefined)).toBe("30m");
    expect(defaultRange({ measured_since: null, newest_sample_at: null })).toBe("30m");
  });

  it("stays what the viewer chose, the usual one too", () => {
    expect(readOverviewSearch({ range: "30m" })).toEqual({ range: "30m" });
    expect(readOverviewSearch({ range: "1y" })).toEqual({});
  });
});

it("A quantity per hour too small for three places is still not called nothing", () => {
  expect(perHour({ quantity_per_hour_now: "0.000806500", unit: "GiB" })).toBe("<0.001 GiB");
  expect(perHour({ quantity_per_hour_now: "0.000000000", unit: "GiB" })).toBe("0 GiB");
  expect(perHour({ quantity_per_hour_now: "8.000000000", unit: "vCPU-hour" })).toBe("8 vCPU");
});
