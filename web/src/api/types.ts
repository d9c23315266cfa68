/** The answers of the API, as its OpenAPI document has them. Decimals are strings and stay strings. */
export interface Page<T> { data: T[]; next_cursor?: string | null }
export interface HostInfo {
  name: string; os: string; kernel: string; vcpus: number; memory_bytes: string;
  collect_interval_seconds: number; measured_since?: string | null; newest_sample_at?: string | null;
}
export interface ServerInfo { version: string; mode: string; org: string; started_at: string; host?: HostInfo | null }
export interface LoadLineReach { days?: number | null; earliest_days?: number | null; latest_days?: number | null; sentence: string }
export interface LoadLine {
  id: string; machine: string; resource: string; instance?: string | null;
  demand?: number | null; capacity?: number | null; unit: string;
  depth_ratio?: number | null; line_ratio?: number | null; of_line_ratio?: number | null;
  state: string; reason?: string | null; reach?: LoadLineReach | null; query: string; history: (number | null)[];
}
export interface UsageGap { from: string; to: string }
export interface InvoiceHour {
  machine: string; app: string; start: string; quantity: string; amount: string; observed_seconds: string; gaps: UsageGap[]; open: boolean;
}
export interface UpcomingInvoiceLine {
  id: string; number: number; meter: string; description: string; quantity: string; unit: string; unit_price: string;
  amount: string; amount_rounded: string; quantity_per_hour_now: string; amount_per_hour_now: string; derivation: string; hours: InvoiceHour[];
}
export interface UpcomingInvoice {
  org: string; currency: string; period_start: string; period_end: string; usage_until: string; price_book: string; price_book_version: number;
  total: string; total_per_hour_now: string; total_if_continued?: string | null; lines: UpcomingInvoiceLine[];
}
export interface ReceiptPart { series: string; from: string; to: string; value: string; base_quantity: string; note?: string | null }
export interface UsageReceipt {
  meter: string; machine: string; start: string; end: string; query: string; quantity: string; unit: string;
  base_quantity: string; base_unit: string; adds_up: boolean; samples_expired: boolean; parts: ReceiptPart[]; gaps: UsageGap[];
}
export interface Price { meter: string; description: string; unit: string; unit_price: string }
export interface PriceBook { name: string; version: number; currency: string; imported_at: string; prices: Price[]; yaml: string }
