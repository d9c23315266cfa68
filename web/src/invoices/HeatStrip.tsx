import type { InvoiceHour } from "../api/types";
import { ratio } from "../ui/decimal";
import { clock, shortDay, zoneName } from "../ui/time";
import { gapsSentence, sameHour } from "./explain";

/** Every hour of the month so far as a column: its shade the amount, hatched where it was not observed. */
export function HeatStrip({ hours, opened, onOpen }: { hours: readonly InvoiceHour[]; opened?: string; onOpen: (hour: InvoiceHour) => void }) {
  const ordered = [...hours].reverse();
  const first = ordered[0];
  const last = ordered.at(-1);
  if (!first || !last || ordered.length < 2) return null;
  const most = ordered.reduce((a, b) => (ratio(b.amount, a.amount) > 1 ? b : a), first).amount;
  return (
    <figure className="strip">
      <svg viewBox={`0 0 ${ordered.length} 1`} preserveAspectRatio="none" role="img" aria-label={`Amounts of ${ordered.length} hours; the table below has them`}>
        {ordered.map((hour, index) => (
          <rect
            key={hour.start}
            x={index + 0.04}
            width={0.92}
            height={1}
            className={sameHour(hour.start, opened) ? "on" : undefined}
            fill={Number(hour.observed_seconds) === 0 ? "var(--hatch)" : "var(--s1)"}
            fillOpacity={0.12 + 0.88 * ratio(hour.amount, most)}
            onClick={() => onOpen(hour)}
          >
            <title>{`${shortDay(new Date(hour.start))}, ${clock(new Date(hour.start))}: ${hour.amount}${hour.gaps.length ? `; ${gapsSentence(hour.gaps) ?? ""}` : ""}`}</title>
          </rect>
        ))}
      </svg>
      <figcaption className="small muted">
        <span>{shortDay(new Date(first.start))}, {clock(new Date(first.start))}</span>
        <span className="wide">each column an hour</span>
        <span>{shortDay(new Date(last.start))}, {clock(new Date(last.start))} {zoneName(new Date(last.start))}</span>
      </figcaption>
    </figure>
  );
}
