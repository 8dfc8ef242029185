// How much of something passed: "98.4 %"; whole numbers at the ends only when they are exact.
export function share(part: number, of: number): string {
  if (of <= 0) return "–";
  if (part >= of) return "100 %";
  if (part <= 0) return "0 %";
  const percent = Math.min(99.9, Math.max(0.1, (100 * part) / of));
  return `${percent.toFixed(1)} %`;
}

// The worst of a report's states decides what its row says.
const severity = ["failed", "unsure", "sending", "waiting", "sent"];
export function stateOf(report: { closed: string | null; destinations: { state: string }[] }): string {
  if (report.closed === null) return "open";
  return severity.find((state) => report.destinations.some((one) => one.state === state)) ?? "none";
}
