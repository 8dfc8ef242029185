// Pictures of every page at two widths, light and dark, with what the browser's console and axe say about them.
// WEIR_URL: what to look at (the dev server by default). WEIR_LOGIN: user:password of a real master.
import { mkdirSync, readFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { chromium } from "playwright-core";

const base = process.env.WEIR_URL ?? "http://127.0.0.1:8400";
const folder = process.env.WEIR_PICTURES ?? join(tmpdir(), "weir-pictures");
const only = process.argv.slice(2);
mkdirSync(folder, { recursive: true });

const pages = [
  ["overview", "/"],
  ["mails", "/mails"],
  ["mails-none", "/mails?q=nothing-like-it"],
  ["quarantine", "/quarantine"],
  ["alerts", "/alerts?state=all"],
  ["user-lists", "/user-lists"],
  ["user-lists-owner", "/user-lists?owner=anna%40example.com"],
  ["user-lists-none", "/user-lists?q=nothing-like-it"],
  ["learning", "/learning"],
  ["learning-none", "/learning?q=nothing-like-it"],
  ["dmarc", "/dmarc"],
  ["dmarc-domain", "/dmarc?open=example.com"],
  ["dmarc-sent", "/dmarc?tab=sent"],
  ["rules", "/rules"],
  ["lists", "/rules?tab=lists"],
  ["settings", "/rules?tab=settings"],
  ["json", "/rules?tab=json"],
  ["history", "/rules?tab=history"],
  ["nodes", "/nodes"],
  ["users", "/users"],
  ["audit", "/audit"],
  ["reference", "/reference"],
  ["reference-entry", "/reference#action-strip"],
  ["reference-search", "/reference?q=archive"],
  ["first-login", "/first-login#token=abc"],
];
// Opened by what a person does on a page.
const steps = {
  mail: ["/mails", (page) => firstRow(page)],
  item: [
    "/quarantine",
    async (page) => {
      await page.keyboard.press("j");
      await page.waitForTimeout(600);
    },
  ],
  learned: [
    "/quarantine",
    async (page) => {
      await page.keyboard.press("j");
      await page.waitForTimeout(500);
      await page.keyboard.press("s");
      await page.waitForTimeout(700);
    },
  ],
  "learn-many": [
    "/quarantine",
    async (page) => {
      await page.getByLabel("Select all on this page").click();
      await page.waitForTimeout(300);
    },
  ],
  forget: [
    "/learning",
    async (page) => {
      await page
        .getByRole("button", { name: /^Forget / })
        .first()
        .click();
      await page.waitForTimeout(300);
    },
  ],
  html: [
    "/quarantine",
    async (page) => {
      await page.keyboard.press("j");
      await page.getByRole("tab", { name: "HTML" }).click();
      await page.getByRole("button", { name: "Show HTML" }).click();
      await page.waitForTimeout(400);
    },
  ],
  "sender-choice": [
    "/quarantine",
    async (page) => {
      await page.keyboard.press("j");
      await page.getByRole("button", { name: "Block this sender for …" }).click();
      await page.waitForTimeout(500);
    },
  ],
  "user-list-add": [
    "/user-lists",
    async (page) => {
      await page.getByRole("button", { name: "Add an entry" }).click();
      await page.getByLabel("For the recipient").fill("anna@example.com");
      await page.getByLabel("Mail from").fill("no address");
      await page.getByRole("button", { name: "Add entry" }).click();
      await page.waitForTimeout(500);
    },
  ],
  "user-list-import": [
    "/user-lists",
    async (page) => {
      await page.getByRole("button", { name: "Import" }).click();
      await page
        .getByLabel("Entries, one a line")
        .fill("# mine\na@b.example allow @c.example\nwrong line here or so\n");
      await page.getByRole("button", { name: "Import 2 lines" }).click();
      await page.getByText("What was taken").waitFor();
      await page.waitForTimeout(300);
    },
  ],
  "user-list-remove": [
    "/user-lists",
    async (page) => {
      await page
        .getByRole("button", { name: /^Remove / })
        .first()
        .click();
      await page.waitForTimeout(400);
    },
  ],
  "user-list-select": [
    "/user-lists",
    async (page) => {
      await page.getByRole("button", { name: /^Select all/ }).click();
      await page.waitForTimeout(300);
    },
  ],
  release: [
    "/quarantine",
    async (page) => {
      await page.keyboard.press("j");
      await page.waitForTimeout(500);
      await page.getByRole("button", { name: "Release", exact: true }).first().click();
      await page.waitForTimeout(300);
    },
  ],
  "rule-editor": [
    "/rules",
    async (page) => {
      await page
        .getByRole("button", { name: /^Edit / })
        .first()
        .click();
      await page.waitForTimeout(900);
    },
  ],
  "rule-kinds": [
    "/rules",
    async (page) => {
      await page.getByRole("button", { name: "Edit Somebody writes like us" }).click();
      await page.waitForTimeout(900);
    },
  ],
  "rule-counts": [
    "/rules",
    async (page) => {
      await page.getByRole("button", { name: "Edit No card numbers to strangers" }).click();
      await page.waitForTimeout(900);
    },
  ],
  "settings-named": [
    "/rules?tab=settings",
    async (page) => {
      await page.getByRole("region", { name: "DNS lists" }).scrollIntoViewIfNeeded();
      await page.waitForTimeout(300);
    },
  ],
  "settings-signing": [
    "/rules?tab=settings",
    async (page) => {
      await page.getByRole("region", { name: "DKIM signing" }).scrollIntoViewIfNeeded();
      await page.waitForTimeout(300);
    },
  ],
  simulate: [
    "/rules",
    async (page) => {
      await page.getByRole("button", { name: "Test with a mail" }).click();
      await page.getByRole("button", { name: "Run the rules" }).click();
      await page.getByText("What would happen").scrollIntoViewIfNeeded();
    },
  ],
  node: ["/nodes", (page) => firstRow(page)],
  enroll: [
    "/nodes?enroll=1",
    async (page) => {
      await page.getByRole("button", { name: "Make the line" }).click();
      await page.waitForTimeout(500);
    },
  ],
  bulk: [
    "/quarantine",
    async (page) => {
      for (const key of ["j", "x", "j", "x"]) await page.keyboard.press(key);
      await page.waitForTimeout(300);
    },
  ],
  review: [
    "/rules",
    async (page) => {
      await page.getByRole("switch").first().click({ force: true });
      await page.getByRole("button", { name: "Review and publish" }).click();
      await page.waitForTimeout(600);
    },
  ],
  progress: [
    "/rules",
    async (page) => {
      await page.getByRole("button", { name: "Review and publish" }).click();
      await page.getByLabel("Comment").fill("a look");
      await page.getByRole("button", { name: "Publish", exact: true }).click();
      await page.waitForTimeout(1300);
    },
  ],
  menu: [
    "/",
    async (page) => {
      await page.getByRole("button", { name: /^User menu/ }).click();
      await page.waitForTimeout(300);
    },
  ],
  entry: ["/audit", (page) => firstRow(page)],
};

async function firstRow(page) {
  const row = page.locator("tr.opens, .card-open").first();
  await row.click();
  await page.waitForTimeout(500);
}

const axe = readFileSync(new URL("../node_modules/axe-core/axe.min.js", import.meta.url), "utf8");
const flags =
  "--headless --no-sandbox --disable-gpu --no-first-run --disable-background-networking --disable-component-update --disable-sync";
const browser = await chromium.launch({ executablePath: "/usr/bin/chromium", args: flags.split(" ") });
let wrong = 0;

for (const width of [1280, 390]) {
  for (const colorScheme of ["light", "dark"]) {
    const context = await browser.newContext({
      viewport: { width, height: width > 800 ? 900 : 844 },
      colorScheme,
      ignoreHTTPSErrors: true,
      reducedMotion: "reduce",
    });
    const page = await context.newPage();
    page.on("console", (message) => {
      if (message.type() !== "error") return;
      wrong += 1;
      console.log(`console error on ${page.url()}: ${message.text()}`);
    });
    page.on("pageerror", (error) => {
      wrong += 1;
      console.log(`page error on ${page.url()}: ${error.message}`);
    });
    if (process.env.WEIR_LOGIN) {
      const [user, password] = process.env.WEIR_LOGIN.split(":");
      await page.goto(base);
      await page.getByLabel("User name").fill(user);
      await page.getByLabel("Password", { exact: true }).fill(password);
      await page.getByRole("button", { name: "Log in" }).click();
      await page.getByRole("navigation").waitFor();
    }
    for (const [name, path, act] of [
      ...pages,
      ...Object.entries(steps).map(([name, [path, act]]) => [name, path, act]),
    ]) {
      if (only.length > 0 && !only.includes(name)) continue;
      await page.goto(base + path);
      await page.waitForTimeout(700);
      try {
        await act?.(page);
      } catch (error) {
        wrong += 1;
        console.log(`${name} ${width}: ${error.message.split("\n")[0]}`);
      }
      await page.screenshot({ path: join(folder, `${name}-${width}-${colorScheme}.png`) });
      await page.evaluate(axe);
      const found = await page.evaluate(() =>
        window.axe.run(document, { runOnly: ["wcag2a", "wcag2aa", "wcag21aa"] }),
      );
      for (const violation of found.violations) {
        wrong += 1;
        const where = violation.nodes
          .slice(0, 3)
          .map((node) => `${node.target.join(" ")} ${node.any[0]?.message ?? ""}`);
        console.log(`${name} ${width} ${colorScheme}: ${violation.id}\n    ${where.join("\n    ")}`);
      }
      const wide = await page.evaluate(() => document.documentElement.scrollWidth > window.innerWidth + 1);
      if (wide) {
        wrong += 1;
        console.log(`${name} ${width}: wider than the window`);
      }
    }
    await context.close();
  }
}
await browser.close();
console.log(`pictures in ${folder}; ${wrong} findings`);
