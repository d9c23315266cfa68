import type { PrometheusClient } from "@prometheus-io/codemirror-promql";
import { getJson } from "../api/http";

interface Envelope<T> { data: T }

/** How long a list of names stays good enough for completion. */
const KEEP_MS = 30_000;

/** What the editor's completion asks: our API, each answer kept for a moment. Completion never fails loudly. */
export function promqlClient(): PrometheusClient {
  const kept = new Map<string, { at: number; answer: Promise<unknown> }>();
  const ask = <T>(path: string, fallback: T): Promise<T> => {
    const known = kept.get(path);
    if (known && Date.now() - known.at < KEEP_MS) return known.answer as Promise<T>;
    const answer = getJson<Envelope<T>>(path).then(({ data }) => data, () => fallback);
    kept.set(path, { at: Date.now(), answer });
    return answer;
  };
  const recent = () => {
    // Rounded, so that answers are found again in the store above.
    const now = Math.floor(Date.now() / 60_000) * 60;
    return `start=${now - 43_200}&end=${now + 60}`;
  };
  const match = (metric?: string) => (metric ? `&match[]=${encodeURIComponent(metric)}` : "");
  return {
    labelNames: (metric) => ask<string[]>(`/api/v1/labels?${recent()}${match(metric)}`, []),
    // Other matchers are left out: the values offered are then a few too many, and known already.
    labelValues: (label, metric) => ask<string[]>(`/api/v1/label/${encodeURIComponent(label)}/values?${recent()}${match(metric)}`, []),
    metricMetadata: () => Promise.resolve({}),
    series: (metric) => ask<Map<string, string>[]>(`/api/v1/series?${recent()}${match(metric)}`, []),
    metricNames: () => ask<string[]>(`/api/v1/label/__name__/values?${recent()}`, []),
    flags: () => Promise.resolve({}),
  };
}
