// Texts: user lists.
import { count, some } from "../kit/numbers";

const kinds: Record<string, string> = { allow: "allow", block: "block" };

export const userLists = {
  title: "User lists",
  question: "Whose mail does a recipient want, and whose not?",
  search: "Search recipient or sender",
  kind: "List",
  kinds,
  anyKind: "Allow and block",
  columns: { owner: "Recipient", kind: "List", sender: "Sender", added: "Since", by: "By" },
  ownersTitle: (owner: string) => `Show only the entries of ${owner}`,
  entry: (one: { owner: string; kind: string; sender: string }) =>
    `${kinds[one.kind] ?? one.kind} ${one.sender} for ${one.owner}`,
  full: (entries: number, most: number) => `${count(entries)} of ${count(most)} entries`,
  fullOf: (owner: string, entries: number, most: number) => `${owner}: ${count(entries)} of ${count(most)}`,
  limitReached: "No more can be added here until others are removed.",
  emptyTitle: "Nobody has a list yet",
  emptyText:
    "An entry says that one recipient, or a whole domain of them, wants a sender's mail or does not. Rules act on it with the condition user-list.",
  idleTitle: "No rule acts on these lists",
  idleText:
    "Entries do nothing until a rule of the published policy has the condition user-list (blocked: hold or refuse the mail; allowed: let it pass).",
  noMatch: "No entry matches this filter",
  add: "Add an entry",
  addTitle: "Add an entry",
  owner: "For the recipient",
  ownerHelp: "anna@example.com, or @example.com for everybody there.",
  sender: "Mail from",
  senderHelp: "shop@example.net, or @example.net with its subdomains.",
  addVerb: "Add entry",
  outcomes: {
    added: (what: string) => `Added: ${what}.`,
    changed: (what: string) => `Changed: ${what}.`,
    present: (what: string) => `It was there already: ${what}.`,
  } as Record<string, (what: string) => string>,
  selectColumn: "Select",
  select: (what: string) => `Select ${what}`,
  selected: (n: number) => `${count(n)} selected`,
  selectAll: (n: number) => `Select all ${count(n)}`,
  clearSelection: "Clear selection",
  remove: "Remove",
  removeLabel: (what: string) => `Remove ${what}`,
  removeTitle: (n: number) => (n === 1 ? "Remove this entry?" : `Remove ${count(n)} entries?`),
  removeEffect: (n: number) =>
    n === 1
      ? "Within seconds every node treats this sender as the rules say, without it:"
      : "Within seconds every node treats these senders as the rules say, without them.",
  removeVerb: (n: number) => (n === 1 ? "Remove entry" : `Remove ${count(n)} entries`),
  removed: (n: number) => `${some(n, "entry is", "entries are")} removed.`,
  next: "Next",
  first: "First page",
  import: "Import",
  importTitle: "Import entries",
  importText: "Entries, one a line",
  importHelp:
    "Recipient, allow or block, sender; spaces, commas or semicolons between. At most 10 000 at once. What is there already stays.",
  importExample: "anna@example.com allow shop@example.net\n@example.com block @spam.example",
  importVerb: (n: number) => (n === 0 ? "Import" : `Import ${some(n, "line", "lines")}`),
  importDone: "What was taken",
  importAgain: "Import more",
  importCounts: {
    added: (n: number) => `${count(n)} added`,
    changed: (n: number) => `${count(n)} changed`,
    present: (n: number) => `${count(n)} there already`,
    refused: (n: number) => `${count(n)} refused`,
  } as Record<string, (n: number) => string>,
  refusedLines: "Refused lines",
  refusedColumns: { line: "Line", what: "Found", why: "Why" },
  moreRefused: (n: number) => `and ${some(n, "line", "lines")} more`,
  always: {
    allow: "Always allow this sender for …",
    block: "Block this sender for …",
  },
  alwaysTitle: { allow: "Always allow this sender", block: "Block this sender" },
  alwaysVerb: {
    allow: (n: number) => `Allow for ${some(n, "recipient", "recipients")}`,
    block: (n: number) => `Block for ${some(n, "recipient", "recipients")}`,
  },
  alwaysDone: {
    allow: (n: number) => `The sender is allowed for ${some(n, "recipient", "recipients")}.`,
    block: (n: number) => `The sender is blocked for ${some(n, "recipient", "recipients")}.`,
  },
  alwaysEffect: "This counts for mail to come. The mail here stays as it is.",
  which: "Which sender",
  withSubdomains: (domain: string) => `${domain} with its subdomains`,
  whom: "For whom",
  fromHeader: "The envelope names no sender; this address is from the header From.",
  noSender: "Neither the envelope nor the header From names a sender.",
};
