"""The scenarios' event streams: each follows its schema, and the log rebuilt from it is the printed one.

    python -m tests.lab.streams --cmd CMD [--only PATTERN] [--jobs N]

Status 0 if that is so in every scenario, else 1.  The lab must be up; needs
root, and pyfinger and jsonschema beside the lab's own needs.
"""

from __future__ import annotations

import argparse
import io
import sys
import tempfile
import threading
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from pyfinger.events import DisplayChosen
from pyfinger.report.chain import ChainReport
from pyfinger.report.stream import lines_of, read_stream, render_stream
from pyfinger.report.text import TextLog
from tests.lab.comparing import candidate
from tests.lab.golden import difference
from tests.lab.inside import Run, require_lab
from tests.lab.scenarios import Scenario, deviations, run_scenario, scenarios
from tests.validating import stream_problems

SHOWN = 20  # lines of what is wrong with a stream


class Streams:
    """Runs scenarios with `--events`; the streams are kept in `folder`."""

    def __init__(self, command: Sequence[str], folder: Path) -> None:
        self._command = command
        self._folder = folder
        self._one_engine = threading.Lock()  # an s_server serves one connection at a time

    def problems(self, scenario: Scenario) -> list[str]:
        """What is wrong with a scenario's stream."""
        file = self._folder / f"{scenario.name}.jsonl"
        if "s_server" in scenario.needs:
            with self._one_engine:
                run = self._run(scenario, file)
        else:
            run = self._run(scenario, file)
        if not file.exists():
            return [] if b"usage: " in run.err + run.out else ["no stream"]
        stream = file.read_bytes()
        return [*stream_problems(stream), *_changes(stream, run.out, scenario.tty)]

    def _run(self, scenario: Scenario, file: Path) -> Run:
        return run_scenario(
            scenario, [*self._command, "--events", str(file), "--color", "never"], chroot=False
        )


def _changes(stream: bytes, printed: bytes, terminal: bool) -> Iterator[str]:
    """How what is rebuilt differs from what was printed on standard output."""
    header, told = read_stream(lines_of(io.BytesIO(stream)))
    events = list(told)
    out = io.BytesIO()
    chain = ChainReport(out, in_place=terminal)
    asked = any(isinstance(event, DisplayChosen) and event.show.chain for event, _ in events)
    render_stream(events, [TextLog(out, header.program), *([chain] if asked else [])])
    chain.close()
    if out.getvalue() != printed:
        yield from difference(_lines(printed), _lines(out.getvalue()))


def _lines(text: bytes) -> list[str]:
    return text.decode("utf-8", "backslashreplace").split("\n")


def main(argv: Sequence[str] | None = None) -> int:
    """Run the scenarios, print what is wrong, and return the exit status."""
    options = _parser().parse_args(argv)
    require_lab("streams")
    left_out = deviations()
    chosen = [scenario for scenario in scenarios(options.only) if scenario.name not in left_out]
    good = 0
    with tempfile.TemporaryDirectory() as folder, ThreadPoolExecutor(options.jobs) as pool:
        streams = Streams(candidate(options.cmd, chroot=False), Path(folder))
        for scenario, problems in zip(chosen, pool.map(streams.problems, chosen), strict=True):
            good += not problems
            if problems:
                print(scenario.name, *problems[:SHOWN], sep="\n", flush=True)
    print(f"streams {good}/{len(chosen)}")
    return 0 if good == len(chosen) else 1


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="streams", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--cmd", required=True, help="pyfinger's command line")
    parser.add_argument("--only", metavar="PATTERN", help="names or groups (shell pattern)")
    parser.add_argument("--jobs", type=int, default=1, help="scenarios at a time")
    return parser


if __name__ == "__main__":
    sys.exit(main())
