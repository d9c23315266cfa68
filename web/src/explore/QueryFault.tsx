import { Refused } from "../api/http";

/** A refused query: what was said, and the character that it is about under the query itself. */
export function QueryFault({ query, error, onRetry }: { query: string; error: Error; onRetry: () => void }) {
  const position = error instanceof Refused ? error.position : undefined;
  return (
    <div className="notice" role="alert" data-testid="query-error">
      <b>{error instanceof Refused && error.status === 400 ? "The query can't be read." : "The query failed."}</b>
      {position && <pre>{pointAt(query, position.start, position.end)}</pre>}
      <span className="muted">{error.message}</span>
      <button type="button" className="btn" onClick={onRetry}>Try again</button>
    </div>
  );
}

/** The line of the query with carets under what is wrong. */
export function pointAt(query: string, start: number, end: number): string {
  const at = Math.min(Math.max(0, start), query.length);
  const lineStart = query.lastIndexOf("\n", at - 1) + 1;
  const newline = query.indexOf("\n", at);
  const line = query.slice(lineStart, newline < 0 ? undefined : newline);
  const column = at - lineStart;
  const width = Math.max(1, Math.min(end - at, line.length - column));
  return `${line}\n${" ".repeat(column)}${"^".repeat(width)}`;
}
