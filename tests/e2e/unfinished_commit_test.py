#!/usr/bin/env python3
"""The master is killed with -9 while the database holds up its commit: it has acknowledged nothing of it.

Control: with --control ack-after-commit the nodes drop events that no database has.
"""
import contextlib
import subprocess

import support
from support import Failure, check, kill, mail, send, wait_for, waiting_events

import mariadb

MAILS = 20


@contextlib.contextmanager
def held_up(server):
    """Another client of the database locks the table that each batch of events changes first."""
    client = subprocess.Popen(["mariadb", "--no-defaults", f"--socket={server}/db.sock", "-uroot", "-N",
                               "--unbuffered"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    client.stdin.write("LOCK TABLES weir.event_positions READ; SELECT 'locked';\n")
    client.stdin.flush()
    try:
        check(client.stdout.readline().strip() == "locked", "another client of the database holds a lock")
        yield
    finally:
        client.communicate()


def waits_for_lock(server):
    return mariadb.sql(server, "SELECT COUNT(*) FROM information_schema.processlist "
                               "WHERE user = 'weir' AND state LIKE 'Waiting for%'").strip() != "0"


def scenario(options):
    options.db = "mysql"
    with support.temporary_cluster(options, "--slaves", "1") as cluster:
        slave, server = cluster.slaves[0], cluster.folder / "mariadb"
        smtp = f"127.0.0.1:{slave.ports['smtp']}"
        check(send(smtp, mail("before"))[0] == 250, "a mail before is taken")
        wait_for("its event at the master", lambda: waiting_events(slave) == 0 and cluster.totals())
        with held_up(server):
            codes = [send(smtp, mail(f"mail {number}"))[0] for number in range(MAILS)]
            check(codes == [250] * MAILS, f"{MAILS} mails are taken meanwhile")
            wait_for("the master to wait in the database", lambda: waits_for_lock(server))
            with contextlib.suppress(Failure):  # so that a master that acknowledges too early has done so
                wait_for("an early acknowledgement", lambda: waiting_events(slave) == 0, 3)
            kept = waiting_events(slave)
            kill(cluster.master)
        cluster.master.up()
        wait_for("every event at the master", cluster.drained)
        check(cluster.totals() == {"deliver": MAILS + 1},
              f"the totals equal what was sent: {cluster.totals()} of {MAILS + 1}; the node had kept {kept}")
        check(all(node["gaps"] == 0 for node in cluster.nodes().values()), "no node has a gap")


if __name__ == "__main__":
    options = support.arguments()
    support.run(scenario, options)
