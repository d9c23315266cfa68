import { keepPreviousData, queryOptions, useQuery } from "@tanstack/react-query";
import { answered, api } from "./client";

/** How often live pages ask again: the collector's own pace. */
export const LIVE_MS = 5_000;

export const serverQuery = queryOptions({
  queryKey: ["server"],
  queryFn: ({ signal }) => answered(api.GET("/v1/server", { signal }), signal),
  refetchInterval: LIVE_MS,
});

export const useServer = () => useQuery(serverQuery);

/** The organization of local mode; pages wait for it before they ask for anything that belongs to one. */
export function useOrg(): string | undefined {
  return useQuery({ ...serverQuery, select: (server) => server.org }).data;
}

/** A list page by page; a thousand pages are more than any list of ours has. */
async function everyPage<T>(page: (cursor: string | undefined) => Promise<{ data: T[]; next_cursor: string | null }>): Promise<T[]> {
  const all: T[] = [];
  let cursor: string | undefined;
  for (let count = 0; count < 1_000; count++) {
    const { data, next_cursor } = await page(cursor);
    all.push(...data);
    if (!next_cursor) break;
    cursor = next_cursor;
  }
  return all;
}

export function useLoadLines(live: boolean) {
  const org = useOrg();
  return useQuery({
    queryKey: ["load_lines", org],
    enabled: org !== undefined,
    queryFn: ({ signal }) => answered(api.GET("/v1/orgs/{org}/load_lines", { params: { path: { org: org ?? "" } }, signal }), signal).then(({ data }) => data),
    refetchInterval: live ? LIVE_MS : false,
  });
}

export function useUpcomingInvoice(live: boolean) {
  const org = useOrg();
  return useQuery({
    queryKey: ["invoices", "upcoming", org],
    enabled: org !== undefined,
    queryFn: ({ signal }) => answered(api.GET("/v1/orgs/{org}/invoices/upcoming", { params: { path: { org: org ?? "" } }, signal }), signal),
    refetchInterval: live ? LIVE_MS : false,
  });
}

export function usePriceBooks() {
  const org = useOrg();
  return useQuery({
    queryKey: ["price_books", org],
    enabled: org !== undefined,
    queryFn: ({ signal }) => everyPage((cursor) => answered(api.GET("/v1/orgs/{org}/price_books", { params: { path: { org: org ?? "" }, query: { cursor } }, signal }), signal)),
    refetchInterval: 60_000,
  });
}

/** @param open An open hour still grows: its receipt is asked for again with every tick. */
export function useReceipt(meter: string, machine: string, hour: string, open: boolean) {
  const org = useOrg();
  return useQuery({
    queryKey: ["receipt", org, meter, machine, hour],
    enabled: org !== undefined,
    queryFn: ({ signal }) => answered(api.GET("/v1/orgs/{org}/usage/receipt", { params: { path: { org: org ?? "" }, query: { meter, machine, hour } }, signal }), signal),
    refetchInterval: open ? LIVE_MS : false,
    placeholderData: keepPreviousData,
  });
}
