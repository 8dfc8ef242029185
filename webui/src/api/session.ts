// Who is at the screen, and what this role may do.
import { queryOptions, useQuery, useQueryClient } from "@tanstack/react-query";
import { useCallback } from "react";
import { ApiProblem, get, send, setCsrf } from "./client";
import type { Role, Session } from "./types";

export type Deed = "quarantine" | "alerts" | "policy" | "nodes" | "users";
export type Place =
  | "overview"
  | "mails"
  | "quarantine"
  | "alerts"
  | "userLists"
  | "learning"
  | "dmarc"
  | "rules"
  | "nodes"
  | "users"
  | "audit"
  | "reference";

const deeds: Record<Role, Deed[]> = {
  admin: ["quarantine", "alerts", "policy", "nodes", "users"],
  operator: ["quarantine", "alerts", "policy", "nodes"],
  quarantine: ["quarantine"],
  auditor: [],
};

const places: Record<Role, Place[]> = {
  admin: [
    "overview",
    "mails",
    "quarantine",
    "alerts",
    "userLists",
    "learning",
    "dmarc",
    "rules",
    "nodes",
    "users",
    "audit",
    "reference",
  ],
  operator: [
    "overview",
    "mails",
    "quarantine",
    "alerts",
    "userLists",
    "learning",
    "dmarc",
    "rules",
    "nodes",
    "reference",
  ],
  quarantine: ["overview", "mails", "quarantine", "alerts", "userLists", "learning", "dmarc"],
  auditor: [
    "overview",
    "mails",
    "quarantine",
    "alerts",
    "userLists",
    "learning",
    "dmarc",
    "rules",
    "nodes",
    "users",
    "audit",
    "reference",
  ],
};

export function may(role: Role | undefined, deed: Deed): boolean {
  return role !== undefined && deeds[role].includes(deed);
}

export function opens(role: Role | undefined, place: Place): boolean {
  return role !== undefined && places[role].includes(place);
}

export interface SignedOut {
  firstLogin: boolean;
}

export type Standing = Session | SignedOut;
export const signedOut: Standing = { firstLogin: false } as SignedOut;

export const sessionQuery = queryOptions({
  queryKey: ["session"],
  queryFn: async (): Promise<Standing> => {
    try {
      const session = await get<Session>("/session");
      setCsrf(session.csrf);
      return session;
    } catch (problem) {
      if (problem instanceof ApiProblem && problem.status === 401) {
        return { firstLogin: problem.extra.first_login === true };
      }
      throw problem;
    }
  },
  staleTime: Number.POSITIVE_INFINITY,
  retry: false,
});

export function isSession(standing: Standing | undefined): standing is Session {
  return standing !== undefined && "user" in standing;
}

export function useSession(): Session | undefined {
  const { data } = useQuery(sessionQuery);
  return isSession(data) ? data : undefined;
}

export function useMay(deed: Deed): boolean {
  return may(useSession()?.role, deed);
}

// Takes over the session that a log-in returned.
export function useSignIn() {
  const client = useQueryClient();
  return useCallback(
    (session: Session) => {
      setCsrf(session.csrf);
      client.removeQueries({ predicate: (query) => query.queryKey[0] !== "session" });
      client.setQueryData(sessionQuery.queryKey, session);
    },
    [client],
  );
}

export function useSignOut() {
  const client = useQueryClient();
  return useCallback(async () => {
    await send<void>("DELETE", "/session");
    client.removeQueries({ predicate: (query) => query.queryKey[0] !== "session" });
    client.setQueryData<Standing>(sessionQuery.queryKey, signedOut);
  }, [client]);
}
