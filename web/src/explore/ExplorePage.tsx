import { useNavigate, useSearch } from "@tanstack/react-router";
import { lazy, Suspense, useEffect, useMemo, useRef, useState } from "react";
import { Refused } from "../api/http";
import { PageHead } from "../shell/PageHead";
import { useCopy } from "../ui/copy";
import { CheckIcon, ClockIcon, CopyIcon } from "../ui/icons";
import { preferences } from "../ui/preferences";
import { Segmented } from "../ui/Segmented";
import { clock, dayClock, shortDay, useZone } from "../ui/time";
import { asCommand, asCurl } from "./copies";
import { Examples } from "./Examples";
import "./explore.css";
import { GraphTab } from "./GraphTab";
import { QueryFault } from "./QueryFault";
import { DEFAULT_RANGE, RANGES, spanOf, type ExploreSearch } from "./search";
import { TableTab } from "./TableTab";
import { useInstant, useRange } from "./useExplore";

const Editor = lazy(() => import("./Editor").then((module) => ({ default: module.Editor })));

const TABS = [
  { value: "graph", label: "Graph" },
  { value: "table", label: "Table" },
] as const;

const STEPS = [
  { value: "", label: "auto" },
  ...[5, 15, 60, 300, 3_600].map((seconds) => ({ value: String(seconds), label: seconds < 60 ? `${seconds} s` : seconds < 3_600 ? `${seconds / 60} min` : "1 h" })),
];

const nowSeconds = () => Date.now() / 1_000;

export function ExplorePage() {
  const search = useSearch({ from: "/explore" });
  const navigate = useNavigate({ from: "/explore" });
  const [draft, setDraft] = useState(search.q ?? "");
  const [asked, setAsked] = useState(() => ({ run: 0, now: nowSeconds() }));
  const lastQ = useRef(search.q);
  useEffect(() => {
    // The address changed under the editor: back, forward, a link.
    if (search.q !== lastQ.current) setDraft(search.q ?? "");
    lastQ.current = search.q;
  }, [search.q]);
  const tab = search.tab ?? "graph";
  const span = useMemo(() => spanOf(search, asked.now), [search, asked.now]);
  const range = useRange(search.q, span, asked.run, tab === "graph");
  const instant = useInstant(search.q, search.to ?? asked.now, asked.run, tab === "table");
  const current = tab === "graph" ? range : instant;
  const go = (change: Partial<ExploreSearch>) => {
    setAsked(({ run }) => ({ run: run + 1, now: nowSeconds() }));
    void navigate({ search: { ...search, ...change }, resetScroll: false });
  };
  const run = (text = draft) => {
    const q = text.trim() || undefined;
    lastQ.current = q;
    go({ q });
  };
  const pick = (q: string) => {
    setDraft(q);
    run(q);
  };
  const onSpan = (from: number, to: number) => go({ range: undefined, from: Math.round(from), to: Math.max(Math.round(to), Math.round(from) + 10) });
  const fault = useMemo(() => {
    const error = current.error;
    return error instanceof Refused && error.position && draft === search.q ? { position: error.position, message: error.message } : null;
  }, [current.error, draft, search.q]);
  const command = search.q ? asCommand(search.q, search, span) : null;
  useExploreKeys(command, (by) => onSpan(span.from + by * (span.to - span.from), span.to + by * (span.to - span.from)));
  const empty = tab === "graph" ? range.data?.columns.series.length === 0 : instant.data !== undefined && instant.data.data.resultType !== "scalar" && instant.data.data.result.length === 0;
  return (
    <>
      <PageHead title="Explore" aside="the address holds the query and the time" />
      <div className="explore">
        <section className="panel asking" aria-label="Query">
          <div className="ph asktop">
            <Segmented label="Graph or table" options={TABS} value={tab} onChange={(value) => go({ tab: value === "table" ? "table" : undefined })} />
            <span className="grow" />
            {search.from !== undefined && <SpanBadge from={span.from} to={span.to} onClear={() => go({ from: undefined, to: undefined })} />}
            <Segmented label="Time range" options={RANGES} value={search.from === undefined ? (search.range ?? DEFAULT_RANGE) : null} onChange={(value) => go({ range: value, from: undefined, to: undefined })} />
            {tab === "graph" && (
              <label className="step small muted">
                step{" "}
                <select value={search.step === undefined ? "" : String(search.step)} onChange={(event) => go({ step: event.target.value ? Number(event.target.value) : undefined })}>
                  {search.step !== undefined && !STEPS.some(({ value }) => value === String(search.step)) && <option value={String(search.step)}>{search.step} s</option>}
                  {STEPS.map(({ value, label }) => <option key={value} value={value}>{label}</option>)}
                </select>
              </label>
            )}
            <button type="button" className="btn primary" onClick={() => run()}>Run <kbd className="wide">Ctrl ↵</kbd></button>
          </div>
          <Suspense fallback={<textarea className="plain" aria-label="PromQL expression" value={draft} onChange={(event) => setDraft(event.target.value)} rows={2} />}>
            <Editor value={draft} onChange={setDraft} onRun={() => run()} fault={fault} />
          </Suspense>
          {search.q && command && (
            <div className="copies">
              <CopyAs label="Copy as command" text={command} shortcut="." />
              <CopyAs label="Copy as curl" text={asCurl(search.q, search, span, location.origin)} />
              <span className="grow" />
              <span className="small muted" role="status">{current.isFetching ? "asking…" : ""}</span>
            </div>
          )}
        </section>
        {!search.q ? (
          <Examples onPick={pick} />
        ) : current.error ? (
          <section className="panel"><QueryFault query={search.q} error={current.error} onRetry={() => void current.refetch()} /></section>
        ) : empty ? (
          <section className="panel"><NoSeries onRange={() => go({ range: "24h", from: undefined, to: undefined })} onTable={tab === "graph"} /></section>
        ) : tab === "graph" && range.data ? (
          <GraphTab columns={range.data.columns} span={{ ...span, from: range.data.columns.times[0] ?? span.from, to: range.data.columns.times.at(-1) ?? span.to }} dimmed={range.isPlaceholderData} tookMs={range.data.tookMs} onSpan={onSpan} />
        ) : tab === "table" && instant.data ? (
          <TableTab data={instant.data.data} dimmed={instant.isPlaceholderData} />
        ) : (
          <section className="panel"><div className="notice center muted">Asking…</div></section>
        )}
      </div>
    </>
  );
}

function NoSeries({ onRange, onTable }: { onRange: () => void; onTable: boolean }) {
  return (
    <div className="notice center" data-testid="no-series">
      <b>No series match in this time.</b>
      <span className="muted">Check the names and values of its matchers: the editor completes them. {onTable && "Or look further back."}</span>
      <button type="button" className="btn" onClick={onRange}>Look at 24 h</button>
    </div>
  );
}

function SpanBadge({ from, to, onClear }: { from: number; to: number; onClear: () => void }) {
  const zone = useZone();
  const [a, b] = [new Date(from * 1_000), new Date(to * 1_000)];
  return (
    <button type="button" className="btn" title="Back to a range that ends now" onClick={onClear}>
      <ClockIcon />
      {dayClock(a)}–{shortDay(a) === shortDay(b) ? clock(b) : dayClock(b)} {zone} ×
    </button>
  );
}

function CopyAs({ label, text, shortcut }: { label: string; text: string; shortcut?: string }) {
  const [copied, copy] = useCopy();
  return (
    <button type="button" className="btn quiet" title={text} onClick={() => copy(text)}>
      {copied ? <CheckIcon /> : <CopyIcon />}
      {copied ? "Copied" : label} {shortcut && <kbd className="wide">{shortcut}</kbd>}
    </button>
  );
}

/** `.` copies the query as a command, `[` and `]` move the time. */
function useExploreKeys(command: string | null, move: (by: number) => void): void {
  const latest = useRef({ command, move });
  useEffect(() => {
    latest.current = { command, move };
  });
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      const target = event.target;
      if (event.ctrlKey || event.metaKey || event.altKey || !preferences().keys) return;
      if (target instanceof HTMLElement && (target.shadowRoot || target.closest("input, textarea, select"))) return;
      if (event.key === "." && latest.current.command) void navigator.clipboard?.writeText(latest.current.command);
      if (event.key === "[") latest.current.move(-0.5);
      if (event.key === "]") latest.current.move(0.5);
    };
    addEventListener("keydown", onKey);
    return () => removeEventListener("keydown", onKey);
  }, []);
}
