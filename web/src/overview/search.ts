import type { HostInfo } from "../api/types";

export const RANGES = [
  { value: "5m", label: "5 min", seconds: 300 },
  { value: "30m", label: "30 min", seconds: 1_800 },
  { value: "3h", label: "3 h", seconds: 10_800 },
  { value: "24h", label: "24 h", seconds: 86_400 },
  { value: "7d", label: "7 d", seconds: 604_800 },
] as const;

export type RangeName = (typeof RANGES)[number]["value"];

export interface OverviewSearch {
  range?: RangeName;
}

/**
 * The range shown where the address names none: no longer than what a young host was measured for calls for.
 * Both times are the server's, so that a viewer's clock that is off changes nothing.
 */
export function defaultRange(host: Pick<HostInfo, "measured_since" | "newest_sample_at"> | null | undefined): RangeName {
  if (!host?.measured_since || !host.newest_sample_at) return "30m";
  return Date.parse(host.newest_sample_at) - Date.parse(host.measured_since) <= 300_000 ? "5m" : "30m";
}

/** What the address says, and nothing that it must not: an unknown range is the default one. */
export function readOverviewSearch(search: Record<string, unknown>): OverviewSearch {
  const range = RANGES.find((known) => known.value === search.range)?.value;
  return range ? { range } : {};
}
