// Filters live in the address as plain text: ?q=invoice&verdict=quarantine. Nothing is quoted or JSON.

export type Search = Record<string, string>;

export function parseSearch(text: string): Search {
  const search: Search = {};
  for (const [name, value] of new URLSearchParams(text)) {
    if (value !== "") search[name] = value;
  }
  return search;
}

export function stringifySearch(search: Record<string, unknown>): string {
  const parameters = new URLSearchParams();
  for (const [name, value] of Object.entries(search)) {
    if (value === undefined || value === null || value === "" || value === false) continue;
    parameters.set(name, String(value));
  }
  const text = parameters.toString();
  return text ? `?${text}` : "";
}

// Only the names a page knows, so a foreign parameter never reaches the API.
export function keepKnown<K extends string>(
  search: Record<string, unknown>,
  names: readonly K[],
): Partial<Record<K, string>> {
  const known: Partial<Record<K, string>> = {};
  for (const name of names) {
    const value = search[name];
    if (value !== undefined && value !== null && value !== "") known[name] = String(value);
  }
  return known;
}

// A changed filter starts again at the first page; undefined and "" take the parameter away.
export function withFilter(
  search: Record<string, unknown>,
  change: Record<string, string | undefined>,
): Record<string, string> {
  const merged: Record<string, string> = {};
  for (const [name, value] of Object.entries({ ...search, ...change })) {
    if (name === "cursor" || name === "page") continue;
    if (value !== undefined && value !== null && value !== "") merged[name] = String(value);
  }
  return merged;
}
