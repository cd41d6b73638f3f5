"""The scenarios recorded, each once, and replayed: the same text, and the same JSON.

    python -m tests.lab.replays --cmd CMD [--only PATTERN] [--jobs N]

A replay has nothing of the lab: no network at all, not even a loopback, other
name servers, no main.cf, an environment of its own, and another directory.
Status 0 if all are equal, else 1.  The lab must be up; needs root, and pyfinger
beside the lab's own needs.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import threading
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from tests.lab.comparing import candidate
from tests.lab.golden import difference
from tests.lab.inside import Run, Surroundings, require_lab, run_in_lab
from tests.lab.normalise import PROGRAMS, transcript
from tests.lab.scenarios import Scenario, deviations, run_scenario, scenarios

SHOWN = 20  # lines of a difference
# No interface is up in a network of one's own, and nothing is below /srv for whoever looks.
_NOWHERE = ["unshare", "--net", "--mount", "sh", "-c", 'mount -t tmpfs none /srv && cd / && exec "$@"', "sh"]


class Replays:
    """Runs scenarios twice; the recordings are kept in `folder`."""

    def __init__(self, command: Sequence[str], folder: Path) -> None:
        self._command = list(command)
        self._folder = folder
        self._one_engine = threading.Lock()  # an s_server serves one connection at a time

    def problems(self, scenario: Scenario) -> list[str] | None:
        """What is different; None if there was nothing to record.  A failure gets a second chance."""
        return self._compared(scenario) and self._compared(scenario)

    def _compared(self, scenario: Scenario) -> list[str] | None:
        recording = self._folder / f"{scenario.name}.rec"
        before, after = (self._folder / f"{scenario.name}.{word}.json" for word in ("before", "after"))
        recording.unlink(missing_ok=True)
        first = self._record(scenario, ["--record", str(recording), "--json", str(before)])
        if not recording.exists():
            return None if b"usage: " in first.err + first.out else ["no recording"]
        words = [*_NOWHERE, *self._command, "--replay", str(recording), "--json", str(after)]
        second = run_in_lab(words, Surroundings(resolver="dead", mailconf=None, tty=scenario.tty))
        return list(_differences(first, second, before, after))

    def _record(self, scenario: Scenario, words: list[str]) -> Run:
        if "s_server" in scenario.needs:
            with self._one_engine:
                return run_scenario(scenario, [*self._command, *words], chroot=False)
        return run_scenario(scenario, [*self._command, *words], chroot=False)


def _differences(first: Run, second: Run, before: Path, after: Path) -> Iterator[str]:
    if (first.out, first.err, first.status) != (second.out, second.err, second.status):
        texts = [
            [*transcript(run.out, run.err, run.status, PROGRAMS), f"status {run.status}"]
            for run in (first, second)
        ]
        yield from difference(*texts) or ["not to the byte"]
    if _content(before) != _content(after):
        yield "the JSON differs"


def _content(file: Path) -> bytes:
    return file.read_bytes() if file.exists() else b""


def main(argv: Sequence[str] | None = None) -> int:
    """Record, replay, compare, print, and return the exit status."""
    parser = argparse.ArgumentParser(prog="replays", description=__doc__.partition("\n")[0])
    parser.add_argument("--cmd", required=True, help="the candidate's command line")
    parser.add_argument("--only", metavar="PATTERN", help="names or groups (shell pattern)")
    parser.add_argument("--jobs", type=int, default=1, help="scenarios at a time")
    parser.add_argument("--keep", type=Path, metavar="DIR", help="keep the recordings there")
    options = parser.parse_args(argv)
    require_lab("replays")
    chosen = [one for one in scenarios(options.only) if one.name not in deviations()]
    with tempfile.TemporaryDirectory() as temporary, ThreadPoolExecutor(options.jobs) as pool:
        folder = options.keep or Path(temporary)
        folder.mkdir(parents=True, exist_ok=True)
        found = pool.map(Replays(candidate(options.cmd, False), folder).problems, chosen)
        return _told(zip(chosen, found, strict=True))


def _told(results: Iterator[tuple[Scenario, list[str] | None]]) -> int:
    """Print what is different, and the numbers; the exit status."""
    equal = recorded = 0
    without = list[str]()
    for scenario, problems in results:
        if problems is None:
            without.append(scenario.name)
            continue
        recorded += 1
        equal += not problems
        if problems:
            print(scenario.name, *(f"    {line}" for line in problems[:SHOWN]), sep="\n", flush=True)
    if without:
        print(f"without a probe, nothing to record: {' '.join(without)}")
    print(f"replays {equal}/{recorded} scenarios")
    return 0 if equal == recorded else 1


if __name__ == "__main__":
    sys.exit(main())
