#!/usr/bin/env python3
"""Every command of weirctl against a running cluster."""
import json
import subprocess

import support
from support import check, mail, send, wait_for


class Weirctl:
    def __init__(self, cluster):
        self.command = cluster.weirctl

    def run(self, *arguments, given=None, code=0):
        done = subprocess.run([*self.command, *arguments], input=given, capture_output=True, text=True, timeout=60)
        check(done.returncode == code, f"weirctl {' '.join(map(str, arguments))}: exit {done.returncode} "
              + (done.stderr.strip() or done.stdout.strip().splitlines()[0] if done.stdout.strip() or done.stderr else ""))
        return done.stdout

    def json(self, *arguments, given=None):
        return json.loads(self.run("--json", *arguments, given=given))


def policy(ctl, cluster):
    document = json.loads(ctl.run("policy", "get"))
    document["rules"].append({"id": "ctl", "name": "From a terminal", "when": {"subject": {"contains": "ctlword"}},
                              "then": [{"quarantine": {"queue": "ctl"}}, {"alert": {"text": "ctl saw ${sender}"}}]})
    document["sections"]["queues"]["ctl"] = {"label": "From a terminal"}
    file = cluster.folder / "policy.json"
    file.write_text(json.dumps(document))
    ctl.run("policy", "check", file)
    ctl.run("policy", "put", file)
    check("ctl" in ctl.run("policy", "diff"), "the diff names the new rule")
    revision = ctl.json("policy", "publish", "--comment", "from a terminal")["revision"]
    check("from a terminal" in ctl.run("policy", "history"), "the history has the comment")
    wait_for("the revision on every node", lambda: ctl.run("policy", "progress").count("applied") == 2)
    file.write_text('{"rules": [{"id": "x", "when": {"nonsense": {"is": "y"}}, "then": [{"deliver": {}}]}]}')
    ctl.run("policy", "check", file, code=1)
    return revision


def quarantine(ctl, cluster):
    slave = cluster.slaves[0]
    for n in range(2):
        check(send(f"127.0.0.1:{slave.ports['smtp']}", mail(f"ctlword {n}"))[0] == 250, f"mail {n} is taken")
    items = wait_for("two items", lambda: (lambda found: found if len(found) == 2 else None)(
        ctl.json("quarantine", "list", "--queue", "ctl")))
    check("ctlword" in ctl.run("quarantine", "list"), "the table shows them")
    ctl.run("quarantine", "show", items[0]["id"])
    check("Subject: ctlword" in ctl.run("quarantine", "show", items[0]["id"], "--raw"), "the raw mail is printed")
    ctl.run("quarantine", "queues")
    learn(ctl, cluster)
    ctl.run("quarantine", "release", items[0]["id"])
    ctl.run("quarantine", "delete", items[1]["id"])
    wait_for("both to be done", lambda: not ctl.json("quarantine", "list", "--queue", "ctl"))
    wait_for("the released mail", lambda: any("ctlword" in (m["Subject"] or "") for m in cluster.delivered(slave)))
    row = ctl.json("log", "--subject", "ctlword")[0]
    check("quarantine" in ctl.run("log", row["id"]), "the story of the mail is told")
    ctl.run("quarantine", "show", "no-such-id", code=1)


def learn(ctl, cluster):
    file = cluster.folder / "learned.mbox"
    file.write_bytes(b"".join(b"From a@b Sat Nov 21 12:00:00 2026\n" + mail(f"watches {n}") + b"\n" for n in range(3)))
    check("3 learned as spam" in ctl.run("learn", "spam", file), "the mails of an mbox are learned")
    moved = ctl.json("learn", "ham", file)
    check((moved["moved"], moved["missing"]["ham"]) == (3, 197), f"then moved to ham: {moved}")
    check("197 more ham" in ctl.run("learn", "status"), "the status says how much is missing")
    rows = ctl.json("learn", "list", "--class", "ham", "--search", "watches")
    check(len(rows) == 3 and not ctl.json("learn", "list", "--class", "spam"), "they are listed")
    ctl.run("learn", "forget", rows[0]["sha256"], rows[1]["sha256"])
    ctl.run("learn", "forget", rows[0]["sha256"], code=1)
    item = ctl.json("quarantine", "list", "--queue", "ctl")[0]
    check("learned as spam" in ctl.run("learn", "item", item["id"], "spam"), "a held mail is learned")
    ctl.run("learn", "item", item["id"], "eggs", code=2)
    ctl.run("learn", "spam", cluster.folder / "no-such-file", code=1)
    check(len(ctl.json("learn", "list")) == 2, "two are left")


def alerts(ctl):
    found = ctl.json("alerts", "list")
    check([(one["rule"], one["mails"]) for one in found] == [("ctl", 2)], f"two mails raised one alert: {found}")
    check("ctl saw sender@example.org" in ctl.run("alerts", "list"), "the table has its text")
    check(len(ctl.json("log", "--alert", found[0]["id"])) == 2, "the mail log is filtered by it")
    ctl.run("alerts", "ack", code=2)
    ctl.run("alerts", "ack", found[0]["id"])
    ctl.run("alerts", "ack", found[0]["id"], code=1)
    check(not ctl.json("alerts", "list"), "it is open no longer")
    check(ctl.json("alerts", "list", "--state", "acknowledged")[0]["acknowledged_by"], "it says by whom it was acknowledged")
    ctl.run("alerts", "ack", "--all")
    check("alert.acknowledge" in ctl.run("audit", "--limit", "100"), "the audit has it")


def user_lists(ctl, cluster):
    added = ctl.run("user-lists", "add", "Anna@Example.com", "block", "@Spam.example")
    check("added: anna@example.com block @spam.example" in added, f"an entry is added, folded: {added.strip()}")
    check("1 of 1000 for anna@example.com, 1 of 200000 in all" in added, "the limits stand beside the counts")
    check("changed" in ctl.run("user-lists", "add", "anna@example.com", "allow", "@spam.example"), "its kind is changed")
    ctl.run("user-lists", "add", "anna", "block", "@spam.example", code=1)
    ctl.run("user-lists", "add", "anna@example.com", "maybe", "@spam.example", code=1)
    file = cluster.folder / "lists.txt"
    file.write_text("# exported\nbob@example.com,allow,shop@example.net\n\n"
                    + "".join(f"@example.com block s{n}@example.net\n" for n in range(700)))
    check("701 added, 0 changed, 0 present, 0 refused" in ctl.run("user-lists", "import", file), "a file is imported")
    file.write_text("nonsense\n@example.com block s1@example.net\n")
    text = ctl.run("user-lists", "import", file, code=1)
    check("0 added, 0 changed, 1 present, 1 refused" in text and "\n1 " in text, "a wrong line is told with its number")
    found = ctl.json("user-lists", "list")
    check(len(found["items"]) == found["entries"] == 702, "the list has all pages")
    check(found["limits"] == {"entries": 200000, "entries_of_owner": 1000}, "and the limits")
    check(len(ctl.json("user-lists", "list", "--search", "SHOP")["items"]) == 1, "parts are found")
    check(len(ctl.json("user-lists", "list", "--owner", "@example.com", "--limit", "600")["items"]) == 600, "--limit holds")
    check("700 of 1000 for @example.com" in ctl.run("user-lists", "list", "--owner", "@example.com", "--limit", "1"),
          "one owner's count is printed")
    ctl.run("user-lists", "remove", "anna@example.com", "@spam.example")
    ctl.run("user-lists", "remove", "anna@example.com", "@spam.example", code=1)
    actions = ctl.run("audit", "--limit", "100")
    check(all(f"user-list.{action}" in actions for action in ("add", "import", "remove")), "the audit has all of it")


def accounts(ctl):
    ctl.run("user", "add", "anna", "--role", "operator", given="a long enough password\n")
    check("anna" in ctl.run("user", "list"), "the new user is listed")
    ctl.run("user", "role", "anna", "auditor")
    ctl.run("user", "password", "anna", given="another long password\n")
    ctl.run("user", "remove", "anna")
    ctl.run("api-token", "create", "monitoring", "--role", "auditor")
    made = next(each for each in ctl.json("api-token", "list") if each["name"] == "monitoring")
    ctl.run("api-token", "delete", made["id"])
    check("user.create" in ctl.run("audit", "--limit", "100") or "anna" in ctl.run("audit", "--limit", "100"),
          "the audit has all of it")


def nodes(ctl, cluster):
    name = cluster.slaves[1].name
    check(name in ctl.run("nodes"), "the nodes are listed")
    ctl.run("nodes", "show", name)
    ctl.run("nodes", "pause", name)
    smtp = f"127.0.0.1:{cluster.slaves[1].ports['smtp']}"
    wait_for("the paused node's tempfail", lambda: send(smtp, mail("paused"))[0] == 451)
    ctl.run("nodes", "resume", name)
    wait_for("mail taken again", lambda: send(smtp, mail("resumed"))[0] == 250)
    check("weir-slave enroll --master" in ctl.run("token", "create", "--minutes", "10"), "the line to paste is printed")
    token = ctl.json("token", "list")[0]
    ctl.run("token", "delete", token["id"])
    ctl.run("nodes", "remove", name, code=1)
    ctl.run("nodes", "remove", name, "--yes")


def scenario(options):
    with support.temporary_cluster(options) as cluster:
        ctl = Weirctl(cluster)
        check("nodes" in ctl.run("status"), "the status says how the nodes are")
        before = ctl.json("status")["policy"]["revision"]
        policy(ctl, cluster)
        quarantine(ctl, cluster)
        alerts(ctl)
        user_lists(ctl, cluster)
        check("### `attachment.name`" in ctl.run("policy", "reference"), "the reference is printed")
        ctl.run("policy", "rollback", str(before))
        accounts(ctl)
        nodes(ctl, cluster)
        complete = subprocess.run(["bash", "-c", f"source <({ctl.command[0]} completion); COMP_WORDS=(weirctl policy p); "
                                   "COMP_CWORD=2; _weirctl; echo ${COMPREPLY[@]}"], capture_output=True, text=True)
        check(complete.stdout.split() == ["put", "publish", "progress"], f"the shell completes: {complete.stdout.strip()}")


if __name__ == "__main__":
    options = support.arguments()
    support.run(scenario, options)
