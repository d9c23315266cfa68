import type { InvoiceHour, UpcomingInvoice, UpcomingInvoiceLine, UsageReceipt } from "../api/types";
import { same, sum } from "../ui/decimal";
import { stretch } from "../ui/time";

/** Whether each level adds up to the one above it, added again here from the decimals as they came. */
export interface Checks {
  linesToTotal: boolean;
  amountsToLine: boolean;
  quantitiesToLine: boolean;
}

export function check(invoice: UpcomingInvoice, line: UpcomingInvoiceLine): Checks {
  return {
    linesToTotal: same(sum(invoice.lines.map(({ amount }) => amount)), invoice.total),
    amountsToLine: same(sum(line.hours.map(({ amount }) => amount)), line.amount),
    quantitiesToLine: same(sum(line.hours.map(({ quantity }) => quantity)), line.quantity),
  };
}

/** The parts of a receipt added again here, in its base unit; the server's own word where it did not send them all. */
export function checkReceipt(receipt: UsageReceipt): boolean {
  const whole = !receipt.samples_expired && receipt.parts_left_out === 0;
  return receipt.adds_up && (!whole || same(sum(receipt.parts.map((part) => part.base_quantity)), receipt.base_quantity));
}

/** "not observed, not billed: 00:10 to 00:25", or null where nothing is missing. */
export function gapsSentence(gaps: readonly { from: string; to: string }[]): string | null {
  if (gaps.length === 0) return null;
  return `not observed, not billed: ${gaps.map((gap) => stretch(new Date(gap.from), new Date(gap.to))).join(", ")}`;
}

export interface MachineHours { machine: string; app: string; quantity: string; amount: string; hours: InvoiceHour[] }

/** The hours of a line by machine, dearest machine first, newest hour first. */
export function byMachine(line: UpcomingInvoiceLine): MachineHours[] {
  const groups = new Map<string, InvoiceHour[]>();
  for (const hour of line.hours) groups.set(hour.machine, [...(groups.get(hour.machine) ?? []), hour]);
  return [...groups].map(([machine, hours]) => ({
    machine,
    app: hours[0]?.app ?? "",
    quantity: sum(hours.map(({ quantity }) => quantity)),
    amount: sum(hours.map(({ amount }) => amount)),
    hours: [...hours].sort((a, b) => (a.start < b.start ? 1 : -1)),
  }));
}

export const sameHour = (a: string, b: string | undefined) => b !== undefined && Date.parse(a) === Date.parse(b);

/** What tells one series of a receipt from the next: "cpu 0", or the name of its device, where it has either. */
export function seriesName(series: string): string {
  const [, label, value] = /[{,]\s*(device|cpu)="([^"]*)"/.exec(series) ?? [];
  return value === undefined ? "" : label === "cpu" ? `cpu ${value}` : value;
}
