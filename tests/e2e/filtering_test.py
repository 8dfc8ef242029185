#!/usr/bin/env python3
"""What a newcomer sees: sample mail through each Postfix comes out as the default policy says, and the console knows."""
import subprocess
import time

import support
from support import check, mail, send, wait_for


def swaks(slave, subject, *more):
    """Sends one mail with swaks; True when the server took it."""
    done = subprocess.run(["swaks", "--server", f"127.0.0.1:{slave.ports['smtp']}", "--from", "sender@example.org",
                           "--to", "user@company.example", "--header", f"Subject: {subject}", "--silent", "2", *more],
                          capture_output=True, text=True)
    return done.returncode == 0


def row_of(cluster, subject):
    """The mail log's row, and how long the console took to show it."""
    began = time.monotonic()
    row = wait_for(f"'{subject}' in the mail log",
                   lambda: next(iter(cluster.api.get(f"/mails?limit=5&subject={subject}")["items"]), None))
    return row, time.monotonic() - began


def delivered(cluster, slave, subject):
    return next((m for m in cluster.delivered(slave) if subject in (m["Subject"] or "")), None)


def through_each_port(cluster, folder):
    attachment = folder / "invoice.exe"
    attachment.write_bytes(b"MZ" + bytes(200))
    slowest = 0.0
    for slave in cluster.slaves:
        plain, virus, macro = (f"{word}-{slave.name}" for word in ("plain", "virus", "risky"))
        check(swaks(slave, plain), f"{slave.name}: an ordinary mail is taken")
        check(swaks(slave, macro, "--attach-type", "application/octet-stream", "--attach", f"@{attachment}"),
              f"{slave.name}: a mail with a program is taken")
        check(swaks(slave, virus, "--body", "WEIR-TEST-MALWARE-7c9d1f"), f"{slave.name}: a mail with a virus is taken")
        check(not swaks(slave, f"gtube-{slave.name}", "--body",
                        "XJS*C4JDBQADN1.NSBN3*2IDNEN*GTUBE-STANDARD-ANTI-UBE-TEST-EMAIL*C.34X"),
              f"{slave.name}: the spam test text is refused")
        for subject, verdict in ((plain, "deliver"), (macro, "quarantine"), (virus, "quarantine"),
                                 (f"gtube-{slave.name}", "reject")):
            row, seconds = row_of(cluster, subject)
            slowest = max(slowest, seconds)
            check(row["verdict"] == verdict and row["node"] == slave.name,
                  f"{slave.name}: the console shows {subject} as {verdict} by rule {row['rule'] or 'none'}")
        wait_for(f"{plain} in the sink", lambda: delivered(cluster, slave, plain))
        trace = delivered(cluster, slave, plain)["X-Weir-Verdict"]
        check(trace and slave.name in trace, f"{slave.name}: the delivered mail carries its trace: {trace}")
        check(not delivered(cluster, slave, macro) and not delivered(cluster, slave, virus),
              f"{slave.name}: what is held was not delivered")
    print(f"        the slowest was in the console {slowest:.2f} s after its SMTP answer")


def quarantine_life(cluster):
    items = {item["subject"]: item for item in cluster.every("/quarantine")}
    check({item["queue"] for item in items.values()} >= {"attachments", "virus"}, "each was held in its queue")
    slave = cluster.slaves[0]
    risky = items[f"risky-{slave.name}"]
    preview = cluster.api.get(f"/quarantine/{risky['id']}/preview")
    check(any(each["name"] == "invoice.exe" for each in preview["attachments"]), "the preview names the attachment")
    raw = cluster.api.call("GET", f"/quarantine/{risky['id']}/raw", raw=True)
    check(b"invoice.exe" in raw and b"X-Weir" not in raw, "the download is the mail as it was received")
    cluster.api.post(f"/quarantine/{risky['id']}/release")
    released = wait_for("the released mail in the sink", lambda: delivered(cluster, slave, risky["subject"]))
    check(released.source.split(b"\n\n", 1)[-1].rstrip() == raw.replace(b"\r\n", b"\n").split(b"\n\n", 1)[-1].rstrip(),
          "the released body is the received body, byte for byte")
    state = wait_for("the state released", lambda: (lambda found: found if found["state"] == "released" else None)(
        cluster.api.get(f"/quarantine/{risky['id']}")))
    check([step["state"] for step in state["history"]][-1] == "released", "the item's history ends with its release")
    try:
        cluster.api.post(f"/quarantine/{risky['id']}/release")
        check(False, "a second release is refused")
    except support.Failure as refusal:
        check(" 409 " in str(refusal), "a second release is refused")
    other = items[f"risky-{cluster.slaves[1].name}"]
    cluster.api.post(f"/quarantine/{other['id']}/release", {"recipients": ["abuse@company.example"]})
    wait_for("the mail released to another address",
             lambda: next((m for m in cluster.delivered(cluster.slaves[1]) if other["subject"] in (m["Subject"] or "")
                           and b"abuse@company.example" in m.source.split(b"\n\n", 1)[0]), None))
    virus = items[f"virus-{slave.name}"]
    cluster.api.call("DELETE", f"/quarantine/{virus['id']}")
    wait_for("the state deleted", lambda: cluster.api.get(f"/quarantine/{virus['id']}")["state"] == "deleted")
    check(not list((slave.root / "data/quarantine").rglob(f"{virus['id']}.eml")), "a deleted item's file is gone")
    actions = {entry["action"] for entry in cluster.every("/audit")}
    check({"quarantine.release", "quarantine.delete"} <= actions, f"the audit has release and delete: {sorted(actions)}")


SPLIT = {"lists": {}, "sections": {}, "rules": [
    {"id": "hold", "name": "Hold for one", "when": {"recipient": {"is": "held@company.example"}},
     "then": [{"quarantine": {"queue": "split"}}]},
    {"id": "tag", "name": "Tag for one", "when": {"recipient": {"is": "tagged@company.example"}},
     "then": [{"tag-subject": {"text": "[TAG]"}}]},
    {"id": "copy", "name": "Keep a copy", "when": {"subject": {"contains": "keepme"}},
     "then": [{"keep": {"queue": "copies"}}]}]}


def recipients_of(message):
    head = message.source.split(b"\n\n", 1)[0].decode(errors="replace")
    return {line.split("<")[1].split(">")[0] for line in head.splitlines() if line.startswith("X-Rcpt-Args:")}


def recipients_are_split(cluster):
    slave = cluster.slaves[0]
    cluster.publish_and_wait(SPLIT)
    everyone = ["plain@company.example", "held@company.example", "tagged@company.example"]
    code, text = send(f"127.0.0.1:{slave.ports['smtp']}", mail("split keepme"), recipients=everyone)
    check(code == 250, f"a mail for three is taken: {code} {text}")
    copies = wait_for("both delivered copies", lambda: (lambda found: found if len(found) == 2 else None)(
        [m for m in cluster.delivered(slave) if "split" in (m["Subject"] or "")]))
    by_tag = {"[TAG]" in m["Subject"]: recipients_of(m) for m in copies}
    check(by_tag == {False: {"plain@company.example"}, True: {"tagged@company.example"}},
          f"each recipient got the copy its rules say: {by_tag}")
    row, _ = row_of(cluster, "split")
    held = wait_for("held item and copy", lambda: (lambda found: found if len(found) == 2 else None)(
        [item for item in cluster.every("/quarantine") if "split" in item["subject"]]))
    check({item["queue"]: item["copy"] for item in held} == {"split": False, "copies": True},
          "one recipient's mail is held, and a copy is kept")
    check(next(item for item in held if item["queue"] == "split")["recipients"] == ["held@company.example"],
          "the held item is for its own recipient alone")


def main():
    options = support.arguments()
    with support.temporary_cluster(options, "--clamd") as cluster:
        document = cluster.api.get("/policy")["document"]
        document.setdefault("sections", {})["antivirus"] = {
            "enabled": True, "address": f"inet:127.0.0.1:{cluster.master.ports['clamd']}", "on_failure": "tempfail"}
        cluster.publish_and_wait(document)
        through_each_port(cluster, cluster.folder)
        quarantine_life(cluster)
        recipients_are_split(cluster)


if __name__ == "__main__":
    main()
