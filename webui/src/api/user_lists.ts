import { keepPreviousData, queryOptions, useMutation, useQueryClient } from "@tanstack/react-query";
import { get, queryText, send } from "./client";
import type { Page } from "./types";

export type ListKind = "allow" | "block";

export interface ListKey {
  owner: string;
  sender: string;
}

export interface ListEntry extends ListKey {
  kind: ListKind;
}

export interface ListItem extends ListEntry {
  added: string;
  added_by: string;
}

// How full the lists are; `owners`: of those that the answer names.
export interface ListCounts {
  entries: number;
  owners: Record<string, number>;
  limits: { entries: number; entries_of_owner: number };
}

export type ListOutcome = "added" | "changed" | "present" | "removed" | "refused";

export interface ListResult {
  line: number;
  owner: string;
  kind: string;
  sender: string;
  ok: boolean;
  outcome: ListOutcome;
  detail: string;
}

// `acted_on`: whether a rule of the published policy asks for the lists.
export type ListPage = Page<ListItem> & ListCounts & { acted_on: boolean };
export type ListAnswer = { results: ListResult[] } & ListCounts;

export const userListFilters = ["q", "owner", "sender", "kind"] as const;
export const userListSearch = [...userListFilters, "cursor", "page"] as const;
export type UserListSearch = Partial<Record<(typeof userListSearch)[number], string>>;
export const userListPageSize = 50;

export function userListsQuery(search: UserListSearch) {
  const { page: _, ...key } = search;
  return queryOptions({
    queryKey: ["user-lists", key],
    queryFn: ({ signal }) =>
      get<ListPage>(`/user-lists${queryText({ ...key, limit: userListPageSize })}`, signal),
    placeholderData: keepPreviousData,
  });
}

export type ListChange =
  | { action: "add"; entries: ListEntry[] }
  | { action: "remove"; entries: ListKey[] }
  | { action: "import"; text: string };

const paths = { add: "/user-lists", remove: "/user-lists/remove", import: "/user-lists/import" } as const;

export function useChangeLists() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: ({ action, ...body }: ListChange) => send<ListAnswer>("POST", paths[action], body),
    onSettled: () => client.invalidateQueries({ queryKey: ["user-lists"] }),
  });
}

// Throws what was refused, in the master's words, so that a dialog can say it.
export function throwRefused(answer: ListAnswer): void {
  const refused = answer.results.filter((one) => !one.ok);
  if (refused.length > 0) throw new Error([...new Set(refused.map((one) => one.detail))].join("; "));
}
