#!/usr/bin/env python3
"""How soon a publish acts: seconds from the request to publish until a new rule refuses mail, with large policies.

usage: publish_bench.py [--build FOLDER]    as root
"""
import json
import pathlib
import subprocess
import sys
import tempfile
import time

SOURCE = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(SOURCE / "tests/e2e"))

import support  # noqa: E402
from support import mail, send  # noqa: E402


def block(marker):
    return {"id": "block", "name": "Block", "when": {"subject": {"contains": marker}},
            "then": [{"reject": {"code": 550, "status": "5.7.1", "text": marker}}]}


def seconds_until_it_acts(cluster, policy, marker):
    policy["rules"] = [block(marker)] + policy["rules"]
    slave = cluster.slaves[0]
    cluster.api.get("/policy/draft")
    cluster.api.call("PUT", "/policy/draft", {"document": support.with_queues(policy)}, {"If-Match": cluster.api.etag})
    began = time.monotonic()
    cluster.api.post("/policy/publish", {"comment": marker}, {"If-Match": cluster.api.etag})
    answered = time.monotonic() - began
    while time.monotonic() - began < 60:
        code, text = send(f"127.0.0.1:{slave.ports['smtp']}", mail(marker))
        if code == 550 and marker in text:
            return answered, time.monotonic() - began
    raise support.Failure(f"{marker}: the rule does not act within a minute")


def main():
    options = support.arguments()
    folder = pathlib.Path(tempfile.mkdtemp(prefix="weir-publish-bench-"))
    subprocess.run([pathlib.Path(options.build) / "tests/bench/milter_bench", "--write-policies", folder], check=True)
    with support.temporary_cluster(options, "--slaves", "1") as cluster:
        for number, file in enumerate(sorted(folder.glob("*.json"))):
            policy = json.loads(file.read_text())
            policy.setdefault("sections", {})
            answered, acted = seconds_until_it_acts(cluster, policy, f"marker-{number}")
            print(f"{file.stem:24} published in {answered:5.2f} s, acts {acted:5.2f} s after the request")


if __name__ == "__main__":
    main()
