import { keepPreviousData, queryOptions } from "@tanstack/react-query";
import { rangeStart } from "../kit/time";
import { get, queryText } from "./client";
import type { ApiToken, AuditEntry, Page, User } from "./types";

export const usersQuery = queryOptions({
  queryKey: ["users"],
  queryFn: ({ signal }) => get<Page<User>>("/users", signal),
});

export const tokensQuery = queryOptions({
  queryKey: ["tokens"],
  queryFn: ({ signal }) => get<Page<ApiToken>>("/tokens", signal),
});

export const auditFilters = ["actor", "action", "object", "from", "to"] as const;
export const auditSearch = [...auditFilters, "range", "cursor", "page", "open"] as const;
export type AuditSearch = Partial<Record<(typeof auditSearch)[number], string>>;
export const auditPageSize = 50;

export function auditQuery(search: AuditSearch) {
  const { open: _, page: __, range, ...key } = search;
  return queryOptions({
    queryKey: ["audit", key, range ?? ""],
    queryFn: ({ signal }) =>
      get<Page<AuditEntry>>(
        `/audit${queryText({ ...key, from: key.from ?? rangeStart(range), limit: auditPageSize })}`,
        signal,
      ),
    placeholderData: keepPreviousData,
  });
}
