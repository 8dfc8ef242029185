#!/usr/bin/env python3
"""MariaDB is killed and comes back: the master says so, the nodes keep their events, all of it comes in afterwards."""
import os
import signal

import support
from support import Traffic, check, wait_for

import mariadb
import process


def scenario(options):
    options.db = "mysql"
    with support.temporary_cluster(options) as cluster:
        cluster.publish_and_wait(support.KINDS_POLICY)
        server = cluster.folder / "mariadb"
        traffic = Traffic(cluster, kinds=("deliver", "quarantine", "reject"))
        traffic.sent(60)
        os.kill(process.running(server / "mariadbd.pid"), signal.SIGKILL)
        traffic.sent(100)

        def says_away():
            try:
                return not cluster.api.get("/overview")["database"]["available"]
            except support.Failure as failure:
                return " 503 " in str(failure) and "database is away" in str(failure)
        wait_for("the master's word that its database is away", says_away, 20)
        check(True, "the master says that its database is away")
        mariadb.up(server, cluster.master.ports["mariadb"])
        traffic.sent(30)
        traffic.stop()
        wrong = [code for kind, code, _ in traffic.answers.values() if code != (550 if kind == "reject" else 250)]
        check(not wrong, f"no mail was delayed or deferred meanwhile: {len(traffic.answers)} sent")
        sent = {}
        for kind, _, _ in traffic.answers.values():
            sent[kind] = sent.get(kind, 0) + 1
        wait_for("all events in the totals", lambda: answered(lambda: sum(cluster.totals().values()) >= sum(sent.values())), 60)
        wait_for("empty queues", lambda: answered(cluster.drained), 60)
        check(cluster.totals() == sent, f"all of it came in, once: {cluster.totals()} of {sent}")


def answered(question):
    try:
        return question()
    except support.Failure:
        return False


if __name__ == "__main__":
    options = support.arguments()
    support.run(scenario, options)
