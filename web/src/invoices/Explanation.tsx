import { useEffect, useMemo, useRef } from "react";
import type { InvoiceHour, UpcomingInvoice, UpcomingInvoiceLine } from "../api/types";
import { CopyButton } from "../ui/copy";
import { currencySign, ratio, trimmed } from "../ui/decimal";
import { CheckIcon, CloseIcon, WarnIcon } from "../ui/icons";
import { Money } from "../ui/Money";
import { preferences } from "../ui/preferences";
import { Quantity } from "../ui/Quantity";
import { byMachine, check, sameHour } from "./explain";
import { HeatStrip } from "./HeatStrip";
import { HourTable } from "./HourTable";
import { Receipt } from "./Receipt";
import type { InvoiceSearch } from "./search";

interface Props {
  invoice: UpcomingInvoice;
  line: UpcomingInvoiceLine;
  search: InvoiceSearch;
  onHour: (hour: InvoiceHour | null) => void;
  onClose: () => void;
}

/** The sounding: from a line's amount down to the samples, a level under the other, each with its share of the one above. */
export function Explanation({ invoice, line, search, onHour, onClose }: Props) {
  const box = useRef<HTMLElement>(null);
  const sign = currencySign(invoice.currency).trim();
  const machines = useMemo(() => byMachine(line), [line]);
  const checks = useMemo(() => check(invoice, line), [invoice, line]);
  const machine = machines.find((one) => one.machine === search.machine) ?? machines[0];
  const hour = machine?.hours.find(({ start }) => sameHour(start, search.hour));
  const command = `plimsoll invoice preview --explain ${line.number}`;
  useEffect(() => {
    if (matchMedia("(max-width: 1100px)").matches) box.current?.scrollIntoView({ block: "start" });
  }, []);
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      const typing = event.target instanceof HTMLElement && event.target.closest("input, textarea");
      if (event.key === "." && preferences().keys && !typing && !event.ctrlKey) void navigator.clipboard?.writeText(command);
    };
    addEventListener("keydown", onKey);
    return () => removeEventListener("keydown", onKey);
  }, [command]);
  const holds = checks.amountsToLine && checks.quantitiesToLine && checks.linesToTotal;
  return (
    <aside ref={box} className="panel drawer" role="region" aria-label={`Line ${line.number}, explained`} data-testid="explanation">
      <div className="ph dh">
        <h2>Line {line.number}, explained</h2>
        <span className="muted small wide cut">from the amount to the samples</span>
        <span className="grow" />
        <CopyButton text={command} label={`Copy as command: ${command}`} shortcut="." />
        <button type="button" className="btn quiet" aria-label="Close" onClick={onClose}><CloseIcon /><kbd className="wide">Esc</kbd></button>
      </div>
      <div className="dq">
        <b><Money amount={line.amount} currency={invoice.currency} /></b>
        <span className="small" title={line.derivation}>= <Quantity value={line.quantity} /> {line.unit} × {sign}{trimmed(line.unit_price, 4)}</span>
        <span className="small muted">{sign}{line.amount_rounded} if it were final now</span>
      </div>
      {machines.length === 0 ? (
        <p className="notice muted">No hour of this line was observed yet, so nothing is charged.</p>
      ) : (
        <ol className="snd">
          <Level kind="line" name={line.description} quantity={<><Quantity value={line.quantity} /> {line.unit}</>} amount={line.amount} share={ratio(line.amount, invoice.total)} of="of the invoice" />
          {machine && (
            <Level kind="machine" name={machine.machine} aside={`app ${machine.app}, 1 of ${machines.length}`} quantity={<><Quantity value={machine.quantity} /> {line.unit}</>} amount={machine.amount} share={ratio(machine.amount, line.amount)} of="of the line">
              <HeatStrip hours={machine.hours} opened={hour?.start} onOpen={onHour} />
              <HourTable hours={machine.hours} unit={line.unit} opened={hour?.start} onOpen={onHour} />
            </Level>
          )}
          {machine && hour && <Receipt key={hour.start} line={line} hour={hour} share={ratio(hour.amount, machine.amount)} hours={machine.hours.length} />}
        </ol>
      )}
      {machines.length > 0 && (
        <div className="chk">
          <span className={holds ? "badge good" : "badge bad"} data-testid="adds-up" data-level="line">{holds ? <CheckIcon /> : <WarnIcon />}{holds ? "adds up" : "does not add up"}</span>
          <span className="small">
            {holds
              ? `${line.hours.length} ${line.hours.length === 1 ? "hour makes" : "hours make"} the line in quantity and amount, ${invoice.lines.length} lines the total. Added again here, without rounding.`
              : "The hours and the line differ. This is a fault of the server: please report it with the command above."}
          </span>
        </div>
      )}
    </aside>
  );
}

interface LevelProps {
  kind: string;
  name: React.ReactNode;
  aside?: string;
  quantity: React.ReactNode;
  amount: string;
  share: number;
  of: string;
  children?: React.ReactNode;
}

/** One notch of the sounding. */
export function Level({ kind, name, aside, quantity, amount, share, of, children }: LevelProps) {
  const percent = `${(share * 100).toFixed(share >= 0.1 ? 0 : 1)} %`;
  return (
    <li>
      <i className="nd" />
      <div className="lr">
        <span className="kd">{kind}</span>
        <span className="nm cut"><b>{name}</b>{aside && <span className="muted small"> {aside}</span>}</span>
        <span className="qn">{quantity}</span>
        <span className="num"><Money amount={amount} /></span>
      </div>
      <div className="sh" role="img" aria-label={`${percent} ${of}`} title={`${percent} ${of}`}><i style={{ width: `${Math.min(100, share * 100)}%` }} /></div>
      {children}
    </li>
  );
}

