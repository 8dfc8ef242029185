#!/usr/bin/env python3
"""A release that is interrupted sends its mail once: nothing is sent again unless an operator says so.

The slave is killed with -9 when Postfix has taken the released mail and the slave has not heard so; then both
programs are, when the slave knows and the master does not.
Control: with --control release-once the slave sends when it is asked, whatever it did before.
"""
import json
import subprocess

import support
from relay import Relay
from support import KINDS_POLICY, check, kill, mail, send, wait_for

END_OF_MAIL = b"\r\n.\r\n"


def held_item(cluster, subject):
    smtp = f"127.0.0.1:{cluster.slaves[0].ports['smtp']}"
    code, text = send(smtp, mail(subject, headers={"X-Test": "quarantine"}))
    check(code == 250, f"a mail is held: {code} {text}")
    return wait_for("the item", lambda: next((item["id"] for item in cluster.every("/quarantine")
                                              if item["subject"] == subject), None))


def release_unheard(cluster, reinject, item):
    """Returns the release command's id when Postfix has taken the mail and its answer is kept back."""
    reinject.withhold(after=END_OF_MAIL)
    command = cluster.api.post(f"/quarantine/{item}/release")["command"]
    wait_for("Postfix's answer to the released mail", reinject.kept_back)
    return command


def ended(cluster, item, command):
    """The item, once its release has come to an end and the node has answered the command."""
    def look():
        shown = cluster.api.get(f"/quarantine/{item}")
        answered = any("command.answered" in line and command in line
                       for line in (cluster.master.root / "master.log").read_text().splitlines())
        return shown if answered and shown["state"] in ("released", "release-failed") else None
    return wait_for("the end of the release", look)


def copies(cluster, subject):
    """How often the mail is in the sink, once Postfix has nothing left to deliver."""
    postfix = cluster.slaves[0].root / "postfix/etc"
    wait_for("an empty queue of Postfix", lambda: "Mail queue is empty" in subprocess.run(
        ["postqueue", "-c", postfix, "-p"], capture_output=True, text=True).stdout)
    return sum(message["Subject"] == subject for message in cluster.delivered())


def scenario(options):
    with support.temporary_cluster(options, "--slaves", "1") as cluster:
        slave = cluster.slaves[0]
        reinject = Relay(slave.ports["reinject"])
        slave.down()
        target = f":{slave.ports['reinject']}"
        slave.config.write_text(slave.config.read_text().replace(target, f":{reinject.port}"))
        slave.up(cluster.master)
        cluster.publish_and_wait(KINDS_POLICY)

        item = held_item(cluster, "unheard")
        command = release_unheard(cluster, reinject, item)
        kill(slave)
        reinject.cut()
        slave.up(cluster.master)
        shown = ended(cluster, item, command)
        count = copies(cluster, "unheard")
        check(count == 1, f"a slave killed while it released has sent the mail once: {count}")
        said = shown["history"][-1]["detail"]
        check(shown["state"] == "release-failed" and "outcome unknown" in said,
              f"the operator is told that nobody knows: {said}")

        item = held_item(cluster, "untold")
        command = release_unheard(cluster, reinject, item)
        kill(cluster.master)
        reinject.let_go()
        metadata = next((slave.root / "data/quarantine").rglob(f"{item}.json"))
        wait_for("the release on the slave's disk",
                 lambda: json.loads(metadata.read_text())["state"] == "released")
        kill(slave)
        cluster.master.up()
        slave.up(cluster.master)
        shown = ended(cluster, item, command)
        count = copies(cluster, "untold")
        check(count == 1, f"a slave that is asked again answers what it did: {count} in the sink")
        check(shown["state"] == "released", f"the master knows of it: {shown['history'][-1]['detail']}")


if __name__ == "__main__":
    options = support.arguments()
    support.run(scenario, options)
