/** All of Explore's state: what is asked, over which time, and how it is shown. */
export interface ExploreSearch {
  q?: string;
  /** A duration that ends now, such as "1h"; from and to stand instead of it after a zoom. */
  range?: string;
  /** Unix seconds. */
  from?: number;
  to?: number;
  /** Seconds between points; automatic when left out. */
  step?: number;
  tab?: "graph" | "table";
}

export const RANGES = [
  { value: "5m", label: "5 min" },
  { value: "15m", label: "15 min" },
  { value: "1h", label: "1 h" },
  { value: "3h", label: "3 h" },
  { value: "24h", label: "24 h" },
  { value: "7d", label: "7 d" },
] as const;

export const DEFAULT_RANGE = "1h";

const UNITS: Record<string, number> = { s: 1, m: 60, h: 3_600, d: 86_400, w: 604_800 };

/** "1h30m" in seconds; null when it is no duration. */
export function durationSeconds(text: string): number | null {
  if (!/^(\d+[smhdw])+$/.test(text)) return null;
  let total = 0;
  for (const [, count, unit] of text.matchAll(/(\d+)([smhdw])/g)) total += Number(count) * (UNITS[unit ?? "s"] ?? 0);
  return total > 0 ? total : null;
}

const number = (value: unknown) => {
  const n = Number(value);
  return value !== undefined && value !== "" && Number.isFinite(n) && n > 0 ? n : undefined;
};

export function readExploreSearch(search: Record<string, unknown>): ExploreSearch {
  const read: ExploreSearch = {};
  if (typeof search.q === "string" && search.q.trim()) read.q = search.q;
  const from = number(search.from);
  const to = number(search.to);
  if (from !== undefined && to !== undefined && to > from) Object.assign(read, { from, to });
  else if (typeof search.range === "string" && search.range !== DEFAULT_RANGE && durationSeconds(search.range)) read.range = search.range;
  const step = number(search.step);
  if (step !== undefined) read.step = step;
  if (search.tab === "table") read.tab = "table";
  return read;
}

export interface Span { from: number; to: number; step: number }

/** Steps that divide the minute, the hour and the day, so that points fall on round times. */
const STEPS = [1, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1_800, 3_600, 7_200, 10_800, 21_600, 43_200, 86_400];

/** The coarsest answer that still gives a point every two or three pixels. */
export function autoStep(seconds: number, points = 360): number {
  return STEPS.find((step) => seconds / step <= points) ?? 86_400;
}

/** The span asked for, its ends on multiples of the step so that the same query has the same points. */
export function spanOf(search: ExploreSearch, now: number): Span {
  const length = durationSeconds(search.range ?? DEFAULT_RANGE) ?? 3_600;
  const rawTo = search.to ?? now;
  const rawFrom = search.from ?? rawTo - length;
  // The server refuses more than 11,000 points per series; so does a screen.
  const step = Math.max(search.step ?? autoStep(rawTo - rawFrom), (rawTo - rawFrom) / 11_000);
  const to = Math.floor(rawTo / step) * step;
  const from = Math.min(Math.floor(rawFrom / step) * step, to);
  return { from, to, step };
}
