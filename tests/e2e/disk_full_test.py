#!/usr/bin/env python3
"""The disk under a slave's quarantine and report queue is full: quarantine tempfails, delivery goes on and is counted
as a gap, and all is normal by itself when there is room again."""
import subprocess

import support
from support import check, mail, send, wait_for

SMALL = "48m"
MAILS = 80
MANY = [f"{'r' * 50}{number}@company.example" for number in range(100)]  # a long event, so that room is soon used up


def scenario(options):
    with support.temporary_cluster(options, "--slaves", "1") as cluster:
        cluster.publish_and_wait(support.KINDS_POLICY)
        slave = cluster.slaves[0]
        slave.down()
        data = slave.root / "data"
        moved = data.rename(slave.root / "data.kept")
        data.mkdir()
        if subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={SMALL}", "tmpfs", data]).returncode != 0:
            support.skip("no tmpfs can be mounted here")
        try:
            subprocess.run(["cp", "-a", f"{moved}/.", data], check=True)
            full_and_back(cluster, slave, data)
        finally:
            slave.down()
            subprocess.run(["umount", "-l", data])


def full_and_back(cluster, slave, data):
    smtp = f"127.0.0.1:{slave.ports['smtp']}"
    slave.up(cluster.master)
    check(send(smtp, mail("before", headers={"X-Test": "quarantine"}))[0] == 250, "with room a mail is held")
    wait_for("the node up", lambda: cluster.nodes()[slave.name]["state"] == "up")
    ballast = data / "ballast"
    with open(ballast, "wb", buffering=0) as file:
        try:
            while file.write(bytes(65536)):
                pass
        except OSError:
            pass
    code, text = send(smtp, mail("held while full", headers={"X-Test": "quarantine"}))
    check(code == 451, f"a mail that cannot be stored is tempfailed: {code} {text}")
    # The first ones still find the room that is made ahead of the log.
    delivered = [send(smtp, mail(f"delivered while full {n}"), recipients=MANY)[0] for n in range(MAILS)]
    check(delivered == [250] * MAILS, f"mail to deliver goes on: {delivered}")
    ballast.unlink()
    wait_for("a held mail again", lambda: send(smtp, mail("after", headers={"X-Test": "quarantine"}))[0] == 250)
    wait_for("every event at the master", cluster.drained, 30)
    node = wait_for("the gap on record", lambda: (lambda found: found if found["not_recorded"] else None)(
        cluster.nodes()[slave.name]))
    recorded = sum("delivered while full" in row["subject"] for row in cluster.mails())
    check(recorded + node["not_recorded"] == MAILS,
          f"what has no event is counted: {recorded} recorded, {node['not_recorded']} not")
    held = {item["subject"] for item in cluster.every("/quarantine")}
    check(held == {"before", "after"}, f"quarantine holds what was taken: {held}")


if __name__ == "__main__":
    options = support.arguments()
    support.run(scenario, options)
