#!/usr/bin/env python3
"""A published rule acts on every connected slave, and how long that takes."""
import threading
import time

import support
from support import check, mail, send


def rule(marker):
    return {"lists": {}, "sections": {}, "rules": [
        {"id": "block", "name": "Block", "when": {"subject": {"contains": marker}},
         "then": [{"reject": {"code": 550, "status": "5.7.1", "text": marker}}]}]}


def seconds_until_refused(slave, marker, began, results):
    """Sends until the slave refuses: the rule acts."""
    while time.monotonic() - began < 20:
        code, text = send(f"127.0.0.1:{slave.ports['smtp']}", mail(marker))
        if code == 550 and marker in text:
            results[slave.name] = time.monotonic() - began
            return


def main():
    options = support.arguments()
    with support.temporary_cluster(options, "--slaves", "3") as cluster:
        worst = 0.0
        for turn in range(5):
            marker, results = f"marker-{turn}", {}
            cluster.publish(rule(marker))
            began = time.monotonic()
            threads = [threading.Thread(target=seconds_until_refused, args=(slave, marker, began, results))
                       for slave in cluster.slaves]
            for thread in threads:
                thread.start()
            for thread in threads:
                thread.join()
            check(len(results) == len(cluster.slaves), f"revision {turn + 2} acts on all slaves: "
                  + ", ".join(f"{name} {seconds:.2f} s" for name, seconds in sorted(results.items())))
            worst = max(worst, *results.values())
        print(f"        the slowest slave acted {worst:.2f} s after the publish was answered")


if __name__ == "__main__":
    main()
