#!/usr/bin/env python3
"""A slave is killed with -9 when it recorded a mail and Postfix has not heard so: the next try is the mail.

Control: with --control in-doubt both tries count.
"""
import threading

import support
from relay import Relay
from support import KINDS_POLICY, check, kill, mail, send, wait_for

import postfix

END_OF_MESSAGE = b"\0\0\0\1E"  # of the milter protocol


def die_before_the_answer(cluster, milter, kinds):
    """One mail of each kind: what the clients were told when the slave died with its answers under way."""
    slave = cluster.slaves[0]
    told = {}

    def client(kind):
        told[kind] = send(f"127.0.0.1:{slave.ports['smtp']}", mail(kind, headers={"X-Test": kind}))[0]
    milter.withhold(after=END_OF_MESSAGE)
    clients = [threading.Thread(target=client, args=(kind,)) for kind in kinds]
    for each in clients:
        each.start()
    wait_for("the slave's answers", lambda: milter.kept_back() == len(kinds))
    kill(slave)
    milter.cut()
    for each in clients:
        each.join()
    slave.up(cluster.master)
    return told


def scenario(options):
    with support.temporary_cluster(options, "--slaves", "1") as cluster:
        slave = cluster.slaves[0]
        cluster.publish_and_wait(KINDS_POLICY)
        milter = Relay(slave.ports["milter"])
        postfix.down(slave.root / "postfix")
        postfix.up(slave.root / "postfix", slave.name, {**slave.ports, "milter": milter.port})

        answers = {"deliver": 250, "quarantine": 250, "reject": 550}
        told = die_before_the_answer(cluster, milter, answers)
        check(all(code in (421, 451) for code in told.values()), f"the clients are told to try again: {told}")
        again = {kind: send(f"127.0.0.1:{slave.ports['smtp']}", mail(kind, headers={"X-Test": kind}))[0]
                 for kind in answers}
        check(again == answers, f"they do, and each gets its verdict: {again}")

        wait_for("every event at the master", cluster.drained)
        check(len(list(cluster.every("/mails"))) == 6, "both tries of each are on record")
        check(cluster.totals() == dict.fromkeys(answers, 1), f"each mail counts once: {cluster.totals()}")
        check(len(cluster.mails()) == 3, "the mail log shows the first tries as superseded")
        wait_for("the mail in the sink", lambda: list(cluster.delivered()))
        sink = [message["Subject"] for message in cluster.delivered()]
        check(sink == ["deliver"], f"the delivered one is in the sink once: {sink}")

        def held():
            """Items on the disk and those in the index."""
            return ([file.stem for file in (slave.root / "data/quarantine").rglob("*.eml")],
                    [item["id"] for item in cluster.every("/quarantine") if item["state"] == "stored"])
        wait_for("the end of the first try's item", lambda: all(len(items) == 1 for items in held()))
        check(held()[0] == held()[1], "the held one is on the disk and in the index once")


if __name__ == "__main__":
    options = support.arguments()
    support.run(scenario, options)
