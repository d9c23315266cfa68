import { usePriceBooks } from "../api/queries";
import type { UpcomingInvoice } from "../api/types";
import { CopyLine } from "../ui/copy";
import { currencySign, trimmed } from "../ui/decimal";
import { Failure } from "../ui/Notice";
import { clock, dayAndYear, zoneName } from "../ui/time";

/** The price book that rated this invoice, and how to change it. */
export function PricePanel({ invoice }: { invoice: UpcomingInvoice }) {
  const { data, error, refetch } = usePriceBooks();
  const book = data?.find(({ name, version }) => name === invoice.price_book && version === invoice.price_book_version);
  const imported = book && new Date(book.imported_at);
  return (
    <section className="panel prices" id="prices" aria-labelledby="prices-head">
      <div className="ph">
        <h2 id="prices-head">Prices</h2>
        <span className="muted small cut">
          book “{invoice.price_book}”, version {invoice.price_book_version}
          {imported && <>, imported {dayAndYear(imported)}, {clock(imported)} {zoneName(imported)}</>}
        </span>
      </div>
      {error && !data && <Failure what="The price book could not be read." error={error} onRetry={() => void refetch()} />}
      {book && (
        <table>
          <thead><tr><th>Meter</th><th className="wide">What</th><th>Unit</th><th className="num">Price, {currencySign(book.currency).trim()}</th></tr></thead>
          <tbody>
            {book.prices.map((price) => (
              <tr key={price.meter}>
                <td><code>{price.meter}</code></td>
                <td className="wide">{price.description}</td>
                <td className="muted">{price.unit}</td>
                <td className="num" title={price.unit_price}>{trimmed(price.unit_price, 4)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
      <div className="edit">
        <span className="small muted">To change them, edit the book's YAML and import it as a new version; a mistake in it is named by line and changes nothing.</span>
        <CopyLine text="plimsoll price import FILE" />
      </div>
    </section>
  );
}
