import { currencySign, parts } from "./decimal";

interface Props {
  /** A decimal string from the API. */
  amount: string;
  /** Shown before the amount; leave it out where the column names the currency. */
  currency?: string;
  /** Large, with the places past the cent smaller. */
  display?: boolean;
}

/** An amount to its last place: cents in ink, what lies beyond them muted. */
export function Money({ amount, currency, display }: Props) {
  const p = parts(amount);
  if (!p) return <span>{amount}</span>;
  const cents = p.places.slice(0, 2).padEnd(2, "0");
  const beyond = p.places.slice(2);
  return (
    <span className={display ? "money display" : "money"} title={currency ? `${amount} ${currency}` : amount}>
      {p.sign}
      {currency ? currencySign(currency) : ""}
      {p.whole}.{cents}
      {beyond && <span className="dim">{beyond}</span>}
    </span>
  );
}
