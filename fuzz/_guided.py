"""One target under atheris, which is guided by the coverage reached: a process of its own.

    python -m fuzz._guided NAME SECONDS SCRATCH

What reaches something new goes to SCRATCH/new, what breaks something to
SCRATCH/broken-*; how it went is told by libFuzzer, at the end of its output.
"""

from __future__ import annotations

import sys
import time
from pathlib import Path

from fuzz import _targets

HANG = 20  # seconds; one input that takes longer is a finding
MEMORY = 2048  # MiB, of the whole process
SHORTEST, LONGEST = 512, 20_000  # bytes; between them, inputs are at most twice as long as the seeds


def main(name: str, seconds: float, scratch: Path) -> None:
    """Search until the time is over; imports and seeds take up to half of it.  Never returns."""
    start = time.monotonic()
    import atheris

    with atheris.instrument_imports(include=["pyfinger"]):
        target = _targets.target(name)
        for seed in target.seeds:  # what is imported late is instrumented, too
            target.check(seed)
    seeds, new = scratch / "seeds", scratch / "new"
    for folder in (seeds, new):
        folder.mkdir(exist_ok=True)
    for number, seed in enumerate(target.seeds):
        (seeds / str(number)).write_bytes(seed)
    longest = max([SHORTEST, *(2 * len(seed) for seed in target.seeds)])
    left = max(seconds / 2, seconds - (time.monotonic() - start))
    options = {
        "max_total_time": max(1, round(left)),
        "max_len": min(LONGEST, longest),
        "len_control": 0,
        "timeout": HANG,
        "report_slow_units": HANG,
        "rss_limit_mb": MEMORY,
        "artifact_prefix": f"{scratch}/broken-",
        "print_final_stats": 1,
        "verbosity": 0,
    }
    folders = [new, seeds, *filter(Path.is_dir, [_targets.CORPUS / name])]
    words = [f"-{option}={value}" for option, value in options.items()]
    atheris.Setup([sys.argv[0], *words, *map(str, folders)], target.check)
    atheris.Fuzz()


if __name__ == "__main__":
    main(sys.argv[1], float(sys.argv[2]), Path(sys.argv[3]))
