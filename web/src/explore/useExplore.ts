import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { toColumns } from "../api/columns";
import { queryInstant, queryRange } from "../api/prometheus";
import type { Span } from "./search";

/** @param run Counts the runs: the same query asked again is a new question. */
export function useRange(q: string | undefined, span: Span, run: number, enabled: boolean) {
  return useQuery({
    queryKey: ["explore", "range", q, span, run],
    enabled: enabled && q !== undefined,
    queryFn: async ({ signal }) => {
      const began = performance.now();
      const answer = await queryRange(q ?? "", span.from, span.to, span.step, signal);
      return { columns: toColumns(answer, span.from, span.to, span.step), tookMs: performance.now() - began };
    },
    placeholderData: keepPreviousData,
    staleTime: Infinity,
  });
}

export function useInstant(q: string | undefined, at: number, run: number, enabled: boolean) {
  return useQuery({
    queryKey: ["explore", "instant", q, at, run],
    enabled: enabled && q !== undefined,
    queryFn: async ({ signal }) => {
      const began = performance.now();
      return { data: await queryInstant(q ?? "", at, signal), tookMs: performance.now() - began };
    },
    placeholderData: keepPreviousData,
    staleTime: Infinity,
  });
}
