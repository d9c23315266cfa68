import type { InvoiceHour, LoadLine, UpcomingInvoice, UpcomingInvoiceLine } from "../api/types";

export const loadLine = (change: Partial<LoadLine> = {}): LoadLine => ({
  id: "cpu", machine: "kestrel", resource: "cpu", instance: null, demand: 2.5, capacity: 8, unit: "cores",
  depth_ratio: 0.3125, line_ratio: 0.8, of_line_ratio: 0.390625, state: "clear", reason: null, reach: null, query: "up", history: [], ...change,
});

export const hour = (change: Partial<InvoiceHour> = {}): InvoiceHour => ({
  machine: "kestrel", app: "host", start: "2026-11-25T08:00:00Z", quantity: "8.000000000", amount: "0.160000000",
  observed_seconds: "3600", gaps: [], open: false, ...change,
});

export const invoiceLine = (change: Partial<UpcomingInvoiceLine> = {}): UpcomingInvoiceLine => ({
  id: "vcpu", number: 1, meter: "vcpu", description: "Allocated vCPUs", quantity: "16.000000000", unit: "vCPU-hour", unit_price: "0.020000000",
  amount: "0.320000000", amount_rounded: "0.32", quantity_per_hour_now: "8.000000000", amount_per_hour_now: "0.160000000",
  derivation: "16 vCPU-hour × $0.02 = $0.32",
  hours: [hour(), hour({ start: "2026-11-25T09:00:00Z" })], ...change,
});

export const invoice = (lines: UpcomingInvoiceLine[], total: string): UpcomingInvoice => ({
  org: "local", currency: "USD", period_start: "2026-11-01T00:00:00Z", period_end: "2026-12-01T00:00:00Z", usage_until: "2026-11-25T10:00:00Z",
  price_book: "default", price_book_version: 1, total, total_per_hour_now: "0.160000000", total_if_continued: "115.2", lines,
});
