"""Record what the reference prints in each scenario.

    record [--only PATTERN] [--like 3.11] [--out DIR]

Only needed after a change to scenarios, servers or zones.  Of a newer reference
only what differs is kept.  The lab must be up; needs root.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from tests.lab import golden
from tests.lab.inside import require_lab, require_tree
from tests.lab.normalise import transcript
from tests.lab.places import FIRST, TREES
from tests.lab.scenarios import Scenario, run_scenario, scenarios


def main(argv: Sequence[str] | None = None) -> int:
    """Record, and say what."""
    parser = argparse.ArgumentParser(
        prog="record", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--only", metavar="PATTERN", help="names or groups (shell pattern)")
    parser.add_argument("--like", choices=tuple(TREES), default=FIRST, help="which reference")
    parser.add_argument("--out", metavar="DIR", type=Path, help="keep all recordings there instead")
    parser.add_argument("--command", default="posttls-finger", help="the reference, inside its tree")
    options = parser.parse_args(argv)
    require_lab("record")
    require_tree("record", options.like)
    if options.out:
        options.out.mkdir(parents=True, exist_ok=True)
    chosen = scenarios(options.only)
    for number, scenario in enumerate(chosen, 1):
        found = record(scenario, options.command, options.out, options.like)
        print(f"{number}/{len(chosen)} {scenario.name}: {found}", flush=True)
    return 0


def record(scenario: Scenario, command: str, folder: Path | None, like: str = FIRST) -> str:
    """Run a scenario as often as it wants, keep what came, and describe it; `folder`: elsewhere, and all."""
    runs = [run_scenario(scenario, [command], True, like) for _ in range(scenario.variants)]
    transcripts = [transcript(run.out, run.err, run.status) for run in runs]
    if folder is None and like != FIRST:
        differs = golden.save_difference(scenario.name, transcripts, like)
        return f"{runs[0].status} {runs[0].seconds:.2f}s {'differs' if differs else f'as {FIRST}'}"
    golden.save(scenario.name, transcripts, folder or golden.FOLDER)
    kept = len(golden.recorded(scenario.name, folder or golden.FOLDER))
    variants = f" ({kept} variants)" if kept > 1 else ""
    return f"{runs[0].status} {runs[0].seconds:.2f}s{variants}"


if __name__ == "__main__":
    sys.exit(main())
