"""Says where everything of a running cluster is."""
import json
import os
import pathlib
import subprocess
import sys

import cluster


def main(folder):
    folder = pathlib.Path(folder).resolve()
    shape = json.loads((folder / "layout.json").read_text())
    running = json.loads((folder / "cluster.json").read_text())
    master, slaves = cluster.parts(shape, folder, cluster.SOURCE / "build")
    link = subprocess.run(master.command("first-login-link"), capture_output=True, text=True).stdout.strip()
    first = running["slaves"][0]
    closed = "   (root's alone)" if "SUDO_UID" in os.environ else ""
    print(f"""
The console      {running['console']}   (its certificate is signed by {running['ca']})""")
    print(f"First login      {link}" if link else "First login      done already: log in with your account")
    for slave in running["slaves"]:
        print(f"SMTP {slave['name']:11} {slave['smtp']}   delivered {slave['sink']}   quarantined {slave['quarantine']}"
              + closed)
    print(f"""Send a mail      swaks --server {first['smtp']} --from you@example.org --to user@company.example
At a terminal    build/master/weirctl --cluster {folder}/cluster.json status
Ctrl-C stops everything.""", flush=True)


if __name__ == "__main__":
    main(sys.argv[1])
