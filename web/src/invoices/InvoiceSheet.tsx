import type { UpcomingInvoice, UpcomingInvoiceLine } from "../api/types";
import { currencySign, trimmed } from "../ui/decimal";
import { Money } from "../ui/Money";
import { Empty } from "../ui/Notice";
import { Quantity } from "../ui/Quantity";
import { clock, day, dayAndYear, monthAndYear, shortDay, zoneName } from "../ui/time";

interface Props {
  invoice: UpcomingInvoice;
  opened?: string;
  onOpen: (line: string) => void;
}

/** The month so far: head, lines, sum. A line opens with a click or Enter. */
export function InvoiceSheet({ invoice, opened, onOpen }: Props) {
  const sign = currencySign(invoice.currency).trim();
  const start = new Date(invoice.period_start);
  const until = new Date(invoice.usage_until);
  const lastDay = new Date(Date.parse(invoice.period_end) - 1_000);
  const measured = invoice.lines.some((line) => line.hours.length > 0);
  return (
    <section className="panel inv" aria-label="Upcoming invoice">
      <div className="tb">
        <div><span className="muted small">Invoice</span><b className="no">Upcoming</b><span className="small muted">not final yet</span></div>
        <div><span className="muted small">For</span><b>{invoice.org}</b><span className="small muted">organization</span></div>
        <div><span className="muted small">Period</span><b>{monthAndYear(new Date((start.getTime() + lastDay.getTime()) / 2))}</b><span className="small muted">{shortDay(start)} to {shortDay(lastDay)}</span></div>
        <div><span className="muted small">Usage until</span><b>{measured ? `${clock(until)} ${zoneName(until)}` : "none yet"}</b><span className="small muted">{measured ? dayAndYear(until) : "the first comes within seconds"}</span></div>
        <div className="tt"><span className="muted small">Total so far, {invoice.currency}</span><b className="no" data-testid="invoice-total"><Money amount={invoice.total} currency={invoice.currency} /></b></div>
      </div>
      <div className="scroll">
        <table className="lines">
          <thead><tr><th /><th>Line</th><th className="num">Quantity</th><th>Unit</th><th className="num">Price, {sign}</th><th className="num">Amount, {sign}</th></tr></thead>
          <tbody>{invoice.lines.map((line) => <Row key={line.id} line={line} on={line.id === opened} onOpen={onOpen} />)}</tbody>
          <tfoot><tr><td /><td>Sum of {invoice.lines.length} lines</td><td /><td /><td /><td className="num" data-testid="invoice-sum"><Money amount={invoice.total} /></td></tr></tfoot>
        </table>
      </div>
      {!measured && <Empty command="plimsoll usage show">No usage yet. A line fills as soon as its meter has two samples of this host; a line of zero is shown, not hidden.</Empty>}
      <p className="small muted fin">
        Amounts carry nine decimals while the month runs; each line is rounded once, to the cent, when it becomes final.
        {invoice.total_if_continued && <> If it runs on like this to {day(lastDay)}: <span className="ink"><Money amount={invoice.total_if_continued} currency={invoice.currency} /></span>.</>}
      </p>
    </section>
  );
}

function Row({ line, on, onOpen }: { line: UpcomingInvoiceLine; on: boolean; onOpen: (line: string) => void }) {
  return (
    <tr
      className={on ? "on" : undefined}
      aria-current={on || undefined}
      data-testid="invoice-line"
      data-line={line.id}
      data-row
      tabIndex={0}
      title="Open the line down to its samples"
      onClick={() => onOpen(line.id)}
      onKeyDown={(event) => event.key === "Enter" && onOpen(line.id)}
    >
      <td className="muted">{line.number}</td>
      <td className="desc">{line.description}</td>
      <td className="num"><Quantity value={line.quantity} /></td>
      <td className="muted">{line.unit}</td>
      <td className="num" title={line.unit_price}>{trimmed(line.unit_price, 4)}</td>
      <td className="num" title={`${line.amount_rounded} if it were final now`}><Money amount={line.amount} /></td>
    </tr>
  );
}
