import type { Columns } from "../api/columns";
import { seriesName, type Labels } from "../api/prometheus";
import { styleOf } from "../ui/chart/palette";
import type { PlotSeries } from "../ui/chart/Plot";

export interface Stats { last: number | null; min: number; mean: number; max: number }

export interface ExploredSeries extends PlotSeries {
  labels: Labels;
  /** The whole name, where the label shows only what differs. */
  full: string;
  stats: Stats;
}

export function statsOf(values: readonly (number | null)[]): Stats {
  let min = Infinity;
  let max = -Infinity;
  let total = 0;
  let count = 0;
  let last: number | null = null;
  for (const value of values) {
    if (value === null) continue;
    if (value < min) min = value;
    if (value > max) max = value;
    total += value;
    count++;
    last = value;
  }
  return count === 0 ? { last: null, min: NaN, mean: NaN, max: NaN } : { last, min, mean: total / count, max };
}

/** Labels that all series share say nothing in a legend: they are named once, above it. */
export function commonLabels(all: readonly Labels[]): Labels {
  const [first, ...rest] = all;
  if (!first || rest.length === 0) return {};
  return Object.fromEntries(Object.entries(first).filter(([name, value]) => rest.every((labels) => labels[name] === value)));
}

/** What tells a series from its neighbours: the values of a single label, or `a="b", c="d"`. */
export function shortName(labels: Labels, common: Labels): string {
  const own = Object.entries(labels).filter(([name]) => !(name in common));
  if (own.length === 0) return seriesName(labels);
  if (own.length === 1 && own[0]) return own[0][1] || '""';
  return own.map(([name, value]) => (name === "__name__" ? value : `${name}=${JSON.stringify(value)}`)).join(", ");
}

/** Series ready to draw, largest last value first: what stands out comes first, and gets the first colours. */
export function explored({ series }: Columns): { series: ExploredSeries[]; common: Labels } {
  const common = commonLabels(series.map(({ labels }) => labels));
  const ranked = series
    .map((one) => ({ ...one, stats: statsOf(one.values) }))
    .sort((a, b) => (b.stats.last ?? -Infinity) - (a.stats.last ?? -Infinity) || (a.key < b.key ? -1 : 1));
  return {
    common,
    series: ranked.map((one, index) => ({ ...one, ...styleOf(index), label: shortName(one.labels, common), full: seriesName(one.labels) })),
  };
}
