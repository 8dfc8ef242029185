// The row that j or k leads to: the first when none is open, and no further than either end.
export function neighbour<T extends { id: string }>(
  rows: T[],
  open: string | undefined,
  step: 1 | -1,
): T | undefined {
  const at = rows.findIndex((row) => row.id === open);
  if (at < 0) return rows[0];
  return rows[Math.min(rows.length - 1, Math.max(0, at + step))];
}
