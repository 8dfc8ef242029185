#!/usr/bin/env python3
"""Every mail of ../shared/mail and ../shared/corpus through a weir-slave under Address- and UndefinedBehaviorSanitizer:
no crash, no finding, none over 2 seconds. Skips where neither the mail nor that build is there."""
import json
import pathlib
import subprocess
import tempfile

import support
from support import SOURCE, check, wait_for

import dns
import process

# One rule asks for nearly every fact of the mail itself, of its parts and of its sender, so that each parser reads
# each mail; then every kind of change is made. Nothing is rejected: what goes on is made, too.
ASKED = ["from.name", "from.deceptive", "from.differs", "reply-to.domain", "language", "attachment.hash",
                    "attachment.real-type", "archive.name", "archive.real-type", "archive.encrypted", "document.macros",
                    "document.embedded", "document.finding", "document.link", "document.encrypted", "html.finding", "url",
                    "url.deceptive", "structure.malformed", "structure.ambiguous", "structure.cut", "parser.failed",
                    "spf.domain", "dkim.domain", "arc.sealer"]
POLICY = {
    "lists": {"words": {"kind": "phrase", "entries": ["viagra", "lottery"]}},
    "sections": {"disclaimers": {"legal": {"text": "Confidential: ${subject}", "html": "<p>Confidential</p>"}},
                 "notices": {"held": {"subject": "Held", "text": "Held: ${attachments} of ${subject}"}},
                 "queues": {"a": {}, "b": {}}},
    "rules": [
        {"id": f"{field}", "name": field, "when": {field: {"exists": True}}, "then": [{"score": {"add": 0.001}}]}
        for field in ASKED] + [
        {"id": "words", "name": "Words", "when": {"body": {"contains": "@words"}}, "then": [{"tag-subject": {"text": "[S]"}}]},
        {"id": "regex", "name": "Regex", "when": {"body": {"regex": "https?://[^ /]+[.]ru/"}},
         "then": [{"add-header": {"name": "X-R", "value": "${subject}"}}]},
        {"id": "data", "name": "Data", "when": {"any-text": {"count": {"of": ["{iban}", "{payment-card}", "/free/"],
                                                                       "at_least": 2}}},
         "then": [{"score": {"add": 1}}]},
        {"id": "alike", "name": "Alike", "when": {"any": [{"url.domain": {"resembles": ["paypal.com"]}},
                                                          {"from.name": {"resembles": ["PayPal Service"]}}]},
         "then": [{"score": {"add": 1}}]},
        {"id": "strip", "name": "Strip", "when": {"any": [{"attachment.real-type": {"is": "application/x-dosexec"}},
                                                          {"archive.extension": {"in": ["exe", "js", "scr"]}},
                                                          {"attachment.extension": {"in": ["exe", "zip", "doc"]}}]},
         "then": [{"strip": {"queue": "a", "notice": "held"}}]},
        {"id": "change", "name": "Change", "then": [{"disarm": {}}, {"disclaimer": {"name": "legal"}}]},
        {"id": "name", "name": "Name", "when": {"any": [{"attachment.name": {"matches": "*.exe"}},
                                                        {"attachment.size": {"greater": "1M"}},
                                                        {"header:List-Id": {"exists": True}}]},
         "then": [{"keep": {"queue": "b"}}]}]}
CONFIG = """[node]
name = "asan"
[milter]
listen = "inet:127.0.0.1:{port}"
[policy]
file = "{root}/policy.json"
[storage]
folder = "{root}/data"
[metrics]
listen = "127.0.0.1:{metrics}"
[log]
file = "{root}/slave.log"
"""


def files():
    folders = [SOURCE.parent / "shared" / name for name in ("mail", "corpus")]
    found = [file for folder in folders if folder.exists() for file in sorted(folder.rglob("*")) if file.is_file() and file.suffix not in (".json", ".md", ".yml")]
    if not found:
        support.skip("../shared/mail is not there")
    return found


def free_port():
    return next(port for port in range(21900, 60000) if process.free(port))


def main():
    options = support.arguments()
    mails, slave = files(), SOURCE / "build-asan/slave/weir-slave"
    feeder = pathlib.Path(options.build) / "tests/e2e/milter_feed"
    if not slave.exists():
        support.skip("there is no build-asan")
    with tempfile.TemporaryDirectory(prefix="weir-asan-", dir="/var/tmp") as root:
        root = pathlib.Path(root)
        port = free_port()
        dns.up(root / "dns", port + 2, {})
        policy = {**POLICY, "sections": {**POLICY["sections"], "dns": {"servers": [f"127.0.0.1:{port + 2}"]}}}
        (root / "policy.json").write_text(json.dumps(policy))
        (root / "slave.toml").write_text(CONFIG.format(root=root, port=port, metrics=port + 1))
        (root / "list").write_text("".join(f"{file}\n" for file in mails))
        process.start([str(slave), "--config", str(root / "slave.toml")], root / "pid", root / "out",
                      {"ASAN_OPTIONS": "detect_leaks=1:halt_on_error=1", "UBSAN_OPTIONS": "halt_on_error=1:print_stacktrace=1"})
        try:
            wait_for("the slave", lambda: process.listening(port), 60, root / "out")
            done = subprocess.run([feeder, f"127.0.0.1:{port}", root / "list"], capture_output=True, text=True)
            print(done.stdout.strip())
            check(done.returncode == 0, f"every mail was answered: {done.stderr.strip()}")
            hung_up = int(done.stdout.split("answer_-=")[1].split()[0]) if "answer_-=" in done.stdout else 0
            check(hung_up < len(mails) / 100, f"libmilter hung up on {hung_up} that no MTA would send, on no others")
            slowest = float(done.stdout.split("slowest_ms=")[1].split()[0])
            check(slowest < 2000, f"none of {len(mails)} mails took over 2 s (slowest {slowest:.0f} ms, with sanitizers)")
            check(process.running(root / "pid"), "the slave is alive")
        finally:
            process.stop(root / "pid", 60)
            dns.down(root / "dns")
        found = [line for line in (root / "out").read_text(errors="replace").splitlines()
                 if "ERROR: " in line or "runtime error" in line or "SUMMARY" in line]
        check(not found, f"the sanitizers found nothing {found[:5]}")


if __name__ == "__main__":
    main()
