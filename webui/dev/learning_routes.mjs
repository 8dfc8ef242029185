// What the made-up cluster learned of spam and ham.
import { createHash } from "node:crypto";
import { items, note } from "./cluster.mjs";

const digestOf = (text) => createHash("sha256").update(text).digest("hex");
const subjects = [
  ["spam", "Your parcel could not be delivered: pay the fee now"],
  ["ham", "Minutes of Thursday's meeting"],
  [
    "spam",
    "Last chance: 80 % off the watches that everybody wants this winter, delivered to your door for free",
  ],
  ["ham", "Invoice 2026-1187"],
  ["spam", ""],
  ["ham", "Re: holiday list"],
];
const learned = Array.from({ length: 214 + 86 }, (_, index) => {
  const [kind, subject] = subjects[index % subjects.length];
  const row = {
    sha256: digestOf(`learned ${index}`),
    class: index >= 172 ? "spam" : kind,
    learned: new Date(Date.now() - index * 3_700_000).toISOString(),
    by: index % 4 === 0 ? "backup-script" : "admin",
    subject,
    item: null,
    tokens: 80 + ((index * 37) % 900),
  };
  return row;
});
let changed = learned[0].learned;

const many = (kind) => learned.filter((mail) => mail.class === kind).length;

function learn(kind, sha256, subject, item) {
  const place = learned.findIndex((mail) => mail.sha256 === sha256);
  const before = learned[place];
  if (before?.class === kind) return { outcome: "known", mail: before, before: null };
  if (before) learned.splice(place, 1);
  changed = new Date().toISOString();
  const mail = { sha256, class: kind, learned: changed, by: "admin", subject, item, tokens: 240 };
  learned.unshift(mail);
  note("admin", "learning.learn", `mail ${sha256}`, before ? { class: before.class } : null, { class: kind });
  return {
    status: before ? 200 : 201,
    body: { outcome: before ? "moved" : "learned", mail, before: before ?? null },
  };
}

export const learningRoutes = {
  "GET /learning": () => {
    const [spam, ham] = [many("spam"), many("ham")];
    const missing = { spam: Math.max(0, 200 - spam), ham: Math.max(0, 200 - ham) };
    return {
      spam,
      ham,
      needed: 200,
      missing,
      scores: missing.spam + missing.ham === 0,
      tokens: 61_204,
      digests: 341,
      limits: { mail_bytes: 33_554_432, mails: 200_000, tokens: 1_000_000, digests: 50_000 },
      changed,
      model: {
        written: changed,
        bytes: 1_022_912,
        digest: digestOf(changed),
        current: true,
        nodes: { have: 3, without: ["mx4"] },
      },
    };
  },
  "POST /learning": ({ query, body }) => {
    const text = JSON.stringify(body);
    return learn(query.get("class"), digestOf(text), "From a file", null);
  },
  "POST /learning/items/:id": ({ id, body }) => {
    const item = items.find((one) => one.id === id);
    if (!item) return { status: 404, problem: "There is no such item" };
    return learn(body.class, item.sha256, item.subject, id);
  },
  "GET /learning/mails": ({ query }) => {
    const [kind, sha256] = [query.get("class"), query.get("sha256")];
    const q = query.get("q")?.toLowerCase();
    const rows = learned.filter(
      (mail) =>
        (!kind || mail.class === kind) &&
        (!sha256 || mail.sha256 === sha256) &&
        (!q || mail.subject.toLowerCase().includes(q)),
    );
    const [start, limit] = [Number(query.get("cursor") ?? 0), Number(query.get("limit") ?? 50)];
    return {
      items: rows.slice(start, start + limit),
      next: start + limit < rows.length ? String(start + limit) : null,
    };
  },
  "DELETE /learning/mails/:id": ({ id }) => {
    const place = learned.findIndex((mail) => mail.sha256 === id);
    if (place < 0) return { status: 404, problem: "There is no such learned mail" };
    learned.splice(place, 1);
    changed = new Date().toISOString();
    return { status: 204 };
  },
};
