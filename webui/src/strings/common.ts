// Texts: The frame, the states of tables, log-in.
import { count, some } from "../kit/numbers";

export const app = {
  name: "Weir",
  skip: "Skip to the content",
  loading: "Loading",
  retry: "Try again",
  cancel: "Cancel",
  close: "Close",
  save: "Save",
  remove: "Remove",
  delete: "Delete",
  edit: "Edit",
  add: "Add",
  copy: "Copy",
  copied: "Copied",
  back: "Back",
  all: "All",
  none: "none",
  unknown: "unknown",
  more: "More",
  clearFilter: "Clear the filter",
  failedTitle: "This could not be loaded",
  notFoundTitle: "There is no such page",
  notFoundText: "The address may be old or mistyped.",
  notAllowedTitle: "Your role does not open this page",
  notAllowedText: "Ask an administrator for a role that does.",
  toOverview: "Go to the overview",
  crashTitle: "The console stopped here",
  crashText: "Nothing was changed by it. Reload the page; if it comes back, tell the people who run Weir:",
  reload: "Reload the page",
  readOnly: "Read only",
  readOnlyHelp: "An auditor sees everything and changes nothing.",
  shown: (from: number, to: number, total?: number) =>
    total === undefined ? `${count(from)}–${count(to)}` : `${count(from)}–${count(to)} of ${count(total)}`,
  showing: "Showing",
  older: "Older",
  newest: "Newest",
  searchedPart: "Searched only part of the log so far.",
  searchOn: "Search further back",
  newRows: (n: number) => `${some(n, "new row", "new rows")} · show`,
  sortBy: (what: string) => `Sort by ${what}`,
};

export const nav = {
  label: "Pages",
  open: "Open the navigation",
  overview: "Overview",
  mails: "Mail log",
  quarantine: "Quarantine",
  alerts: "Alerts",
  userLists: "User lists",
  dmarc: "DMARC",
  rules: "Rules",
  nodes: "Nodes",
  users: "Users and tokens",
  audit: "Audit",
  reference: "Reference",
  problems: (n: number) => some(n, "problem", "problems"),
  openAlerts: (n: number) => some(n, "open alert", "open alerts"),
  draft: (n: number) => `${some(n, "change", "changes")} in the draft`,
};

export const header = {
  chip: (revision: number, applied: number, of: number) => `rev ${revision} · ${applied}/${of} nodes`,
  chipNone: "no revision yet",
  chipAll: "Every node runs this revision. Open the nodes.",
  chipLag: (n: number) => `${some(n, "node is", "nodes are")} not on this revision yet. Open it.`,
  chipRefused: (node: string) => `${node} refused this revision. Open it.`,
  chipNoMaster: "The master does not answer",
  alerts: (n: number) => `${some(n, "open alert", "open alerts")}. Show them.`,
  userMenu: (name: string) => `User menu of ${name}`,
  role: (role: string) => `Role: ${role}`,
  password: "Change password",
  logOut: "Log out",
  scheme: "Colour scheme",
  light: "Light",
  dark: "Dark",
  auto: "As the system",
  version: (v: string, cluster: string) => `Weir ${v} · ${cluster}`,
};

export const roles: Record<string, string> = {
  admin: "admin",
  operator: "operator",
  quarantine: "quarantine",
  auditor: "auditor",
};

export const roleHelp: Record<string, string> = {
  admin: "everything, users and tokens too",
  operator: "policy, nodes, quarantine, mail log",
  quarantine: "quarantine and mail log only",
  auditor: "reads everything, changes nothing",
};

export const verdicts: Record<string, string> = {
  deliver: "delivered",
  quarantine: "quarantined",
  reject: "rejected",
  tempfail: "tempfailed",
  discard: "discarded",
  tag: "tagged",
};

export const login = {
  title: "Log in to Weir",
  firstTitle: "Welcome to Weir",
  firstText: "Make the first account. It may do everything; more people are added under Users and tokens.",
  firstNoToken:
    "No account exists yet. Open the one-time link that weir-master printed when it started for the first time; it ends in #token=…",
  firstUsed: "Use the newest link: each start without an account prints one.",
  user: "User name",
  password: "Password",
  newPassword: "New password",
  passwordAgain: "New password again",
  current: "Current password",
  passwordHelp: "At least 12 characters. A sentence is easiest to keep.",
  tooShort: (left: number) => `${left} more to go`,
  differ: "The two passwords differ.",
  logIn: "Log in",
  create: "Create account and log in",
  change: "Change password",
  changed: "Your password is changed. Your other sessions have ended.",
  locked: (seconds: string) => `Too many tries. Wait ${seconds} and try again.`,
  signedOut: "You have been logged out. Log in to go on.",
  noMaster: "The master does not answer. This page tries again by itself.",
};
