import { clockSeconds, shortDay, useZone } from "../time";
import type { PlotSeries } from "./Plot";

interface Props {
  caption: string;
  unit: string;
  times: readonly number[];
  series: readonly PlotSeries[];
  format: (value: number) => string;
}

/** Rows shown: what a person reads; the whole is one query away. */
const MOST = 200;

/** The table behind a chart, newest first: the same numbers for eyes that don't see the drawing, and for copying. */
export function ChartTable({ caption, unit, times, series, format }: Props) {
  const zone = useZone();
  const rows: number[] = [];
  for (let index = times.length - 1; index >= 0 && rows.length < MOST; index--) {
    if (series.some(({ values }) => typeof values[index] === "number")) rows.push(index);
  }
  return (
    <div className="tablewrap" tabIndex={0} role="region" aria-label={caption}>
      <table>
        <caption className="sr">{caption}, {unit}</caption>
        <thead>
          <tr>
            <th>Time, {zone}</th>
            {series.map((one) => <th key={one.key} className="num">{one.label}</th>)}
          </tr>
        </thead>
        <tbody>
          {rows.map((index) => {
            const when = new Date((times[index] ?? 0) * 1_000);
            return (
              <tr key={index}>
                <td>{shortDay(when)}, {clockSeconds(when)}</td>
                {series.map((one) => {
                  const value = one.values[index];
                  return <td key={one.key} className="num">{typeof value === "number" ? format(value) : "–"}</td>;
                })}
              </tr>
            );
          })}
        </tbody>
      </table>
    </div>
  );
}
