// What the cluster was told of mails: spam or ham.
import { keepPreviousData, queryOptions, useMutation, useQueryClient } from "@tanstack/react-query";
import { call, get, queryText, send } from "./client";
import type { Page } from "./types";

export type LearnedClass = "spam" | "ham";

export interface Learning {
  spam: number;
  ham: number;
  needed: number;
  missing: Record<LearnedClass, number>;
  scores: boolean;
  tokens: number;
  digests: number;
  limits: { mail_bytes: number; mails: number; tokens: number; digests: number };
  changed: string | null;
  model: {
    written: string;
    bytes: number;
    digest: string;
    current: boolean;
    nodes: { have: number; without: string[] }; // of those that are there
  } | null;
}

export interface LearnedMail {
  sha256: string;
  class: LearnedClass;
  learned: string;
  by: string;
  subject: string;
  item: string | null;
  tokens: number;
}

export interface Learned {
  outcome: "learned" | "known" | "moved";
  mail: LearnedMail;
  before: LearnedMail | null;
}

export const learnedFilters = ["q", "class"] as const;
export const learnedSearch = [...learnedFilters, "cursor", "page"] as const;
export type LearnedSearch = Partial<Record<(typeof learnedSearch)[number], string>>;
export const learnedPageSize = 50;

export const learningQuery = queryOptions({
  queryKey: ["learning", "status"],
  queryFn: ({ signal }) => get<Learning>("/learning", signal),
});

export function learnedMailsQuery(search: LearnedSearch) {
  const { page: _, ...key } = search;
  return queryOptions({
    queryKey: ["learning", "mails", key],
    queryFn: ({ signal }) =>
      get<Page<LearnedMail>>(`/learning/mails${queryText({ ...key, limit: learnedPageSize })}`, signal),
    placeholderData: keepPreviousData,
  });
}

// How the mail with these bytes was learned; null: it was not.
export function learnedMailQuery(sha256: string) {
  return queryOptions({
    queryKey: ["learning", "mail", sha256],
    queryFn: async ({ signal }) => {
      const { items } = await get<Page<LearnedMail>>(`/learning/mails${queryText({ sha256 })}`, signal);
      return items[0] ?? null;
    },
    enabled: sha256 !== "",
  });
}

export function learnItem(id: string, as: LearnedClass): Promise<Learned> {
  return send<Learned>("POST", `/learning/items/${encodeURIComponent(id)}`, { class: as });
}

export async function learnFile(file: File, as: LearnedClass): Promise<Learned> {
  return (await call<Learned>(`/learning?class=${as}`, { method: "POST", file })).body;
}

export interface LearnedMany {
  done: Learned[];
  failed: { name: string; error: unknown }[];
}

// One mail after the other, since each may have to come from its node; `onStep` hears how many are through.
export async function learnEach<T>(
  mails: T[],
  learn: (mail: T) => Promise<Learned>,
  nameOf: (mail: T) => string,
  onStep: (through: number) => void = () => {},
): Promise<LearnedMany> {
  const result: LearnedMany = { done: [], failed: [] };
  for (const [index, mail] of mails.entries()) {
    try {
      result.done.push(await learn(mail));
    } catch (error) {
      result.failed.push({ name: nameOf(mail), error });
    }
    onStep(index + 1);
  }
  return result;
}

// Everything that was asked about learning is asked again.
export function useLearningChanged(): () => Promise<void> {
  const client = useQueryClient();
  return () => client.invalidateQueries({ queryKey: ["learning"] });
}

export function useForget() {
  const changed = useLearningChanged();
  return useMutation({
    mutationFn: (sha256: string) => send<void>("DELETE", `/learning/mails/${encodeURIComponent(sha256)}`),
    onSettled: changed,
  });
}
