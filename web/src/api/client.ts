import createClient from "openapi-fetch";
import { refusal, Unreachable } from "./http";
import type { paths } from "./schema";

/** Plimsoll's own API, every path and answer typed by its OpenAPI document. */
export const api = createClient<paths>({
  baseUrl: location.origin,
  headers: { Accept: "application/json" },
  // Looked up with every call, so that a test can stand in for it.
  fetch: (request) => globalThis.fetch(request),
});

/** The answer, or an error that says what to tell the viewer. */
export async function answered<T>(ask: Promise<{ data?: T; error?: unknown; response: Response }>, signal?: AbortSignal): Promise<T> {
  let answer: { data?: T; error?: unknown; response: Response };
  try {
    answer = await ask;
  } catch (cause) {
    if (signal?.aborted) throw cause;
    throw new Unreachable();
  }
  if (answer.response.ok && answer.data !== undefined) return answer.data;
  const body = typeof answer.error === "object" ? (answer.error as Record<string, unknown> | null) : null;
  throw refusal(body, answer.response.status);
}
