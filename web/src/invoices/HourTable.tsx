import { useVirtualizer } from "@tanstack/react-virtual";
import { useEffect, useRef } from "react";
import type { InvoiceHour } from "../api/types";
import { trimmed } from "../ui/decimal";
import { Money } from "../ui/Money";
import { Quantity } from "../ui/Quantity";
import { clock, shortDay, useZone } from "../ui/time";
import { gapsSentence, sameHour } from "./explain";

interface Props {
  hours: readonly InvoiceHour[];
  unit: string;
  opened?: string;
  onOpen: (hour: InvoiceHour | null) => void;
}

const ROW = 28;

/** The hours of one machine, newest first; only the rows in sight exist. */
export function HourTable({ hours, unit, opened, onOpen }: Props) {
  const scroller = useRef<HTMLDivElement>(null);
  const zone = useZone();
  // eslint-disable-next-line react-hooks/incompatible-library -- the virtualizer's functions are not handed on
  const rows = useVirtualizer({
    count: hours.length,
    getScrollElement: () => scroller.current,
    estimateSize: (index) => (hours[index]?.gaps.length ? ROW + 18 : ROW),
    getItemKey: (index) => hours[index]?.start ?? index,
    overscan: 8,
    initialRect: { width: 500, height: 240 },
  });
  const at = hours.findIndex(({ start }) => sameHour(start, opened));
  const scrollTo = useRef(rows.scrollToIndex);
  useEffect(() => {
    // A link to an hour shows its row; a click on a row finds it in sight already.
    if (at >= 0) scrollTo.current(at, { align: "auto" });
    // eslint-disable-next-line react-hooks/exhaustive-deps -- new hours arriving must not move the list
  }, [opened]);
  return (
    <div className="hours" role="table" aria-label="Hours" aria-rowcount={hours.length + 1}>
      <div className="hr head" role="row">
        <span role="columnheader">Hour, {zone}</span><span role="columnheader" className="num">Observed, s</span>
        <span role="columnheader" className="num">{unit}</span><span role="columnheader" className="num">Amount</span>
      </div>
      <div className="hourscroll" ref={scroller} role="rowgroup">
        <div style={{ height: rows.getTotalSize(), position: "relative" }} role="presentation">
          {rows.getVirtualItems().map((item) => {
            const hour = hours[item.index];
            if (!hour) return null;
            const start = new Date(hour.start);
            const end = new Date(start.getTime() + 3_600_000);
            const on = sameHour(hour.start, opened);
            const gaps = gapsSentence(hour.gaps);
            return (
              <div
                key={item.key}
                role="row"
                aria-rowindex={item.index + 2}
                aria-selected={on}
                tabIndex={0}
                data-row
                data-testid="hour-row"
                data-hour={hour.start}
                className={on ? "hr on" : "hr"}
                style={{ position: "absolute", top: 0, left: 0, right: 0, height: item.size, transform: `translateY(${item.start}px)` }}
                onClick={() => onOpen(on ? null : hour)}
                onKeyDown={(event) => event.key === "Enter" && onOpen(on ? null : hour)}
              >
                <span role="cell" className="cut">{shortDay(start)}, {clock(start)}–{clock(end)}{hour.open && <span className="badge run">running</span>}</span>
                <span role="cell" className="num" title={hour.observed_seconds}>{trimmed(hour.observed_seconds)}</span>
                <span role="cell" className="num"><Quantity value={hour.quantity} /></span>
                <span role="cell" className="num"><Money amount={hour.amount} /></span>
                {gaps && <span role="cell" className="gaps small warn cut">{gaps}</span>}
              </div>
            );
          })}
        </div>
      </div>
    </div>
  );
}
