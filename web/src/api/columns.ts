import { value, type Labels, type MatrixSeries } from "./prometheus";

/** Series on one shared grid of times: what a chart draws. A gap is null and stays one. */
export interface Columns {
  step: number;
  /** Unix seconds, evenly spaced, ascending. */
  times: number[];
  series: ColumnSeries[];
}

export interface ColumnSeries {
  /** Identity across answers: the labels, or the track that asked. */
  key: string;
  labels: Labels;
  values: (number | null)[];
}

const keyOf = (labels: Labels) => JSON.stringify(Object.entries(labels).sort(([a], [b]) => (a < b ? -1 : 1)));

/** Lays an answer out on the grid from start to end; both must be multiples of the step. */
export function toColumns(result: readonly MatrixSeries[], start: number, end: number, step: number, prefix = ""): Columns {
  const count = Math.floor((end - start) / step + 1e-6) + 1;
  const times = Array.from({ length: count }, (_, index) => start + index * step);
  const series = result.map(({ metric, values }) => {
    const column = new Array<number | null>(count).fill(null);
    for (const [time, text] of values) {
      const index = Math.round((time - start) / step);
      const number = value(text);
      if (index >= 0 && index < count && Number.isFinite(number)) column[index] = number;
    }
    return { key: prefix + keyOf(metric), labels: metric, values: column };
  });
  return { step, times, series };
}

/**
 * The old answer with its tail replaced by a newer one, cut to what starts at `start`. The fresh part wins from its first
 * time on: the newest points of an answer are the ones that later samples change.
 */
export function withTail(old: Columns, fresh: Columns, start: number): Columns {
  const step = fresh.step;
  const end = fresh.times.at(-1) ?? old.times.at(-1) ?? start;
  const freshFrom = fresh.times[0] ?? end + step;
  const empty = toColumns([], start, end, step);
  const keys = new Map<string, ColumnSeries>();
  for (const series of [...old.series, ...fresh.series]) if (!keys.has(series.key)) keys.set(series.key, series);
  const oldBy = new Map(old.series.map((series) => [series.key, series.values]));
  const freshBy = new Map(fresh.series.map((series) => [series.key, series.values]));
  const oldStart = old.times[0] ?? start;
  const series = [...keys.values()].map(({ key, labels }) => {
    const before = oldBy.get(key);
    const after = freshBy.get(key);
    const values = empty.times.map((time) =>
      time >= freshFrom - step / 2
        ? (after?.[Math.round((time - freshFrom) / step)] ?? null)
        : (before?.[Math.round((time - oldStart) / step)] ?? null),
    );
    return { key, labels, values };
  });
  return { step, times: empty.times, series: series.filter(({ values }) => values.some((v) => v !== null)) };
}

/** The time of the newest point of any series, unix seconds. */
export function newest({ times, series }: Columns): number | undefined {
  for (let index = times.length - 1; index >= 0; index--) {
    if (series.some(({ values }) => values[index] !== null && values[index] !== undefined)) return times[index];
  }
  return undefined;
}

export function last(values: readonly (number | null)[]): number | null {
  for (let index = values.length - 1; index >= 0; index--) {
    const number = values[index];
    if (number !== null && number !== undefined) return number;
  }
  return null;
}
