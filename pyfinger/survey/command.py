"""The command `pyfinger-survey`: runs, and what is made of them.

    pyfinger-survey run --store s.sqlite domains.txt
    pyfinger-survey resume --store s.sqlite
    pyfinger-survey export --store s.sqlite --jsonl

Status 0; 1 if it cannot be done, with `--fail-on-change` if there is one, with `--fail-on-less` if
a site offers less than a policy map asks for; 130 if interrupted.
"""

from __future__ import annotations

import argparse
import shlex
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import chain
from typing import TYPE_CHECKING

from pyfinger import __version__
from pyfinger.cli.command_frame import framed
from pyfinger.cli.interrupts import FAILED, INTERRUPTED, Interrupted, ending_on_signals, why
from pyfinger.drive.aio import AsyncDriver
from pyfinger.drive.wall_clock import WallClock
from pyfinger.errors import PyfingerError, UsageError
from pyfinger.survey import store_commands
from pyfinger.survey.arguments import DEFAULT_STORE, PROGRAM, parser, run_options
from pyfinger.survey.coordinator import Clocks, Coordinator
from pyfinger.survey.database import IN_MEMORY, StoreTrouble, may_only_be_read
from pyfinger.survey.local_engine import LocalEngine, WorkerLost, enough_workers
from pyfinger.survey.progress import Watcher, watcher
from pyfinger.survey.sources import Line, bounded_lines, read_lines
from pyfinger.survey.store import SurveyStore
from pyfinger.survey.store_commands import say
from pyfinger.survey.tasks import Run, RunOptions, Stage
from pyfinger.survey.worker import prepared_check

if TYPE_CHECKING:
    from pyfinger.survey.dask_engine import DaskEngine

_GUESS = 2.0  # seconds for a connection, in the estimate of --dry-run
_PIECE = 65536  # octets


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command; the exit status."""
    return framed(PROGRAM, lambda: _act(argv))


def _act(argv: Sequence[str] | None) -> int:
    arguments = parser(_ACTIONS).parse_args(argv)
    action: Callable[[argparse.Namespace], int] = arguments.action
    try:
        with ending_on_signals():
            return action(arguments)
    except KeyboardInterrupt as stop:
        say(f"{why(stop)}{_how_to_go_on(arguments)}")
        return stop.status if isinstance(stop, Interrupted) else INTERRUPTED
    except WorkerLost as error:
        say(f"fatal: {error}{_how_to_go_on(arguments)}")
        return FAILED
    except PyfingerError as error:
        say(f"fatal: {error}")
        return FAILED
    except StoreTrouble as error:  # the disk is full, or somebody has taken the file away
        advice = "" if may_only_be_read(error) else _how_to_go_on(arguments)
        say(f"fatal: {arguments.store}: {error}{advice}")
        return FAILED


def _how_to_go_on(arguments: argparse.Namespace) -> str:
    """Of a run that has begun, and is kept."""
    begun = getattr(arguments, "begun", None) and arguments.store
    return f"; what is done is in {arguments.store}; go on with: {_resume(arguments)}" if begun else ""


def _resume(arguments: argparse.Namespace) -> str:
    """The command, of the same run."""
    words = [PROGRAM, "resume", "--store", arguments.store]
    named = getattr(arguments, "run", None)
    return shlex.join(words if named is None else [*words, "--run", str(named)])


def _run(arguments: argparse.Namespace) -> int:
    options = _understood(arguments)
    lines = read_lines(_octets(arguments))
    first = next(lines, None)
    if first is None:
        raise UsageError("no domain to look at")
    store = SurveyStore(IN_MEMORY if arguments.dry_run else arguments.store, create=True)
    store.claim()
    return _finish(arguments, store, _begun(store, options, chain([first], lines)))


def _understood(arguments: argparse.Namespace) -> RunOptions:
    """`UsageError` for what no worker could do, before anything is written."""
    options = run_options(arguments)
    prepared_check(options).checker(AsyncDriver().clock)
    return options


def _begun(store: SurveyStore, options: RunOptions, lines: Iterable[Line]) -> int:
    """A new run with all its lines, or none."""
    with store.transaction():
        number = store.begin(options, __version__, WallClock()())
        store.add_lines(number, lines)
    return number


def _go_on(arguments: argparse.Namespace) -> int:
    store = SurveyStore(arguments.store)
    store.claim()
    return _finish(arguments, store, store.run(arguments.run).number)


def _finish(arguments: argparse.Namespace, store: SurveyStore, number: int) -> int:
    run = store.run(number)
    if run.stage is Stage.DONE:
        say(f"run {number} is done")
        return 0
    dry = getattr(arguments, "dry_run", False)
    coordinator = _carry_out(arguments, store, run, dry=dry)
    if dry:
        print(_plan_text(coordinator, store, number), end="")
    elif not arguments.quiet:
        from pyfinger.survey.summary import summary
        from pyfinger.survey.summary_text import summary_text

        print(summary_text(summary(store, number)), end="")
    return 0


def _carry_out(
    arguments: argparse.Namespace, store: SurveyStore, run: Run, *, dry: bool = False
) -> Coordinator:
    """All that is left of a run; `dry`: no more than its plan."""
    arguments.begun = None if dry else run.number
    clocks = _clocks()
    lines = store.count(run.number, "domains", "domain != ''")
    with store.shut() as withheld:
        engine = _engine(arguments, run.options, lines, withheld)
    with _watcher(arguments, clocks) as tell, engine:
        coordinator = Coordinator(store, run, clocks, tell)
        (coordinator.plan if dry else coordinator.finish)(engine)
    return coordinator


def _engine(
    arguments: argparse.Namespace, options: RunOptions, lines: int, withheld: Sequence[int]
) -> LocalEngine | DaskEngine:
    if not arguments.dask:
        return LocalEngine(options, arguments.workers or enough_workers(lines), withheld)
    try:
        from pyfinger.survey.dask_engine import DaskEngine
    except ModuleNotFoundError as error:
        raise UsageError(f"--dask needs {error.name}: pip install 'posttls-pyfinger[dask]'") from error
    return DaskEngine(options, arguments.dask)


def _watcher(arguments: argparse.Namespace, clocks: Clocks) -> Watcher:
    return watcher(sys.stderr, clocks.steady, quiet=arguments.quiet)


def _audit(arguments: argparse.Namespace) -> int:
    from pyfinger.survey.auditing import audit_map

    options = _understood(arguments)
    if arguments.run is not None:
        arguments.store = arguments.store or DEFAULT_STORE
        return audit_map(arguments, _nobody, options)
    store = SurveyStore(arguments.store or IN_MEMORY, create=True)
    store.claim()

    def survey(options: RunOptions, lines: Sequence[Line]) -> tuple[SurveyStore, Run]:
        number = _begun(store, options, lines)
        _carry_out(arguments, store, store.run(number))
        return store, store.run(number)

    return audit_map(arguments, survey, options)


def _nobody(options: RunOptions, lines: Sequence[Line]) -> tuple[SurveyStore, Run]:
    raise AssertionError("with a run of its own an audit asks nobody")


def _plan_text(coordinator: Coordinator, store: SurveyStore, number: int) -> str:
    servers = store.count(number, "addresses", "withheld = ''")
    blocked = store.count(number, "addresses", "withheld != ''")
    from pyfinger.survey.schedule import estimate

    connections, seconds = estimate(coordinator.jobs(), _GUESS)
    lines = [
        f"{store.count(number, 'domains')} lines, {store.count(number, 'errors')} of them no domain",
        f"{store.count(number, 'hosts')} hosts with {servers} addresses, {blocked} left out",
        f"{coordinator.progress.total} servers, at most {connections} connections",
        f"about {seconds:.0f} seconds, if each takes {_GUESS:g}",
    ]
    return "".join(f"{line}\n" for line in lines)


def _clocks() -> Clocks:
    return Clocks(AsyncDriver().clock, WallClock())


def _octets(arguments: argparse.Namespace) -> Iterator[bytes]:
    """Lines of all sources."""
    if arguments.domains:
        yield from (domain.encode("utf-8", "surrogateescape") for domain in arguments.domains.split(","))
    for file in arguments.files or ([] if arguments.domains else ["-"]):
        yield from bounded_lines(_pieces(file))


def _pieces(file: str) -> Iterable[bytes]:
    try:
        with open(sys.stdin.fileno() if file == "-" else file, "rb", closefd=file != "-") as opened:
            while piece := opened.read(_PIECE):
                yield piece
    except OSError as error:
        raise UsageError(f"{file}: {error.strerror or error}") from error


_ACTIONS: Mapping[str, Callable[[argparse.Namespace], int]] = {
    "run": _run,
    "resume": _go_on,
    "export": store_commands.export,
    "summary": store_commands.summary,
    "report": store_commands.report,
    "diff": store_commands.diff,
    "audit": _audit,
}


if __name__ == "__main__":
    sys.exit(main())
