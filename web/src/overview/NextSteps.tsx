import { CopyLine } from "../ui/copy";

/** Only what exists: each of these works now. */
export function NextSteps() {
  return (
    <section className="panel next" aria-labelledby="next-head">
      <div className="ph"><h2 id="next-head">What to do next</h2></div>
      <div className="pb">
        <div className="step">
          <b>Send what you have</b>
          <span className="muted small">The remote-write address for any Prometheus.</span>
          <CopyLine text={`${location.origin}/api/v1/write`} />
        </div>
        <div className="step">
          <b>Ask from a shell</b>
          <span className="muted small">A table, or a small chart with <code>--range</code>.</span>
          <CopyLine text="plimsoll query 'sum(rate(node_cpu_seconds_total[1m]))'" />
        </div>
        <div className="step">
          <b>See the bill from a shell</b>
          <span className="muted small">With <code>--explain 1</code>, down to the hours of line 1.</span>
          <CopyLine text="plimsoll invoice preview" />
        </div>
      </div>
    </section>
  );
}
