// A developer's server: dist/ as weir-master serves it, and /api/v1 answered from memory. Not for production.
import { randomBytes } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import { createServer } from "node:http";
import { extname, join, normalize } from "node:path";
import { fileURLToPath } from "node:url";
import { items, mails, makeItem, makeMail } from "./cluster.mjs";
import { clusterRoutes, session } from "./cluster_routes.mjs";
import { dmarcRoutes } from "./dmarc_routes.mjs";
import { learningRoutes } from "./learning_routes.mjs";
import { mailRoutes } from "./mail_routes.mjs";
import { policyRoutes } from "./policy_routes.mjs";
import { userListRoutes } from "./user_list_routes.mjs";

const dist = fileURLToPath(new URL("../dist/", import.meta.url));
const port = Number(process.env.PORT ?? 8400);
const slow = Number(process.env.WEIR_DEV_SLOW ?? 0);
const types = {
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript; charset=utf-8",
  ".css": "text/css; charset=utf-8",
  ".svg": "image/svg+xml",
};

const routes = Object.entries({
  ...clusterRoutes,
  ...dmarcRoutes,
  ...learningRoutes,
  ...mailRoutes,
  ...policyRoutes,
  ...userListRoutes,
}).map(([route, answer]) => {
  const [method, path] = route.split(" ");
  return {
    method,
    pattern: new RegExp(`^${path.replace(":id", "([^/]+)")}$`),
    fixed: !path.includes(":"),
    answer,
  };
});
routes.sort((a, b) => Number(b.fixed) - Number(a.fixed));

function csp(nonce) {
  return (
    `default-src 'none'; script-src 'self'; style-src 'self' 'nonce-${nonce}'; img-src 'self' data:; font-src 'self'; ` +
    "connect-src 'self'; frame-src 'self'; manifest-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
  );
}

function sendFile(path, response) {
  const file = join(dist, normalize(path));
  if (path !== "/" && file.startsWith(dist) && existsSync(file) && extname(file)) {
    response.writeHead(200, { "Content-Type": types[extname(file)] ?? "application/octet-stream" });
    return response.end(readFileSync(file));
  }
  const nonce = randomBytes(16).toString("hex");
  const mark = '<meta name="csp-nonce" content="';
  const page = readFileSync(join(dist, "index.html"), "utf8").replace(
    new RegExp(`${mark}[^"]*`),
    mark + nonce,
  );
  response.writeHead(200, { "Content-Type": types[".html"], "Content-Security-Policy": csp(nonce) });
  response.end(page);
}

function reply(response, given) {
  if (given?.problem) {
    const { status, problem, errors, extra } = given;
    response.writeHead(status, { "Content-Type": "application/problem+json" });
    return response.end(
      JSON.stringify({ type: "about:blank", title: problem, status, detail: problem, errors, ...extra }),
    );
  }
  const wrapped = given && (given.status !== undefined || given.etag !== undefined);
  const status = wrapped ? (given.status ?? 200) : 200;
  const body = wrapped ? given.body : given;
  response.writeHead(status, {
    "Content-Type": "application/json",
    ...(given?.etag ? { ETag: given.etag } : {}),
  });
  response.end(status === 204 ? undefined : JSON.stringify(body ?? {}));
}

// A file stays text.
function bodyOf(request, text) {
  return request.headers["content-type"] === "application/json" ? JSON.parse(text) : text;
}

async function api(request, url, response) {
  const path = url.pathname.slice("/api/v1".length);
  if (!session.in && !["/session", "/first-login"].includes(path))
    return reply(response, { status: 401, problem: "Log in first" });
  let text = "";
  for await (const chunk of request) text += chunk;
  if (slow) await new Promise((done) => setTimeout(done, slow));
  for (const route of routes) {
    const found = route.method === request.method && route.pattern.exec(path);
    if (!found) continue;
    const id = found[1] === undefined ? undefined : decodeURIComponent(found[1]);
    return reply(
      response,
      route.answer({
        id,
        query: url.searchParams,
        body: bodyOf(request, text),
        headers: request.headers,
      }),
    );
  }
  reply(response, { status: 404, problem: `no such resource: ${request.method} ${path}` });
}

createServer((request, response) => {
  const url = new URL(request.url, "http://localhost");
  if (url.pathname.startsWith("/api/v1/"))
    api(request, url, response).catch((error) => reply(response, { status: 500, problem: String(error) }));
  else sendFile(url.pathname, response);
}).listen(port, "127.0.0.1", () => console.log(`the console on http://127.0.0.1:${port} (made-up cluster)`));

// Mail goes on coming.
if (process.env.WEIR_DEV_STILL !== "1") {
  setInterval(() => {
    const mail = makeMail(0);
    mails.unshift(mail);
    if (mail.items.length > 0) items.unshift(makeItem(mail));
  }, 2500).unref();
}
