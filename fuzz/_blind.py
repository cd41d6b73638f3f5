"""One target under hypothesis, which is guided by nothing but the seeds: where there is no atheris.

    python -m fuzz._blind NAME SECONDS SCRATCH

Ends as `fuzz._guided` does: with what broke something in SCRATCH/broken-*, and
the number of executions on standard error.
"""

from __future__ import annotations

import sys
import time
from hashlib import sha1
from pathlib import Path

from hypothesis import HealthCheck, Phase, given, seed, settings

from fuzz import _targets
from fuzz._inputs import inputs

ROUND = 200  # examples; time is looked at after each


class Search:
    """Counts, and remembers what was tried last."""

    def __init__(self, target: _targets.Target) -> None:
        self._target = target
        self.executions = 0
        self.last = b""

    def round(self, number: int) -> None:
        """Some examples more; raises what breaks, after shrinking it."""

        @seed(number)
        @settings(
            max_examples=ROUND,
            deadline=None,
            database=None,
            phases=(Phase.generate, Phase.shrink),
            suppress_health_check=list(HealthCheck),
        )
        @given(data=inputs(self._target.seeds))
        def holds(data: bytes) -> None:
            self.executions += 1
            self.last = data
            self._target.check(data)

        holds()


def main(name: str, seconds: float, scratch: Path) -> int:
    """Search until the time is over."""
    start = time.monotonic()
    search = Search(_targets.target(name))
    first = time.time_ns()
    try:
        while time.monotonic() - start < seconds:
            search.round(first + search.executions)
    except Exception:
        (scratch / f"broken-{sha1(search.last).hexdigest()}").write_bytes(search.last)
        raise
    finally:
        print(f"stat::number_of_executed_units: {search.executions}", file=sys.stderr)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], float(sys.argv[2]), Path(sys.argv[3])))
