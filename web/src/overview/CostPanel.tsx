import { Link } from "@tanstack/react-router";
import { useUpcomingInvoice } from "../api/queries";
import type { UpcomingInvoice, UpcomingInvoiceLine } from "../api/types";
import { currencySign, ratio, trimmed } from "../ui/decimal";
import { Money } from "../ui/Money";
import { Failure } from "../ui/Notice";
import { percent } from "../ui/numbers";
import { day, monthAndYear, useZone } from "../ui/time";

const COLORS = ["s1", "s3", "s2", "s5", "s4", "s6", "s7", "s8"];
export const lineColor = (index: number) => COLORS[index % COLORS.length] ?? "s1";

/** What the host costs: its pace now, the month so far, and where that comes from. */
export function CostPanel({ live }: { live: boolean }) {
  const { data, error, refetch } = useUpcomingInvoice(live);
  useZone();
  return (
    <section className="panel cost" aria-labelledby="cost-head">
      <div className="ph">
        <h2 id="cost-head">What this host costs</h2>
        <span className="grow" />
        <Link className="small" to="/invoice">Upcoming invoice</Link>
      </div>
      {data ? <Costs invoice={data} dimmed={error !== null} /> : error ? <Failure what="The upcoming invoice could not be read." error={error} onRetry={() => void refetch()} /> : <div className="notice muted">Reading the upcoming invoice…</div>}
    </section>
  );
}

function Costs({ invoice, dimmed }: { invoice: UpcomingInvoice; dimmed: boolean }) {
  const { currency, lines } = invoice;
  const sign = currencySign(currency);
  const month = monthAndYear(new Date(invoice.usage_until)).split(" ")[0];
  // A period ends where the next one starts: the last day is the one before.
  const end = day(new Date(Date.parse(invoice.period_end) - 1_000));
  return (
    <div className={dimmed ? "pb dimmed" : "pb"}>
      <div className="big">
        <div><span className="muted small">per hour, now</span><Money display amount={invoice.total_per_hour_now} currency={currency} /></div>
        <div><span className="muted small">{month} to date</span><span data-testid="month-to-date"><Money display amount={invoice.total} currency={currency} /></span></div>
      </div>
      <Shares invoice={invoice} />
      <table className="meters">
        <thead><tr><th>Meter</th><th className="num">Quantity/h</th><th className="num">Price</th><th className="num">{sign.trim()} per hour</th></tr></thead>
        <tbody>
          {lines.map((line, index) => (
            <tr key={line.id}>
              <td title={line.description}><Link to="/invoice" search={{ line: line.id }}><i className="swatch" style={{ background: `var(--${lineColor(index)})` }} />{shortName(line)}</Link></td>
              <td className="num" title={`${line.quantity_per_hour_now} ${line.unit}`}>{perHour(line)}</td>
              <td className="num" title={line.unit_price}>{trimmed(line.unit_price, 4)}</td>
              <td className="num"><Money amount={line.amount_per_hour_now} /></td>
            </tr>
          ))}
        </tbody>
        <tfoot><tr><td colSpan={3}>Sum</td><td className="num"><Money amount={invoice.total_per_hour_now} /></td></tr></tfoot>
      </table>
      <p className="muted small fc">
        {invoice.total_if_continued ? <>If it runs on like this to {end}: <b className="ink">{sign}{trimmed(cents(invoice.total_if_continued), 2)}</b>. </> : "Too little was observed to say what the month will cost. "}
        Prices: <Link to="/invoice" hash="prices">{invoice.price_book}, version {invoice.price_book_version}</Link>, which you can edit.
      </p>
    </div>
  );
}

function Shares({ invoice }: { invoice: UpcomingInvoice }) {
  const shares = invoice.lines.map((line) => ratio(line.amount_per_hour_now, invoice.total_per_hour_now));
  const spoken = invoice.lines.map((line, index) => `${shortName(line)} ${percent(shares[index] ?? 0)}`).join(", ");
  return (
    <div className="share" role="img" aria-label={`Shares of the hour: ${spoken}`} title={spoken}>
      {shares.map((share, index) => share > 0 && <i key={index} style={{ flex: Math.max(share, 0.004), background: `var(--${lineColor(index)})` }} />)}
    </div>
  );
}

const SHORT: Record<string, string> = { vcpu: "vCPU", memory: "Memory", egress: "Egress" };
const shortName = (line: UpcomingInvoiceLine) => SHORT[line.meter] ?? SHORT[line.id] ?? line.description;

/** "8 vCPU": the hour falls out of a quantity per hour. What is too little for three places is still not nothing. */
export function perHour(line: Pick<UpcomingInvoiceLine, "quantity_per_hour_now" | "unit">): string {
  const [whole, places = ""] = line.quantity_per_hour_now.split(".");
  const short = trimmed(places ? `${whole ?? "0"}.${places.slice(0, 3)}` : (whole ?? "0"));
  return `${short === "0" && /[1-9]/.test(places) ? "<0.001" : short} ${line.unit.replace(/[-\u00b7 ]?hours?$/i, "")}`;
}

/** Cut, not rounded, to the cent: an outlook is no bill. The exact text is in the API's answer. */
function cents(amount: string): string {
  const [whole, places = ""] = amount.split(".");
  return `${whole ?? "0"}.${places.slice(0, 2).padEnd(2, "0")}`;
}
