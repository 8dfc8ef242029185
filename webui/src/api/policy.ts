// The draft, what is published, and the ways between them.
import { queryOptions, useMutation, useQueryClient } from "@tanstack/react-query";
import type { PolicySchema } from "../rules/schema";
import { type Answer, ApiProblem, call, get, queryText, send } from "./client";
import type {
  CheckResult,
  Draft,
  PolicyDiff,
  PolicyDocument,
  Progress,
  Published,
  Revision,
  RevisionDocument,
} from "./policy_types";
import type { Page } from "./types";

export const schemaQuery = queryOptions({
  queryKey: ["policy-schema"],
  queryFn: ({ signal }) => get<PolicySchema>("/policy-schema", signal),
  staleTime: Number.POSITIVE_INFINITY,
});

export const draftQuery = queryOptions({
  queryKey: ["policy", "draft"],
  queryFn: ({ signal }) => call<Draft>("/policy/draft", { signal }),
});

export const publishedQuery = queryOptions({
  queryKey: ["policy", "published"],
  queryFn: ({ signal }) => get<RevisionDocument>("/policy", signal),
});

export const revisionsQuery = queryOptions({
  queryKey: ["policy", "revisions"],
  queryFn: ({ signal }) => get<Page<Revision>>("/policy/revisions?limit=200", signal),
});

export const progressQuery = queryOptions({
  queryKey: ["policy", "progress"],
  queryFn: ({ signal }) => get<Progress>("/policy/progress", signal),
});

// `stamp` keeps a diff of the draft from outliving the draft.
export function diffQuery(from: number | string, to: number | string, stamp: string) {
  return queryOptions({
    queryKey: ["policy", "diff", from, to, stamp],
    queryFn: ({ signal }) => get<PolicyDiff>(`/policy/diff${queryText({ from, to })}`, signal),
  });
}

export function checkQuery(document: PolicyDocument, stamp: string) {
  return queryOptions({
    queryKey: ["policy", "check", stamp],
    queryFn: () => send<CheckResult>("POST", "/policy/check", { document }),
  });
}

interface RuleCounts {
  series: { name: string; counts: number[] }[];
}

// Mails a rule decided in the last 24 hours, by rule id.
export const ruleHitsQuery = queryOptions({
  queryKey: ["rule-hits"],
  queryFn: async ({ signal }) => {
    const now = Date.now();
    const range = { from: new Date(now - 86_400_000).toISOString(), to: new Date(now).toISOString() };
    const found = await get<RuleCounts>(
      `/statistics${queryText({ ...range, bucket: "hour", by: "rule" })}`,
      signal,
    );
    return Object.fromEntries(
      found.series.map((series) => [series.name, series.counts.reduce((sum, n) => sum + n, 0)]),
    );
  },
  staleTime: 60_000,
  retry: false,
});

export function isConflict(problem: unknown): boolean {
  return problem instanceof ApiProblem && problem.status === 412;
}

// Stores a document as the draft. A refusal leaves the draft as it was; after a conflict it is loaded anew.
export function useSaveDraft() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: async (document: PolicyDocument): Promise<Answer<Draft>> => {
      const held = client.getQueryData(draftQuery.queryKey);
      return call<Draft>("/policy/draft", { method: "PUT", body: { document }, ifMatch: held?.etag });
    },
    onSuccess: (answer) => {
      client.setQueryData(draftQuery.queryKey, answer);
      void client.invalidateQueries({ queryKey: ["overview"] });
    },
    onError: (problem) => {
      if (isConflict(problem)) void client.invalidateQueries({ queryKey: draftQuery.queryKey });
    },
  });
}

export function useDiscardDraft() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: () => send<void>("DELETE", "/policy/draft"),
    onSuccess: () => client.invalidateQueries({ queryKey: ["policy"] }),
  });
}

export function usePublish() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: async (ask: { comment: string; etag: string | null }) =>
      (
        await call<Published>("/policy/publish", {
          method: "POST",
          body: { comment: ask.comment },
          ifMatch: ask.etag,
        })
      ).body,
    // Not awaited: who published is shown the progress at once, not after everything is loaded anew.
    onSettled: () => void client.invalidateQueries({ queryKey: ["policy"] }),
  });
}

export function useRollBack() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (ask: { revision: number; comment: string }) =>
      send<Published>("POST", "/policy/rollback", ask),
    // Not awaited: who published is shown the progress at once, not after everything is loaded anew.
    onSettled: () => void client.invalidateQueries({ queryKey: ["policy"] }),
  });
}
