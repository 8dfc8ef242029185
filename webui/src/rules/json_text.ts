// JSON as text and back, with words for what is wrong.
import type { Json } from "../api/policy_types";

export function jsonText(value: unknown): string {
  return JSON.stringify(value, null, 2);
}

export type Parsed = { value: Json; problem: null } | { value: null; problem: string };

export function parseJson(text: string): Parsed {
  try {
    return { value: JSON.parse(text) as Json, problem: null };
  } catch (error) {
    return { value: null, problem: withLine((error as Error).message, text) };
  }
}

// Engines name a position; people look for a line.
function withLine(message: string, text: string): string {
  const found = /position (\d+)/.exec(message);
  if (!found || /line \d+/.test(message)) return message;
  const line = text.slice(0, Number(found[1])).split("\n").length;
  return `${message} (line ${line})`;
}
