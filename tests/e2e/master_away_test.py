#!/usr/bin/env python3
"""The master is killed with -9 during traffic, and slaves are restarted while it is away.

Control: with --control report-durable the slaves keep their events in memory, with --control last-good they forget
their revision at a restart; both must be caught.
"""
import support
from support import Traffic, check, kill, mail, send, wait_for


def scenario(options):
    with support.temporary_cluster(options) as cluster:
        cluster.publish_and_wait(support.KINDS_POLICY)
        traffic = Traffic(cluster, kinds=("deliver", "quarantine", "reject"))
        traffic.sent(60)
        kill(cluster.master)
        traffic.sent(150)
        traffic.stop()
        wrong = [(marker, code) for marker, (kind, code, _) in traffic.answers.items()
                 if code != (550 if kind == "reject" else 250)]
        check(not wrong, f"not one mail was delayed or deferred: {len(traffic.answers)} sent, wrong {wrong[:3]}")

        for slave in cluster.slaves:
            kill(slave)
            slave.up(cluster.master)
        code, text = send(f"127.0.0.1:{cluster.slaves[0].ports['smtp']}",
                          mail("after restart", headers={"X-Test": "reject"}))
        check(code == 550, f"a slave restarted without its master filters on its last good revision: {code} {text}")

        cluster.master.up()
        wait_for("every event at the master", cluster.drained, 60)
        sent = {"deliver": 0, "quarantine": 0, "reject": 1}
        for kind, _, _ in traffic.answers.values():
            sent[kind] += 1
        check(cluster.totals() == sent, f"the totals equal what was sent: {cluster.totals()} of {sent}")
        check(all(node["gaps"] == 0 for node in cluster.nodes().values()), "no node has a gap")


def new_slave_without_a_revision(options):
    """Enrolled, but the master went away before it gave a revision: it tempfails, and starts when it gets one."""
    with support.temporary_cluster(options, "--slaves", "1") as cluster:
        slave = cluster.slaves[0]
        slave.down()
        for file in (slave.root / "data/policy").iterdir():
            file.unlink()
        kill(cluster.master)
        slave.up(cluster.master)
        code, text = send(f"127.0.0.1:{slave.ports['smtp']}", mail("too early"))
        check(code == 451, f"a slave that never had a revision tempfails: {code} {text}")
        cluster.master.up()
        wait_for("the first mail taken", lambda: send(f"127.0.0.1:{slave.ports['smtp']}", mail("in time"))[0] == 250)
        print("ok      it starts as soon as it gets one")


if __name__ == "__main__":
    options = support.arguments()
    support.run(scenario, options)
    if not options.control:
        new_slave_without_a_revision(options)
