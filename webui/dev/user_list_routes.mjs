// User lists of the made-up cluster.
const names = ["anna@example.com", "bernd.kaestner@example.com", "@example.com", "office@sales.example.org"];
const senders = [
  ["shop@example.net", "allow"],
  ["@newsletter.example.net", "block"],
  ["a.very.long.sender.address.of.some.system@notifications.mailing.example.org", "allow"],
  ["@spam.example", "block"],
];
const limits = { entries: 200_000, entries_of_owner: 1000 };
let entries = names.flatMap((owner, index) =>
  senders.slice(0, 4 - (index % 3)).map(([sender, kind], place) => ({
    owner,
    kind,
    sender,
    added: new Date(Date.now() - (index * 7 + place) * 5_400_000).toISOString(),
    added_by: place % 2 ? "kim" : "admin",
  })),
);

function counts(owners) {
  const of = (owner) => entries.filter((one) => one.owner === owner).length;
  return {
    entries: entries.length,
    owners: Object.fromEntries([...new Set(owners)].map((owner) => [owner, of(owner)])),
    limits,
  };
}

const same = (a, b) => a.owner === b.owner && a.sender === b.sender;
const address = /^[^\s@]*@[^\s@]+$/;

function put(given, line) {
  const entry = { owner: given.owner, kind: given.kind, sender: given.sender };
  const wrong = ["owner", "sender"].find((name) => !address.test(entry[name] ?? ""));
  if (wrong)
    return {
      line,
      ...entry,
      ok: false,
      outcome: "refused",
      detail: `${wrong}: expected user@domain or @domain, found "${entry[wrong] ?? ""}"`,
    };
  const found = entries.find((one) => same(one, entry));
  const outcome = !found ? "added" : found.kind === entry.kind ? "present" : "changed";
  entries = entries.filter((one) => !same(one, entry));
  entries.unshift({ ...entry, added: new Date().toISOString(), added_by: "admin" });
  return { line, ...entry, ok: true, outcome, detail: "" };
}

const answer = (results) => ({ results, ...counts(results.map((one) => one.owner)) });

export const userListRoutes = {
  "GET /user-lists": ({ query }) => {
    const asked = (name) => query.get(name)?.toLowerCase();
    const q = asked("q");
    const items = entries
      .filter((one) => ["owner", "sender", "kind"].every((name) => !asked(name) || one[name] === asked(name)))
      .filter((one) => !q || one.owner.includes(q) || one.sender.includes(q))
      .sort((a, b) => a.owner.localeCompare(b.owner) || a.sender.localeCompare(b.sender));
    const owners = asked("owner") ? [asked("owner")] : items.map((one) => one.owner);
    return { items, next: null, ...counts(owners), acted_on: process.env.WEIR_DEV_IDLE_LISTS !== "1" };
  },
  "POST /user-lists": ({ body }) => answer(body.entries.map((one, index) => put(one, index + 1))),
  "POST /user-lists/remove": ({ body }) =>
    answer(
      body.entries.map((key, index) => {
        entries = entries.filter((one) => !same(one, key));
        return { line: index + 1, ...key, kind: "block", ok: true, outcome: "removed", detail: "" };
      }),
    ),
  "POST /user-lists/import": ({ body }) =>
    answer(
      body.text.split("\n").flatMap((text, index) => {
        const words = text.trim().split(/[\s,;]+/);
        if (!text.trim() || text.startsWith("#")) return [];
        return [put({ owner: words[0], kind: words[1], sender: words[2] }, index + 1)];
      }),
    ),
};
