export const RANGES = [
  { value: "30m", label: "30 min", seconds: 1_800 },
  { value: "3h", label: "3 h", seconds: 10_800 },
  { value: "24h", label: "24 h", seconds: 86_400 },
  { value: "7d", label: "7 d", seconds: 604_800 },
] as const;

export type RangeName = (typeof RANGES)[number]["value"];

export interface OverviewSearch {
  range?: RangeName;
}

/** What the address says, and nothing that it must not: an unknown range is the default one. */
export function readOverviewSearch(search: Record<string, unknown>): OverviewSearch {
  const range = RANGES.find((known) => known.value === search.range)?.value;
  return range && range !== "30m" ? { range } : {};
}
