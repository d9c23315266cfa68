import type { ExploreSearch, Span } from "./search";

/** One argument for a POSIX shell. */
export const shellQuoted = (text: string) => `'${text.replace(/'/g, `'\\''`)}'`;

export function asCommand(q: string, search: ExploreSearch, span: Span): string {
  if (search.tab === "table") return `plimsoll query ${shellQuoted(q)}`;
  // The command ends its range now: a zoom into the past keeps its length.
  const range = search.from !== undefined ? `${Math.max(1, Math.round(span.to - span.from))}s` : (search.range ?? "1h");
  return `plimsoll query ${shellQuoted(q)} --range ${range} --step ${Math.max(1, Math.round(span.step))}s`;
}

export function asCurl(q: string, search: ExploreSearch, span: Span, origin: string): string {
  const table = search.tab === "table";
  const data = table ? [`query=${q}`, `time=${span.to}`] : [`query=${q}`, `start=${span.from}`, `end=${span.to}`, `step=${span.step}`];
  return [`curl -G ${origin}/api/v1/${table ? "query" : "query_range"}`, ...data.map((one) => `--data-urlencode ${shellQuoted(one)}`)].join(" ");
}
