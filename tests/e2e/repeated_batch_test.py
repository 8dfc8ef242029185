#!/usr/bin/env python3
"""The master commits a batch of events, and the node never hears so: the batch comes again and counts once.

The answer is lost on the network, and then with the master, killed with -9 between its commit and its answer.
Control: with --control ingest-once what comes again counts again.
"""
import support
from relay import Relay
from support import check, kill, mail, send, wait_for, waiting_events


def send_mails(cluster, first, count):
    smtp = f"127.0.0.1:{cluster.slaves[0].ports['smtp']}"
    codes = [send(smtp, mail(f"mail {number}"))[0] for number in range(first, first + count)]
    check(codes == [250] * count, f"mails taken: {count}")


def committed(cluster, count):
    wait_for(f"{count} mails in the totals", lambda: sum(cluster.totals().values()) >= count)


def all_in(cluster, count):
    wait_for("every event at the master",
             lambda: cluster.drained() and sum(cluster.totals().values()) >= count)


def lose_answer(cluster, link, sent):
    """Sends mails whose events the master commits with its answer kept back; returns how many were sent."""
    # The one mail's batch leaves an open connection, on which the next batch gets to the master.
    send_mails(cluster, sent, 1)
    committed(cluster, sent + 1)
    wait_for("the answer to it", lambda: waiting_events(cluster.slaves[0]) == 0)
    link.withhold()
    send_mails(cluster, sent + 1, 5)
    committed(cluster, sent + 2)  # a batch may hold no more than one event, and the next waits for its answer
    return sent + 6


def scenario(options):
    with support.temporary_cluster(options, "--slaves", "1") as cluster:
        slave = cluster.slaves[0]
        link = Relay(slave.ports["nodes"])
        slave.down()
        slave.config.write_text(slave.config.read_text().replace(f":{slave.ports['nodes']}", f":{link.port}"))
        slave.up(cluster.master)
        wait_for("the node through the relay", cluster.drained)

        sent = lose_answer(cluster, link, 0)
        link.cut()
        all_in(cluster, sent)
        check(cluster.totals() == {"deliver": sent},
              f"a lost answer counts no mail twice: {cluster.totals()} of {sent}")

        sent = lose_answer(cluster, link, sent)
        kill(cluster.master)
        link.cut()
        cluster.master.up()
        all_in(cluster, sent)
        check(cluster.totals() == {"deliver": sent},
              f"nor does a master killed before its answer: {cluster.totals()} of {sent}")
        check(len(cluster.mails()) == sent, "the mail log has each of them once")
        check(all(node["gaps"] == 0 for node in cluster.nodes().values()), "no node has a gap")


if __name__ == "__main__":
    options = support.arguments()
    support.run(scenario, options)
