"""The command: see the package."""

from __future__ import annotations

import argparse
import os
import subprocess
import sys

from tests.lab import daemons
from tests.lab.dnssec import answers, verdicts
from tests.lab.inside import in_net, require_lab


def main() -> int:
    """Run what was asked for; 0 if nothing unexplained came of it."""
    parser = argparse.ArgumentParser(
        prog="dnssec", description="pyfinger's DNSSEC validation beside others', in the lab"
    )
    parser.add_argument("what", nargs="?", choices=["world", "scenarios", "all"], default="all")
    parser.add_argument("--only", default="", metavar="REGEX", help="questions or scenarios")
    parser.add_argument("--quiet", action="store_true", help="only what is not explained, and totals")
    options = parser.parse_args()
    require_lab("dnssec")
    if not daemons.in_lab_net(os.getpid()):
        again = in_net([sys.executable, "-m", "tests.lab.dnssec", *sys.argv[1:]])
        return subprocess.run(again, check=False).returncode
    done = []
    if options.what in ("world", "all"):
        done.append(answers.compare(options.only, options.quiet))
    if options.what in ("scenarios", "all"):
        done.append(verdicts.compare(options.only, options.quiet))
    return 0 if all(done) else 1


if __name__ == "__main__":
    sys.exit(main())
