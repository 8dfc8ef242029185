// What an import did, as the page tells it.
import type { ListOutcome, ListResult } from "../api/user_lists";

const order: ListOutcome[] = ["added", "changed", "present", "refused"];

// How many of each outcome, those that happened.
export function countOutcomes(results: ListResult[]): [ListOutcome, number][] {
  return order
    .map((outcome): [ListOutcome, number] => [
      outcome,
      results.filter((one) => one.outcome === outcome).length,
    ])
    .filter(([, n]) => n > 0);
}

// Lines that the master will look at: neither empty nor a comment.
export function linesOf(text: string): number {
  return text.split("\n").filter((line) => line.trim() && !line.trim().startsWith("#")).length;
}
