#!/usr/bin/env python3
"""A mail that stalls the parser processes of one node is held there, and known by its content to the other node, which
does not let it near its own parsers."""
import os
import pathlib
import signal
import time
import urllib.request

import support
from support import check, mail, send, wait_for

import process

LIMIT = 2000  # milliseconds for the parts of one mail
POLICY = {"lists": {}, "sections": {"parsing": {"timeout_ms": LIMIT, "on_failure": "skip"}}, "rules": [
    {"id": "armed", "when": {"html.finding": {"is": "script"}}, "then": [{"tag-subject": {"text": "[armed]"}}]},
    {"id": "failed", "when": {"parser.failed": {"is": True}}, "then": [{"quarantine": {"queue": "unscanned"}}]}]}


def html(subject, text):
    return mail(subject, f"<p>{text}</p><script>x()</script>\r\n", {"MIME-Version": "1.0", "Content-Type": "text/html"})


def metric(slave, name):
    with urllib.request.urlopen(f"http://127.0.0.1:{slave.ports['metrics']}/metrics", timeout=10) as answer:
        lines = answer.read().decode().splitlines()
    return sum(float(line.split()[-1]) for line in lines if line.startswith(name))


def parsers(slave):
    """The parser processes of one node."""
    tasks = pathlib.Path(f"/proc/{process.running(slave.pid_file)}/task")
    found = [int(pid) for task in tasks.iterdir() for pid in (task / "children").read_text().split()]
    return {pid for pid in found if b"parser-worker" in pathlib.Path(f"/proc/{pid}/cmdline").read_bytes()}


def verdict_of(cluster, subject, node):
    row = wait_for(f"'{subject}' in the mail log",
                   lambda: next((m for m in cluster.mails(f"?subject={subject}") if m["node"] == node), None))
    return row["verdict"], row["rule"]


def stall(cluster, first, smtp):
    """Every parser of the first node stops, as one would that a mail has trapped."""
    stopped = parsers(first)
    check(len(stopped) > 0, f"mx1 has parser processes: {len(stopped)}")
    for pid in stopped:
        os.kill(pid, signal.SIGSTOP)
    began = time.monotonic()
    check(send(smtp, html("trap-one", "poison"))[0] == 250, "mx1: the mail is taken, since it is held")
    took = time.monotonic() - began
    check(verdict_of(cluster, "trap-one", "mx1") == ("quarantine", "failed"), f"mx1: it is held after {took:.1f} s: {verdict_of(cluster, 'trap-one', 'mx1')}")
    for pid in stopped & parsers(first):
        os.kill(pid, signal.SIGCONT)
    check(metric(first, "weir_parser_lost_total") >= 1, "mx1: a parser was lost over it")
    wait_for("mx1: another parser in its place", lambda: parsers(first) - stopped)
    return took


def scenario(options):
    with support.temporary_cluster(options, "--slaves", "2") as cluster:
        cluster.publish_and_wait(POLICY)
        first, second = cluster.slaves
        smtp = {slave.name: f"127.0.0.1:{slave.ports['smtp']}" for slave in cluster.slaves}
        stall(cluster, first, smtp["mx1"])
        wait_for("the mark on mx2", lambda: metric(second, 'weir_shared_entries{kind="poison"') == 1, 2)
        check(metric(second, "weir_parser_items_total") == 0, "mx2: its parsers have seen nothing")
        for slave, subject in ((second, "trap-two"), (first, "trap-three")):
            items = metric(slave, "weir_parser_items_total")
            code, text = send(smtp[slave.name], html(subject, "poison"), sender=f"{subject[5:]}@other.example")
            check(code == 250, f"{slave.name}: the same content from another sender is taken: {code} {text}")
            check(verdict_of(cluster, subject, slave.name) == ("quarantine", "failed"), f"{slave.name}: and held")
            check(metric(slave, "weir_parser_items_total") == items, f"{slave.name}: without asking a parser")
            check(send(smtp[slave.name], html(f"other-{subject}", "harmless"))[0] == 250, f"{slave.name}: other content is taken")
            check(verdict_of(cluster, f"other-{subject}", slave.name)[0] == "deliver", f"{slave.name}: and delivered")
            check(metric(slave, "weir_parser_items_total") == items + 1, f"{slave.name}: after a parser has read it")


if __name__ == "__main__":
    options = support.arguments()
    support.run(scenario, options)
