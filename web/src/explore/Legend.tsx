import { useState } from "react";
import { short } from "../ui/numbers";
import type { ExploredSeries, Stats } from "./series";

type Column = "name" | keyof Stats;

const COLUMNS: { key: Column; title: string }[] = [
  { key: "name", title: "Series" },
  { key: "last", title: "Last" },
  { key: "min", title: "Min" },
  { key: "mean", title: "Mean" },
  { key: "max", title: "Max" },
];

interface Props {
  series: readonly ExploredSeries[];
  only: string | null;
  onOnly: (key: string | null) => void;
}

const compare = (a: ExploredSeries, b: ExploredSeries, by: Column) =>
  by === "name" ? a.label.localeCompare(b.label, "en", { numeric: true }) : (b.stats[by] ?? -Infinity) - (a.stats[by] ?? -Infinity);

/** The legend as a table: sorted by any column; a row shows its series alone. */
export function Legend({ series, only, onOnly }: Props) {
  const [by, setBy] = useState<Column>("last");
  const [turned, setTurned] = useState(false);
  const sorted = [...series].sort((a, b) => compare(a, b, by) * (turned ? -1 : 1));
  return (
    <table className="legend">
      <thead>
        <tr>
          {COLUMNS.map(({ key, title }) => (
            <th key={key} className={key === "name" ? undefined : "num"} aria-sort={by === key ? ((key === "name") !== turned ? "ascending" : "descending") : "none"}>
              <button
                type="button"
                onClick={() => {
                  setTurned(by === key ? !turned : false);
                  setBy(key);
                }}
              >
                {title}{by === key ? ((key === "name") !== turned ? " ↑" : " ↓") : ""}
              </button>
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {sorted.map((one) => (
          <tr key={one.key} className={only === one.key ? "on" : undefined} data-testid="legend-row">
            <td className="name" title={one.full}>
              <button type="button" aria-pressed={only === one.key} title="Show this series alone" onClick={() => onOnly(only === one.key ? null : one.key)}>
                <i className={one.dash?.length ? "swatch dashed" : "swatch"} style={one.dash?.length ? { color: `var(--${one.color})` } : { background: `var(--${one.color})` }} />
                <span className="cut">{one.label}</span>
              </button>
            </td>
            {(["last", "min", "mean", "max"] as const).map((key) => {
              const value = one.stats[key];
              return <td key={key} className="num" title={value === null ? undefined : String(value)}>{value === null || Number.isNaN(value) ? "–" : short(value)}</td>;
            })}
          </tr>
        ))}
      </tbody>
    </table>
  );
}
