import { useEffect, useLayoutEffect, useRef, type ReactNode } from "react";
import uPlot from "uplot";
import { useDrawnTheme, usePreferences } from "../preferences";
import { optionsFor, type Live } from "./options";
import "./plot.css";

export interface PlotSeries {
  key: string;
  label: string;
  /** A token of tokens.css, without its dashes. */
  color: string;
  dash?: number[];
  fill?: boolean;
  /** In a stack: too thin to be outlined, or its outline would cover the one below. */
  faint?: boolean;
  values: readonly (number | null)[];
}

interface Props extends Omit<Live, "format" | "stacked"> {
  label: string;
  times: readonly number[];
  /** Unix seconds: the axis stands still however little data there is. */
  span: { from: number; to: number };
  stacked?: boolean;
  height: number;
  /** Charts of one key share their cross-hair. */
  sync?: string;
  format: (value: number) => string;
  testId?: string;
  /** Newest point, unix seconds: read by tests, and by people who wonder. */
  newest?: number;
  dimmed?: boolean;
  /** In the middle of the empty axes. */
  children?: ReactNode;
}

/** Running sums, drawn from the bottom up. A gap in one series is a gap in all above it only where all are gaps. */
export function stack(series: readonly PlotSeries[]): (number | null)[][] {
  let below: (number | null)[] = [];
  return series.map(({ values }) => {
    below = values.map((value, index) => (value === null && (below[index] ?? null) === null ? null : (below[index] ?? 0) + (value ?? 0)));
    return below;
  });
}

/** A time series chart. New data is set into the chart that stands; a new chart is made only when its series change. */
export function Plot(props: Props) {
  const { label, times, span, series, stacked = false, height, sync, testId, newest, dimmed, children } = props;
  const box = useRef<HTMLDivElement>(null);
  const chart = useRef<uPlot | null>(null);
  const latest = useRef<Live>({ ...props, stacked });
  const theme = useDrawnTheme();
  const { zone } = usePreferences();
  const shape = JSON.stringify([series.map(({ key, color }) => [key, color]), stacked, sync, height]);

  useLayoutEffect(() => {
    latest.current = { ...props, stacked };
  });

  useLayoutEffect(() => {
    const element = box.current;
    if (!element) return;
    const made = new uPlot(optionsFor(() => latest.current, element.clientWidth || 300, height, sync), [[], ...latest.current.series.map(() => [])] as uPlot.AlignedData, element);
    chart.current = made;
    const resize = new ResizeObserver(() => made.setSize({ width: element.clientWidth, height }));
    resize.observe(element);
    return () => {
      resize.disconnect();
      made.destroy();
      chart.current = null;
    };
    // The shape names every series and its colour; values arrive below.
    // eslint-disable-next-line react-hooks/exhaustive-deps
  }, [shape]);

  useEffect(() => {
    const made = chart.current;
    if (!made) return;
    const columns = stacked ? stack(series) : series.map(({ values }) => values);
    made.batch(() => {
      made.setData([times as number[], ...(columns as (number | null)[][])], false);
      made.setScale("x", { min: span.from, max: span.to });
    });
  }, [shape, times, series, stacked, span.from, span.to, props.line, props.yMax]);

  useEffect(() => chart.current?.redraw(false, true), [theme, zone]);

  return (
    <div
      ref={box}
      className={dimmed ? "plot dimmed" : "plot"}
      role="img"
      aria-label={label}
      data-testid={testId}
      data-newest={newest === undefined ? undefined : Math.round(newest * 1_000)}
      style={{ height }}
    >
      {children && <div className="over">{children}</div>}
    </div>
  );
}
