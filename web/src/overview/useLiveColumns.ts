import { keepPreviousData, useQuery, useQueryClient } from "@tanstack/react-query";
import { toColumns, withTail, type Columns } from "../api/columns";
import { queryRange } from "../api/prometheus";
import { LIVE_MS } from "../api/queries";
import type { Track } from "./tracks";

export interface Grid {
  seconds: number;
  step: number;
  /** The range of `rate`, such as "20s". */
  window: string;
}

/** A point every two pixels or so, and never finer than the host is measured. */
export function gridFor(seconds: number, intervalSeconds: number): Grid {
  const interval = Math.max(1, Math.ceil(intervalSeconds));
  const step = Math.max(interval, Math.ceil(seconds / 360 / interval) * interval);
  // Four intervals hold at least two samples even when one was late.
  return { seconds, step, window: `${Math.max(4 * interval, step)}s` };
}

const TAIL_STEPS = 6;

/**
 * A chart's series, kept up to date: the whole span once, then only its tail. What was read stays until the new is here.
 */
export function useLiveColumns(id: string, tracks: readonly Track[], grid: Grid, live: boolean, enabled: boolean) {
  const client = useQueryClient();
  const queryKey = ["overview", id, grid.seconds, grid.step, grid.window, tracks.map((track) => track.expr(grid.window))];
  return useQuery({
    queryKey,
    enabled,
    queryFn: async ({ signal }) => {
      const end = Math.floor(Date.now() / 1_000 / grid.step) * grid.step;
      const start = end - Math.floor(grid.seconds / grid.step) * grid.step;
      const old = client.getQueryData<Columns>(queryKey);
      const oldEnd = old?.times.at(-1);
      const from = oldEnd !== undefined && oldEnd > start ? Math.max(start, oldEnd - TAIL_STEPS * grid.step) : start;
      const answers = await Promise.all(tracks.map((track) => queryRange(track.expr(grid.window), from, end, grid.step, signal)));
      const fresh: Columns = toColumns([], from, end, grid.step);
      fresh.series = tracks.flatMap((track, index) =>
        toColumns(answers[index] ?? [], from, end, grid.step).series.map((series) => ({ ...series, key: track.by ? (series.labels[track.by] ?? track.id) : track.id })),
      );
      return old && from > start ? withTail(old, fresh, start) : fresh;
    },
    refetchInterval: live ? Math.max(LIVE_MS, Math.min(grid.step * 500, 60_000)) : false,
    placeholderData: keepPreviousData,
    staleTime: 0,
  });
}
