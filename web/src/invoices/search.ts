export interface InvoiceSearch {
  /** The id of the line that is explained. */
  line?: string;
  /** The machine and the start (RFC 3339) of the hour that is opened within it. */
  machine?: string;
  hour?: string;
}

const text = (value: unknown) => (typeof value === "string" && value ? value : undefined);

export function readInvoiceSearch(search: Record<string, unknown>): InvoiceSearch {
  const line = text(search.line);
  if (!line) return {};
  const hour = text(search.hour);
  const machine = text(search.machine);
  return hour && machine && !Number.isNaN(Date.parse(hour)) ? { line, machine, hour } : { line };
}
