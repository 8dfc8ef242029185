// Live rows that never move under the pointer: while `hold` is true the rows shown stay as they are, and what
// has come meanwhile is only counted.
import { useState } from "react";

export function useCalmRows<T extends { id: string }>(fresh: T[] | undefined, hold: boolean, key: string) {
  const [shown, setShown] = useState<{ rows: T[] | undefined; key: string }>({ rows: fresh, key });
  const waiting = freshCount(shown.rows, fresh);
  const frozen = hold && waiting > 0 && shown.key === key && shown.rows !== undefined;
  if (!frozen && (shown.rows !== fresh || shown.key !== key)) setShown({ rows: fresh, key });
  return {
    rows: frozen ? shown.rows : fresh,
    waiting: frozen ? waiting : 0,
    show: () => setShown({ rows: fresh, key }),
  };
}

export function freshCount<T extends { id: string }>(shown: T[] | undefined, fresh: T[] | undefined): number {
  if (!shown || !fresh || shown === fresh) return 0;
  const known = new Set(shown.map((row) => row.id));
  return fresh.filter((row) => !known.has(row.id)).length;
}
