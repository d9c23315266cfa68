import { Link, useNavigate, useSearch } from "@tanstack/react-router";
import { useState } from "react";
import { LIVE_MS, useLoadLines, useServer } from "../api/queries";
import type { HostInfo } from "../api/types";
import { PageHead } from "../shell/PageHead";
import { PauseIcon, PlayIcon } from "../ui/icons";
import { LoadLine } from "../ui/LoadLine";
import { byNearness } from "../ui/loadLineState";
import { Failure } from "../ui/Notice";
import { pair } from "../ui/numbers";
import { Segmented } from "../ui/Segmented";
import { clock, dayClock, useZone } from "../ui/time";
import { CostPanel } from "./CostPanel";
import { LiveChart } from "./LiveChart";
import { NextSteps } from "./NextSteps";
import "./overview.css";
import { defaultRange, RANGES } from "./search";
import { CHARTS } from "./tracks";
import { gridFor } from "./useLiveColumns";

export function OverviewPage() {
  const search = useSearch({ from: "/" });
  const navigate = useNavigate({ from: "/" });
  const [live, setLive] = useState(true);
  const server = useServer();
  const host = server.data?.host;
  const lines = useLoadLines(live);
  const range = search.range ?? defaultRange(host);
  const seconds = RANGES.find(({ value }) => value === range)?.seconds ?? 1_800;
  const grid = gridFor(seconds, host?.collect_interval_seconds ?? LIVE_MS / 1_000);
  const sorted = [...(lines.data ?? [])].sort(byNearness);
  const zone = useZone();
  return (
    <>
      <PageHead title={host?.name ?? "Overview"} documentTitle={host ? `${host.name}: overview` : "Overview"} aside={host && <About host={host} zone={zone} />}>
        <span className="overview-tools">
          <Segmented label="Time shown" options={RANGES} value={range} onChange={(value) => void navigate({ search: { range: value }, replace: true })} />
          <button type="button" className="btn" aria-pressed={!live} onClick={() => setLive(!live)}>
            {live ? <PauseIcon /> : <PlayIcon />}
            {live ? "Pause" : "Go on"}
          </button>
        </span>
      </PageHead>
      <div className="overview">
        <section className="panel loadlines" aria-labelledby="lines-head">
          <div className="ph">
            <h2 id="lines-head">Load lines</h2>
            <span className="muted small cut">% of capacity, nearest to its line first</span>
          </div>
          {lines.error && !lines.data ? (
            <Failure what="The load lines could not be read." error={lines.error} onRetry={() => void lines.refetch()} />
          ) : sorted.length === 0 ? (
            <div className="notice muted">{lines.isPending ? "Reading the load lines…" : "No load lines yet: they come with the host's first samples, within seconds."}</div>
          ) : (
            <>
              <div className={lines.error ? "staffs dimmed" : "staffs"}>
                {sorted.map((line) => (
                  <LoadLine key={`${line.machine}/${line.id}`} line={line} action={<Link className="why" to="/explore" search={{ q: line.query }} title={line.query}>show the query</Link>} />
                ))}
              </div>
              <p className="small muted note">
                <b>D</b> ordinary day: how deep each may be loaded. A default; <code>load_lines</code> in <code>plimsoll.yaml</code> sets it. The grey shape behind is the last week.
              </p>
            </>
          )}
        </section>
        <CostPanel live={live} />
        <div className="charts">
          {CHARTS.map((spec) => (
            <LiveChart key={spec.id} spec={spec} host={host} grid={grid} live={live} line={lines.data?.find(({ resource, machine }) => resource === spec.id && machine === host?.name)} />
          ))}
        </div>
        <NextSteps />
      </div>
    </>
  );
}

function About({ host, zone }: { host: HostInfo; zone: string }) {
  const memory = Number(host.memory_bytes);
  const size = pair(memory, memory, "bytes");
  const since = host.measured_since ? new Date(host.measured_since) : null;
  const today = since !== null && since.toDateString() === new Date().toDateString();
  return (
    <>
      {host.vcpus} vCPU · {size.capacity} {size.unit} · {host.os}
      {since && <> · measured since {today ? clock(since) : dayClock(since)} {zone}</>}
    </>
  );
}
