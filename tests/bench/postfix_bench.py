#!/usr/bin/env python3
"""Mail through a real Postfix: messages a second without a filter, with one that does nothing, and with weir-slave.

usage: postfix_bench.py [--build FOLDER] [--rounds N] [--messages N]    as root

smtp-source sends mails of 11 kB over 20 connections, Postfix filters and relays them to smtp-sink; a round ends when
Postfix's queue is empty. The rounds of the three take turns, since Postfix's own rate drifts.
"""
import argparse
import os
import pathlib
import shutil
import statistics
import subprocess
import sys
import tempfile
import time

SOURCE = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(SOURCE / "scripts/lib"))

import postfix  # noqa: E402
import process  # noqa: E402

POLICY = "1000-mixed-rules.json"
FIRST_PORT = 20900


def cpu_millis(root):
    """User and kernel time of a process and of all that it started."""
    parents, ticks = {}, {}
    for entry in os.listdir("/proc"):
        if not entry.isdigit():
            continue
        try:
            fields = pathlib.Path(f"/proc/{entry}/stat").read_text().rsplit(")", 1)[1].split()
        except OSError:
            continue
        parents[int(entry)] = int(fields[1])
        ticks[int(entry)] = sum(int(field) for field in fields[11:15])

    def descends(pid):
        while pid and pid != root:
            pid = parents.get(pid, 0)
        return pid == root
    return sum(count for pid, count in ticks.items() if descends(pid)) * 1000 / os.sysconf("SC_CLK_TCK")


class Filter:
    def __init__(self, name, smtp, milter, pid):
        self.name, self.smtp, self.milter, self.pid = name, smtp, milter, pid
        self.rates, self.cpu = [], []


def queued(spool):
    return any(entry.is_file() for name in ("maildrop", "incoming", "active", "deferred")
               for entry in os.scandir(spool / name))


def start_filters(root, build):
    null = process.start([build / "tests/bench/null_milter", f"inet:{FIRST_PORT + 1}@127.0.0.1"], root / "null.pid",
                         root / "null.log")
    subprocess.run([build / "tests/bench/milter_bench", "--write-policies", root / "policies"], check=True)
    config = root / "slave.toml"
    config.write_text("\n".join(f'{name} = "{value}"' for name, value in {
        "node.name": "bench", "milter.listen": f"127.0.0.1:{FIRST_PORT + 2}",
        "storage.folder": root / "data", "metrics.listen": "127.0.0.1:0", "log.file": root / "slave.log",
        "policy.file": root / "policies" / POLICY}.items()) + "\n")
    slave = process.start([build / "slave/weir-slave", "--config", config], root / "slave.pid", root / "slave.out")
    for port in (FIRST_PORT + 1, FIRST_PORT + 2):
        process.wait_for(f"the filter on port {port}", lambda: process.listening(port), log=root / "slave.out")
    return [Filter("no filter", FIRST_PORT + 10, None, None), Filter("do-nothing", FIRST_PORT + 11, FIRST_PORT + 1, null),
            Filter("weir-slave, 1000 mixed rules", FIRST_PORT + 12, FIRST_PORT + 2, slave)]


def start_postfix(root, filters):
    sink = FIRST_PORT + 20
    process.start(["/usr/sbin/smtp-sink", "-u", "postfix", f"127.0.0.1:{sink}", "200"], root / "bench-sink.pid",
                  root / "bench-sink.log")
    postfix.up(root / "postfix", "bench", {"smtp": FIRST_PORT + 3, "reinject": FIRST_PORT + 4, "sink": FIRST_PORT + 5,
                                           "milter": FIRST_PORT + 1})
    etc = root / "postfix/etc"
    with open(etc / "master.cf", "a", encoding="ascii") as services:
        for each in filters:
            milter = f"inet:127.0.0.1:{each.milter}" if each.milter else ""
            services.write(f"127.0.0.1:{each.smtp} inet n - n - - smtpd\n  -o smtpd_milters={milter}\n")
    subprocess.run(["postconf", "-c", etc, "-e", f"relayhost=[127.0.0.1]:{sink}"], check=True)
    subprocess.run(["postfix", "-c", etc, "reload"], check=True, capture_output=True)
    for each in filters:
        process.wait_for(f"Postfix on port {each.smtp}", lambda: postfix.greets(each.smtp))


def send(each, spool, messages):
    before = cpu_millis(each.pid) if each.pid else 0
    began = time.monotonic()
    subprocess.run(["/usr/sbin/smtp-source", "-s", "20", "-l", "11000", "-m", str(messages), "-f", "a@example.org",
                    "-t", "b@company.example", f"127.0.0.1:{each.smtp}"], check=True)
    while queued(spool):
        time.sleep(0.02)
    rate = messages / (time.monotonic() - began)
    return rate, (cpu_millis(each.pid) - before) / messages if each.pid else 0


def run(options, root):
    filters = start_filters(root, options.build)
    start_postfix(root, filters)
    spool = root / "postfix/spool"
    for each in filters:
        send(each, spool, options.messages // 4)
    for _ in range(options.rounds):
        for each in filters:
            rate, cpu = send(each, spool, options.messages)
            each.rates.append(rate)
            each.cpu.append(cpu)
    print(f"{options.rounds} rounds of {options.messages} mails of 11 kB\n\n"
          f"{'filter':30} {'mails/s':>8} {'lowest':>8} {'highest':>8} {'filter CPU ms/mail':>20}")
    for each in filters:
        print(f"{each.name:30} {statistics.median(each.rates):8.0f} {min(each.rates):8.0f} {max(each.rates):8.0f} "
              f"{statistics.median(each.cpu):20.3f}")
    nothing, weir = filters[1], filters[2]
    print(f"\nweir-slave / do-nothing: {statistics.median(weir.rates) / statistics.median(nothing.rates):.2f} times the "
          f"messages a second")


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--build", type=pathlib.Path, default=SOURCE / "build")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--messages", type=int, default=1000)
    options = parser.parse_args()
    if os.geteuid() != 0 or not shutil.which("smtp-source", path="/usr/sbin"):
        sys.exit("postfix_bench: needs root and Postfix")
    root = pathlib.Path(tempfile.mkdtemp(prefix="weir-postfix-bench-"))
    root.chmod(0o755)
    try:
        run(options, root)
    finally:
        postfix.down(root / "postfix")
        for name in ("slave", "null", "bench-sink"):
            process.stop(root / f"{name}.pid")
        shutil.rmtree(root)


if __name__ == "__main__":
    main()
