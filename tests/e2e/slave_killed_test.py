#!/usr/bin/env python3
"""A slave is killed with -9 during traffic: nothing is lost, the others go on, the master says so.

Control: with --control quarantine-durable an item is answered before it is on the disk; that must be caught.
"""
import time

import support
from support import Traffic, check, kill, wait_for


def held_markers(cluster):
    """Mails that the index names and whose bytes lie on a slave's disk."""
    files = {file.stem for slave in cluster.slaves for file in (slave.root / "data/quarantine").rglob("*.eml")}
    return {item["subject"].split()[0] for item in cluster.every("/quarantine") if item["id"] in files}


def scenario(options):
    with support.temporary_cluster(options) as cluster:
        cluster.publish_and_wait(support.KINDS_POLICY)
        first, second = cluster.slaves
        traffic = Traffic(cluster, kinds=("deliver", "quarantine"), threads=8, retry=True, pause=0)
        traffic.sent(100)
        for _ in range(3):
            kill(first)
            traffic.sent(30)
            first.up(cluster.master)
            traffic.sent(60)
        kill(first)
        killed = time.monotonic()
        wait_for("the node shown as down", lambda: cluster.nodes()[first.name]["state"] == "down", 16)
        check(True, f"the master shows {first.name} as down after {time.monotonic() - killed:.1f} s")
        check(cluster.nodes()[second.name]["state"] == "up", "the other node is up")
        problems = [problem["text"] for problem in cluster.api.get("/overview")["problems"]]
        check(any(first.name in text for text in problems), f"the overview names it: {problems}")
        traffic.sent(30)
        first.up(cluster.master)
        wait_for("the node up again", lambda: cluster.nodes()[first.name]["state"] == "up", 15)
        traffic.stop()
        notices = [notice["text"] for notice in
                   cluster.api.get("/nodes/" + cluster.nodes()[first.name]["id"])["notices"]]
        check(any("down" in text for text in notices) and any("back" in text for text in notices),
              f"its going and coming are on record: {notices[:4]}")

        wait_for("every event at the master", cluster.drained, 60)
        accepted = {kind: {m for m, (k, code, _) in traffic.answers.items() if k == kind and code == 250}
                    for kind in ("deliver", "quarantine")}
        check(sum(map(len, accepted.values())) == len(traffic.answers), "every mail was taken in the end")
        wait_for("the delivered mail in the sinks", lambda: accepted["deliver"] <= {
            m["Subject"].split()[0] for m in cluster.delivered()}, 60)
        lost = accepted["quarantine"] - held_markers(cluster)
        check(not lost, f"no quarantined mail is lost: {len(accepted['quarantine'])} held, lost {sorted(lost)[:5]}")


if __name__ == "__main__":
    options = support.arguments()
    support.run(scenario, options)
