// The whole console flow in Chromium, as a person does it. Talks with console_test.py by lines of JSON: it writes
// {"do": …} and waits for one line of answer. Fails on any console error: the strict CSP must hold.
import { createRequire } from "node:module";
import { mkdtempSync, readFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";

const require = createRequire(process.env.WEIR_PLAYWRIGHT);
const { chromium } = require("playwright-core");
const axe = readFileSync(require.resolve("axe-core/axe.min.js"), "utf8");
const lines = createInterface({ input: process.stdin })[Symbol.asyncIterator]();
const errors = [];

async function ask(request) {
  console.log(JSON.stringify(request));
  return JSON.parse((await lines.next()).value);
}

function done(what) {
  console.log(JSON.stringify({ ok: what }));
}

const browser = await chromium.launchPersistentContext(mkdtempSync(join(tmpdir(), "weir-chromium-")), {
  executablePath: "/usr/bin/chromium",
  headless: true,
  ignoreHTTPSErrors: true,
  viewport: { width: 1280, height: 900 },
  args: ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync"],
});
const page = browser.pages()[0] ?? (await browser.newPage());
page.setDefaultTimeout(30_000);
page.on("console", (message) => message.type() === "error" && errors.push(message.text()));
page.on("pageerror", (error) => errors.push(String(error)));

const button = (name, exact = true) => page.getByRole("button", { name, exact });
const go = (name) => page.getByRole("navigation").getByRole("link", { name }).first().click();

async function firstLogin() {
  await page.goto(process.env.WEIR_FIRST_LOGIN);
  await page.getByLabel("User name").fill("admin");
  await page.getByLabel("New password", { exact: true }).fill("correct horse battery");
  await page.getByLabel("New password again").fill("correct horse battery");
  await button("Create account and log in").click();
  await page.getByRole("heading", { name: "Overview" }).waitFor();
  done("first login sets the administrator's password");
}

async function enroll() {
  await go("Nodes");
  await button("Enroll a node").first().click();
  await button("Make the line").click();
  const line = await page.getByTestId("enroll-command").innerText();
  await page.getByText("Waiting for the node…").waitFor();
  await ask({ do: "enroll", line });
  await page.getByText(/is enrolled\.$/).first().waitFor();
  await button("Close").last().click();
  await ask({ do: "wait-up" });
  done("a pasted line enrolls a node");
}

async function addRule(name, word) {
  await go("Rules");
  await button("Add a rule").first().click();
  const dialog = page.getByRole("dialog");
  await dialog.getByLabel("Name", { exact: true }).fill(name);
  if ((await dialog.getByLabel("Field").count()) === 0) await dialog.getByRole("button", { name: "Add condition" }).click();
  await dialog.getByLabel("Field").first().selectOption("subject");
  await dialog.getByLabel("Comparison").first().selectOption("contains");
  await dialog.getByLabel("Value", { exact: true }).last().fill(word);
  if ((await dialog.getByLabel("Action", { exact: true }).count()) === 0) await dialog.getByRole("button", { name: "Add action" }).click();
  await dialog.getByLabel("Action", { exact: true }).first().selectOption("quarantine");
  await dialog.getByLabel(/: queue$/).fill("attachments");
  await dialog.getByRole("button", { name: "Save to the draft" }).click();
  await dialog.waitFor({ state: "hidden" });
  await page.getByText(name).first().waitFor();
}

async function writeRule() {
  await addRule("Hold the browser word", "browserword");
  done("a rule is written into the draft");
}

// Publishes the draft that has the rule `name`; the dialog with the progress by node stays open.
async function publishDraft(name) {
  await button("Review and publish").click();
  const dialog = page.getByRole("dialog");
  await dialog.getByText(name).first().waitFor();
  await dialog.getByLabel("Comment").fill("from the browser");
  await dialog.getByRole("button", { name: "Publish", exact: true }).click();
  return dialog;
}

async function publish() {
  const dialog = await publishDraft("Hold the browser word");
  await dialog.getByText(/applied/).nth(Number(process.env.WEIR_NODES) - 1).waitFor();
  await dialog.getByRole("button", { name: "Close" }).last().click();
  done("the rule is published and applied on every node");
}

async function refused() {
  const { node, rules } = await ask({ do: "limit-rules" });
  await addRule("One rule too many", "toomanyrules");
  const dialog = await publishDraft("One rule too many");
  const reason = new RegExp(`${rules + 1} rules.*${rules}`);
  const line = dialog.getByRole("listitem").filter({ hasText: node });
  await line.getByText("refused", { exact: true }).waitFor();
  await line.getByText(reason).waitFor();
  await dialog.getByRole("listitem").filter({ hasNotText: node }).getByText("applied").waitFor();
  done(`the progress of the publish shows which node refused and why: ${(await line.innerText()).replace(/\s+/g, " ")}`);
  await dialog.getByRole("button", { name: "Close" }).last().click();

  await go("Overview");
  await page.getByRole("main").getByText(new RegExp(`${node} refuses revision`)).first().waitFor();
  await go("Nodes");
  const row = page.getByRole("row", { name: `Node ${node}` });
  await row.getByText(/^refused \d+$/).waitFor();
  await row.getByText(reason).waitFor();
  await row.click();
  await page.getByRole("dialog").getByText(reason).waitFor();
  await page.keyboard.press("Escape");
  done("so do the overview, the nodes' page and the node's own");
  await ask({ do: "lift-limit" });
  await row.getByText(/^refused \d+$/).waitFor({ state: "detached" });
  done("a node that can run it again is no longer shown as one that refuses");
}

async function learn() {
  await button("Learn as spam").first().click();
  await page.getByText("Learned as spam by").first().waitFor();
  await page.keyboard.press("h");
  await page.getByText("Moved from spam to ham").first().waitFor();
  await page.getByText("Learned as ham by").first().waitFor();
  await page.goto(new URL("/learning", page.url()).href);
  await page.getByRole("region", { name: "What is known" }).getByText("1 of 200 mails").waitFor();
  await button("Forget browserword one").click();
  await page.getByRole("dialog").getByRole("button", { name: "Forget" }).click();
  await page.getByText("Nothing was learned yet").waitFor();
  await page.goBack();
  done("a held mail is learned as spam, as ham by its key, and forgotten");
}

async function previewAndRelease() {
  await ask({ do: "send", subject: "browserword one" });
  await go("Quarantine");
  await page.getByText("browserword one").first().click();
  await page.getByText("this is a test").first().waitFor();
  done("the held mail is shown with its text");
  await learn();
  await button("Release").first().click();
  await page.getByRole("dialog").getByRole("button", { name: "Release mail" }).click();
  await ask({ do: "sink", subject: "browserword one" });
  await page.getByText(/^released$/i).first().waitFor();
  done("the released mail is in the sink");
}

// What axe finds on the page as it is now.
async function accessible(what) {
  await page.evaluate(axe);
  const { violations } = await page.evaluate(() => window.axe.run(document, { runOnly: ["wcag2a", "wcag2aa", "wcag21aa"] }));
  if (violations.length > 0) throw new Error(`${what}: ${violations.map((one) => `${one.id} at ${one.nodes[0].target}`).join(", ")}`);
}

async function userLists() {
  await button("Block this sender for …").click();
  const choice = page.getByRole("dialog");
  await choice.getByRole("radio", { name: "@example.org with its subdomains" }).check();
  await accessible("the dialog that blocks a sender");
  await choice.getByRole("button", { name: "Block for 1 recipient" }).click();
  await choice.waitFor({ state: "hidden" });
  await go("User lists");
  const table = page.getByRole("table", { name: "User lists" });
  const blocked = table.getByRole("row").filter({ hasText: "@example.org" });
  await blocked.getByText("block", { exact: true }).waitFor();
  done("a held mail's sender is blocked for its recipient");

  await button("Add an entry").click();
  await page.getByLabel("For the recipient").fill("Anna@Example.com");
  await page.getByLabel("Mail from").fill("nobody");
  await page.keyboard.press("Enter");
  await page.getByRole("dialog").getByRole("alert").waitFor();
  await page.getByLabel("Mail from").fill("shop@example.net");
  await page.keyboard.press("Enter");
  await table.getByRole("link", { name: "anna@example.com" }).click();
  await page.getByText(/^anna@example\.com: 1 of 1\s000$/).waitFor();
  await accessible("the list of one recipient");
  await button("Clear the filter").click();
  done("an entry is added by the keyboard, refused before with the reason, and counted beside the limit");

  await button("Import").click();
  await page.getByLabel("Entries, one a line").fill("# mine\nanna@example.com block @spam.example\nnonsense\n");
  await button("Import 2 lines").click();
  await page.getByText("1 added, 1 refused").waitFor();
  await page.getByRole("table", { name: "Refused lines" }).getByText("nonsense").waitFor();
  await accessible("what an import did");
  await button("Close").last().click();
  await page.getByRole("button", { name: "Remove block @spam.example for anna@example.com" }).click();
  await page.getByRole("dialog").getByRole("button", { name: "Remove entry" }).click();
  await table.getByText("@spam.example").waitFor({ state: "detached" });
  await blocked.getByRole("button", { name: /^Remove / }).click();
  await page.getByRole("dialog").getByRole("button", { name: "Remove entry" }).click();
  await blocked.waitFor({ state: "detached" });
  await ask({ do: "unblocked" });
  done("lines are imported, the wrong one told, and entries removed");
}

async function alerts() {
  await ask({ do: "raise-alert" });
  await page.getByTestId("alert-sign").click();
  await page.getByRole("heading", { name: "Alerts" }).waitFor();
  const row = page.getByRole("row").filter({ hasText: "browser saw sender@example.org" });
  await row.getByRole("link", { name: /^Show the 2 mails/ }).click();
  await page.getByRole("heading", { name: "Mail log" }).waitFor();
  for (const subject of ["alertword one", "alertword two"]) await page.getByText(subject).first().waitFor();
  await page.goBack();
  await row.getByRole("button", { name: /^Acknowledge / }).click();
  await row.waitFor({ state: "detached" });
  await page.getByTestId("alert-sign").waitFor({ state: "detached" });
  done("an alert is shown in the header, leads to its mails, and is gone once it is acknowledged");
}

async function reference() {
  await go("Reference");
  await page.getByRole("searchbox").fill("resembles");
  await page.getByRole("heading", { level: 3, name: /resembles/ }).waitFor();
  await page.waitForURL(/q=resembles/); // the search is in the address a moment after typing
  await page.goto(new URL("/reference#action-alert", page.url()).href);
  await page.locator("#action-alert").getByText("Raise an alert").waitFor();
  const top = await page.locator("#action-alert").evaluate((entry) => entry.getBoundingClientRect().top);
  if (top < 0 || top > 400) throw new Error(`the entry of the address is ${top} px away`);
  done("the reference is searched, and an address leads to its entry");
}

async function audit() {
  await go("Audit");
  for (const action of ["policy.publish", "quarantine.release"]) await page.getByText(action).first().waitFor();
  const text = await page.getByRole("main").innerText();
  if (!/enroll/i.test(text)) throw new Error("the audit does not show the enrollment");
  done("the audit shows all of it");
}

async function everyPageAt390() {
  await page.setViewportSize({ width: 390, height: 844 });
  for (const path of ["/", "/mails", "/quarantine", "/rules", "/nodes", "/alerts", "/learning", "/user-lists", "/users", "/audit", "/reference"]) {
    await page.goto(new URL(path, page.url()).href);
    await page.getByRole("heading", { level: 1 }).first().waitFor();
    const overflow = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
    if (overflow > 0) throw new Error(`${path} is ${overflow} px wider than a phone`);
  }
  done("every page fits a phone");
}

try {
  for (const step of [firstLogin, enroll, writeRule, publish, previewAndRelease, userLists, alerts, reference, refused, audit, everyPageAt390]) await step();
  if (errors.length > 0) throw new Error(`the browser's console has errors: ${errors.slice(0, 5).join(" | ")}`);
  done("no error in the browser's console under the strict CSP");
} catch (error) {
  const picture = join(tmpdir(), "weir-console-failed.png");
  await page.screenshot({ path: picture }).catch(() => {});
  console.log(JSON.stringify({ failed: `${error.message} (picture: ${picture}; console: ${errors.slice(0, 3).join(" | ")})` }));
  process.exitCode = 1;
} finally {
  await browser.close();
  process.stdin.destroy();
}
