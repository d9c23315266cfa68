import { parts } from "./decimal";

/** A metered quantity with the nine places that all of them have, so that a column aligns; past the third they are muted. */
export function Quantity({ value }: { value: string }) {
  const p = parts(value);
  if (!p) return <span>{value}</span>;
  const places = p.places.padEnd(9, "0");
  return (
    <span className="quantity" title={value}>
      {p.sign}
      {p.whole}.{places.slice(0, 3)}
      <span className="dim">{places.slice(3)}</span>
    </span>
  );
}
