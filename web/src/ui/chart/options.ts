import uPlot from "uplot";
import { fixed } from "../numbers";
import { preferences } from "../preferences";
import { clock, clockSeconds, shortDay } from "../time";
import { faded, token } from "./palette";
import type { PlotSeries } from "./Plot";
import { tipPlugin } from "./tip";

/** What the chart reads anew with every draw, so that new data needs no new chart. */
export interface Live {
  series: readonly PlotSeries[];
  unit: string;
  stacked: boolean;
  /** The load line of what is drawn, in the chart's unit. */
  line?: number | null;
  yMax?: number;
  format: (value: number) => string;
  onZoom?: (from: number, to: number) => void;
}

const font = () => `12px ${token("sans")}`;

/** Seconds between the times on the axis. */
const TIME_STEPS = [1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1_800, 3_600, 7_200, 10_800, 21_600, 43_200, 86_400, 172_800, 604_800, 1_209_600, 2_419_200];

/** Three to five lines at round numbers. */
export function roundSplits(min: number, max: number): number[] {
  const span = max - min || 1;
  const raw = span / 4;
  const power = 10 ** Math.floor(Math.log10(raw));
  const step = [1, 2, 2.5, 5, 10].map((m) => m * power).find((s) => span / s <= 4.5) ?? power * 10;
  const splits: number[] = [];
  for (let at = Math.ceil(min / step - 1e-9) * step; at <= max + step * 1e-6; at += step) splits.push(Math.abs(at) < step * 1e-9 ? 0 : at);
  return splits;
}

/** Alike to the last place, as far as the step between them needs; very large and very small ones as the chart writes them. */
export function axisLabels(splits: readonly number[], format: (value: number) => string): string[] {
  const step = Math.abs((splits[1] ?? 1) - (splits[0] ?? 0));
  const most = splits.reduce((max, at) => Math.max(max, Math.abs(at)), 0);
  if (step < 0.001 || most >= 10_000) return splits.map(format);
  const places = [0, 1, 2, 3].find((count) => Math.abs(step * 10 ** count - Math.round(step * 10 ** count)) < 1e-6) ?? 3;
  return splits.map((at) => fixed(at, places));
}

function timeLabels(splits: number[]): string[] {
  const gap = (splits[1] ?? Infinity) - (splits[0] ?? 0);
  return splits.map((at) => {
    const when = new Date(at * 1_000);
    if (gap >= 86_400 && splits.length > 1) return shortDay(when);
    const text = gap < 60 || at % 60 !== 0 ? clockSeconds(when) : clock(when);
    return text === "00:00" ? shortDay(when) : text;
  });
}

/** The load line: two pixels of ink with the circle at its right end. */
function drawLine(u: uPlot, at: number): void {
  const { ctx, bbox } = u;
  const y = u.valToPos(at, "y", true);
  if (y < bbox.top - 1 || y > bbox.top + bbox.height + 1) return;
  const ratio = devicePixelRatio || 1;
  const right = bbox.left + bbox.width;
  ctx.save();
  ctx.strokeStyle = token("ink");
  ctx.lineWidth = 2 * ratio;
  ctx.beginPath();
  ctx.moveTo(bbox.left, y);
  ctx.lineTo(right, y);
  ctx.stroke();
  ctx.beginPath();
  ctx.arc(right - 9 * ratio, y, 6 * ratio, 0, 2 * Math.PI);
  ctx.fillStyle = token("surface");
  ctx.fill();
  ctx.stroke();
  ctx.beginPath();
  ctx.moveTo(right - 18 * ratio, y);
  ctx.lineTo(right, y);
  ctx.stroke();
  ctx.restore();
}

export function optionsFor(live: () => Live, width: number, height: number, sync?: string): uPlot.Options {
  const { series, stacked } = live();
  return {
    width,
    height,
    tzDate: (seconds) => (preferences().zone === "utc" ? uPlot.tzDate(new Date(seconds * 1_000), "UTC") : new Date(seconds * 1_000)),
    padding: [8, 12, 0, 0],
    legend: { show: false },
    cursor: {
      y: false,
      sync: sync ? { key: sync, setSeries: false } : undefined,
      drag: { x: true, y: false, setScale: false },
      focus: { prox: 24 },
      points: { size: 8, width: 2, stroke: () => token("surface"), fill: (_u, i) => token(live().series[i - 1]?.color ?? "s1") },
    },
    focus: { alpha: 1 },
    scales: {
      x: { time: true },
      y: {
        range: (_u, min, max) => {
          const { line, yMax } = live();
          const top = Math.max(Number.isFinite(max) ? max : 0, line ?? 0, 0);
          const bottom = Number.isFinite(min) ? Math.min(0, min) : 0;
          if (yMax && top <= yMax) return [bottom, yMax];
          return [bottom, roundUp(top, bottom)];
        },
      },
    },
    axes: [
      {
        stroke: () => token("muted"), font: font(), size: 24, gap: 4, space: 72, incrs: TIME_STEPS, grid: { show: false }, ticks: { show: false },
        values: (_u, splits) => timeLabels(splits),
      },
      {
        stroke: () => token("muted"), font: font(), size: (_u, values) => Math.max(44, 12 + 7 * Math.max(0, ...(values ?? []).map((v) => v.length))), gap: 6,
        grid: { stroke: () => token("grid"), width: 1 }, ticks: { show: false },
        splits: (_u, _axis, min, max) => (max === live().yMax && min === 0 && max % 4 === 0 ? [0, 1, 2, 3, 4].map((quarter) => (quarter * max) / 4) : roundSplits(min, max)),
        values: (_u, splits) => axisLabels(splits, live().format),
      },
    ],
    series: [{}, ...series.map((one, index) => ({
      label: one.label,
      stroke: () => (live().series[index]?.faint ? "transparent" : token(live().series[index]?.color ?? one.color)),
      width: 1.5,
      dash: one.dash,
      spanGaps: false,
      points: { show: isolated },
      fill: stacked ? (index === 0 ? () => faded(token(one.color), 0.3) : undefined) : one.fill ? () => faded(token(one.color), 0.12) : undefined,
    }))],
    bands: stacked
      ? series.map((one, index) => ({ series: [index + 1, index] as [number, number], fill: () => faded(token(one.color), 0.3) })).slice(1) as uPlot.Band[]
      : [],
    plugins: [tipPlugin(live)],
    hooks: {
      draw: [(u) => {
        const { line } = live();
        if (line) drawLine(u, line);
      }],
      setSelect: [(u) => {
        const { onZoom } = live();
        const { left, width: wide } = u.select;
        if (onZoom && wide > 6) onZoom(u.posToVal(left, "x"), u.posToVal(left + wide, "x"));
        u.setSelect({ left: 0, top: 0, width: 0, height: 0 }, false);
      }],
    },
  };
}

/** A lone point between two gaps has no line; without a mark it would not be seen. */
function isolated(u: uPlot, seriesIndex: number, from: number, to: number): boolean {
  const values = u.data[seriesIndex];
  if (!values) return false;
  let known = 0;
  for (let index = from; index <= to; index++) if (values[index] !== null && values[index] !== undefined) known++;
  return known === 1;
}

function roundUp(top: number, bottom: number): number {
  if (top <= bottom) return bottom + 1;
  const splits = roundSplits(bottom, top * 1.04);
  const step = (splits[1] ?? top) - (splits[0] ?? 0);
  return Math.ceil((top * 1.04) / step - 1e-9) * step;
}
