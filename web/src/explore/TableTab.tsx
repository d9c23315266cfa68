import { useMemo } from "react";
import { seriesName, value, type QueryData } from "../api/prometheus";
import { clockSeconds, shortDay, useZone } from "../ui/time";

const MOST = 500;

/** The answer at one instant: every label in a column of its own, the value as the server wrote it. */
export function TableTab({ data, dimmed }: { data: QueryData; dimmed: boolean }) {
  const zone = useZone();
  const rows = useMemo(() => rowsOf(data), [data]);
  const names = useMemo(() => [...new Set(rows.flatMap(({ labels }) => Object.keys(labels)))].filter((name) => name !== "__name__").sort(), [rows]);
  const metric = rows.some(({ labels }) => "__name__" in labels);
  return (
    <section className={dimmed ? "panel dimmed" : "panel"} aria-label="Table" data-testid="explore-table">
      <div className="ph">
        <span className="small muted">{rows.length.toLocaleString("en-US")} {rows.length === 1 ? "row" : "rows"}{rows[0] && <> at {shortDay(new Date(rows[0].time * 1_000))}, {clockSeconds(new Date(rows[0].time * 1_000))} {zone}</>}</span>
      </div>
      <div className="scroll">
        <table>
          <thead><tr>{metric && <th>Series</th>}{names.map((name) => <th key={name}>{name}</th>)}<th className="num">Value</th></tr></thead>
          <tbody>
            {rows.slice(0, MOST).map(({ labels, text }) => (
              <tr key={seriesName(labels) + text}>
                {metric && <td className="mono">{labels.__name__}</td>}
                {names.map((name) => <td key={name}>{labels[name] ?? ""}</td>)}
                <td className="num mono" title={text}>{text}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      {rows.length > MOST && <p className="more small muted">The first {MOST} of {rows.length.toLocaleString("en-US")} rows, by value. <code>topk</code> or a matcher narrows them.</p>}
    </section>
  );
}

function rowsOf(data: QueryData): { labels: Record<string, string>; time: number; text: string }[] {
  if (data.resultType === "vector") {
    return data.result.map(({ metric, value: [time, text] }) => ({ labels: metric, time, text })).sort((a, b) => value(b.text) - value(a.text));
  }
  if (data.resultType === "matrix") return data.result.flatMap(({ metric, values }) => values.slice(-1).map(([time, text]) => ({ labels: metric, time, text })));
  return [{ labels: {}, time: data.result[0], text: data.result[1] }];
}
