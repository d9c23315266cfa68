import { useMemo, useState } from "react";
import type { Columns } from "../api/columns";
import { ChartTable } from "../ui/chart/ChartTable";
import { Plot } from "../ui/chart/Plot";
import { ChartIcon, LeftIcon, RightIcon, TableIcon, ZoomInIcon, ZoomOutIcon } from "../ui/icons";
import { short } from "../ui/numbers";
import { Legend } from "./Legend";
import type { Span } from "./search";
import { explored } from "./series";

/** Lines that are told apart; more are drawn when asked for. */
const MOST = 20;

interface Props {
  columns: Columns;
  span: Span;
  dimmed: boolean;
  tookMs: number;
  onSpan: (from: number, to: number) => void;
}

export function GraphTab({ columns, span, dimmed, tookMs, onSpan }: Props) {
  const [all, setAll] = useState(false);
  const [only, setOnly] = useState<string | null>(null);
  const [table, setTable] = useState(false);
  const { series, common } = useMemo(() => explored(columns), [columns]);
  const shown = all ? series : series.slice(0, MOST);
  const alone = shown.filter(({ key }) => key === only);
  const drawn = alone.length > 0 ? alone : shown;
  const shared = Object.entries(common).map(([name, value]) => (name === "__name__" ? value : `${name}=${JSON.stringify(value)}`)).join(", ");
  const length = span.to - span.from;
  const move = (by: number) => onSpan(span.from + by * length, span.to + by * length);
  const scale = (by: number) => onSpan(span.from + (length * (1 - by)) / 2, span.to - (length * (1 - by)) / 2);
  return (
    <>
      <section className="panel" aria-label="Graph">
        <div className="ph">
          <span className="small muted cut" title={shared}>{series.length} series{shared && <> of <code>{shared}</code></>}</span>
          <span className="grow" />
          <span className="small muted wide">{Math.round(tookMs)} ms, every {short(span.step)} s</span>
          <span className="zoom">
            <button type="button" className="btn quiet" aria-label="Earlier" title="Earlier  [" onClick={() => move(-0.5)}><LeftIcon /></button>
            <button type="button" className="btn quiet" aria-label="Zoom in" title="Zoom in; dragging over the graph zooms too" onClick={() => scale(0.5)}><ZoomInIcon /></button>
            <button type="button" className="btn quiet" aria-label="Zoom out" title="Zoom out" onClick={() => scale(2)}><ZoomOutIcon /></button>
            <button type="button" className="btn quiet" aria-label="Later" title="Later  ]" onClick={() => move(0.5)}><RightIcon /></button>
            <button type="button" className="btn quiet" aria-pressed={table} aria-label={table ? "Show as a chart" : "Show as a table"} title={table ? "Show as a chart" : "Points as a table"} onClick={() => setTable(!table)}>{table ? <ChartIcon /> : <TableIcon />}</button>
          </span>
        </div>
        <div className="graphbody">
          {table ? (
            <ChartTable caption="Points" unit="" times={columns.times} series={drawn.slice(0, MOST)} format={short} />
          ) : (
            <Plot label={`Graph of ${series.length} series; the table below has last, min, mean and max of each`} testId="explore-chart" times={columns.times} series={drawn} span={span} height={320} unit="" format={short} onZoom={onSpan} dimmed={dimmed} />
          )}
        </div>
        {series.length > MOST && (
          <div className="more small">
            {all ? `All ${series.length} drawn.` : `The first ${MOST} of ${series.length} drawn, by last value.`}{" "}
            <button type="button" className="link" onClick={() => setAll(!all)}>{all ? `Only the first ${MOST}` : `Show all ${series.length}`}</button>
          </div>
        )}
      </section>
      <section className="panel legendbox" aria-label="Legend"><Legend series={shown} only={only} onOnly={setOnly} /></section>
    </>
  );
}
