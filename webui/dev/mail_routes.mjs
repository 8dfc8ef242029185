import { ago, items, mails, nodes, note, now } from "./cluster.mjs";

const has = (text, part) => !part || text.toLowerCase().includes(part.toLowerCase());
const address = (text, wanted) =>
  !wanted || (wanted.startsWith("@") ? text.endsWith(wanted) : text === wanted);

function matches(row, query, time) {
  const q = query.get("q");
  const [from, to] = [query.get("from"), query.get("to")];
  return (
    (!q || has(row.sender, q) || has(row.subject, q) || row.recipients.some((one) => has(one, q))) &&
    address(row.sender, query.get("sender")) &&
    (!query.get("client") || row.client_address === query.get("client")) &&
    (!query.get("verdict") || row.verdict === query.get("verdict")) &&
    (!query.get("rule") || row.rule === query.get("rule")) &&
    (!query.get("queue") || row.queue === query.get("queue")) &&
    (!query.get("node") || row.node_id === query.get("node") || row.node === query.get("node")) &&
    (!query.get("direction") || row.direction === query.get("direction")) &&
    (!from || time >= from) &&
    (!to || time < to)
  );
}

function page(rows, query, total) {
  const start = Number(query.get("cursor") ?? 0);
  const limit = Number(query.get("limit") ?? 50);
  const next = start + limit < rows.length ? String(start + limit) : null;
  return { items: rows.slice(start, start + limit), next, ...(total ? { total: rows.length } : {}) };
}

const open = ["stored", "releasing", "release-failed"];
const find = (id) => items.find((item) => item.id === id);
const detail = (item) => ({
  ...item,
  node_state: nodes.find((node) => node.id === item.node_id)?.state ?? "never",
});

function step(item, state, detailText = "", actor = null) {
  item.state = state;
  item.version += 1;
  item.history.push({ time: now().toISOString(), state, detail: detailText, actor });
}

function release(item, recipients) {
  if (!["stored", "release-failed"].includes(item.state)) return `it is ${item.state}`;
  step(item, "releasing", recipients ? `to ${recipients.join(", ")}` : "", "admin");
  note("admin", "quarantine.release", item.id, { state: "stored" }, { state: "releasing" });
  setTimeout(() => step(item, "releasing"), 900);
  setTimeout(() => step(item, "released", "250 2.0.0 Ok: queued as 4XZ"), 1800);
  return null;
}

function remove(item) {
  step(item, "deleted", "", "admin");
  note("admin", "quarantine.delete", item.id, { state: "stored" }, { state: "deleted" });
  return null;
}

const html =
  "<html><head><style>.box{border:1px solid #c33;padding:8px}</style><script>alert(1)</script></head><body onload='x()'>" +
  "<div class='box'><h2 style='color:#c33;background:url(https://track.example/a.png)'>Urgent wire transfer</h2>" +
  "<p>Please <a href='https://evil.example/pay'>pay here</a> today.</p><img src='https://track.example/p.gif' alt='pixel'></div></body></html>";

export const mailRoutes = {
  "GET /mails": ({ query }) =>
    page(
      mails.filter((row) => matches(row, query, row.time)),
      query,
      false,
    ),
  "GET /mails/:id": ({ id }) => {
    const mail = mails.find((one) => one.id === id);
    if (!mail) return { status: 404, problem: "There is no such mail" };
    const item = mail.items[0] ?? "";
    return {
      ...mail,
      helo: "mail.shop.example",
      auth_user: "",
      tls_version: "TLSv1.3",
      message_id: `<${mail.queue_id.toLowerCase()}@shop.example>`,
      outcomes: [
        {
          recipients: mail.recipients,
          verdict: mail.verdict,
          rule: mail.rule,
          reason: mail.verdict === "quarantine" ? "Hold payment fraud" : "",
          queue: mail.queue,
          code: mail.verdict === "reject" ? 550 : 0,
          status: mail.verdict === "reject" ? "5.7.1" : "",
          text: mail.verdict === "reject" ? "A virus was found" : "",
          item,
          rules: mail.rule ? [mail.rule] : [],
          changes: [],
        },
      ],
      viruses: mail.verdict === "reject" ? ["Eicar-Test-Signature"] : [],
      attachments: 1,
      stages: { parse: 0.21, rules: 0.08, virus: 2.9, store: 1.4, total: 4.7 },
      fingerprint: "a".repeat(64),
      story: [
        { time: mail.time, text: "received from mail.shop.example", node: mail.node, actor: null },
        { time: mail.time, text: `verdict ${mail.verdict}`, node: mail.node, actor: null },
        ...(find(item)?.history.slice(1) ?? []).map((one) => ({
          time: one.time,
          text: one.state,
          node: mail.node,
          actor: one.actor,
        })),
      ],
    };
  },
  "GET /quarantine": ({ query }) => {
    const state = query.get("state");
    const rows = items.filter(
      (item) =>
        (state === "all" || (state ? item.state === state : open.includes(item.state))) &&
        matches(item, query, item.received),
    );
    return page(rows, query, true);
  },
  "GET /quarantine/queues": () => {
    const queues = {
      empty: { queue: "empty", items: 0, bytes: 0, declared: true, label: "Nothing yet", days: 7 },
    };
    for (const item of items.filter((one) => open.includes(one.state))) {
      queues[item.queue] ??= {
        queue: item.queue,
        items: 0,
        bytes: 0,
        declared: true,
        label: `Held for ${item.queue}`,
        days: 30,
      };
      queues[item.queue].items += 1;
      queues[item.queue].bytes += item.size;
    }
    return { items: Object.values(queues), next: null };
  },
  "GET /quarantine/:id": ({ id }) =>
    find(id) ? detail(find(id)) : { status: 404, problem: "There is no such item" },
  "GET /quarantine/:id/preview": ({ id }) => {
    const item = find(id);
    if (!item) return { status: 404, problem: "There is no such item" };
    if (item === items[2])
      return { status: 503, problem: `${item.node} is away; it was last seen at ${ago(400)}` };
    return {
      headers: [
        { name: "From", value: item.sender },
        { name: "To", value: item.recipients.join(", ") },
        { name: "Subject", value: item.subject },
        {
          name: "Received",
          value:
            "from mail.shop.example (mail.shop.example [198.51.100.7]) by mx1.example.com; Sat, 21 Nov 2026 20:01:02 +0000",
        },
      ],
      text: "Dear colleague,\n\nplease make an urgent wire transfer of 48,000 EUR today.\nI am in a meeting, do not call.\n\nThe CEO\n",
      html,
      attachments: [
        { name: "invoice.pdf", type: "application/pdf", real_type: "application/x-dosexec", size: 81_233 },
        { name: "logo.png", type: "image/png", real_type: "image/png", size: 4_120 },
      ],
      truncated: false,
    };
  },
  "POST /quarantine/:id/release": ({ id, body }) => {
    const why = release(find(id), body.recipients);
    return why ? { status: 409, problem: why } : { status: 202, body: { command: "c1", state: "releasing" } };
  },
  "DELETE /quarantine/:id": ({ id }) => {
    remove(find(id));
    return { status: 202, body: {} };
  },
  "POST /quarantine/bulk": ({ body }) => ({
    results: body.ids.map((id) => {
      const why = body.action === "release" ? release(find(id), body.recipients) : remove(find(id));
      return { id, ok: why === null, detail: why ?? "" };
    }),
  }),
};
