import { randomUUID } from "node:crypto";
import {
  ahead,
  alerts,
  audit,
  enrollments,
  items,
  mails,
  nodes,
  note,
  notices,
  now,
  policy,
  tokens,
  users,
} from "./cluster.mjs";
import { draftChanges } from "./policy_routes.mjs";

const list = (rows) => ({ items: rows, next: null });
const node = (id) => nodes.find((one) => one.id === id);
export const session = {
  in: process.env.WEIR_DEV_LOGGED_OUT !== "1",
  role: process.env.WEIR_DEV_ROLE ?? "admin",
};

function sessionBody() {
  return {
    user: "admin",
    role: session.role,
    csrf: "dev",
    via: "session",
    version: "0.1.0",
    cluster: { id: "c-1", name: "example.com" },
  };
}

function minuteRates() {
  const minute = Math.floor(Date.now() / 60_000) * 60_000;
  return Array.from({ length: 60 }, (_, index) => {
    const wave = Math.round(30 + 18 * Math.sin((index + minute / 60_000) / 7));
    return {
      minute: new Date(minute - (59 - index) * 60_000).toISOString(),
      deliver: wave,
      quarantine: index % 9 === 0 ? 4 : 1,
      reject: index % 6 === 0 ? 7 : 2,
      tempfail: index > 40 && index < 46 ? 9 : 0,
      discard: index % 20 === 0 ? 2 : 0,
    };
  });
}

function overview() {
  const rates = minuteRates();
  const newest = policy.revisions[policy.revisions.length - 1];
  const sum = (name) => rates.reduce((total, one) => total + one[name], 0) * 9;
  const count = (state) => nodes.filter((one) => one.state === state).length;
  const down = nodes.find((one) => one.state === "down");
  const refused = nodes.filter((one) => one.refused?.revision === newest.revision);
  const problems = [
    ...(down
      ? [
          {
            severity: "error",
            code: "node.down",
            text: `${down.name} is down`,
            link: `/nodes/${down.id}`,
            since: down.since,
          },
        ]
      : []),
    ...refused.map((one) => ({
      severity: "error",
      code: "policy.refused",
      text: `${one.name} refused revision ${newest.revision}: ${one.refused.reason}`,
      link: `/nodes/${one.id}`,
      since: null,
    })),
    {
      severity: "warning",
      code: "disk.low",
      text: "mx2 has 5 % of its disk left",
      link: `/nodes/${nodes[1].id}`,
      since: null,
    },
  ];
  const today = {
    deliver: sum("deliver"),
    quarantine: sum("quarantine"),
    reject: sum("reject"),
    tempfail: sum("tempfail"),
    discard: sum("discard"),
  };
  return {
    time: now().toISOString(),
    rates: { per_minute: rates },
    today: { mails: Object.values(today).reduce((a, b) => a + b, 0), ...today },
    recent: mails.slice(0, 10),
    nodes: {
      total: nodes.length,
      up: count("up"),
      late: count("late"),
      down: count("down"),
      paused: count("paused"),
    },
    policy: {
      revision: newest.revision,
      published: newest.published,
      applied: nodes.filter((one) => one.applied_revision === newest.revision).length,
      of: nodes.length,
      refused: refused.map((one) => ({ node: one.name, reason: one.refused.reason })),
      draft_changes: draftChanges(),
    },
    quarantine: { items: items.filter((one) => one.state === "stored").length, bytes: 118e6, held_today: 12 },
    alerts: { open: alerts.filter((one) => !one.acknowledged).length },
    problems: process.env.WEIR_DEV_CALM === "1" ? [] : problems,
    database: { kind: "sqlite", available: true },
  };
}

export const clusterRoutes = {
  "GET /session": () =>
    session.in ? sessionBody() : { status: 401, problem: "Log in first", extra: { first_login: false } },
  "POST /session": ({ body }) => {
    if (body.password === "wrong") return { status: 401, problem: "User name or password is wrong." };
    session.in = true;
    return sessionBody();
  },
  "DELETE /session": () => {
    session.in = false;
    return { status: 204 };
  },
  "POST /first-login": () => {
    session.in = true;
    return sessionBody();
  },
  "PUT /session/password": () => ({ status: 204 }),
  "GET /overview": overview,
  "GET /statistics": () => ({
    buckets: [],
    series: [
      { name: "fraud", counts: [12, 14], bytes: [] },
      { name: "tag-lists", counts: [204], bytes: [] },
    ],
  }),
  "GET /alerts": ({ query }) => {
    const state = query.get("state") ?? "open";
    const items = alerts.filter(
      (one) =>
        (state === "all" || (state === "open") === !one.acknowledged) &&
        one.text.includes(query.get("q") ?? "") &&
        (!query.get("rule") || one.rule === query.get("rule")),
    );
    return { ...list(items), open: alerts.filter((one) => !one.acknowledged).length };
  },
  "POST /alerts/acknowledge": ({ body }) => {
    for (const one of alerts)
      if (body.ids.includes(one.id)) {
        one.acknowledged = now().toISOString();
        one.acknowledged_by = "admin";
      }
    return { results: body.ids.map((id) => ({ id, ok: true, detail: "" })) };
  },
  "GET /users": () => list(users),
  "POST /users": ({ body }) => {
    users.push({
      name: body.name,
      role: body.role,
      created: now().toISOString(),
      last_login: null,
      locked: false,
    });
    note("admin", "user.add", body.name, null, { name: body.name, role: body.role });
    return { status: 201, body: users[users.length - 1] };
  },
  "PATCH /users/:id": ({ id, body }) => {
    const user = users.find((one) => one.name === id);
    if (body.role) user.role = body.role;
    if (body.unlock) user.locked = false;
    return user;
  },
  "DELETE /users/:id": ({ id }) => {
    users.splice(
      users.findIndex((one) => one.name === id),
      1,
    );
    return { status: 204 };
  },
  "GET /tokens": () => list(tokens),
  "POST /tokens": ({ body }) => {
    const token = {
      id: randomUUID(),
      name: body.name,
      role: body.role,
      created: now().toISOString(),
      expires: ahead(86_400 * body.days),
      last_used: null,
      created_by: "admin",
    };
    tokens.push(token);
    return { status: 201, body: { ...token, token: `weir_${randomUUID().replaceAll("-", "")}` } };
  },
  "DELETE /tokens/:id": ({ id }) => {
    tokens.splice(
      tokens.findIndex((one) => one.id === id),
      1,
    );
    return { status: 204 };
  },
  "GET /audit": ({ query }) =>
    list(
      audit.filter((one) =>
        ["actor", "action", "object"].every(
          (name) => !query.get(name) || one[name].includes(query.get(name)),
        ),
      ),
    ),
  "GET /nodes": () => list(nodes),
  "GET /nodes/:id": ({ id }) =>
    node(id)
      ? { ...node(id), notices: notices[id] ?? [] }
      : { status: 404, problem: "There is no such node" },
  "PATCH /nodes/:id": ({ id, body }) => {
    Object.assign(node(id), body);
    if (body.paused !== undefined) node(id).state = body.paused ? "paused" : "up";
    return node(id);
  },
  "DELETE /nodes/:id": ({ id }) => {
    nodes.splice(
      nodes.findIndex((one) => one.id === id),
      1,
    );
    return { status: 204 };
  },
  "GET /enrollment-tokens": () => list(enrollments),
  "POST /enrollment-tokens": ({ body }) => {
    const id = randomUUID();
    const made = {
      id,
      created: now().toISOString(),
      created_by: "admin",
      expires: ahead(body.minutes * 60),
      used_at: null,
      used_by_node: null,
    };
    enrollments.push(made);
    setTimeout(() => {
      const fresh = {
        ...nodes[0],
        id: randomUUID(),
        name: body.name ?? "mx5",
        groups: body.groups ?? [],
        since: now().toISOString(),
      };
      nodes.push(fresh);
      notices[fresh.id] = [{ time: now().toISOString(), text: "enrolled by admin" }];
      made.used_at = now().toISOString();
      made.used_by_node = fresh.id;
    }, 6000);
    const token = `weir1.${randomUUID().replaceAll("-", "")}.${"5f".repeat(32)}`;
    return {
      status: 201,
      body: {
        id,
        token,
        expires: made.expires,
        command: `weir-slave enroll --master weir.example.com:8444 --token ${token}`,
      },
    };
  },
  "DELETE /enrollment-tokens/:id": ({ id }) => {
    enrollments.splice(
      enrollments.findIndex((one) => one.id === id),
      1,
    );
    return { status: 204 };
  },
};
