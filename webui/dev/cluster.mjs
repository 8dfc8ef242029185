// A small cluster in memory, for looking at the console without one.
import { randomUUID } from "node:crypto";
import { readFileSync } from "node:fs";

export const now = () => new Date();
export const ago = (seconds) => new Date(Date.now() - seconds * 1000).toISOString();
export const ahead = (seconds) => ago(-seconds);

export const schema = JSON.parse(readFileSync(new URL("./policy_schema.json", import.meta.url), "utf8"));

const names = ["mx1", "mx2", "mx3", "mx4"];
export const nodes = names.map((name, index) => ({
  id: randomUUID(),
  name,
  groups: index < 2 ? ["paris"] : ["lyon", "edge"],
  state: name === "mx4" ? "down" : "up",
  last_seen: name === "mx4" ? ago(420) : ago(1),
  since: name === "mx4" ? ago(405) : ago(86_400 * 3),
  version: name === "mx3" ? "0.1.1" : "0.1.0",
  capabilities: ["clamd", "policy/1"],
  address: `192.0.2.${10 + index}`,
  applied_revision: name === "mx3" ? 3 : 4,
  refused:
    name === "mx3"
      ? { revision: 4, reason: "/rules/2/when/body/regex: needs more memory than this node allows" }
      : null,
  queue:
    name === "mx4"
      ? { events: 1289, bytes: 1_420_000, oldest: ago(420) }
      : { events: 0, bytes: 0, oldest: null },
  disk: {
    free: name === "mx2" ? 3.1e9 : 41e9,
    total: 64e9,
    quarantine_bytes: 118e6,
    quarantine_items: 40 + index,
  },
  clock_skew_ms: name === "mx2" ? 3100 : 4,
  last_event: ago(name === "mx4" ? 421 : 2),
  gaps: name === "mx4" ? 1 : 0,
  not_recorded: 0,
  folded: 0,
  mails_minute: name === "mx4" ? 0 : 14 + index * 5,
  certificate_expires: ahead(86_400 * 60),
  health: [
    { what: "clamd", ok: name !== "mx2", detail: name === "mx2" ? "no answer on inet:127.0.0.1:3310" : "" },
  ],
  paused: false,
}));
const raised = (rule, text, mails, last, acknowledged = null) => ({
  id: randomUUID(),
  rule,
  text,
  mails,
  first: ago(last * 40 + 60),
  last: ago(last),
  nodes: mails > 20 ? ["mx1", "mx2", "mx3"] : ["mx1"],
  acknowledged: acknowledged && ago(acknowledged),
  acknowledged_by: acknowledged && "admin",
});
export const alerts = [
  raised("look-alike-sender", "examp1e.com writes as example.com from 198.51.100.7", 3, 40),
  raised("card-numbers-out", "payment cards in a mail of julie@example.com to out@partner.example", 1, 610),
  raised("virus-wave", "Win.Test.EICAR_HDB-1 from 203.0.113.90", 214, 1900),
  raised("virus-wave", "", 1204, 2400),
  raised("dmarc-own-domain", "example.com fails DMARC from 192.0.2.44", 7, 86_400, 3600),
];
export const notices = Object.fromEntries(
  nodes.map((node) => [
    node.id,
    [
      { time: ago(86_400 * 9), text: "enrolled by admin" },
      ...(node.name === "mx4" ? [{ time: ago(405), text: "down: no sync for 15 s" }] : []),
      ...(node.name === "mx3" ? [{ time: ago(900), text: "refused revision 4" }] : []),
    ],
  ]),
);

export const published = {
  lists: {
    partners: { kind: "address", entries: ["@partner.example", "ceo@x.example"] },
    "risky-files": { kind: "glob", entries: ["*.exe", "*.js", "*.scr", "*.iso", "*.lnk"] },
    "card-data": { kind: "dictionary", entries: ["{payment-card}", "2*{iban}", "card number"] },
    "wire-fraud": {
      kind: "phrase",
      entries: ["urgent wire transfer", "change of bank details", "gift cards"],
    },
  },
  rules: [
    {
      id: "block-risky-files",
      name: "Hold risky attachments",
      direction: "inbound",
      when: {
        all: [{ "attachment.name": { matches: "@risky-files" } }, { not: { sender: { in: "@partners" } } }],
      },
      then: [{ quarantine: { queue: "attachments" } }],
      stop: true,
    },
    {
      id: "viruses",
      name: "Refuse viruses",
      when: { "virus.found": { is: true } },
      then: [{ reject: { code: 550, text: "A virus was found" } }, { keep: { queue: "virus" } }],
    },
    {
      id: "fraud",
      name: "Hold payment fraud",
      when: {
        any: [
          { body: { contains: "@wire-fraud" } },
          { subject: { contains: ["overdue invoice", "final notice"] } },
        ],
      },
      then: [{ quarantine: { queue: "fraud" } }],
    },
    {
      id: "look-alike-sender",
      name: "Somebody writes like us",
      direction: "inbound",
      when: {
        all: [
          { "from.domain": { resembles: ["example.com", "partner.example"] } },
          { time: { within: { days: ["mon", "fri"], from: "18:00", to: "08:00", zone: "Europe/Paris" } } },
          { "dmarc.result": { in: ["fail", "none"] } },
          { not: { "client.country": { in: ["FR", "DE"] } } },
        ],
      },
      then: [
        { alert: { text: "somebody writes like us" } },
        { score: { add: 3.5 } },
        { strip: { which: "matched", queue: "attachments", notice: "removed" } },
        { notify: { to: "administrator", notice: "removed" } },
      ],
    },
    {
      id: "card-numbers-out",
      name: "No card numbers to strangers",
      direction: "outbound",
      when: { "any-text": { count: { of: "@card-data", at_least: 3, at_most: 40 } } },
      then: [{ "rate-limit": { rate: "mails-of-user", then: "reject" } }, { quarantine: { queue: "fraud" } }],
    },
    {
      id: "tag-lists",
      name: "Tag newsletters",
      when: { "header:List-Unsubscribe": { exists: true } },
      then: [{ "tag-subject": { text: "[list]" } }],
    },
    {
      id: "big-outbound",
      name: "No huge mail outbound",
      enabled: false,
      direction: "outbound",
      nodes: ["group:paris"],
      when: { size: { greater: "50M" } },
      then: [{ tempfail: { text: "Too large at this hour" } }],
    },
  ],
  sections: {
    antivirus: { enabled: true, address: "inet:127.0.0.1:3310", on_failure: "tempfail" },
    queues: {
      attachments: { label: "Programs and archives", retention_days: 14 },
      fraud: { label: "Payment fraud, for accounting" },
      virus: { label: "Viruses", retention_days: 7 },
    },
    "dns-lists": {
      spamhaus: { zone: "zen.spamhaus.org", codes: ["127.0.0.2 sbl 4.5", "127.0.0.4/30 xbl 3"], weight: 2 },
      surbl: { zone: "multi.surbl.org", asks: "url-domain", weight: 3 },
    },
    notices: {
      removed: { subject: "Removed from your mail", text: "A file was removed." },
    },
    rates: { "mails-of-user": { key: "user", counts: "messages", window_s: 3600, limit: 200 } },
    signing: { "example.com": { selectors: ["mx-2026", "mx-2026-ed"], seal: true } },
  },
};

export const policy = {
  revisions: [1, 2, 3, 4].map((revision) => ({
    revision,
    digest: randomUUID().replaceAll("-", "").repeat(2),
    published: ago(86_400 * (5 - revision)),
    published_by: revision === 1 ? "system" : "admin",
    comment: [
      "the default policy",
      "hold risky attachments",
      "tag newsletters",
      "payment fraud after the CEO mail",
    ][revision - 1],
    rules: revision + 1,
    document: revision === 4 ? published : { ...published, rules: published.rules.slice(0, revision) },
  })),
  draft: null,
  etag: 1,
};

const senders = [
  "news@shop.example",
  "ceo@partner.example",
  "billing@invoice.example",
  "ann@home.example",
  "",
  "robot@ci.example",
];
const subjects = [
  "Your order 4711 has been shipped",
  "Overdue invoice 2041: urgent wire transfer needed today",
  "Re: Minutes of the meeting",
  "",
  "Ausgezeichnete Größe: naïve café ☕ — 会議の議事録",
  "Scan_0001.exe",
];
const verdicts = [
  "deliver",
  "deliver",
  "deliver",
  "quarantine",
  "deliver",
  "reject",
  "tempfail",
  "deliver",
  "discard",
];
const rule = {
  quarantine: "fraud",
  reject: "viruses",
  tempfail: "viruses",
  discard: "tag-lists",
  deliver: "",
};

let serial = 0;
export function makeMail(secondsAgo) {
  serial += 1;
  const verdict = verdicts[serial % verdicts.length];
  const node = nodes[serial % 3];
  const id = randomUUID();
  const item = verdict === "quarantine" ? randomUUID() : "";
  return {
    id,
    time: ago(secondsAgo),
    node: node.name,
    node_id: node.id,
    queue_id: `4X${serial.toString(36).toUpperCase()}Z1`,
    direction: serial % 5 === 0 ? "outbound" : "inbound",
    client_address: `198.51.100.${serial % 250}`,
    client_name: serial % 2 ? "mail.shop.example" : "",
    sender: senders[serial % senders.length],
    recipients:
      serial % 4 ? ["bob@example.com"] : ["bob@example.com", "carol@example.com", "dave@example.com"],
    subject: subjects[serial % subjects.length],
    size: 2_000 + ((serial * 7919) % 900_000),
    verdict,
    rule: rule[verdict],
    queue: verdict === "quarantine" ? "fraud" : "",
    revision: 4,
    items: item ? [item] : [],
    superseded: serial % 29 === 0,
    in_doubt: serial % 31 === 0,
  };
}
export const mails = Array.from({ length: 240 }, (_, index) => makeMail((240 - index) * 47)).reverse();

export function makeItem(mail) {
  return {
    id: mail.items[0],
    mail: mail.id,
    received: mail.time,
    node: mail.node,
    node_id: mail.node_id,
    queue_id: mail.queue_id,
    sender: mail.sender,
    recipients: mail.recipients,
    subject: mail.subject,
    size: mail.size,
    rule: "fraud",
    reason: "Hold payment fraud: body contains “urgent wire transfer”",
    queue: mail.subject.endsWith(".exe") ? "attachments" : "fraud",
    state: "stored",
    copy: false,
    client_address: mail.client_address,
    expires: ahead(86_400 * 29),
    sha256: randomUUID().replaceAll("-", "").repeat(2),
    version: 1,
    detail: "",
    direction: mail.direction,
    history: [{ time: mail.time, state: "stored", detail: "", actor: null }],
  };
}
export const items = mails.filter((mail) => mail.items.length > 0).map(makeItem);

export const users = [
  { name: "admin", role: "admin", created: ago(86_400 * 9), last_login: ago(60), locked: false },
  { name: "ann", role: "operator", created: ago(86_400 * 5), last_login: ago(7200), locked: false },
  { name: "helpdesk", role: "quarantine", created: ago(86_400 * 5), last_login: null, locked: true },
  { name: "revision", role: "auditor", created: ago(86_400 * 2), last_login: ago(86_400), locked: false },
];
export const tokens = [
  {
    id: randomUUID(),
    name: "nightly backup",
    role: "auditor",
    created: ago(86_400),
    expires: ahead(86_400 * 80),
    last_used: ago(3000),
    created_by: "admin",
  },
];
export const enrollments = [];
export const audit = [];
export function note(actor, action, object, before = null, after = null) {
  audit.unshift({
    id: randomUUID(),
    time: now().toISOString(),
    actor,
    via: "session",
    address: "192.0.2.77",
    action,
    object,
    before,
    after,
  });
}
note("admin", "session.login", "admin");
note("admin", "user.change", "ann", { name: "ann", role: "quarantine" }, { name: "ann", role: "operator" });
note(
  "ann",
  "quarantine.release",
  items[0].id,
  { state: "stored" },
  { state: "releasing", recipients: ["bob@example.com"] },
);
note(
  "admin",
  "policy.publish",
  "revision 4",
  { lists: { partners: { kind: "address", entries: ["@partner.example"] } } },
  { lists: { partners: { kind: "address", entries: ["@partner.example", "ceo@x.example"] } } },
);
