#!/usr/bin/env python3
"""The ledger: every mail has exactly one outcome, whatever is killed when.

Sends uniquely marked mails through three slaves while master and slaves are killed with -9 at random, then holds
what the clients were told against the sinks, the master's totals, its mail log, the quarantine index and the files.
"""
import collections
import hashlib
import pathlib
import queue
import random
import threading
import time

import support
from support import check, kill, mail, wait_for

KINDS = ("deliver", "tag", "quarantine", "reject")
POLICY = {"lists": {}, "sections": {}, "rules": [
    {"id": "tag", "name": "Tag", "when": {"header:X-Test": {"is": "tag"}}, "then": [{"tag-subject": {"text": "[T]"}}]},
    {"id": "hold", "name": "Hold", "when": {"header:X-Test": {"is": "quarantine"}},
     "then": [{"quarantine": {"queue": "ledger"}}]},
    {"id": "refuse", "name": "Refuse", "when": {"header:X-Test": {"is": "reject"}},
     "then": [{"reject": {"code": 550, "status": "5.7.1", "text": "ledger"}}]}]}


class Ledger:
    """What was sent and what the clients were told."""

    def __init__(self, count, seed):
        self.random = random.Random(seed)
        self.kinds = {f"L{n:06d}": self.random.choice(KINDS) for n in range(count)}
        self.sent = {marker: self.content(marker, kind) for marker, kind in self.kinds.items()}
        self.told, self.tries, self.lock = {}, collections.Counter(), threading.Lock()

    def content(self, marker, kind):
        size = int(min(60_000, self.random.expovariate(1 / 3000)))
        line = "".join(self.random.choices("abcdefghijklmnopqrstuvwxyz ", k=70)) + "\r\n"
        return mail(f"{marker} {kind}", f"{marker}\r\n" + line * (size // 72 + 1) + ".dot at line start\r\n",
                    {"X-Test": kind})

    def tell(self, marker, code):
        with self.lock:
            self.tries[marker] += 1
            self.told[marker] = code


def sender(cluster, ledger, work, seed):
    """Sends until the work is done; what was tempfailed is tried again through any slave."""
    choose = random.Random(seed)
    while True:
        try:
            due, marker = work.get(timeout=0.2)
        except queue.Empty:
            if len(ledger.told) == len(ledger.sent) and all(code in (250, 550) for code in ledger.told.values()):
                return
            continue
        time.sleep(max(0.0, due - time.monotonic()))
        slave = choose.choice(cluster.slaves)
        code, _ = support.send(f"127.0.0.1:{slave.ports['smtp']}", ledger.sent[marker])
        ledger.tell(marker, code)
        if code not in (250, 550):
            work.put((time.monotonic() + choose.uniform(0.2, 1.0), marker))


def killer(cluster, ledger, kills, done, seed):
    """Kills one part after the other at random moments while mail flows, and starts it again."""
    choose = random.Random(seed)
    for number in range(kills):
        goal = len(ledger.sent) * (number + 0.5) / (kills + 1)
        while len(ledger.told) < goal and not done.is_set():
            time.sleep(0.01)
        time.sleep(choose.uniform(0, 0.5))
        part = choose.choice([cluster.master, *cluster.slaves])
        kill(part)
        time.sleep(choose.uniform(0.1, 2.0))
        part.up() if part is cluster.master else part.up(cluster.master)
        print(f"        kill {number + 1}: {part.pid_file.stem} of {part.root.name}", flush=True)


def run_traffic(cluster, ledger, kills, seed):
    work = queue.Queue()
    for marker in ledger.sent:
        work.put((0, marker))
    done = threading.Event()
    threads = [threading.Thread(target=sender, args=(cluster, ledger, work, seed + n)) for n in range(12)]
    failures = []

    def kill_all():
        try:
            killer(cluster, ledger, kills, done, seed)
        except Exception as error:  # noqa: BLE001 - reported below, from the main thread
            failures.append(error)

    threads.append(threading.Thread(target=kill_all))
    for thread in threads:
        thread.start()
    for thread in threads[:-1]:
        thread.join()
    done.set()
    threads[-1].join()
    if failures:
        raise failures[0]


def marker_of(subject):
    return next((word for word in subject.split() if word.startswith("L") and word[1:].isdigit()), None)


def body_of(content):
    return content.split(b"\r\n\r\n", 1)[1]


def check_outcomes(cluster, ledger):
    expected = collections.Counter(ledger.kinds.values())
    wanted = {kind: {m for m, k in ledger.kinds.items() if k == kind} for kind in KINDS}
    check(all(ledger.told[m] == (550 if k == "reject" else 250) for m, k in ledger.kinds.items()),
          "every client was told its mail's outcome")

    sinks = collections.Counter(marker_of(message["Subject"]) for message in cluster.delivered())
    check(set(sinks) == wanted["deliver"] | wanted["tag"], "the sinks hold the mails to deliver and no other")
    twice = [marker for marker, count in sinks.items() if count > 1]
    check(not twice, f"no mail was delivered twice {twice[:5]}")
    check(all((message["Subject"].startswith("[T]")) == (ledger.kinds[marker_of(message["Subject"])] == "tag")
              for message in cluster.delivered()), "the tagged mails are tagged, the others are not")

    rows = [row for row in cluster.mails() if row["verdict"] != "tempfail"]
    counted = collections.Counter(marker_of(row["subject"].replace("[T]", "")) for row in rows)
    missing = [m for m in ledger.sent if counted[m] == 0]
    several = [m for m in ledger.sent if counted[m] > 1]
    for row in rows:
        if marker_of(row["subject"].replace("[T]", "")) in several:
            print("        ", {k: row[k] for k in ("id", "time", "node", "verdict", "queue_id", "in_doubt", "superseded")},
                  cluster.api.get("/mails/" + row["id"])["fingerprint"])
    check(not missing and not several,
          f"the mail log has one event for each mail (missing {missing[:5]}, several {several[:5]})")
    totals = cluster.totals()
    totals.pop("tempfail", None)
    check(totals == {"deliver": expected["deliver"] + expected["tag"], "quarantine": expected["quarantine"],
                     "reject": expected["reject"]}, f"the master's totals are the mails sent: {totals}")


def check_quarantine(cluster, ledger):
    wanted = {m for m, k in ledger.kinds.items() if k == "quarantine"}
    index = {}
    for item in cluster.every("/quarantine?state=stored"):
        marker = marker_of(item["subject"])
        check_once(marker not in index, f"{marker} is in the index once")
        index[marker] = item
    check(set(index) == wanted, f"the quarantine index holds the {len(wanted)} quarantined mails")
    files = {file.stem: file for slave in cluster.slaves
             for file in pathlib.Path(slave.root / "data/quarantine").rglob("*.eml")}
    check(set(files) == {item["id"] for item in index.values()}, "files and index agree one to one")
    wrong = [marker for marker, item in index.items() if hashlib.sha256(body_of(files[item["id"]].read_bytes())).digest()
             != hashlib.sha256(body_of(ledger.sent[marker])).digest()]
    check(not wrong, f"each stored body's SHA-256 is that of the body sent {wrong[:5]}")


def check_once(condition, what):
    if not condition:
        check(False, what)


def main():
    options = support.arguments(("--messages", {"type": int, "default": 10_000}), ("--kills", {"type": int, "default": 20}),
                                ("--seed", {"type": int, "default": int(time.time())}))
    print(f"seed {options.seed}, {options.messages} messages, {options.kills} kills, {options.db}")
    with support.temporary_cluster(options, "--slaves", "3") as cluster:
        cluster.publish_and_wait(POLICY)
        ledger = Ledger(options.messages, options.seed)
        began = time.monotonic()
        run_traffic(cluster, ledger, options.kills, options.seed)
        seconds = time.monotonic() - began
        print(f"        {options.messages / seconds:.0f} messages/s, {sum(ledger.tries.values())} tries")
        wait_for("every event at the master", cluster.drained, 120)
        wait_for("the delivered mail in the sinks",
                 lambda: len(list(cluster.delivered())) >= sum(k in ("deliver", "tag") for k in ledger.kinds.values()), 120)
        wait_for("the end of superseded items", lambda: not list(cluster.every("/quarantine?state=deleting")), 30)
        check_outcomes(cluster, ledger)
        check_quarantine(cluster, ledger)


if __name__ == "__main__":
    main()
