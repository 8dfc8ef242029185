#!/usr/bin/env python3
"""User lists through real nodes: what a recipient blocks or allows acts on every node within seconds, for nobody else, and goes on without the master."""
import time

import support
from support import check, kill, mail, send, wait_for
from weirctl_test import Weirctl

POLICY = {"lists": {}, "sections": {}, "rules": [
    {"id": "blocked", "when": {"user-list": {"is": "blocked"}}, "then": [{"quarantine": {"queue": "lists"}}], "stop": True},
    {"id": "wanted", "when": {"user-list": {"is": "allowed"}}, "then": [{"deliver": {}}], "stop": True},
    {"id": "offers", "when": {"subject": {"contains": "offer"}}, "then": [{"reject": {"code": 550, "status": "5.7.1", "text": "no offers"}}]}]}
SENDER = "shop@news.spam.example"
ANNA, BOB, CARL = (f"{name}@company.example" for name in ("anna", "bob", "carl"))


def post(slave, subject, *recipients):
    return send(f"127.0.0.1:{slave.ports['smtp']}", mail(subject), sender=SENDER, recipients=recipients)


def rule_on(cluster, slave, recipient):
    """Which rule decides about a mail of the sender, on that node as it is now."""
    tried = cluster.api.post("/policy/simulate", {
        "source": "published", "node": slave.name, "on_node": True, "mail": mail("offer").decode(),
        "envelope": {"sender": SENDER, "recipients": [recipient], "client_address": "192.0.2.1"}})
    return tried["outcomes"][0]["rule"]


def acts(cluster, recipient, rule):
    """Waits until the change that was just made acts on every node."""
    began = time.monotonic()
    for slave in cluster.slaves:
        wait_for(f"the change on {slave.name}", lambda: rule_on(cluster, slave, recipient) == rule, 60)
        print(f"        {slave.name} has it {time.monotonic() - began:.2f} s after weirctl had its answer", flush=True)


def held(cluster, subject):
    return sorted(address for item in cluster.api.get("/quarantine?limit=500")["items"]
                  if item["subject"] == subject for address in item["recipients"])


def in_sink(cluster, slave, subject):
    return sorted(field.strip("<>").split(">")[0] for message in cluster.delivered(slave)
                  if message["Subject"] == subject for field in message.get_all("X-Rcpt-Args", []))


def blocked(cluster, ctl):
    for slave in cluster.slaves:
        check(post(slave, f"before {slave.name}", ANNA)[0] == 250, f"{slave.name} takes the sender's mail")
        wait_for("it in the sink", lambda: in_sink(cluster, slave, f"before {slave.name}") == [ANNA])
    ctl.run("user-lists", "add", ANNA, "block", "@spam.example")
    acts(cluster, ANNA, "blocked")
    for slave in cluster.slaves:
        subject = f"one mail for two {slave.name}"
        check(post(slave, subject, ANNA, BOB)[0] == 250, f"{slave.name} takes a mail to one who blocks its sender and one who does not")
        wait_for("the held mail", lambda: held(cluster, subject) == [ANNA])
        wait_for("the other one in the sink", lambda: in_sink(cluster, slave, subject) == [BOB])
        check(held(cluster, subject) == [ANNA] and in_sink(cluster, slave, subject) == [BOB], "it is held for the one alone, the other has it")


def allowed(cluster, ctl):
    for slave in cluster.slaves:
        check(post(slave, "offer", BOB)[0] == 550, f"{slave.name} refuses what a rule refuses")
    ctl.run("user-lists", "add", BOB, "allow", SENDER)
    acts(cluster, BOB, "wanted")
    for slave in cluster.slaves:
        still_acts(cluster, slave, "with the master")


def still_acts(cluster, slave, when):
    subject = f"offer {when} {slave.name}"
    check(post(slave, subject, BOB)[0] == 250, f"{slave.name}, {when}: the recipient who allows the sender gets the offer")
    wait_for("it in the sink", lambda: in_sink(cluster, slave, subject) == [BOB])
    check(post(slave, subject, CARL)[0] == 550, f"{slave.name}, {when}: to anybody else it is refused")
    check(post(slave, f"{when} {slave.name}", ANNA)[0] == 250, f"{slave.name}, {when}: mail to the one who blocks the sender is taken")


def without_master(cluster):
    kill(cluster.master)
    for slave in cluster.slaves:
        still_acts(cluster, slave, "without a master")
    for slave in cluster.slaves:
        kill(slave)
        slave.up(cluster.master)
        still_acts(cluster, slave, "restarted without a master")
    cluster.master.up()
    wait_for("every event at the master", cluster.drained, 60)
    for when in ("without a master", "restarted without a master"):
        for slave in cluster.slaves:
            subject = f"{when} {slave.name}"
            check(held(cluster, subject) == [ANNA] and not in_sink(cluster, slave, subject), f"{slave.name}, {when}: it was held")


def scenario(options):
    with support.temporary_cluster(options, "--slaves", "2") as cluster:
        cluster.publish_and_wait(POLICY)
        ctl = Weirctl(cluster)
        blocked(cluster, ctl)
        allowed(cluster, ctl)
        without_master(cluster)
        ctl.run("user-lists", "remove", BOB, SENDER)
        acts(cluster, BOB, "offers")
        check(post(cluster.slaves[0], "offer again", BOB)[0] == 550, "a removed entry acts no longer")


if __name__ == "__main__":
    options = support.arguments()
    support.run(scenario, options)
