// A page's filter in the address: read it, change it. Back undoes a change.
import { useNavigate, useSearch } from "@tanstack/react-router";
import { useCallback, useMemo } from "react";
import { keepKnown, withFilter } from "./url_state";

export function useSearchState<K extends string>(names: readonly K[]) {
  const raw = useSearch({ strict: false }) as Record<string, unknown>;
  const navigate = useNavigate();
  const text = JSON.stringify(raw);
  // biome-ignore lint/correctness/useExhaustiveDependencies: the text stands for the object
  const search = useMemo(() => keepKnown(raw, names), [text, names]);

  const replaceAll = useCallback(
    (next: Record<string, string>, replace = false) => {
      void navigate({ to: ".", search: next as never, replace });
    },
    [navigate],
  );
  // Another filter means the first page of it.
  const filter = useCallback(
    (change: Partial<Record<K, string | undefined>>, replace = false) =>
      replaceAll(withFilter(search, change as Record<string, string | undefined>), replace),
    [replaceAll, search],
  );
  // The open row, the page: everything else stays.
  const set = useCallback(
    (change: Partial<Record<K, string | undefined>>, replace = false) => {
      const next: Record<string, string> = {};
      for (const [name, value] of Object.entries({ ...search, ...change }))
        if (value) next[name] = String(value);
      replaceAll(next, replace);
    },
    [replaceAll, search],
  );
  return { search, filter, set, replaceAll };
}
