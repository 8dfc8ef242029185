#!/usr/bin/env python3
"""The whole console flow in real Chromium: first login, enroll, write a rule, publish, hold, preview, release, audit."""
import json
import os
import pathlib
import shlex
import shutil
import subprocess

import support
from support import SOURCE, check, mail, send, wait_for

import cluster as layout
import postfix


class Hands:
    """What the person at the browser does elsewhere: pastes a line on a new server, sends mail, looks into the sink."""

    def __init__(self, cluster, slave):
        self.cluster, self.slave = cluster, slave

    def enroll(self, request):
        words = shlex.split(request["line"])
        assert words[:2] == ["weir-slave", "enroll"], words
        done = subprocess.run(self.slave.command("enroll", *words[2:]), capture_output=True, text=True)
        check(done.returncode == 0, f"the pasted line works: {(done.stdout + done.stderr).strip()}")
        self.slave.up(self.cluster.master)
        postfix.up(self.slave.root / "postfix", self.slave.name, self.slave.ports)

    def wait_up(self, _):
        wait_for("the new node", lambda: self.cluster.nodes().get(self.slave.name, {}).get("state") == "up")

    def limit_rules(self, _):
        """From now on the new node refuses any rule more."""
        rules = len(self.cluster.api.get("/policy")["document"]["rules"])
        self.configure(self.slave.config.read_text() + f"\n[policy]\nmax_rules = {rules}\n")
        return {"node": self.slave.name, "rules": rules}

    def lift_limit(self, _):
        self.configure(self.slave.config.read_text().split("\n[policy]")[0])

    def configure(self, text):
        self.slave.down()
        self.slave.config.write_text(text)
        self.slave.up(self.cluster.master)
        self.wait_up(None)

    def send(self, request):
        code, text = send(f"127.0.0.1:{self.slave.ports['smtp']}", mail(request["subject"]))
        check(code == 250, f"a mail through the new node is taken: {code} {text}")

    def raise_alert(self, _):
        """A rule that raises an alert, and two mails that make it."""
        document = self.cluster.api.get("/policy")["document"]
        document["rules"].append({"id": "browser", "when": {"subject": {"contains": "alertword"}},
                                  "then": [{"alert": {"text": "browser saw ${sender}"}}]})
        self.cluster.publish_and_wait(document)
        for word in ("one", "two"):
            self.send({"subject": f"alertword {word}"})
        wait_for("the alert", lambda: [one["mails"] for one in self.cluster.api.get("/alerts")["items"]] == [2])

    def unblocked(self, _):
        """No node holds mail of the sender any more: what was removed in the browser acts."""
        for node in self.cluster.nodes():
            wish = {"source": "published", "node": node, "on_node": True, "mail": mail("tried").decode(),
                    "envelope": {"sender": "sender@example.org", "recipients": ["user@company.example"], "client_address": "192.0.2.1"}}
            wait_for(f"the sender's mail to pass on {node}", lambda: [one["verdict"] for one in self.cluster.api.post(
                "/policy/simulate", wish)["outcomes"]] == ["deliver"])

    def sink(self, request):
        wait_for("the mail in the sink", lambda: any(
            request["subject"] in (m["Subject"] or "") for m in self.cluster.delivered(self.slave)))


def browse(cluster, slave):
    link = subprocess.run(cluster.master.command("first-login-link"), capture_output=True, text=True).stdout.strip()
    check("#token=" in link, "the one-time link is printed")
    hands = Hands(cluster, slave)
    environment = {**os.environ, "WEIR_FIRST_LOGIN": link.split()[-1], "WEIR_NODES": "2",
                   "WEIR_PLAYWRIGHT": str(SOURCE / "webui/package.json")}
    flow = subprocess.Popen(["node", pathlib.Path(__file__).with_name("console.mjs")], stdin=subprocess.PIPE,
                            stdout=subprocess.PIPE, text=True, env=environment)
    for line in flow.stdout:
        said = json.loads(line)
        if "do" in said:
            answer = getattr(hands, said["do"].replace("-", "_"))(said)
            flow.stdin.write(json.dumps(answer or {}) + "\n")
            flow.stdin.flush()
        else:
            check("ok" in said, said.get("ok") or said.get("failed"))
    check(flow.wait() == 0, "the flow went through to its end")


def scenario(options):
    if not shutil.which("chromium") or not (SOURCE / "webui/node_modules/playwright-core").exists():
        support.skip("chromium or playwright-core is not installed")
    with support.temporary_cluster(options, "--slaves", "1") as cluster:
        slave = layout.parts({**cluster.shape, "slaves": 2}, cluster.folder, cluster.build)[1][1]
        slave.root.mkdir()
        slave.write_config()
        try:
            browse(cluster, slave)
        finally:
            postfix.down(slave.root / "postfix")
            slave.down()


if __name__ == "__main__":
    options = support.arguments()
    support.run(scenario, options)
