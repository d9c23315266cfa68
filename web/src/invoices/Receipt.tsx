import { Link } from "@tanstack/react-router";
import { useState } from "react";
import { useReceipt } from "../api/queries";
import type { InvoiceHour, ReceiptPart, UpcomingInvoiceLine, UsageReceipt } from "../api/types";
import { CopyLine } from "../ui/copy";
import { trimmed } from "../ui/decimal";
import { CheckIcon, WarnIcon } from "../ui/icons";
import { Failure } from "../ui/Notice";
import { Quantity } from "../ui/Quantity";
import { clock, clockSeconds, shortDay, zoneName } from "../ui/time";
import { checkReceipt, gapsSentence, seriesName } from "./explain";
import { Level } from "./Explanation";

interface Props {
  line: UpcomingInvoiceLine;
  hour: InvoiceHour;
  share: number;
  hours: number;
}

/** The last two notches: the hour, and the samples behind it. */
export function Receipt({ line, hour, share, hours }: Props) {
  const { data, error, refetch } = useReceipt(line.meter, hour.machine, hour.start, hour.open);
  const start = new Date(hour.start);
  const end = new Date(start.getTime() + 3_600_000);
  return (
    <>
      <Level kind="hour" name={`${shortDay(start)}, ${clock(start)}–${clock(end)} ${zoneName(start)}`} aside={`1 of ${hours}`} quantity={<><Quantity value={hour.quantity} /> {line.unit}</>} amount={hour.amount} share={share} of="of the machine">
        {data && <Stretches receipt={data} />}
        {hour.gaps.length > 0 && <p className="small warn gapline">{gapsSentence(hour.gaps)}</p>}
      </Level>
      <li>
        <i className="nd" />
        {data ? <Samples receipt={data} dimmed={error !== null} /> : error ? <Failure what="The samples behind this hour could not be read." error={error} onRetry={() => void refetch()} /> : <p className="muted small">Reading the samples…</p>}
      </li>
    </>
  );
}

/** The hour as a bar of sixty minutes: what was observed filled, gaps hatched. */
function Stretches({ receipt }: { receipt: UsageReceipt }) {
  const from = Date.parse(receipt.start);
  const whole = 3_600_000;
  const x = (time: string) => ((Date.parse(time) - from) / whole) * 1_000;
  const first = receipt.parts[0];
  const end = receipt.parts.at(-1);
  return (
    <svg className="minutes" viewBox="0 0 1000 10" preserveAspectRatio="none" role="img" aria-label={gapsSentence(receipt.gaps) ?? "observed without a gap"}>
      <rect width="1000" height="10" fill="var(--sunken)" />
      {first && end && <rect x={Math.max(0, x(first.from))} width={Math.max(2, x(end.to) - x(first.from))} height="10" fill="var(--s1)" />}
      {receipt.gaps.map((gap) => <rect key={gap.from} x={x(gap.from)} width={Math.max(2, x(gap.to) - x(gap.from))} height="10" fill="var(--warn-weak)" stroke="var(--warn)" vectorEffect="non-scaling-stroke" />)}
    </svg>
  );
}

const ENDS = 4;

/** First and last parts, every part with a note, and how many lie between; all on demand. */
function picks(parts: readonly ReceiptPart[], all: boolean): (ReceiptPart | number)[] {
  if (all || parts.length <= 2 * ENDS + 1) return [...parts];
  const shown: (ReceiptPart | number)[] = [];
  let hidden = 0;
  parts.forEach((part, index) => {
    if (index < ENDS || index >= parts.length - ENDS || part.note) {
      if (hidden > 0) shown.push(hidden);
      hidden = 0;
      shown.push(part);
    } else hidden++;
  });
  return shown;
}

function Samples({ receipt, dimmed }: { receipt: UsageReceipt; dimmed: boolean }) {
  const [all, setAll] = useState(false);
  const holds = checkReceipt(receipt);
  const stretches = receipt.parts.length + receipt.parts_left_out;
  const several = new Set(receipt.parts.map(({ series }) => series)).size > 1;
  return (
    <div className={dimmed ? "dimmed" : undefined}>
      <div className="lr two">
        <span className="kd">samples</span>
        <span className="nm"><b>{stretches.toLocaleString("en-US")} {stretches === 1 ? "stretch" : "stretches"}</b> between samples</span>
        <span className={holds ? "badge good" : "badge bad"} data-testid="adds-up" data-level="receipt">{holds ? <CheckIcon /> : <WarnIcon />}{holds ? "adds up" : "does not add up"}</span>
      </div>
      <CopyLine text={receipt.query} />
      <p className="small queryline"><Link to="/explore" search={{ q: receipt.query, from: Date.parse(receipt.start) / 1_000, to: Date.parse(receipt.end) / 1_000 }}>Open in Explore</Link></p>
      {receipt.samples_expired && <p className="small muted">Retention removed the samples of this hour; its quantity stays as it was stored.</p>}
      {receipt.parts.length > 0 && (
        <div className={all ? "smpwrap all" : "smpwrap"}>
          <table className="smp">
            <thead><tr><th>Until, {zoneName(new Date(receipt.start))}</th><th className="num">Sample</th><th className="num">Adds, {receipt.base_unit}</th></tr></thead>
            <tbody>
              {picks(receipt.parts, all).map((part, index) =>
                typeof part === "number" ? (
                  <tr key={`more-${index}`} className="gap"><td colSpan={3}><button type="button" className="btn quiet" onClick={() => setAll(true)}>{part.toLocaleString("en-US")} more</button></td></tr>
                ) : (
                  <tr key={`${part.series}${part.from}`} data-testid="receipt-row" title={part.series}>
                    <td className="mono">
                      {clockSeconds(new Date(part.to))}
                      {several && <span className="muted"> {seriesName(part.series)}</span>}
                      {part.note && <span className={/restart|counted/.test(part.note) ? "note warn" : "note muted"}>{part.note}</span>}
                    </td>
                    <td className="num mono">{trimmed(part.value)}</td>
                    <td className="num mono">{trimmed(part.base_quantity)}</td>
                  </tr>
                ),
              )}
            </tbody>
            <tfoot><tr><td>Sum of {stretches.toLocaleString("en-US")}</td><td /><td className="num mono" data-testid="receipt-sum">{trimmed(receipt.base_quantity)}</td></tr></tfoot>
          </table>
        </div>
      )}
      {receipt.parts_left_out > 0 && <p className="small muted">{receipt.parts_left_out.toLocaleString("en-US")} more stretches were not sent; the server added them all.</p>}
      <p className="small muted eq">{trimmed(receipt.base_quantity)} {receipt.base_unit} = <Quantity value={receipt.quantity} /> {receipt.unit}</p>
    </div>
  );
}

