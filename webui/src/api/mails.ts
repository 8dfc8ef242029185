import { keepPreviousData, queryOptions } from "@tanstack/react-query";
import { rangeStart } from "../kit/time";
import { get, queryText } from "./client";
import type { MailRow, MailStory, Page } from "./types";

export const mailFilters = [
  "q",
  "sender",
  "recipient",
  "subject",
  "client",
  "verdict",
  "rule",
  "queue",
  "node",
  "direction",
  "queue_id",
  "message_id",
  "alert",
  "from",
  "to",
] as const;
export const mailSearch = [...mailFilters, "range", "cursor", "page", "open"] as const;
export type MailSearch = Partial<Record<(typeof mailSearch)[number], string>>;

export const pageSize = 50;

// `range` is a span that moves with the clock; `from` and `to` stand still.
export function mailsPath(search: MailSearch): string {
  const { open: _, page: __, range, ...rest } = search;
  return `/mails${queryText({ ...rest, from: rest.from ?? rangeStart(range), limit: pageSize })}`;
}

// The master searches for a bounded time and may hand back a short page with a cursor: go on a few times
// before showing it. What is left is for the person to ask for.
const furtherLooks = 4;

async function searchBack(search: MailSearch, signal: AbortSignal): Promise<Page<MailRow>> {
  const page = await get<Page<MailRow>>(mailsPath(search), signal);
  const items = [...page.items];
  let next = page.next;
  for (let look = 0; look < furtherLooks && next && items.length < pageSize / 2; look++) {
    const more = await get<Page<MailRow>>(mailsPath({ ...search, cursor: next }), signal);
    items.push(...more.items);
    next = more.next;
  }
  return { ...page, items, next };
}

export function mailsQuery(search: MailSearch) {
  const { open: _, ...key } = search;
  return queryOptions({
    queryKey: ["mails", key],
    queryFn: ({ signal }) => searchBack(search, signal),
    placeholderData: keepPreviousData,
  });
}

export function mailQuery(id: string) {
  return queryOptions({
    queryKey: ["mail", id],
    queryFn: ({ signal }) => get<MailStory>(`/mails/${encodeURIComponent(id)}`, signal),
  });
}
