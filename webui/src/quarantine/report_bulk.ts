import type { BulkResult } from "../api/types";
import { failed, said } from "../kit/said";
import { quarantine } from "../strings";

// Says how many were taken; what was refused is named with the first reason.
export function reportBulk({ results }: BulkResult): void {
  const refused = results.filter((result) => !result.ok);
  if (results.length > 1 && refused.length < results.length)
    said(quarantine.bulkDone(results.length - refused.length));
  if (refused[0]) {
    failed(quarantine.title, new Error(quarantine.bulkFailed(refused.length, refused[0].detail)));
  }
}
