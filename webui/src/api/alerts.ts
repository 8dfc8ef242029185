import { keepPreviousData, queryOptions, useMutation, useQueryClient } from "@tanstack/react-query";
import { get, queryText, send } from "./client";
import type { Alert, BulkResult, Page } from "./types";

export const alertFilters = ["q", "rule", "node", "state"] as const;
export const alertSearch = [...alertFilters, "cursor", "page"] as const;
export type AlertSearch = Partial<Record<(typeof alertSearch)[number], string>>;
export const alertPageSize = 50;

export function alertsQuery(search: AlertSearch) {
  const { page: _, ...key } = search;
  return queryOptions({
    queryKey: ["alerts", key],
    queryFn: ({ signal }) =>
      get<Page<Alert> & { open: number }>(`/alerts${queryText({ ...key, limit: alertPageSize })}`, signal),
    placeholderData: keepPreviousData,
  });
}

export function useAcknowledge() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (ids: string[]) => send<BulkResult>("POST", "/alerts/acknowledge", { ids }),
    onSettled: () =>
      Promise.all([
        client.invalidateQueries({ queryKey: ["alerts"] }),
        client.invalidateQueries({ queryKey: ["overview"] }),
      ]),
  });
}
