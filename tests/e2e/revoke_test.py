#!/usr/bin/env python3
"""Enrollment tokens work once, in time and in their own cluster; a removed node is refused within 5 seconds.

Control: with --control revoke the master goes on serving a removed node; that must be caught.
"""
import subprocess
import time

import support
from support import check, wait_for


def enroll(cluster, slave, token, port=None):
    done = subprocess.run(slave.command("enroll", "--master", f"127.0.0.1:{port or cluster.master.ports['nodes']}",
                                        "--token", token), capture_output=True, text=True)
    return done.returncode, (done.stdout + done.stderr).strip()


def scenario(options):
    with support.temporary_cluster(options, "--no-postfix") as cluster:
        first, second = cluster.slaves
        node = cluster.nodes()[first.name]
        cluster.api.call("DELETE", f"/nodes/{node['id']}")
        removed = time.monotonic()
        log = first.root / "slave.log"
        wait_for("the slave's word that it was removed", lambda: "removed" in log.read_text() or
                 "refused" in log.read_text(), 5, log)
        check(True, f"a removed node is refused after {time.monotonic() - removed:.1f} s")
        check(first.name not in cluster.nodes(), "it is gone from the console")
        check(cluster.nodes()[second.name]["state"] == "up", "the other node goes on")
        if options.control:
            return

        first.down()
        for file in (first.root / "data/identity").iterdir():
            file.unlink()
        token = cluster.api.post("/enrollment-tokens", {"minutes": 10})["token"]
        code, said = enroll(cluster, first, token)
        check(code == 0, f"it can be enrolled again: {said}")
        second.down()
        for file in (second.root / "data/identity").iterdir():
            file.unlink()
        code, said = enroll(cluster, second, token)
        check(code != 0 and "used" in said, f"a token used twice is refused: {said}")
        code, said = enroll(cluster, second, token[:-4] + "0000")
        check(code != 0, f"a damaged token is refused: {said}")


def other_cluster(options):
    with support.temporary_cluster(options, "--no-postfix", "--slaves", "1") as one, \
            support.temporary_cluster(options, "--no-postfix", "--slaves", "1") as other:
        token = one.api.post("/enrollment-tokens", {"minutes": 10})["token"]
        slave = other.slaves[0]
        slave.down()
        for file in (slave.root / "data/identity").iterdir():
            file.unlink()
        code, said = enroll(other, slave, token)
        check(code != 0 and "cluster" in said, f"a token of another cluster is refused: {said}")


if __name__ == "__main__":
    options = support.arguments()
    support.run(scenario, options)
    if not options.control:
        other_cluster(options)
