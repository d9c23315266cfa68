import { useNavigate } from "@tanstack/react-router";
import { useMemo, useState } from "react";
import { last, newest, type Columns } from "../api/columns";
import type { HostInfo, LoadLine } from "../api/types";
import { ChartTable } from "../ui/chart/ChartTable";
import { Plot, type PlotSeries } from "../ui/chart/Plot";
import { ChartIcon, ExploreIcon, TableIcon } from "../ui/icons";
import { fixed, short } from "../ui/numbers";
import { ago } from "../ui/time";
import { hostMatcher, type ChartSpec } from "./tracks";
import { useLiveColumns, type Grid } from "./useLiveColumns";

interface Props {
  spec: ChartSpec;
  host: HostInfo | null | undefined;
  grid: Grid;
  live: boolean;
  line?: LoadLine;
}

const number = (value: number) => value !== 0 && Math.abs(value) < 0.01 ? short(value) : fixed(value, Math.abs(value) >= 100 || Number.isInteger(value) ? 0 : Math.abs(value) >= 10 ? 1 : 2);

function plotSeries(columns: Columns | undefined, spec: ChartSpec): PlotSeries[] {
  if (!columns) return [];
  const rank = new Map<string, number>(spec.order.map(({ key }, index) => [key, index]));
  const top = (values: readonly (number | null)[]) => values.reduce<number>((most, value) => Math.max(most, value ?? 0), 0);
  const most = columns.series.reduce((max, { values }) => Math.max(max, top(values)), 0);
  return columns.series
    // A mode that this host never spends time in would only fill the legend.
    .filter(({ key, values }) => (rank.get(key) ?? 99) < 2 || values.some((value) => value !== null && value >= 0.005))
    .sort((a, b) => (rank.get(a.key) ?? 99) - (rank.get(b.key) ?? 99) || (a.key < b.key ? -1 : 1))
    .map(({ key, values }, index) => {
      const known = spec.order[rank.get(key) ?? -1];
      return { key, label: known?.label ?? key, color: known?.color ?? `s${(index % 8) + 1}`, values, fill: index === 0 && !spec.stacked, faint: spec.stacked && top(values) < most * 0.04 };
    });
}

/** The load line and the top of the axis in the chart's own unit. */
function scaleOf(spec: ChartSpec, line: LoadLine | undefined): { line?: number; yMax?: number } {
  if (!line || (spec.id !== "cpu" && spec.id !== "memory") || typeof line.capacity !== "number") return {};
  const unit = spec.id === "memory" ? 2 ** 30 : 1;
  const yMax = line.capacity / unit;
  return typeof line.line_ratio === "number" ? { line: yMax * line.line_ratio, yMax } : { yMax };
}

/** Least time shown, seconds: a chart of one minute would dance. */
const LEAST = 300;

/** A host measured for minutes is not shown at the edge of an empty half hour: the axis begins with its first sample. */
function shownFrom({ times, series, step }: Columns): number {
  const start = times[0] ?? 0;
  const end = times.at(-1) ?? 0;
  const first = times.find((_, index) => series.some(({ values }) => values[index] !== null));
  return first === undefined ? start : Math.max(start, Math.min(first - step, end - LEAST));
}

export function LiveChart({ spec, host, grid, live, line }: Props) {
  const [table, setTable] = useState(false);
  const [opened] = useState(() => Math.floor(Date.now() / 1_000));
  const navigate = useNavigate();
  const tracks = useMemo(() => (host ? spec.tracks(hostMatcher(host)) : []), [spec, host]);
  const { data, error, isPlaceholderData, refetch, isPending } = useLiveColumns(spec.id, tracks, grid, live, tracks.length > 0);
  const series = useMemo(() => plotSeries(data, spec), [data, spec]);
  const to = data?.times.at(-1) ?? 0;
  const newestAt = data && newest(data);
  const lateSeconds = newestAt === undefined ? 0 : to - newestAt;
  const late = lateSeconds > 2 * Math.max(grid.step, host?.collect_interval_seconds ?? 5);
  const first = tracks[0];
  const explore = () => first && void navigate({ to: "/explore", search: { q: first.expr(grid.window), range: grid.seconds < 3_600 ? `${grid.seconds / 60}m` : `${grid.seconds / 3_600}h` } });
  return (
    <section className="panel" aria-label={`${spec.title}, ${spec.unit}`}>
      <div className="ph">
        <h2>{spec.title}</h2>
        <span className="muted small">{spec.unit}</span>
        {late && <span className="age late"><i />no data for {ago(lateSeconds)}</span>}
        <span className="grow" />
        <span className="key">
          {series.filter(({ faint }) => !faint).slice(0, 3).map((one) => {
            const value = last(one.values);
            return (
              <span key={one.key}>
                <i className="swatch" style={{ background: `var(--${one.color})` }} />
                {one.label} <b>{value === null ? "–" : value > 0 && value < 0.01 ? "<0.01" : number(value)}</b>
              </span>
            );
          })}
        </span>
        <span className="tools">
          <button type="button" className="btn quiet" aria-pressed={table} aria-label={table ? "Show as a chart" : "Show as a table"} title={table ? "Show as a chart" : "Show as a table"} onClick={() => setTable(!table)}>
            {table ? <ChartIcon /> : <TableIcon />}
          </button>
          <button type="button" className="btn quiet" aria-label={`Open ${spec.title} in Explore`} title="Open in Explore" onClick={explore}>
            <ExploreIcon />
          </button>
        </span>
      </div>
      <div className="chartbody">
        {table && data ? (
          <ChartTable caption={spec.title} unit={spec.unit} times={data.times} series={series} format={number} />
        ) : (
          <Plot
            label={`${spec.title}, ${spec.unit}: ${series.map((one) => `${one.label} ${number(last(one.values) ?? 0)}`).join(", ")}`}
            testId={`chart-${spec.id}`}
            newest={newestAt}
            times={data?.times ?? []}
            series={series}
            span={data ? { from: shownFrom(data), to } : { from: opened - grid.seconds, to: opened }}
            stacked={spec.stacked}
            height={196}
            sync="overview"
            unit={spec.unit}
            format={number}
            dimmed={isPlaceholderData || (error !== null && data !== undefined)}
            {...scaleOf(spec, line)}
          >
            {error && !data ? (
              <>
                <b>{spec.title} could not be read.</b>
                <span className="muted">{error.message}</span>
                <button type="button" className="btn" onClick={() => void refetch()}>Try again</button>
              </>
            ) : !isPending && series.length === 0 ? (
              <span className="muted">No samples of this host in this time yet. The first arrive within seconds of the start.</span>
            ) : null}
          </Plot>
        )}
      </div>
    </section>
  );
}
