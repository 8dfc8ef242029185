import { keepPreviousData, queryOptions } from "@tanstack/react-query";
import { call, get, queryText, send } from "./client";
import type { Page } from "./types";

export interface DmarcDomain {
  domain: string;
  reports: number;
  organizations: number;
  mails: number;
  passed: number;
  quarantined: number;
  rejected: number;
  newest: string | null;
}

export interface DmarcSource {
  source: string;
  mails: number;
  passed: number;
  dkim: number;
  spf: number;
  quarantined: number;
  rejected: number;
}

export interface DmarcReceived {
  id: string;
  organization: string;
  begin: string | null;
  end: string | null;
  origin: string | null;
  authenticated: boolean;
  mails: number;
  passed: number;
  omitted_mails: number;
}

export interface DmarcDomainDetail {
  domain: string;
  sources: DmarcSource[];
  reports: DmarcReceived[];
}

export interface DmarcDestination {
  address: string;
  state: "waiting" | "sending" | "sent" | "failed" | "unsure";
  tries: number;
  next_try: string | null;
  changed: string | null;
  detail: string;
}

export interface DmarcSent {
  id: string;
  day: string;
  part: number;
  domain: string | null;
  report_id: string | null;
  rows: number;
  mails: number;
  left_out: number;
  closed: string | null;
  destinations: DmarcDestination[];
}

export interface DmarcSentPage extends Page<DmarcSent> {
  hindrance: string | null;
}

export const dmarcSearch = ["tab", "range", "open", "day", "cursor", "page"] as const;
export type DmarcSearch = Partial<Record<(typeof dmarcSearch)[number], string>>;
export const dmarcPageSize = 50;
const defaultDays = 30;

// The start of the period that a choice such as "90d" means; whole hours, so that a look again asks the same.
export function periodStart(range: string | undefined, now: Date = new Date()): string {
  const days = Number(/^(\d{1,3})d$/.exec(range ?? "")?.[1] ?? defaultDays);
  const start = new Date(now.getTime() - days * 86_400_000);
  start.setMinutes(0, 0, 0);
  return start.toISOString();
}

export function dmarcDomainsQuery(range: string | undefined) {
  return queryOptions({
    queryKey: ["dmarc", "received", range ?? ""],
    queryFn: ({ signal }) =>
      get<Page<DmarcDomain>>(`/dmarc/received${queryText({ from: periodStart(range), limit: 500 })}`, signal),
    placeholderData: keepPreviousData,
  });
}

export function dmarcDomainQuery(domain: string, range: string | undefined) {
  return queryOptions({
    queryKey: ["dmarc", "received", range ?? "", domain],
    queryFn: ({ signal }) =>
      get<DmarcDomainDetail>(
        `/dmarc/received/${encodeURIComponent(domain)}${queryText({ from: periodStart(range), limit: 200 })}`,
        signal,
      ),
  });
}

export function dmarcSentQuery({ day, cursor }: DmarcSearch) {
  return queryOptions({
    queryKey: ["dmarc", "sent", day ?? "", cursor ?? ""],
    queryFn: ({ signal }) =>
      get<DmarcSentPage>(`/dmarc/sent${queryText({ day, cursor, limit: dmarcPageSize })}`, signal),
    placeholderData: keepPreviousData,
  });
}

export function sendDay(day: string, again: boolean): Promise<{ closed: number; waiting: number }> {
  return send("POST", "/dmarc/sent", { day, again });
}

export async function importReport(
  file: File,
): Promise<{ new: boolean; domain: string; organization: string }> {
  return (
    await call<{ new: boolean; domain: string; organization: string }>("/dmarc/received", {
      method: "POST",
      file,
    })
  ).body;
}

export function reportAddress(id: string): string {
  return `/api/v1/dmarc/sent/${encodeURIComponent(id)}`;
}
