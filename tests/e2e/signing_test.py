#!/usr/bin/env python3
"""A node signs outbound mail with DKIM as it leaves, changes and all, and seals inbound mail with ARC: dkimpy verifies both
in what comes out of Postfix. Keys are made on the node."""
import json
import re
import smtplib
import subprocess
import sys

import support
from support import check, mail, send, wait_for

sys.path.append("/usr/lib/python3/dist-packages")  # where the distribution's dkimpy is, whichever Python runs this

DOMAIN = "company.example"
POLICY = {"lists": {}, "rules": [{"id": "legal", "direction": "outbound", "then": [{"disclaimer": {"name": "legal"}}]}]}
SECTIONS = {"signing": {DOMAIN: {"selectors": ["s1", "s2"], "seal": True}},
            "disclaimers": {"legal": {"text": "Confidential.", "html": "<p>Confidential.</p>"}}}


def key_tool(slave, *arguments):
    return subprocess.run(slave.command("dkim-key", *arguments), capture_output=True, text=True)


def make_keys(slave):
    """{name: TXT record} of an RSA and an ed25519 key, as the node prints them."""
    records = {}
    for selector, options in (("s1", []), ("s2", ["--ed25519"])):
        made = key_tool(slave, "make", DOMAIN, selector, *options)
        check(made.returncode == 0, f"the node makes the key {selector}")
        name = re.search(r"^(\S+?)\.?\s", made.stdout, re.M).group(1)
        check(name == f"{selector}._domainkey.{DOMAIN}", f"and prints its record: {name}")
        records[name] = "".join(re.findall(r'"([^"]*)"', made.stdout))
    again = key_tool(slave, "make", DOMAIN, "s1")
    check(again.returncode != 0 and "s1." + DOMAIN in again.stderr, "it makes none over one that is there")
    return records


def send_as_user(slave, content):
    with smtplib.SMTP("127.0.0.1", slave.ports["smtp"], timeout=60) as session:
        session.ehlo("client.example.org")
        check(session.docmd("XCLIENT", "ADDR=10.1.1.1 LOGIN=user")[0] == 220, "as a user who has logged in")
        session.ehlo("client.company.example")
        session.sendmail(f"user@{DOMAIN}", ["friend@other.example"], content)


def delivered(cluster, subject):
    return wait_for(f"{subject} in the sink",
                    lambda: next((m for m in cluster.delivered() if m["Subject"] == subject), None))


def as_sent(message):
    """Without what Postfix and the sink wrote above it."""
    source = message.source.replace(b"\r\n", b"\n").replace(b"\n", b"\r\n")
    return source[source.index(b"DKIM-Signature:") if b"DKIM-Signature:" in source else 0:]


def signed(cluster, slave, dkim, lookup):
    send_as_user(slave, mail("outbound", headers={"From": f"user@{DOMAIN}"}))
    message = delivered(cluster, "outbound")
    check("Confidential." in message.get_payload(), "the mail was changed before it was signed")
    check(len(message.get_all("DKIM-Signature") or []) == 2, "a signature for each selector")
    for index, kind in ((0, "first"), (1, "second")):
        check(dkim.DKIM(as_sent(message)).verify(idx=index, dnsfunc=lookup), f"dkimpy verifies the {kind}")
    check(not dkim.verify(as_sent(message).replace(b"this is a test", b"this was a test"), dnsfunc=lookup),
          "and sees that another body was not signed")


def sealed(cluster, slave, dkim, lookup):
    check(send(f"127.0.0.1:{slave.ports['smtp']}", mail("inbound"), recipients=[f"user@{DOMAIN}"])[0] == 250, "inbound mail")
    message = delivered(cluster, "inbound")
    check(len(message.get_all("ARC-Seal") or []) == 1 and not message.get_all("DKIM-Signature"), "is sealed and not signed")
    source = message.source.replace(b"\r\n", b"\n").replace(b"\n", b"\r\n")
    result = dkim.arc_verify(source[source.index(b"ARC-Seal:"):], dnsfunc=lookup)
    check(result[0] == dkim.CV_Pass, f"dkimpy verifies the seal: {result}")
    check(f"i=1; {slave_id(message)};" in message["ARC-Authentication-Results"].replace("\r\n", "").replace("\n", ""),
          "which says what we found, under our name")


def slave_id(message):
    return message["Authentication-Results"].split(";")[0].strip()


def missing(cluster, slave):
    """A key that is gone: the mail goes, unsigned, and the operator is told."""
    for selector in ("s1", "s2"):
        next((slave.root / "data").rglob(f"{selector}.{DOMAIN}.pem")).unlink()
    send_as_user(slave, mail("unsigned", headers={"From": f"user@{DOMAIN}"}))
    check(not delivered(cluster, "unsigned").get_all("DKIM-Signature"), "without its keys a node sends mail unsigned")
    wait_for("the node's problem", lambda: f"s1.{DOMAIN}.pem" in json.dumps(cluster.nodes()[slave.name]))


def scenario(options):
    try:
        import dkim
    except ImportError:
        support.skip("dkimpy is not installed")
    with support.temporary_cluster(options, "--slaves", "1") as cluster:
        slave = cluster.slaves[0]
        records = make_keys(slave)
        file = cluster.folder / "dns/zone.json"
        file.write_text(json.dumps({**json.loads(file.read_text()), **{name: {"TXT": [text]} for name, text in records.items()}}))
        cluster.publish_and_wait({**POLICY, "sections": {
            **SECTIONS, "dns": {"servers": [f"127.0.0.1:{cluster.master.ports['dns']}"]}}})

        def lookup(name, timeout=5):
            record = records.get(name.decode().rstrip("."))
            return record.encode() if record else None

        signed(cluster, slave, dkim, lookup)
        sealed(cluster, slave, dkim, lookup)
        missing(cluster, slave)


if __name__ == "__main__":
    options = support.arguments()
    support.run(scenario, options)
