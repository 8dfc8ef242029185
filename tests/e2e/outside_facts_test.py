#!/usr/bin/env python3
"""Facts from outside through real nodes: DMARC and a DNS list by the cluster's name server, recipients by their mail server, a greylist that both share."""
import contextlib
import json
import socket
import socketserver
import threading
import time

import support
from support import check, send, wait_for

DELAY = 8  # seconds of greylisting
POLICY = {"lists": {}, "rules": [
    {"id": "listed", "when": {"dns-list": {"is": "local:bad"}}, "then": [{"reject": {"text": "listed"}}, {"alert": {"text": "listed: ${sender}"}}]},
    {"id": "dmarc", "when": {"dmarc.policy": {"is": "reject"}}, "then": [{"reject": {"text": "forged"}}]},
    {"id": "nobody", "when": {"recipient.verification": {"is": "undeliverable"}}, "then": [{"reject": {"code": 550, "status": "5.1.1", "text": "nobody here"}}]},
    {"id": "grey", "when": {"subject": {"contains": "greyme"}}, "then": [{"greylist": {}}]},
    {"id": "many", "when": {"subject": {"contains": "rateme"}}, "then": [{"rate-limit": {"rate": "few", "then": "reject"}}]}]}


def content(sender, subject, more=""):
    return f"From: {sender}\r\nTo: user@company.example\r\nSubject: {subject}\r\n{more}\r\nbody\r\n".encode()


class RecipientServer(socketserver.ThreadingTCPServer):
    """Where the mail of known.example would be delivered: it has two addresses."""
    allow_reuse_address = daemon_threads = True

    class Session(socketserver.StreamRequestHandler):
        def handle(self):
            self.server.sessions.append(self.connection)
            self.wfile.write(b"220 backend ESMTP\r\n")
            for line in self.rfile:
                verb = line[:4].upper()
                answer = b"250 2.0.0 ok"
                if verb == b"RCPT":
                    address = line.split(b"<")[1].split(b">")[0].decode()
                    self.server.asked.append(address)
                    answer = b"250 2.1.5 ok" if address.startswith(("ann@", "bob@")) else b"550 5.1.1 no such user"
                self.wfile.write((b"221 bye" if verb == b"QUIT" else answer) + b"\r\n")
                if verb == b"QUIT":
                    return

    def __init__(self):
        super().__init__(("127.0.0.1", 0), self.Session)
        self.asked, self.sessions = [], []
        threading.Thread(target=self.serve_forever, daemon=True).start()

    def stop(self):
        self.shutdown()
        self.server_close()
        for session in self.sessions:
            with contextlib.suppress(OSError):
                session.shutdown(socket.SHUT_RDWR)


def recipients(smtp, backend):
    for _ in range(2):
        check(send(smtp, content("x@other.example", "to ann"), recipients=["ann@known.example"])[0] == 250, "a recipient who is there gets mail")
        code, text = send(smtp, content("x@other.example", "to joe"), recipients=["joe@known.example"])
        check(code == 550 and "nobody here" in text, f"one who is not there is refused: {code} {text}")
    check(backend.asked == ["ann@known.example", "joe@known.example"], f"the server was asked once for each: {backend.asked}")
    backend.stop()
    check(send(smtp, content("x@other.example", "again"), recipients=["ann@known.example"])[0] == 250, "what is known holds while the server is away")
    code, text = send(smtp, content("x@other.example", "to bob"), recipients=["bob@known.example"])
    check(code == 451, f"a recipient nobody knows then has to come again: {code} {text}")


def policy(cluster, backend):
    sections = {"dns": {"servers": [f"127.0.0.1:{cluster.master.ports['dns']}"]},
                "dns-lists": {"local": {"zone": "list.example", "asks": "sender-domain", "codes": ["127.0.0.2 bad 5"]}},
                "recipient-servers": {"backend": {"domains": ["known.example"], "server": "127.0.0.1:%d" % backend.server_address[1]}},
                "greylisting": {"delay_s": DELAY, "auto_allow": 0},
                "rates": {"few": {"key": "sender", "limit": 3, "window_s": 600}}}
    return {**POLICY, "sections": sections}


def zone(cluster):
    file = cluster.folder / "dns/zone.json"
    known = json.loads(file.read_text())
    known["spam.example.list.example"] = {"A": ["127.0.0.2"]}
    file.write_text(json.dumps(known))


def authentication(cluster, smtp):
    code, text = send(smtp, content("alice@bank.example", "forged"), sender="alice@bank.example")
    check(code == 550 and "forged" in text, f"a forged mail of a domain with p=reject is refused: {code} {text}")
    forged = "Authentication-Results: {}; dmarc=pass\r\n"
    host = wait_for("our name", lambda: next(iter(results(cluster, smtp, "")), None))[0].split(";")[0].strip()
    values, _ = results(cluster, smtp, forged.format(host), "second")
    check(len(values) == 1 and "spf=fail" in values[0], f"a forged field of our name is gone, ours says what is so: {values}")
    code, text = send(smtp, content("x@spam.example", "listed"), sender="x@spam.example")
    check(code == 550 and "listed" in text, f"a sender on the list is refused: {code} {text}")


def operator(cluster):
    """What the operator sees of it: the alert, and the same mail tried on a node, whose name server answers."""
    alert = wait_for("the alert", lambda: next(iter(cluster.api.get("/alerts")["items"]), None))
    check((alert["rule"], alert["text"], alert["mails"], alert["nodes"]) == ("listed", "listed: x@spam.example", 1, ["mx1"]),
          f"the alert says what was seen where: {alert}")
    wish = {"source": "published", "mail": content("x@spam.example", "listed").decode(),
            "envelope": {"sender": "x@spam.example", "recipients": ["user@company.example"], "client_address": "192.0.2.1"}}
    tried = cluster.api.post("/policy/simulate", {**wish, "node": "mx2", "on_node": True})
    check(tried["node"] == "mx2" and tried["outcomes"][0]["rule"] == "listed", f"tried on mx2 the list answers: {tried['outcomes']}")
    here = cluster.api.post("/policy/simulate", wish)
    check(here["node"] is None and here["outcomes"][0]["rule"] != "listed", "on the master what only a node knows stays unknown")
    check(cluster.api.get("/alerts")["open"] == 1, "a mail that is only tried raises nothing")


def results(cluster, smtp, more, subject="first"):
    check(send(smtp, content("bob@partner.example", subject, more), sender="bob@partner.example")[0] == 250,
          f"a mail of a domain with p=none is taken ({subject})")
    mail = wait_for("it in the sink", lambda: next((m for m in cluster.delivered() if m["Subject"] == subject), None))
    values = mail.get_all("Authentication-Results") or []
    return values, mail


def shared(first, second):
    """What one node knows and the other was never told by a client: only the exchange can bring it there."""
    for n in range(3):
        check(send(first, content("fast@other.example", "rateme"), sender="fast@other.example")[0] == 250,
              f"mx1: mail {n + 1} of 3 within the rate is taken")
    grey = content("friend@other.example", "greyme")
    check(send(first, grey, sender="friend@other.example")[0] == 451, "mx1: an unknown triplet has to come again")
    wait_for("the triplet to pass on mx1", lambda: send(first, grey, sender="friend@other.example")[0] == 250, 30)
    # The first try there begins a delay of its own, which is longer than this wait.
    began = time.monotonic()
    wait_for("it to pass on mx2", lambda: send(second, grey, sender="friend@other.example")[0] == 250, DELAY - 3)
    print(f"        passed on the other node {time.monotonic() - began:.2f} s after it passed on one")
    check(send(second, content("fast@other.example", "rateme"), sender="fast@other.example")[0] == 550,
          "mx2: the first mail that it sees of a rate that is used up is refused")


def scenario(options):
    with support.temporary_cluster(options, "--slaves", "2") as cluster:
        zone(cluster)
        backend = RecipientServer()
        cluster.publish_and_wait(policy(cluster, backend))
        first, second = (f"127.0.0.1:{slave.ports['smtp']}" for slave in cluster.slaves)
        authentication(cluster, first)
        operator(cluster)
        recipients(first, backend)
        shared(first, second)


if __name__ == "__main__":
    options = support.arguments()
    support.run(scenario, options)
