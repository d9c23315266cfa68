import type { components } from "./schema";

// The answers of the API under short names; the shapes come from the OpenAPI document. Decimals are strings and stay strings.
type Schemas = components["schemas"];

export type HostInfo = Schemas["HostInfo"];
export type ServerInfo = Schemas["ServerInfo"];
export type LoadLine = Schemas["LoadLine"];
export type UsageGap = Schemas["UsageGap"];
export type InvoiceHour = Schemas["InvoiceHour"];
export type UpcomingInvoice = Schemas["UpcomingInvoice"];
export type UpcomingInvoiceLine = Schemas["UpcomingInvoiceLine"];
export type ReceiptPart = Schemas["ReceiptPart"];
export type UsageReceipt = Schemas["UsageReceipt"];
export type Price = Schemas["Price"];
export type PriceBook = Schemas["PriceBook"];
