/** The server could not be reached at all: the page says so once, above everything, and keeps asking. */
export class Unreachable extends Error {
  constructor() {
    super("No answer from the server. It may be restarting.");
    this.name = "Unreachable";
  }
}

export interface Position { start: number; end: number; line?: number; column?: number }

/** The server answered, and the answer is no. */
export class Refused extends Error {
  constructor(
    message: string,
    readonly status: number,
    readonly position?: Position,
  ) {
    super(message);
    this.name = "Refused";
  }
}

/** `fetch` whose failures say what to tell the viewer; the answer is JSON. */
export async function getJson<T>(path: string, signal?: AbortSignal): Promise<T> {
  let response: Response;
  try {
    response = await fetch(path, { signal, headers: { Accept: "application/json" } });
  } catch (cause) {
    if (signal?.aborted) throw cause;
    throw new Unreachable();
  }
  const body = (await response.json().catch(() => null)) as Record<string, unknown> | null;
  if (response.ok && body !== null) return body as T;
  throw refusal(body, response.status);
}

/** What to throw for an answer that is no success; a proxy without words behind it means that the server is away. */
export function refusal(body: Record<string, unknown> | null, status: number): Error {
  if ([502, 503, 504].includes(status) && body === null) return new Unreachable();
  return new Refused(reason(body, status), status, position(body));
}

function reason(body: Record<string, unknown> | null, status: number): string {
  for (const field of ["detail", "error", "title"]) {
    const text = body?.[field];
    if (typeof text === "string" && text) return text;
  }
  return `The server answered ${status} without a reason.`;
}

function position(body: Record<string, unknown> | null): Position | undefined {
  const p = body?.position as Position | undefined;
  return p && Number.isInteger(p.start) && Number.isInteger(p.end) ? p : undefined;
}
