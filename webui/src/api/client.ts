// The one door to /api/v1: JSON in and out, the CSRF header on every change, problem+json as ApiProblem.

export interface ProblemAt {
  where?: string;
  what: string;
}

// What the master (or the network) said went wrong, in words for the person at the screen.
export class ApiProblem extends Error {
  constructor(
    readonly status: number,
    readonly title: string,
    readonly detail: string,
    readonly errors: ProblemAt[] = [],
    readonly extra: Record<string, unknown> = {},
  ) {
    super(detail || title);
  }
}

export interface Answer<T> {
  body: T;
  etag: string | null;
  status: number;
}

interface Call {
  method?: "GET" | "POST" | "PUT" | "PATCH" | "DELETE";
  body?: unknown;
  file?: Blob;
  ifMatch?: string | null;
  signal?: AbortSignal;
}

const prefix = "/api/v1";
let csrf = "";
let onSignedOut: () => void = () => {};

export function setCsrf(value: string): void {
  csrf = value;
}

// `then` runs when the master no longer knows our session.
export function whenSignedOut(then: () => void): void {
  onSignedOut = then;
}

async function problemOf(response: Response): Promise<ApiProblem> {
  const text = await response.text();
  try {
    const body = JSON.parse(text) as Record<string, unknown>;
    return new ApiProblem(
      response.status,
      String(body.title ?? response.statusText),
      String(body.detail ?? ""),
      Array.isArray(body.errors) ? (body.errors as ProblemAt[]) : [],
      { ...body, retryAfter: response.headers.get("Retry-After") },
    );
  } catch {
    return new ApiProblem(response.status, response.statusText || `HTTP ${response.status}`, "");
  }
}

export async function call<T>(path: string, options: Call = {}): Promise<Answer<T>> {
  const method = options.method ?? "GET";
  const headers: Record<string, string> = { Accept: "application/json" };
  if (method !== "GET") headers["X-Weir-CSRF"] = csrf;
  if (options.body !== undefined) headers["Content-Type"] = "application/json";
  if (options.file) headers["Content-Type"] = "application/octet-stream";
  if (options.ifMatch) headers["If-Match"] = options.ifMatch;
  let response: Response;
  try {
    response = await fetch(prefix + path, {
      method,
      headers,
      body: options.file ?? (options.body === undefined ? undefined : JSON.stringify(options.body)),
      credentials: "same-origin",
      signal: options.signal,
      cache: "no-store",
    });
  } catch (error) {
    if ((error as Error).name === "AbortError") throw error;
    throw new ApiProblem(0, "The master does not answer", "No connection to weir-master. It is tried again.");
  }
  if (!response.ok) {
    const problem = await problemOf(response);
    if (response.status === 401 && !path.startsWith("/session") && path !== "/first-login") onSignedOut();
    throw problem;
  }
  const text = response.status === 204 ? "" : await response.text();
  return {
    body: (text ? JSON.parse(text) : undefined) as T,
    etag: response.headers.get("ETag"),
    status: response.status,
  };
}

export async function get<T>(path: string, signal?: AbortSignal): Promise<T> {
  return (await call<T>(path, { signal })).body;
}

export async function send<T>(
  method: "POST" | "PUT" | "PATCH" | "DELETE",
  path: string,
  body?: unknown,
): Promise<T> {
  return (await call<T>(path, { method, body })).body;
}

// Query text of the set values: "?a=1&b=2", or "" when none is set.
export function queryText(values: Record<string, string | number | undefined | null>): string {
  const parameters = new URLSearchParams();
  for (const [name, value] of Object.entries(values)) {
    if (value !== undefined && value !== null && value !== "") parameters.set(name, String(value));
  }
  const text = parameters.toString();
  return text ? `?${text}` : "";
}

export function rawMailAddress(item: string): string {
  return `${prefix}/quarantine/${encodeURIComponent(item)}/raw`;
}
