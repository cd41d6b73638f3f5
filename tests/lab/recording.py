"""Record what the reference prints in each scenario.

    record [--only PATTERN] [--out DIR]

Only needed after a change to scenarios, servers or zones.  The lab must be up;
needs root.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from tests.lab import golden
from tests.lab.inside import require_lab
from tests.lab.normalise import transcript
from tests.lab.scenarios import Scenario, run_scenario, scenarios


def main(argv: Sequence[str] | None = None) -> int:
    """Record, and say what."""
    parser = argparse.ArgumentParser(
        prog="record", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--only", metavar="PATTERN", help="names or groups (shell pattern)")
    parser.add_argument("--out", metavar="DIR", type=Path, default=golden.FOLDER, help="instead of golden/")
    parser.add_argument("--command", default="posttls-finger", help="the reference, inside its tree")
    options = parser.parse_args(argv)
    require_lab("record")
    options.out.mkdir(parents=True, exist_ok=True)
    chosen = scenarios(options.only)
    for number, scenario in enumerate(chosen, 1):
        found = record(scenario, options.command, options.out)
        print(f"{number}/{len(chosen)} {scenario.name}: {found}", flush=True)
    return 0


def record(scenario: Scenario, command: str, folder: Path) -> str:
    """Run a scenario as often as it wants, keep what came, and describe it."""
    runs = [run_scenario(scenario, [command], chroot=True) for _ in range(scenario.variants)]
    golden.save(scenario.name, [transcript(run.out, run.err, run.status) for run in runs], folder)
    kept = len(golden.recorded(scenario.name, folder))
    variants = f" ({kept} variants)" if kept > 1 else ""
    return f"{runs[0].status} {runs[0].seconds:.2f}s{variants}"


if __name__ == "__main__":
    sys.exit(main())
