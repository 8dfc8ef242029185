#!/usr/bin/env python3
"""DMARC aggregate reports: what two nodes saw is one report a domain, exact after kills; reports of others are read."""
import email
import email.policy
import gzip
import json
import subprocess
import time
import xml.etree.ElementTree as ET

import support
from support import check, kill, send, wait_for

US = "company.example"
ZONE = {
    "sender.example": {"TXT": ["v=spf1 ip4:127.0.0.1 -all"]},
    "_dmarc.sender.example": {"TXT": ["v=DMARC1; p=none; rua=mailto:dmarc@sender.example!10m"]},
    "forged.example": {"TXT": ["v=spf1 -all"]},
    "_dmarc.forged.example": {"TXT": ["v=DMARC1; p=reject; rua=mailto:agg@collector.example"]},
    "forged.example._report._dmarc.collector.example": {"TXT": ["v=DMARC1"]},
    "tiny.example": {"TXT": ["v=spf1 -all"]},
    "_dmarc.tiny.example": {"TXT": ["v=DMARC1; p=none; rua=mailto:dmarc@tiny.example!10"]},
    "unwanted.example": {"TXT": ["v=spf1 -all"]},
    "_dmarc.unwanted.example": {"TXT": ["v=DMARC1; p=none; rua=mailto:dmarc@nobody.example"]},
}
RULES = [{"id": "dmarc", "when": {"dmarc.policy": {"is": "reject"}}, "then": [{"reject": {"text": "forged"}}]}]


def policy(cluster):
    return {"lists": {}, "rules": RULES, "sections": {
        "dns": {"servers": [f"127.0.0.1:{cluster.master.ports['dns']}"]},
        "dmarc-reports": {"enabled": True, "org_name": "Company", "from": f"dmarc@{US}", "receive": f"reports@{US}"}}}


def content(sender, subject):
    return f"From: <{sender}>\r\nTo: user@{US}\r\nSubject: {subject}\r\n\r\nbody\r\n".encode()


class Mails:
    """Mails over both nodes, and what each domain must be told of them."""

    def __init__(self, cluster):
        self.smtp = [f"127.0.0.1:{slave.ports['smtp']}" for slave in cluster.slaves]
        self.sent, self.number = {}, 0

    def send(self, domain, count, code=250):
        for _ in range(count):
            self.number += 1
            sender = f"a@{domain}"
            got, text = send(self.smtp[self.number % 2], content(sender, f"mail {self.number}"), sender=sender)
            if got != code:
                raise AssertionError(f"{domain}: {got} {text} and not {code}")
            self.sent[domain] = self.sent.get(domain, 0) + 1


def relay_in(cluster):
    """The master mails through a sink, like what Postfix delivers."""
    cluster.master.down()
    config = cluster.master.config
    config.write_text(config.read_text() + f"\n[mail]\nrelay = \"127.0.0.1:{cluster.slaves[0].ports['sink']}\"\n")
    cluster.master.up()


def reports_in_sink(cluster):
    """(domain, recipient, XML) of each report that was mailed."""
    for file in (cluster.slaves[0].root / "postfix/sink").iterdir():
        message = email.message_from_bytes(file.read_bytes(), policy=email.policy.default)
        if not str(message["Subject"] or "").startswith("Report Domain:"):
            continue
        part = next(part for part in message.walk() if part.get_content_type() == "application/gzip")
        yield message, part.get_filename(), gzip.decompress(part.get_payload(decode=True)).decode()


def counts(xml):
    root = ET.fromstring(xml)
    rows = [{"source": r.findtext("row/source_ip"), "count": int(r.findtext("row/count")),
             "disposition": r.findtext("row/policy_evaluated/disposition"), "spf": r.findtext("row/policy_evaluated/spf"),
             "from": r.findtext("identifiers/header_from")} for r in root.findall("record")]
    return root.findtext("policy_published/domain"), rows


def sent_list(cluster):
    return {(one["domain"], one["part"]): one for one in cluster.every("/dmarc/sent")}


def states(cluster):
    return {key: [to["state"] for to in one["destinations"]] for key, one in sent_list(cluster).items()}


def counted(cluster, mails, seconds=30):
    """Everything sent is in rows that no report has told yet or told already."""
    def totals():
        found = {}
        for (domain, _), one in sent_list(cluster).items():
            found[domain] = found.get(domain, 0) + one["mails"]
        return found
    expected = {domain: n for domain, n in mails.sent.items() if domain != "unwanted.example"}
    wait_for("events at the master", cluster.drained, 60)
    try:
        wait_for("the rows", lambda: totals() == expected, seconds)
    except support.Failure:
        pass
    check(totals() == expected, f"the rows of both nodes count each mail once: {totals()}")


def send_days(cluster):
    for day in sorted({one["day"] for one in sent_list(cluster).values()}):
        cluster.api.post("/dmarc/sent", {"day": day})


def sending(cluster, mails):
    send_days(cluster)
    wait_for("the reports to be sent", lambda: states(cluster).get(("sender.example", 1)) == ["sent"]
             and states(cluster).get(("forged.example", 1)) == ["sent"]
             and states(cluster).get(("tiny.example", 1)) == ["failed"], 60)
    found = list(reports_in_sink(cluster))
    told = {}
    for message, name, xml in found:
        domain, rows = counts(xml)
        told[domain] = rows
        check(name.startswith(f"{US}!{domain}!") and name.endswith(".xml.gz"), f"the file has the name of RFC 7489: {name}")
        check(f"Submitter: {US}" in message["Subject"] and "Report-ID: <" in message["Subject"],
              f"the subject is that of RFC 7489: {message['Subject']}")
    check(sorted(told) == ["forged.example", "sender.example"] and len(found) == 2,
          f"one report went to each domain that takes it, over both nodes: {sorted(told)}")
    totals = {domain: sum(row["count"] for row in rows) for domain, rows in told.items()}
    check(totals == {domain: mails.sent[domain] for domain in told}, f"each counts every mail: {totals}")
    check({(r["source"], r["disposition"], r["spf"]) for r in told["forged.example"]} == {("127.0.0.1", "reject", "fail")},
          "forged mail was rejected, and is told so")
    check({(r["source"], r["disposition"], r["spf"]) for r in told["sender.example"]} == {("127.0.0.1", "none", "pass")},
          "honest mail passed, and is told so")
    check("takes 10" in sent_list(cluster)[("tiny.example", 1)]["destinations"][0]["detail"],
          "a domain that takes 10 bytes gets no report, and the console says why")
    return next(xml for message, _, xml in found if counts(xml)[0] == "sender.example")


def once(cluster, mails):
    kill(cluster.master)
    cluster.master.up()
    send_days(cluster)
    mails.send("sender.example", 2)
    counted(cluster, mails)
    check(states(cluster)[("sender.example", 2)] == [], "mail after the report waits in a supplement")
    send_days(cluster)
    wait_for("the supplement", lambda: states(cluster)[("sender.example", 2)] == ["sent"], 60)
    found = sorted(sum(row["count"] for row in counts(xml)[1]) for _, _, xml in reports_in_sink(cluster)
                   if counts(xml)[0] == "sender.example")
    check(found == [2, mails.sent["sender.example"] - 2], f"no report goes out twice, after a kill of the master neither: {found}")


def bringing(xml, name):
    message = email.message.EmailMessage(policy=email.policy.SMTP)
    message["From"], message["To"], message["Subject"] = "noreply@sender.example", f"reports@{US}", "Report Domain: ours.example"
    message["Date"] = "Sat, 21 Nov 2026 12:00:00 +0000"
    message.set_content("A report.\n")
    message.add_attachment(gzip.compress(xml.encode()), maintype="application", subtype="gzip", filename=name)
    return message.as_bytes()


def received(cluster, mails, xml):
    ours = xml.replace("<domain>sender.example", "<domain>ours.example").replace("Company", "Receiver")
    for smtp in mails.smtp:
        check(send(smtp, bringing(ours, "r.xml.gz"), sender="noreply@sender.example", recipients=[f"reports@{US}"])[0] == 250,
              "a mail with a report about our domain is taken")
    broken = ours.replace("<feedback>", "<!DOCTYPE feedback SYSTEM \"http://192.0.2.1/\"><feedback>")
    check(send(mails.smtp[0], bringing(broken, "x.xml.gz"), sender="noreply@sender.example",
               recipients=[f"reports@{US}"])[0] == 250, "so is one with a report that cannot be read")
    wait_for("it in the API", lambda: cluster.api.get("/dmarc/received")["items"], 30)
    wait_for("events at the master", cluster.drained, 60)
    mails.sent["sender.example"] += 3  # the mails that brought them are mails of that domain
    counted(cluster, mails)
    items = cluster.api.get("/dmarc/received")["items"]
    expected = sum(row["count"] for row in counts(xml)[1])
    check([(i["domain"], i["reports"], i["mails"], i["passed"]) for i in items] == [("ours.example", 1, expected, expected)],
          f"the report is counted once, though it came twice: {items}")
    detail = cluster.api.get("/dmarc/received/ours.example")
    check([(s["source"], s["mails"]) for s in detail["sources"]] == [("127.0.0.1", expected)]
          and detail["reports"][0]["authenticated"] and detail["reports"][0]["origin"] == "sender.example",
          f"by source, and with who sent it: {detail}")
    return ours


def by_hand(cluster, ours):
    def ctl(*arguments):
        done = subprocess.run([*cluster.weirctl, "dmarc", *arguments], capture_output=True, text=True, timeout=60)
        return done.returncode, done.stdout + done.stderr
    file = cluster.folder / "report.xml.gz"
    file.write_bytes(gzip.compress(ours.encode()))
    check(ctl("import", file)[1].startswith("known before"), "weirctl knows the report that came by mail")
    file.write_bytes(gzip.compress(ours.replace("Receiver", "Another").encode()))
    check(ctl("import", file)[1].startswith("taken"), "and takes one of another organization")
    code, text = ctl("received", "--domain", "ours.example")
    check(code == 0 and "Another" in text and "Receiver" in text, "weirctl lists both")
    code, text = ctl("sent")
    check(code == 0 and "agg@collector.example" in text, "weirctl lists what was sent")
    row = sent_list(cluster)[("forged.example", 1)]
    check("<domain>forged.example</domain>" in ctl("show", row["id"])[1], "weirctl shows a report as XML")
    code, text = ctl("send", "--day", "2999-01-01")
    check(code == 1 and "not begun" in text, f"a day to come is refused: {text.strip()}")


def scenario(options):
    with support.temporary_cluster(options, "--slaves", "2") as cluster:
        (cluster.folder / "dns/zone.json").write_text(json.dumps(ZONE))
        relay_in(cluster)
        cluster.publish_and_wait(policy(cluster))
        mails = Mails(cluster)
        mails.send("sender.example", 7)
        mails.send("forged.example", 4, 550)
        kill(cluster.master)
        mails.send("sender.example", 6)
        mails.send("forged.example", 3, 550)
        mails.send("tiny.example", 2)
        mails.send("unwanted.example", 2)
        cluster.master.up()
        began = time.monotonic()
        counted(cluster, mails)
        print(f"        {mails.number} mails added up {time.monotonic() - began:.1f} s after the master was back")
        xml = sending(cluster, mails)
        once(cluster, mails)
        by_hand(cluster, received(cluster, mails, xml))


if __name__ == "__main__":
    options = support.arguments()
    support.run(scenario, options)
