import { randomUUID } from "node:crypto";
import { nodes, note, now, policy, schema } from "./cluster.mjs";

const newest = () => policy.revisions[policy.revisions.length - 1];
const etag = () => `"d-${policy.etag}"`;

function draftBody() {
  const draft = policy.draft;
  return {
    document: draft?.document ?? newest().document,
    base_revision: newest().revision,
    changed: draft !== null,
    changed_by: draft ? "admin" : null,
    changed_at: draft?.at ?? null,
  };
}

function problems(document) {
  const errors = [];
  (document.rules ?? []).forEach((rule, index) => {
    if (!rule.id)
      errors.push({ where: `/rules/${index}/id`, what: "expected an id: letters, digits, dots, hyphens" });
    (rule.then ?? []).forEach((action, at) => {
      if (action.quarantine && !action.quarantine.queue)
        errors.push({ where: `/rules/${index}/then/${at}/quarantine/queue`, what: "expected a queue name" });
    });
  });
  return errors;
}

function diff(before, after) {
  const changes = [];
  const same = (a, b) => JSON.stringify(a) === JSON.stringify(b);
  for (const what of ["lists", "sections"]) {
    const kind = what.slice(0, -1);
    const all = new Set([...Object.keys(before[what] ?? {}), ...Object.keys(after[what] ?? {})]);
    for (const id of all) {
      const [a, b] = [before[what]?.[id] ?? null, after[what]?.[id] ?? null];
      if (same(a, b)) continue;
      changes.push({
        kind: a ? (b ? "changed" : "removed") : "added",
        what: kind,
        id,
        name: id,
        before: a,
        after: b,
      });
    }
  }
  const old = before.rules ?? [];
  const fresh = after.rules ?? [];
  for (const [place, rule] of fresh.entries()) {
    const at = old.findIndex((one) => one.id === rule.id);
    const head = { what: "rule", id: rule.id, name: rule.name ?? rule.id };
    if (at < 0) changes.push({ kind: "added", ...head, before: null, after: rule });
    else if (!same(old[at], rule)) changes.push({ kind: "changed", ...head, before: old[at], after: rule });
    if (at >= 0 && at !== place && old.length === fresh.length)
      changes.push({ kind: "moved", ...head, before: { position: at + 1 }, after: { position: place + 1 } });
  }
  for (const rule of old)
    if (!fresh.some((one) => one.id === rule.id))
      changes.push({
        kind: "removed",
        what: "rule",
        id: rule.id,
        name: rule.name ?? rule.id,
        before: rule,
        after: null,
      });
  return changes;
}

const documentOf = (name) =>
  name === "draft"
    ? draftBody().document
    : policy.revisions.find((one) => String(one.revision) === name)?.document;

function publish(document, comment) {
  const revision = newest().revision + 1;
  const made = {
    revision,
    digest: randomUUID().replaceAll("-", "").repeat(2),
    published: now().toISOString(),
  };
  policy.revisions.push({
    ...made,
    published_by: "admin",
    comment,
    rules: document.rules?.length ?? 0,
    document,
  });
  note("admin", "policy.publish", `revision ${revision}`);
  nodes.forEach((node, index) => {
    if (node.state === "down") return;
    setTimeout(
      () => {
        if (node.name === "mx3")
          node.refused = {
            revision,
            reason: "/rules/2/when/body/regex: needs more memory than this node allows",
          };
        else node.applied_revision = revision;
      },
      500 * (index + 1),
    );
  });
  return made;
}

export function draftChanges() {
  return policy.draft ? diff(newest().document, policy.draft.document).length : 0;
}

export const policyRoutes = {
  "GET /policy-schema": () => schema,
  "GET /policy": () => newest(),
  "GET /policy/draft": () => ({ body: draftBody(), etag: etag() }),
  "PUT /policy/draft": ({ body, headers }) => {
    if (headers["if-match"] !== etag()) return { status: 412, problem: "The draft has changed" };
    const errors = problems(body.document);
    if (errors.length) return { status: 422, problem: "The policy has problems", errors };
    policy.draft = { document: body.document, at: now().toISOString() };
    policy.etag += 1;
    note("admin", "policy.draft", "draft");
    return { body: draftBody(), etag: etag() };
  },
  "DELETE /policy/draft": () => {
    policy.draft = null;
    policy.etag += 1;
    return { status: 204 };
  },
  "POST /policy/check": ({ body }) => {
    const errors = problems(body.document);
    return errors.length ? { status: 422, problem: "problems", errors } : { ok: true, warnings: [] };
  },
  "GET /policy/diff": ({ query }) => {
    const [from, to] = [query.get("from"), query.get("to")];
    return { from, to, changes: diff(documentOf(from), documentOf(to)) };
  },
  "POST /policy/publish": ({ body, headers }) => {
    if (headers["if-match"] !== etag()) return { status: 412, problem: "The draft has changed" };
    const made = publish(draftBody().document, body.comment);
    policy.draft = null;
    policy.etag += 1;
    return { status: 201, body: made };
  },
  "POST /policy/rollback": ({ body }) => ({
    status: 201,
    body: publish(documentOf(String(body.revision)), `roll back to revision ${body.revision}`),
  }),
  "GET /policy/revisions": () => ({
    items: policy.revisions.map(({ document: _, ...one }) => one).reverse(),
    next: null,
  }),
  "GET /policy/progress": () => ({
    revision: newest().revision,
    nodes: nodes.map((node) => {
      const refused = node.refused?.revision === newest().revision;
      const state =
        node.state === "down"
          ? "away"
          : refused
            ? "refused"
            : node.applied_revision === newest().revision
              ? "applied"
              : "waiting";
      return {
        node: node.name,
        node_id: node.id,
        state,
        applied: node.applied_revision,
        reason: refused ? node.refused.reason : null,
        since: node.since,
      };
    }),
  }),
  "POST /policy/simulate": ({ body }) => ({
    node: body.on_node ? (nodes.find((one) => one.id === body.node)?.name ?? body.node) : null,
    outcomes: body.envelope.recipients.map((recipient) => ({
      recipient,
      verdict: "quarantine",
      rule: "fraud",
      reason: "Hold payment fraud",
      queue: "fraud",
      code: 0,
      text: "",
      changes: [],
    })),
    trace: {
      recipients: body.envelope.recipients.map((recipient, index) =>
        index > 0
          ? { recipient, same_as: body.envelope.recipients[0] }
          : {
              recipient,
              verdict: "quarantine",
              rule: "fraud",
              score: 3.5,
              remarks: ["score 3.5: rule look-alike-sender", "greylist: 300 s to wait"],
              rules: [
                {
                  rule: "block-risky-files",
                  name: "Hold risky attachments",
                  matched: false,
                  condition: {
                    all: [{ test: "attachment.name matches @risky-files", matched: false }],
                    matched: false,
                  },
                },
                {
                  rule: "viruses",
                  name: "Refuse viruses",
                  matched: null,
                  condition: {
                    test: "virus.found is true",
                    matched: null,
                    unknown: "virus facts are known only on a node",
                  },
                },
                {
                  rule: "fraud",
                  name: "Hold payment fraud",
                  matched: true,
                  condition: {
                    any: [
                      {
                        test: "body contains @wire-fraud",
                        matched: true,
                        value: "an urgent wire  transfer",
                        entry: "urgent wire transfer",
                      },
                      { test: "subject contains overdue invoice", matched: false },
                    ],
                    matched: true,
                  },
                },
                {
                  rule: "big-outbound",
                  name: "No huge mail outbound",
                  matched: false,
                  skipped: "the rule is off",
                },
              ],
            },
      ),
      notes: [],
    },
    notes: ["virus facts are known only on a node"],
  }),
};
