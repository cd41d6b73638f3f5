"""The scenarios once more, with everything that is made of a probe besides its log, and is that right?

    python -m tests.lab.sight --cmd CMD [--only PATTERN] [--jobs N] [--without-tshark]

* `--events`: each line follows its schema, and the log rebuilt from the stream
  alone is the log that was printed.
* `--json`: the document follows its schema.
* `--pcapng`, `--trace=json`: tshark makes of the capture, which decrypts itself,
  what the trace made of the session: each record, message and field.

Status 0 if that is so in every scenario, else 1; a scenario that fails is run
once more before it counts.  The lab must be up; needs root, pyfinger, jsonschema
and tshark beside the lab's own needs.
"""

from __future__ import annotations

import argparse
import io
import sys
import tempfile
import threading
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from pyfinger.events import DisplayChosen
from pyfinger.report.chain import ChainReport
from pyfinger.report.event_stream import read_stream, render_stream
from pyfinger.report.json_lines import lines_of
from pyfinger.report.log import TextLog
from tests.interop.tshark import differences, traced, tsharked
from tests.lab.comparing import candidate
from tests.lab.golden import difference
from tests.lab.inside import Run, require_lab
from tests.lab.scenarios import Scenario, deviations, run_scenario, scenarios
from tests.validating import report_problems, stream_problems

SHOWN = 20  # lines of what is wrong with a scenario


@dataclass(frozen=True)
class Seen:
    """What one scenario left behind."""

    scenario: Scenario
    run: Run
    folder: Path

    def file(self, kind: str) -> Path:
        return self.folder / f"{self.scenario.name}.{kind}"

    @property
    def options(self) -> list[str]:
        """What has it written."""
        kinds = ("events", "json", "pcapng")
        written = [f"--{kind}={self.file(kind)}" for kind in kinds]
        return [*written, f"--trace=json:{self.file('trace')}", "--color=never"]


Check = Callable[[Seen], Iterator[str]]


def check_stream(seen: Seen) -> Iterator[str]:
    """The event stream, and the log made of it."""
    stream = seen.file("events").read_bytes()
    yield from stream_problems(stream)
    header, told = read_stream(lines_of(io.BytesIO(stream)))
    events = list(told)
    out = io.BytesIO()
    chain = ChainReport(out, in_place=seen.scenario.tty)
    asked = any(isinstance(event, DisplayChosen) and event.show.chain for event, _ in events)
    render_stream(events, [TextLog(out, header.program), *([chain] if asked else [])])
    chain.close()
    if out.getvalue() != seen.run.out:
        yield from difference(_lines(seen.run.out), _lines(out.getvalue()))


def check_report(seen: Seen) -> Iterator[str]:
    """The document."""
    yield from report_problems(seen.file("json").read_bytes())


def check_trace(seen: Seen) -> Iterator[str]:
    """The trace beside tshark's reading of the capture."""
    trace = seen.file("trace")
    ours = traced(trace.read_bytes().splitlines()) if trace.exists() else []
    try:
        yield from differences(ours, tsharked(seen.file("pcapng")) if ours else [])
    except AssertionError as error:
        yield str(error)


CHECKS: dict[str, Check] = {"stream": check_stream, "report": check_report, "trace": check_trace}


class Sight:
    """Runs scenarios and looks at what they leave."""

    def __init__(self, command: Sequence[str], checks: Sequence[str]) -> None:
        self._command = command
        self._checks = checks
        self._one_engine = threading.Lock()  # an s_server serves one connection at a time
        self.good: Counter[str] = Counter()

    def problems(self, scenario: Scenario) -> list[str]:
        """What is wrong with what a scenario leaves."""
        found = self._looked_at(scenario) and self._looked_at(scenario)
        self.good.update(name for name in self._checks if name not in found)
        return [f"{name}: {problem}" for name, problems in found.items() for problem in problems]

    def _looked_at(self, scenario: Scenario) -> dict[str, list[str]]:
        """The problems each check found; nothing of those that found none."""
        with tempfile.TemporaryDirectory() as folder:
            seen = self._seen(scenario, Path(folder))
            if not seen.file("json").exists() and b"usage: " in seen.run.out + seen.run.err:
                return {}  # a command line without sense leaves nothing
            found = {name: list(CHECKS[name](seen)) for name in self._checks}
            return {name: problems for name, problems in found.items() if problems}

    def _seen(self, scenario: Scenario, folder: Path) -> Seen:
        options = Seen(scenario, Run(b"", b"", 0, 0.0), folder).options
        command = [*self._command, *options]
        if "s_server" not in scenario.needs:
            return Seen(scenario, run_scenario(scenario, command, chroot=False), folder)
        with self._one_engine:
            return Seen(scenario, run_scenario(scenario, command, chroot=False), folder)


def _lines(text: bytes) -> list[str]:
    return text.decode("utf-8", "backslashreplace").split("\n")


def main(argv: Sequence[str] | None = None) -> int:
    """Run the scenarios, print what is wrong, and return the exit status."""
    options = _parser().parse_args(argv)
    require_lab("sight")
    left_out = deviations()
    chosen = [scenario for scenario in scenarios(options.only) if scenario.name not in left_out]
    checks = [name for name in CHECKS if name != "trace" or not options.without_tshark]
    sight = Sight(candidate(options.cmd, chroot=False), checks)
    with ThreadPoolExecutor(options.jobs) as pool:
        for scenario, problems in zip(chosen, pool.map(sight.problems, chosen), strict=True):
            if problems:
                print(scenario.name, *problems[:SHOWN], sep="\n", flush=True)
    print("sight " + ", ".join(f"{name} {sight.good[name]}/{len(chosen)}" for name in checks))
    return 0 if all(sight.good[name] == len(chosen) for name in checks) else 1


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="sight", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--cmd", required=True, help="pyfinger's command line")
    parser.add_argument("--only", metavar="PATTERN", help="names or groups (shell pattern)")
    parser.add_argument("--jobs", type=int, default=1, help="scenarios at a time")
    parser.add_argument("--without-tshark", action="store_true", help="without what needs tshark")
    return parser


if __name__ == "__main__":
    sys.exit(main())
