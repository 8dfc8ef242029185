#!/usr/bin/env python3
"""Actions that change a mail, its recipients or its neighbours, through a real Postfix to the sink."""
import email.message
import email.policy

import support
from support import check, send, wait_for

POLICY = {"lists": {}, "sections": {
    "site": {"administrator": "postmaster@company.example"},
    "notices": {"held": {"subject": "Notice: ${subject}", "text": "From ${sender} by rule ${rule}", "attach_headers": True},
                "gone": {"text": "Removed ${file.name}: ask the postmaster"}},
    "disclaimers": {"legal": {"text": "Weir disclaimer for ${recipient}", "html": "<p>Weir disclaimer</p>"}}},
    "rules": [
        {"id": "moved", "when": {"subject": {"contains": "moveme"}}, "then": [{"redirect": {"to": "other@company.example"}}]},
        {"id": "copied", "when": {"subject": {"contains": "copyme"}},
         "then": [{"copy": {"to": "archive@company.example"}}, {"copy": {"to": "team@company.example", "as": "changed"}},
                  {"tag-subject": {"text": "[C]"}}]},
        {"id": "stripped", "when": {"attachment.name": {"matches": "*.exe"}},
         "then": [{"strip": {"queue": "stripped", "notice": "gone"}}]},
        {"id": "armed", "when": {"html.finding": {"is": "script"}}, "then": [{"disarm": {}}]},
        {"id": "said", "when": {"subject": {"contains": "disclaim"}}, "then": [{"disclaimer": {"name": "legal"}}]},
        {"id": "told", "when": {"subject": {"contains": "noticeme"}},
         "then": [{"notify": {"to": "administrator", "notice": "held"}}, {"notify": {"to": "sender", "notice": "held"}}]},
        {"id": "grey", "when": {"subject": {"contains": "greyme"}}, "then": [{"greylist": {}}]}]}


def message(subject, html=None, attachment=None):
    mail = email.message.EmailMessage(email.policy.SMTP)
    mail["From"], mail["To"], mail["Subject"] = "sender@example.org", "user@company.example", subject
    mail.set_content("plain body\r\n")
    if html:
        mail.add_alternative(html, subtype="html")
    if attachment:
        mail.add_attachment(b"MZ" + bytes(100), maintype="application", subtype="octet-stream", filename=attachment)
        mail.add_attachment(b"kept", maintype="application", subtype="octet-stream", filename="kept.bin")
    return mail.as_bytes()


def recipients_of(found):
    head = found.source.split(b"\n\n", 1)[0].decode(errors="replace")
    return {line.split("<")[1].split(">")[0] for line in head.splitlines() if line.startswith("X-Rcpt-Args:")}


def arrivals(cluster, word, count):
    return wait_for(f"{count} mails about {word}", lambda: (lambda found: found if len(found) >= count else None)(
        [m for m in cluster.delivered() if word in (m["Subject"] or "")]))


def scenario(cluster):
    smtp = f"127.0.0.1:{cluster.slaves[0].ports['smtp']}"
    cluster.publish_and_wait(POLICY)
    for subject, more in (("moveme", {}), ("copyme", {}), ("stripme", {"attachment": "evil.exe"}),
                          ("armed", {"html": "<p>text</p><script>evil()</script>"}), ("disclaim", {"html": "<p>text</p>"}),
                          ("noticeme", {})):
        check(send(smtp, message(subject, **more))[0] == 250, f"{subject} is taken")
    moved = arrivals(cluster, "moveme", 1)
    check([recipients_of(m) for m in moved] == [{"other@company.example"}], "a redirected mail goes to the other mailbox alone")
    copies = arrivals(cluster, "copyme", 2)
    by_tag = {"[C]" in m["Subject"]: recipients_of(m) for m in copies}
    check(by_tag == {True: {"user@company.example", "team@company.example"}, False: {"archive@company.example"}},
          f"copies go as received and as changed: {by_tag}")
    stripped = arrivals(cluster, "stripme", 1)[0]
    names = [part.get_filename() for part in stripped.walk() if part.get_filename()]
    check("evil.exe" not in names and "kept.bin" in names and b"Removed evil.exe" in stripped.source,
          f"the attachment is gone, a notice is there, its neighbour stays: {names}")
    item = wait_for("the original in quarantine", lambda: next(
        (i for i in cluster.every("/quarantine") if i["queue"] == "stripped"), None))
    raw = cluster.api.call("GET", f"/quarantine/{item['id']}/raw", raw=True)
    check(b"evil.exe" in raw, "the mail as received is kept")
    armed = arrivals(cluster, "armed", 1)[0]
    check(b"script" not in armed.source and b"text" in armed.source, "the script is gone, the text stays")
    said = arrivals(cluster, "disclaim", 1)[0]
    texts = {part.get_content_type(): part.get_payload(decode=True) for part in said.walk() if not part.is_multipart()}
    check(b"Weir disclaimer for user@company.example" in texts["text/plain"] and b"Weir disclaimer" in texts["text/html"],
          "the disclaimer is in text and HTML")
    notice = arrivals(cluster, "Notice: noticeme", 1)
    check([recipients_of(m) for m in notice] == [{"postmaster@company.example"}] and b"by rule told" in notice[0].source,
          "the administrator is told, and a sender from outside is not")
    check(notice[0]["Auto-Submitted"] is not None, "a notice says that it is automatic")
    code, text = send(smtp, message("greyme"))
    check(code == 451 and "reylist" in text, f"an unknown sender is told to come back: {code} {text}")
    wait_for("every event at the master", cluster.drained)
    check(len(cluster.mails()) == 7, "nothing that was sent on was seen twice by the filter")


def main():
    options = support.arguments()
    with support.temporary_cluster(options, "--slaves", "1") as cluster:
        scenario(cluster)


if __name__ == "__main__":
    main()
