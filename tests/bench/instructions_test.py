#!/usr/bin/env python3
"""Instructions that a mail takes, counted by valgrind: the same on an idle and on a busy machine, so a test may bound them.

usage: instructions_test.py JUDGE_STEPS [--print | --control PROTECTION]
The bounds are what the Release build of Debian 12 takes on x86-64, and a tenth more. Who makes the filter faster lowers
them; who must raise them says why in the commit.
"""
import argparse
import os
import re
import shutil
import subprocess
import sys
import tempfile

SKIPPED = 77
MAILS = 2 * 60  # what judge_steps judges
BOUNDS = {0: 51_000, 300: 1_670_000}  # instructions a mail, by number of rules


def counted(program, rules):
    with tempfile.TemporaryDirectory() as folder:
        done = subprocess.run(["valgrind", "--tool=callgrind", "--collect-atstart=no", "--toggle-collect=judgeAll",
                               "--callgrind-out-file=" + os.path.join(folder, "out"), program, str(rules)],
                              capture_output=True, text=True)
    found = re.search(r"Collected : (\d+)", done.stderr)
    if done.returncode != 0 or not found:
        sys.exit(f"valgrind: {done.stdout}{done.stderr}")
    return int(found.group(1)) // MAILS


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("program")
    parser.add_argument("--print", action="store_true", help="print the counts and compare nothing")
    parser.add_argument("--control", metavar="PROTECTION", help="count with this off; more than is allowed must be counted then")
    options = parser.parse_args()
    if options.control:
        os.environ["WEIR_CONTROL_OFF"] = options.control
    if not shutil.which("valgrind"):
        print("skipped: valgrind is not installed")
        sys.exit(SKIPPED)
    failed = False
    for rules, bound in BOUNDS.items():
        count = counted(options.program, rules)
        print(f"{rules:5} rules: {count:9,} instructions a mail, allowed {bound:9,}")
        failed = failed or count > bound
    if options.control and not failed:
        sys.exit(f"the test does not notice that {options.control} is off")
    sys.exit(1 if failed and not options.print and not options.control else 0)


if __name__ == "__main__":
    main()
