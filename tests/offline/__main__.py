"""Live and given, world by world: `python -m tests.offline DIRECTORY [COUNT]`.

DIRECTORY has `dane-openssl` and `dane-generated` (see `tests.vectors`); COUNT of the latter's
worlds are taken, by chance (500).  Prints what differs; exits with 1 if anything does.
"""

from __future__ import annotations

import random
import sys
import tempfile
import time
from pathlib import Path

from tests.offline.loopback import LoopbackServers, loopback_servers, unsigned
from tests.offline.worlds import OfflineCase, danetest_cases, differences, generated_cases
from tests.vectors.suites import cases

SEED = 19


def all_cases(root: Path, count: int, store: Path) -> list[OfflineCase]:
    """OpenSSL's, and so many of the generated ones."""
    import json

    setting = json.loads((root / "dane-openssl" / "ca.json").read_text())
    found = list(danetest_cases(setting, cases(root / "dane-openssl"), store))
    worlds = cases(root / "dane-generated")
    chosen = random.Random(SEED).sample(worlds, min(count, len(worlds)))
    return [*found, *generated_cases(root, store, chosen)]


def compared(case: OfflineCase, servers: LoopbackServers) -> bool:
    """Whether both say the same; what differs is printed."""
    found = list(differences(case, servers))
    for line in found:
        print(f"    {case.name}: {line[:2000]}")
    return not found


def main(arguments: list[str]) -> int:
    """Run them; the exit status."""
    if not arguments:
        print("usage: python -m tests.offline DIRECTORY [COUNT]", file=sys.stderr)
        return 2
    count = int(arguments[1]) if len(arguments) > 1 else 500
    began = time.monotonic()
    with tempfile.TemporaryDirectory() as folder, loopback_servers() as servers, unsigned():
        results = [compared(case, servers) for case in all_cases(Path(arguments[0]), count, Path(folder))]
    seconds = time.monotonic() - began
    print(f"offline {sum(results)}/{len(results)} as live, in {seconds:.0f} s")
    return 0 if all(results) else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
