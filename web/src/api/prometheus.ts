import { getJson } from "./http";

export type Labels = Record<string, string>;
/** [unix seconds, the value as text]: "NaN", "+Inf" and every digit survive. */
export type Sample = [time: number, value: string];

export interface MatrixSeries { metric: Labels; values: Sample[] }
export interface VectorSample { metric: Labels; value: Sample }

export type QueryData =
  | { resultType: "matrix"; result: MatrixSeries[] }
  | { resultType: "vector"; result: VectorSample[] }
  | { resultType: "scalar" | "string"; result: Sample };

interface Envelope { status: string; data: QueryData; warnings?: string[]; infos?: string[] }

export async function queryRange(query: string, start: number, end: number, step: number, signal?: AbortSignal): Promise<MatrixSeries[]> {
  const search = new URLSearchParams({ query, start: String(start), end: String(end), step: String(step) });
  const { data } = await getJson<Envelope>(`/api/v1/query_range?${search.toString()}`, signal);
  if (data.resultType !== "matrix") throw new Error(`A range query answered with a ${data.resultType}.`);
  return data.result;
}

export async function queryInstant(query: string, time: number, signal?: AbortSignal): Promise<QueryData> {
  const search = new URLSearchParams({ query, time: String(time) });
  return (await getJson<Envelope>(`/api/v1/query?${search.toString()}`, signal)).data;
}

/** Prometheus' number text as a float. */
export function value(text: string): number {
  if (text === "+Inf" || text === "Inf") return Infinity;
  if (text === "-Inf") return -Infinity;
  return Number(text);
}

/** `name{a="b"}`, as PromQL writes a series. */
export function seriesName({ __name__, ...labels }: Labels): string {
  const inside = Object.entries(labels).map(([name, text]) => `${name}=${JSON.stringify(text)}`).join(", ");
  return (__name__ ?? "") + (inside || !__name__ ? `{${inside}}` : "");
}
