import { keepPreviousData, queryOptions, useQuery } from "@tanstack/react-query";
import { getJson } from "./http";
import type { LoadLine, Page, PriceBook, ServerInfo, UpcomingInvoice, UsageReceipt } from "./types";

/** How often live pages ask again: the collector's own pace. */
export const LIVE_MS = 5_000;

export const serverQuery = queryOptions({
  queryKey: ["server"],
  queryFn: ({ signal }) => getJson<ServerInfo>("/v1/server", signal),
  refetchInterval: LIVE_MS,
});

export const useServer = () => useQuery(serverQuery);

/** The organization of local mode; pages wait for it before they ask for anything that belongs to one. */
export function useOrg(): string | undefined {
  return useQuery({ ...serverQuery, select: (server) => server.org }).data;
}

const inOrg = (org: string | undefined, rest: string) => `/v1/orgs/${encodeURIComponent(org ?? "")}/${rest}`;

async function everyPage<T>(path: string, signal: AbortSignal): Promise<T[]> {
  const all: T[] = [];
  let cursor: string | null | undefined;
  do {
    const page: Page<T> = await getJson<Page<T>>(cursor ? `${path}?cursor=${encodeURIComponent(cursor)}` : path, signal);
    all.push(...page.data);
    cursor = page.next_cursor;
  } while (cursor && all.length < 10_000);
  return all;
}

export function useLoadLines(live: boolean) {
  const org = useOrg();
  return useQuery({
    queryKey: ["load_lines", org],
    enabled: org !== undefined,
    queryFn: ({ signal }) => everyPage<LoadLine>(inOrg(org, "load_lines"), signal),
    refetchInterval: live ? LIVE_MS : false,
  });
}

export function useUpcomingInvoice(live: boolean) {
  const org = useOrg();
  return useQuery({
    queryKey: ["invoices", "upcoming", org],
    enabled: org !== undefined,
    queryFn: ({ signal }) => getJson<UpcomingInvoice>(inOrg(org, "invoices/upcoming"), signal),
    refetchInterval: live ? LIVE_MS : false,
  });
}

export function usePriceBooks() {
  const org = useOrg();
  return useQuery({
    queryKey: ["price_books", org],
    enabled: org !== undefined,
    queryFn: ({ signal }) => everyPage<PriceBook>(inOrg(org, "price_books"), signal),
    refetchInterval: 60_000,
  });
}

/** @param open An open hour still grows: its receipt is asked for again with every tick. */
export function useReceipt(meter: string, machine: string, hour: string, open: boolean) {
  const org = useOrg();
  const search = new URLSearchParams({ meter, machine, hour });
  return useQuery({
    queryKey: ["receipt", org, meter, machine, hour],
    enabled: org !== undefined,
    queryFn: ({ signal }) => getJson<UsageReceipt>(inOrg(org, `usage/receipt?${search.toString()}`), signal),
    refetchInterval: open ? LIVE_MS : false,
    placeholderData: keepPreviousData,
  });
}
