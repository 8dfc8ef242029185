import { keepPreviousData, queryOptions, useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { get, queryText, send } from "./client";
import type { BulkResult, Page, Preview, QuarantineDetail, QuarantineItem, QueueSize } from "./types";

export const itemFilters = [
  "q",
  "sender",
  "recipient",
  "subject",
  "rule",
  "queue",
  "node",
  "state",
  "from",
  "to",
] as const;
export const itemSearch = [...itemFilters, "cursor", "page", "open"] as const;
export type ItemSearch = Partial<Record<(typeof itemSearch)[number], string>>;
export const itemPageSize = 50;

export function itemsQuery(search: ItemSearch) {
  const { open: _, page: __, ...key } = search;
  return queryOptions({
    queryKey: ["quarantine", "list", key],
    queryFn: ({ signal }) =>
      get<Page<QuarantineItem>>(`/quarantine${queryText({ ...key, limit: itemPageSize })}`, signal),
    placeholderData: keepPreviousData,
  });
}

export const queuesQuery = queryOptions({
  queryKey: ["quarantine", "queues"],
  queryFn: ({ signal }) => get<Page<QueueSize>>("/quarantine/queues", signal),
});

// Of the queue with this name; nothing before the answer is there or for a queue that nobody knows.
export function useQueue(name: string): QueueSize | undefined {
  const { data } = useQuery(queuesQuery);
  return data?.items.find((queue) => queue.queue === name);
}

export function itemQuery(id: string) {
  return queryOptions({
    queryKey: ["quarantine", "item", id],
    queryFn: ({ signal }) => get<QuarantineDetail>(`/quarantine/${encodeURIComponent(id)}`, signal),
  });
}

// The bytes come from the node each time; kept a while so that going back and forth does not ask it again.
export function previewQuery(id: string) {
  return queryOptions({
    queryKey: ["preview", id],
    queryFn: ({ signal }) => get<Preview>(`/quarantine/${encodeURIComponent(id)}/preview`, signal),
    staleTime: 5 * 60_000,
    retry: false,
    refetchOnWindowFocus: false,
  });
}

export type BulkAction = "release" | "delete";

// Releases or deletes; one item by its own address (so a refusal says why), several in one call.
export function useBulk() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: async (ask: {
      action: BulkAction;
      ids: string[];
      recipients?: string[];
    }): Promise<BulkResult> => {
      const recipients = ask.recipients?.length ? ask.recipients : undefined;
      const only = ask.ids.length === 1 ? ask.ids[0] : undefined;
      if (only === undefined) return send<BulkResult>("POST", "/quarantine/bulk", { ...ask, recipients });
      const path = `/quarantine/${encodeURIComponent(only)}`;
      if (ask.action === "release") await send("POST", `${path}/release`, recipients ? { recipients } : {});
      else await send("DELETE", path);
      return { results: [{ id: only, ok: true, detail: "" }] };
    },
    onSettled: () => client.invalidateQueries({ queryKey: ["quarantine"] }),
  });
}
