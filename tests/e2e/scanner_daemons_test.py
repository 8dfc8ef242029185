#!/usr/bin/env python3
"""The real clamd, rspamd, spamd and c-icap: what each finds, refuses and does when it is killed, stopped and back."""
import json
import os
import pathlib
import shutil
import signal
import subprocess
import tempfile

import support
from support import check, mail, wait_for

import clamd
from scanner_daemons import GTUBE, Clamd, Icap, Rspamd, Spamd

# Failures come soon, and so does the end of a pause.
SOON = {"timeout": 2000, "failures": 3, "first_pause": 100, "longest_pause": 1000, "check_every": 500}
NAMES = {"clamd": "clamd", "icap": "c-icap before clamd", "rspamd": "rspamd", "spamd": "spamd"}


class Tool:
    """scanner_tool, to which the scanners' settings and then mails are given."""

    def __init__(self, build, folder):
        self.folder = folder
        self.program = subprocess.Popen([pathlib.Path(build) / "tests/e2e/scanner_tool"], stdin=subprocess.PIPE,
                                        stdout=subprocess.PIPE, stderr=open(folder / "tool.log", "w"), text=True)

    def ask(self, **question):
        self.say(**question)
        return self.answer()

    def say(self, **question):
        print(json.dumps(question), file=self.program.stdin, flush=True)

    def answer(self):
        return json.loads(self.program.stdout.readline())

    def file(self, content):
        path = self.folder / "mail.eml"
        path.write_bytes(content)
        return str(path)

    def scan(self, content):
        return self.ask(scan=self.file(content))

    def end(self):
        self.program.stdin.close()
        self.program.wait(30)


def brief(outcome):
    return {key: value for key, value in outcome.items() if value and key not in ("symbols", "millis")}


def statement(condition, kind, what, outcome):
    check(condition, f"{NAMES[kind]}: {what}: {brief(outcome)}")


def finds(tool, daemons):
    tool.ask(settings={kind: {**each.settings(), "timeout": 30000} for kind, each in daemons.items()})
    virus, spam = f"{clamd.MARKER}\r\n", f"{GTUBE}\r\n"
    for turn in range(2):  # on new connections, then on those kept
        for kind, outcome in tool.scan(mail(f"clean {turn}")).items():
            statement(outcome["state"] == "clean" and not outcome["names"], kind, "an honest mail is clean", outcome)
        for kind, outcome in tool.scan(mail(f"virus {turn}", virus)).items():
            names = ["Weir.Test.Marker.UNOFFICIAL"] if kind in ("clamd", "icap") else []
            statement(outcome["names"] == names and (outcome["state"] == "found") == bool(names), kind,
                      "a virus is found by those who look for it", outcome)
        for kind, outcome in tool.scan(mail(f"spam {turn}", spam)).items():
            statement((outcome["state"] == "found") == (kind in ("rspamd", "spamd")), kind,
                      "GTUBE is found by those who look for it", outcome)
            if kind in ("rspamd", "spamd"):
                check("GTUBE" in outcome["symbols"] and outcome["score"] >= outcome["required"] > 0,
                      f"{kind}: its symbol and its score are told")
    if "rspamd" in daemons:
        log = daemons["rspamd"].root / "log/rspamd.log"
        for told in ("qid: <4bXkTest>", "ip: 192.0.2.1", "from: <sender@example.org>",
                     "rcpts: <user@company.example,other@company.example>"):
            wait_for(f"rspamd's line with {told}", lambda: told in log.read_text(errors="replace"))
            check(True, f"rspamd: it was told {told}")
    health = wait_for("the versions of all", lambda: (lambda each: each if all(
        one["version"] for one in each.values()) else None)(tool.ask(health=True)))
    for kind, each in health.items():
        check(each["ok"] and each["failures"] == 0, f"{NAMES[kind]}: it is well: {each['detail']}")


def refuse_sizes(tool, daemons):
    large = mail("large", f"{clamd.MARKER}\r\n" + f"{'x' * 70}\r\n" * 500_000)  # 34 MB, over clamd's StreamMaxLength
    tool.ask(settings={kind: {**each.settings(), "timeout": 30000, "max_bytes": 5 << 20} for kind, each in daemons.items()})
    for kind, outcome in tool.scan(large).items():
        statement(outcome["state"] == "too-large", kind, "a mail over our limit is too large", outcome)
    own = {kind: each for kind, each in daemons.items() if kind in ("clamd", "rspamd")}
    tool.ask(settings={kind: {**each.settings(), "timeout": 30000, "max_bytes": 64 << 20} for kind, each in own.items()})
    for kind, outcome in tool.scan(large).items():
        if kind == "clamd":
            statement(outcome["state"] == "too-large", kind, "so is one over its own StreamMaxLength", outcome)
        else:  # rspamd 3.4 says nothing, it closes
            statement(outcome["state"] == "unavailable" and "max_message" in outcome["detail"], kind,
                      "one over its own max_message is not scanned, and the limit named", outcome)


def until_open(tool, kind, content, failures):
    """Scans until the scanner is not asked any more; before that each mail fails in one of these ways."""
    seen = []
    for _ in range(12):
        outcome = tool.scan(content)[kind]
        statement(outcome["state"] == "unavailable", kind, "the mail is not called clean", outcome)
        seen.append(outcome["failure"])
        if seen[-1] == "open":
            break
        check(seen[-1] in failures, f"{NAMES[kind]}: why: {outcome['detail']}")
    check(seen[-1] == "open", f"{NAMES[kind]}: after {len(seen) - 1} failures it is not asked for a while: {outcome['detail']}")
    health = tool.ask(health=True)[kind]
    check(health["state"] in ("open", "failing") and not health["ok"], f"{NAMES[kind]}: its health says so: {health['detail']}")


def heals(tool, kind, content):
    wait_for(f"{kind} in use again", lambda: tool.scan(content)[kind]["state"] == "clean", 60)
    check(tool.ask(health=True)[kind]["ok"], f"{NAMES[kind]}: it is back, and used again by itself")


def goes_and_comes_back(tool, kind, daemon):
    content = mail("someone is away")
    tool.ask(settings={kind: {**daemon.settings(), **SOON}})
    heals(tool, kind, content)  # it may be slow at first

    daemon.kill()
    until_open(tool, kind, content, ("away", "broken"))
    daemon.start()
    heals(tool, kind, content)

    daemon.signal(signal.SIGSTOP)
    until_open(tool, kind, content, ("slow",))
    daemon.signal(signal.SIGCONT)
    heals(tool, kind, content)

    # Killed while it has a mail: the stopped one holds it until then.
    tool.ask(settings={kind: {**daemon.settings(), **SOON, "timeout": 60000, "check_every": 0}})
    heals(tool, kind, content)
    daemon.signal(signal.SIGSTOP)
    tool.say(scan=tool.file(content))
    wait_for("the mail", lambda: unread(daemon.port))
    daemon.kill()
    outcome = tool.answer()[kind]
    statement(outcome["state"] == "unavailable" and outcome["failure"] in ("broken", "away"), kind,
              "killed with a mail in its hands", outcome)
    daemon.start()
    heals(tool, kind, content)


def unread(port):
    """Bytes wait at a server that was stopped."""
    for line in pathlib.Path("/proc/net/tcp").read_text().splitlines()[1:]:
        local, queues = (line.split()[at] for at in (1, 4))
        if int(local.split(":")[1], 16) == port and int(queues.split(":")[1], 16) > 0 and line.split()[3] != "0A":
            return True
    return False


def engine_dies(tool, daemons):
    """c-icap goes on without its clamd: nothing may pass as clean."""
    if "icap" not in daemons:
        return
    tool.ask(settings={"icap": {**daemons["icap"].settings(), "timeout": 30000}})
    daemons["clamd"].kill()
    outcome = tool.scan(mail("engine dead", f"{clamd.MARKER}\r\n"))["icap"]
    statement(outcome["failure"] == "error", "icap", "without its engine it says that it cannot scan", outcome)
    daemons["clamd"].start()
    wait_for("c-icap with its engine", lambda: tool.scan(mail("engine back", f"{clamd.MARKER}\r\n"))["icap"]["names"])


def scenario(options):
    folder = pathlib.Path(tempfile.mkdtemp(prefix="weir-scan-", dir="/var/tmp"))
    folder.chmod(0o755)
    daemons, tool = {}, None
    try:
        for make in (Clamd, Icap, Rspamd, Spamd):
            if make.missing():
                print(f"skipped: {make.missing()}")
                continue
            daemons[make.kind] = make(folder, daemons["clamd"].port) if make is Icap else make(folder)
            daemons[make.kind].start()
        if not daemons:
            support.skip("none of the scanners is installed")
        tool = Tool(options.build, folder)
        finds(tool, daemons)
        refuse_sizes(tool, daemons)
        engine_dies(tool, daemons)
        for kind, daemon in daemons.items():
            goes_and_comes_back(tool, kind, daemon)
        tool.end()
    except BaseException:
        support.show_logs(folder)
        raise
    finally:
        if tool:
            tool.program.kill()
        for daemon in reversed(daemons.values()):
            daemon.stop()
        if not options.keep:
            shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    if os.geteuid() != 0:
        support.skip("the scanners are started under their own users, which needs root")
    support.run(scenario, support.arguments())
