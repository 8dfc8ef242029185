#!/usr/bin/env python3
"""clamd is stopped: mail is tempfailed, let through or held as the antivirus section says, and normal by itself after."""
import support
from support import check, mail, send, wait_for

import clamd

VIRUS = {"lists": {}, "rules": [{"id": "virus", "name": "Virus", "when": {"virus.found": {"is": True}},
                                 "then": [{"quarantine": {"queue": "virus"}}]}]}


def policy(cluster, on_failure):
    return {**VIRUS, "sections": {"antivirus": {"enabled": True, "on_failure": on_failure,
                                                "address": f"inet:127.0.0.1:{cluster.master.ports['clamd']}"}}}


def scenario(options):
    with support.temporary_cluster(options, "--slaves", "1", "--clamd") as cluster:
        smtp = f"127.0.0.1:{cluster.slaves[0].ports['smtp']}"
        infected = f"{clamd.MARKER}\r\n"
        cluster.publish_and_wait(policy(cluster, "tempfail"))
        check(send(smtp, mail("first virus", infected))[0] == 250, "an infected mail is taken")
        wait_for("the infected mail in quarantine",
                 lambda: any(item["queue"] == "virus" for item in cluster.every("/quarantine")))

        clamd.down(cluster.folder / "clamd")
        code, text = send(smtp, mail("clamd away"))
        check(code == 451, f"tempfail: without clamd mail is asked to come again: {code} {text}")
        health = wait_for("the node's word", lambda: next((each for node in cluster.nodes().values()
                                                           for each in node["health"] if not each["ok"]), None), 20)
        check(True, f"the console says so: {health}")
        cluster.publish_and_wait(policy(cluster, "skip"))
        check(send(smtp, mail("skipped"))[0] == 250, "skip: without clamd mail passes unscanned")
        cluster.publish_and_wait(policy(cluster, "quarantine"))
        check(send(smtp, mail("unscanned"))[0] == 250, "quarantine: without clamd mail is taken")
        wait_for("the unscanned mail in quarantine",
                 lambda: any("unscanned" in item["subject"] for item in cluster.every("/quarantine")))

        clamd.up(cluster.folder / "clamd", cluster.master.ports["clamd"])
        cluster.publish_and_wait(policy(cluster, "tempfail"))
        wait_for("mail through the scanner again", lambda: send(smtp, mail("clamd back"))[0] == 250)
        check(send(smtp, mail("second virus", infected))[0] == 250, "an infected mail is taken again")
        wait_for("the second infected mail in quarantine", lambda: sum(
            item["queue"] == "virus" for item in cluster.every("/quarantine")) == 2)


if __name__ == "__main__":
    options = support.arguments()
    support.run(scenario, options)
