#!/usr/bin/env python3
"""scripts/cluster: down leaves nothing running and the folder behind, up continues the same cluster with its data."""
import subprocess

import support
from support import check, mail, send, wait_for


def processes_of(cluster):
    return subprocess.run(["pgrep", "-f", str(cluster.folder)], capture_output=True, text=True).stdout.split()


def scenario(options):
    with support.temporary_cluster(options) as cluster:
        cluster.publish_and_wait(support.KINDS_POLICY)
        smtp = cluster.described["slaves"][0]["smtp"]
        check(send(smtp, mail("kept", headers={"X-Test": "quarantine"}))[0] == 250, "a mail is taken")
        wait_for("the mail in quarantine", lambda: list(cluster.every("/quarantine")))
        before = {"nodes": sorted(node["id"] for node in cluster.nodes().values()),
                  "revision": cluster.api.get("/policy")["revision"], "token": cluster.described["token"]}
        check("running" in cluster.script("status"), "status shows what runs")
        cluster.script("down")
        check(not processes_of(cluster), f"down leaves nothing running {processes_of(cluster)}")
        check((cluster.folder / "cluster.json").exists(), "the folder stays")
        cluster.script("up")
        cluster.read()
        after = {"nodes": sorted(node["id"] for node in cluster.nodes().values()),
                 "revision": cluster.api.get("/policy")["revision"], "token": cluster.described["token"]}
        check(before == after, f"up continues the same cluster: {after}")
        item = next(iter(cluster.every("/quarantine")))
        cluster.api.post(f"/quarantine/{item['id']}/release")
        wait_for("the kept mail in the sink", lambda: any(m["Subject"].startswith("kept") for m in cluster.delivered()))
        check(send(smtp, mail("refused", headers={"X-Test": "reject"}))[0] == 550, "the rules are the same")


if __name__ == "__main__":
    options = support.arguments()
    support.run(scenario, options)
