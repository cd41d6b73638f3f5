"""All mail servers in the world, one after the other; what failed, and whether that is known.

The status is 1 if something failed that `table.EXPLAINED` and `WITHHELD` do not know, or does not
fail any more.
"""

from __future__ import annotations

import argparse
import os
import shutil
import subprocess
import sys
import tempfile
from collections import Counter
from pathlib import Path

from tests.lab.layers import NAMESPACES, by_apt, installed
from tests.lab.places import PROJECT
from tests.lab.senders.senders import SENDERS, Sender
from tests.lab.senders.table import EXPLAINED, WITHHELD, failures, table, write

TREES = Path(os.environ.get("SENDERS_TREES", "/srv/lab-senders"))  # what was installed, as layers
_SECONDS = 300


def main() -> int:
    """Run them; returns the exit status."""
    parser = argparse.ArgumentParser(prog="tests.lab.senders", description=__doc__)
    names = [sender.name for sender in SENDERS]
    parser.add_argument("--only", choices=names, action="append", help="may be given several times")
    parser.add_argument("--keep", type=Path, metavar="DIR", help="leave reports, journals and logs here")
    parser.add_argument("--write", action="store_true", help="bring the table of docs/senders.md up to date")
    options = parser.parse_args()
    if os.geteuid() or shutil.which("apt-get") is None:
        print("tests.lab.senders: needs root, on Debian", file=sys.stderr)
        return 2
    with tempfile.TemporaryDirectory() as temporary:
        folder = options.keep or Path(temporary)
        folder.mkdir(parents=True, exist_ok=True)
        chosen = [sender for sender in SENDERS if not options.only or sender.name in options.only]
        for sender in chosen:
            _run(sender, folder)
        if options.write:
            write(folder)
        return _told(folder, [sender.name for sender in chosen])


def _run(sender: Sender, folder: Path) -> None:
    layer = []
    if sender.package:
        command = by_apt(*sender.package.split())
        layer = ["--layer", str(installed(TREES / sender.name, sender.lower, command))]
    inside = [sys.executable, "-m", "tests.lab.senders.inside", sender.name, *layer, "--into", str(folder)]
    command_line = ["unshare", *NAMESPACES, *inside]
    done = subprocess.run(command_line, cwd=PROJECT, capture_output=True, timeout=_SECONDS, check=False)
    if done.returncode:
        sys.exit(f"{sender.name}: {done.stderr.decode(errors='backslashreplace')}")


def _told(folder: Path, names: list[str]) -> int:
    failed = {(name, situation): problem for name, situation, problem in failures(folder)}
    known = {each for each in EXPLAINED if each[0] in names}
    for (name, situation), problem in failed.items():
        print(f"{name}: {situation}: {problem}: {EXPLAINED.get((name, situation), 'NOT EXPLAINED')}")
    for name, situation in sorted(known - set(failed)):
        print(f"{name}: {situation}: passes, where it is said to fail")
    more = Counter(name for name, _ in set(failed) - known)
    expected = Counter({name: WITHHELD.get(name, 0) for name in names})
    (*_, summary) = table(folder).partition("\n\n* ")
    print("* " + summary.partition("\n\n")[0])
    return 0 if known <= set(failed) and +more == +expected else 1


if __name__ == "__main__":
    sys.exit(main())
