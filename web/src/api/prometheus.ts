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

interface WireHistogram { count: string; sum: string }
type HistogramSample = [time: number, histogram: WireHistogram];

/** As the server sends it: where a native histogram stands, there is no number. */
type WireData =
  | { resultType: "matrix"; result: { metric: Labels; values?: Sample[]; histograms?: HistogramSample[] }[] }
  | { resultType: "vector"; result: { metric: Labels; value?: Sample; histogram?: HistogramSample }[] }
  | { resultType: "scalar" | "string"; result: Sample };

interface Envelope { status: string; data: WireData; warnings?: string[]; infos?: string[] }

export async function queryRange(query: string, start: number, end: number, step: number, signal?: AbortSignal): Promise<MatrixSeries[]> {
  const search = new URLSearchParams({ query, start: String(start), end: String(end), step: String(step) });
  const { data } = await getJson<Envelope>(`/api/v1/query_range?${search.toString()}`, signal);
  if (data.resultType !== "matrix") throw new Error(`A range query answered with a ${data.resultType}.`);
  // Charts draw numbers: of histograms, what histogram_quantile() and its kin make of them.
  return data.result.flatMap(({ metric, values }) => (values ? [{ metric, values }] : []));
}

export async function queryInstant(query: string, time: number, signal?: AbortSignal): Promise<QueryData> {
  const search = new URLSearchParams({ query, time: String(time) });
  return withText((await getJson<Envelope>(`/api/v1/query?${search.toString()}`, signal)).data);
}

/** Gives native histograms a text in place of a number. */
export function withText(data: WireData): QueryData {
  const text = ([time, { count, sum }]: HistogramSample): Sample => [time, `histogram of ${count}, sum ${sum}`];
  if (data.resultType === "vector") {
    return { resultType: "vector", result: data.result.flatMap(({ metric, value, histogram }) => (value ? [{ metric, value }] : histogram ? [{ metric, value: text(histogram) }] : [])) };
  }
  if (data.resultType === "matrix") {
    return {
      resultType: "matrix",
      result: data.result.map(({ metric, values = [], histograms = [] }) => ({ metric, values: [...values, ...histograms.map(text)].sort(([a], [b]) => a - b) })),
    };
  }
  return data;
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
