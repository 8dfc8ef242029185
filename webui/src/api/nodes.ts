import { queryOptions } from "@tanstack/react-query";
import { get } from "./client";
import type { EnrollmentToken, NodeDetail, NodeRow, Page } from "./types";

export const nodesQuery = queryOptions({
  queryKey: ["nodes"],
  queryFn: ({ signal }) => get<Page<NodeRow>>("/nodes", signal),
});

// The same list for choices and names: need not be of this second.
export const nodeNamesQuery = queryOptions({ ...nodesQuery, staleTime: 60_000 });

export function nodeQuery(id: string) {
  return queryOptions({
    queryKey: ["node", id],
    queryFn: ({ signal }) => get<NodeDetail>(`/nodes/${encodeURIComponent(id)}`, signal),
  });
}

export const enrollmentsQuery = queryOptions({
  queryKey: ["enrollment-tokens"],
  queryFn: ({ signal }) => get<Page<EnrollmentToken>>("/enrollment-tokens", signal),
});
