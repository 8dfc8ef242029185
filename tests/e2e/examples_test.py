#!/usr/bin/env python3
"""The files in conf/ are what the programs print and accept, and a wrong setting is refused with file and line."""
import pathlib
import subprocess
import tempfile

import support
from support import SOURCE, check


def main():
    options = support.arguments()
    for program in ("master", "slave"):
        binary = pathlib.Path(options.build) / program / f"weir-{program}"
        printed = subprocess.run([binary, "--print-example"], capture_output=True, text=True).stdout
        kept = SOURCE / "conf" / f"{program}.toml"
        check(kept.read_text() == printed, f"conf/{program}.toml is what weir-{program} --print-example prints")
        accepted = subprocess.run([binary, "--config", kept, "--check-config"], capture_output=True, text=True)
        check(accepted.returncode == 0, f"weir-{program} accepts it: {accepted.stderr.strip()}")
        with tempfile.NamedTemporaryFile("w", suffix=".toml") as wrong:
            wrong.write("[log]\nlevel = \"loud\"\n")
            wrong.flush()
            refused = subprocess.run([binary, "--config", wrong.name, "--check-config"], capture_output=True, text=True)
            check(refused.returncode != 0 and f"{wrong.name}:2" in refused.stderr and "expected one of" in refused.stderr,
                  f"a wrong setting is refused: {refused.stderr.strip()}")
        for flag in ("--version", "--help"):
            check(subprocess.run([binary, flag], capture_output=True).returncode == 0, f"weir-{program} {flag}")


if __name__ == "__main__":
    main()
