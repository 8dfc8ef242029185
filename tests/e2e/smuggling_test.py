#!/usr/bin/env python3
"""Mails that would be several if their dots and line ends were taken for SMTP's: held and released, redirected, copied and
split, each comes out of a real Postfix as one mail, with the body that it has where nothing is done to it."""
import pathlib
import re
import smtplib
import subprocess
import tempfile
import time

import support
from support import check, wait_for

NEXT = "MAIL FROM:<evil@example.org>|RCPT TO:<victim@company.example>|DATA|Subject: smuggled||evil|.|QUIT|"
CRLF = NEXT.replace("|", "\r\n").encode()
BODIES = {
    "line-dot": b"before\r\n.\r\n" + CRLF,
    "lf-dot-lf": b"before\n.\n" + CRLF,
    "lf-dot-crlf": b"before\n.\r\n" + CRLF,
    "crlf-dot-lf": b"before\r\n.\n" + CRLF,
    "crlf-dot-cr": b"before\r\n.\r" + CRLF,
    "cr-dot-cr": b"before\r.\r" + CRLF,
    "cr-dot-crlf": b"before\r.\r\n" + CRLF,
    "crcrlf-dot": b"before\r\r\n.\r\r\n" + CRLF,
    "all-bare-lf": b"before\n.\n" + NEXT.replace("|", "\n").encode(),
    "all-bare-cr": b"before\r.\r" + NEXT.replace("|", "\r").encode(),
    "nul-dot": b"before\r\n.\0\r\n\0.\r\n\r\n.\r\n" + CRLF,
    "leading-dots": b".\r\n..\r\n...\r\n.word\r\n..word\r\n. \r\n.\t.\r\n",
    "dot-first": b".",
    "ends-in-dot": b"text\r\n.",
    "ends-in-cr": b"text\r",
    "no-end": b"no line end",
    "empty": b"",
    "long-lines": b"x" * 5000 + b"\r\n." + b"y" * 3000 + b"\r\n" + b"." * 2500 + b"\r\n.\r\n" + CRLF,
    "at-998": b"x" * 998 + b"\r\n.\r\n" + b"y" * 997 + b".\r\n" + CRLF,
    "chunk-edge": b"z" * (65536 - 3) + b"\r\n.\r\n" + CRLF,  # across the pieces in which a body is handed over
    "eight-bit": "naïve\r\n.\r\nœuvre\r\n".encode() + CRLF,
}
KINDS = {"plain": 1, "held": 1, "moved": 1, "copied": 2, "split": 2}  # how many mails each becomes
POLICY = {"lists": {}, "sections": {}, "rules": [
    {"id": "held", "when": {"subject": {"contains": "held"}}, "then": [{"quarantine": {"queue": "test"}}]},
    {"id": "moved", "when": {"subject": {"contains": "moved"}}, "then": [{"redirect": {"to": "other@company.example"}}]},
    {"id": "copied", "when": {"subject": {"contains": "copied"}},
     "then": [{"copy": {"to": "archive@company.example"}}, {"copy": {"to": "team@company.example", "as": "changed"}},
              {"tag-subject": {"text": "[C]"}}]},
    {"id": "split", "when": {"all": [{"subject": {"contains": "split"}}, {"recipient": {"is": "second@company.example"}}]},
     "then": [{"tag-subject": {"text": "[S]"}}]}]}


def content(subject, body):
    return (f"Date: Sat, 21 Nov 2026 12:00:00 +0000\r\nFrom: a@example.org\r\nTo: user@company.example\r\n"
            f"Subject: {subject}\r\n\r\n").encode() + body


def send_in_one_chunk(smtp, mail, recipients):
    """With BDAT (RFC 3030), where no dot ends a mail: the only way for these bytes into a Postfix."""
    host, port = smtp.rsplit(":", 1)
    with smtplib.SMTP(host, int(port), timeout=60) as session:
        session.ehlo("client.example.org")
        session.mail("sender@example.org", ["BODY=8BITMIME"])
        for recipient in recipients:
            session.rcpt(recipient)
        session.send(b"BDAT %d LAST\r\n" % len(mail) + mail)
        code, text = session.getreply()
        return code, text.decode(errors="replace")


def arrived(cluster):
    """Bodies by subject without its tag; a body goes from the first empty line to its end, where a bare CR and a missing
    line end are worth the same."""
    found = {}
    for mail in cluster.delivered():
        subject = re.sub(r"^\[[CS]\] *", "", mail["Subject"] or "no subject")
        found.setdefault(subject, []).append(mail.source.split(b"\n\n", 1)[-1].rstrip())
    return found


def release_all(cluster, count):
    items = wait_for(f"{count} items in quarantine", lambda: (lambda found: found if len(found) == count else None)(
        list(cluster.every("/quarantine"))))
    for item in items:
        cluster.api.post(f"/quarantine/{item['id']}/release")


def through_postfix(cluster, smtp):
    for name, body in BODIES.items():
        for kind in KINDS:
            code, text = send_in_one_chunk(smtp, content(f"{kind} {name}", body),
                                           ["user@company.example"] + (["second@company.example"] if kind == "split" else []))
            if code != 250:
                check(False, f"{kind} {name} is taken: {code} {text}")
    check(True, f"{len(BODIES) * len(KINDS)} mails are taken")


def through_milter(cluster, options):
    """The same bytes handed to the node itself, as an MTA would that leaves line ends as they are."""
    with tempfile.TemporaryDirectory(prefix="weir-smuggling-") as folder:
        files = []
        for name, body in BODIES.items():
            files.append(pathlib.Path(folder) / name)
            files[-1].write_bytes(content(f"held raw {name}", body))
        (pathlib.Path(folder) / "list").write_text("".join(f"{file}\n" for file in files))
        feed = pathlib.Path(str(options.build).removesuffix("/controls")) / "tests/e2e/milter_feed"
        done = subprocess.run([feed, "--raw", f"127.0.0.1:{cluster.slaves[0].ports['milter']}", f"{folder}/list"],
                              capture_output=True, text=True)
        check(done.returncode == 0 and f"answer_d={len(BODIES)} " in done.stdout, f"all are held: {done.stdout}{done.stderr}")


def missing(cluster, expected):
    found = arrived(cluster)
    return {subject: count for subject, count in expected.items() if len(found.get(subject, [])) < count}


def compare(cluster, expected):
    check("smuggled" not in arrived(cluster), "no second mail came out of one")
    states = wait_for("the end of every release", lambda: (lambda all: all if "releasing" not in all.values() else None)(
        {item["subject"]: item["state"] for item in cluster.every("/quarantine?state=all")}), 90)
    check(set(states.values()) == {"released"}, f"all are released: {({s: w for s, w in states.items() if w != 'released'})}")
    end = time.monotonic() + 60
    while (left := missing(cluster, expected)) and time.monotonic() < end:
        time.sleep(0.5)
    check(not left, f"every mail is in the sink: {left}")
    time.sleep(3)  # nothing more may come
    found = arrived(cluster)
    check({subject: len(bodies) for subject, bodies in found.items()} == expected,
          f"each came out as often as it must: {({s: len(b) for s, b in found.items() if expected.get(s) != len(b)})}")
    for name, body in BODIES.items():
        plain = found[f"plain {name}"][0]
        for subject, bodies in found.items():
            if subject.split(" ")[-1] == name and any(each != plain for each in bodies):
                other = next(each for each in bodies if each != plain)
                check(False, f"{subject} has the body of the mail that nothing was done to: {other[:200]} for {plain[:200]}")
        check(plain.count(b"Subject: smuggled") == body.count(b"Subject: smuggled"), f"{name}: one mail each, with the whole body")


def scenario(options):
    with support.temporary_cluster(options, "--slaves", "1") as cluster:
        cluster.publish_and_wait(POLICY)
        through_postfix(cluster, f"127.0.0.1:{cluster.slaves[0].ports['smtp']}")
        through_milter(cluster, options)
        release_all(cluster, 2 * len(BODIES))
        expected = {f"{kind} {name}": count for kind, count in KINDS.items() for name in BODIES}
        expected |= {f"held raw {name}": 1 for name in BODIES}
        compare(cluster, expected)


if __name__ == "__main__":
    options = support.arguments()
    support.run(scenario, options)
