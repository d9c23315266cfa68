import { ExploreIcon, InvoiceIcon, OverviewIcon } from "../ui/icons";

/** The pages that exist, in the rail's order. */
export const PLACES = [
  { group: "Measure", to: "/", name: "Overview", says: "load lines, cost, live charts", key: "o", icon: OverviewIcon },
  { group: "Measure", to: "/explore", name: "Explore", says: "ask in PromQL", key: "e", icon: ExploreIcon },
  { group: "Pay", to: "/invoice", name: "Invoice", says: "this month so far, down to its samples", key: "i", icon: InvoiceIcon },
] as const;

export type Place = (typeof PLACES)[number]["to"];
