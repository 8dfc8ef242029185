#!/usr/bin/env python3
"""A policy that a node cannot run is refused with the reason, the old one serves, and the console says which and why.

Control: with --control policy-check the node drops its old policy although the new one does not compile.
"""
import support
from support import check, mail, send, wait_for


def many_rules(count):
    return {"lists": {}, "sections": {}, "rules": [
        {"id": f"r{n}", "name": f"Rule {n}", "when": {"subject": {"contains": f"word{n}"}},
         "then": [{"reject": {"code": 550, "status": "5.7.1", "text": "no"}}]} for n in range(count)]}


def scenario(options):
    with support.temporary_cluster(options) as cluster:
        small, large = cluster.slaves
        small.down()
        small.config.write_text(small.config.read_text() + "\n[policy]\nmax_rules = 10\n")
        small.up(cluster.master)
        cluster.publish_and_wait(many_rules(5))
        revision = cluster.publish(many_rules(20))

        def refused():
            nodes = {node["node"]: node for node in cluster.api.get("/policy/progress")["nodes"]}
            return nodes if nodes[small.name]["state"] == "refused" and nodes[large.name]["state"] == "applied" else None
        nodes = wait_for("one node's refusal and the other's agreement", refused)
        reason = nodes[small.name]["reason"]
        check("10" in reason and "rules" in reason, f"the progress says which node and why: {small.name}: {reason}")
        check(nodes[small.name]["applied"] == revision - 1, "it is still at the revision before")
        problems = [problem["text"] for problem in cluster.api.get("/overview")["problems"]]
        check(any(small.name in text for text in problems), f"so does the overview: {problems}")
        old = send(f"127.0.0.1:{small.ports['smtp']}", mail("word3"))
        check(old[0] == 550, f"the old policy serves on the node that refused: {old}")
        check(send(f"127.0.0.1:{large.ports['smtp']}", mail("word15"))[0] == 550, "the new one serves on the other")
        cluster.publish_and_wait(many_rules(8))
        check(True, "a policy it can run is applied again")


if __name__ == "__main__":
    options = support.arguments()
    support.run(scenario, options)
