// "paris, edge" → ["paris", "edge"]; each once, in the order typed.
export function groupsFromText(text: string): string[] {
  return [...new Set(text.split(/[\s,]+/).filter(Boolean))];
}
