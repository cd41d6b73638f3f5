"""The command `pyfinger-survey`: runs, and what is made of them.

    pyfinger-survey run --store s.sqlite domains.txt
    pyfinger-survey resume --store s.sqlite
    pyfinger-survey export --store s.sqlite --jsonl

Status 0; 1 if it cannot be done, with `--fail-on-change` if there is one, with `--fail-on-less` if
a site offers less than a policy map asks for; 130 if interrupted.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import chain
from typing import TYPE_CHECKING

from pyfinger import __version__
from pyfinger.cli.command_frame import complain, framed, writing
from pyfinger.cli.interrupts import FAILED, INTERRUPTED, Interrupted, ending_on_signals, why
from pyfinger.cli.places import spare
from pyfinger.drive.aio import AsyncDriver
from pyfinger.drive.wall_clock import WallClock
from pyfinger.errors import PyfingerError, UsageError
from pyfinger.report.sanitise import printable
from pyfinger.survey.arguments import DEFAULT_STORE, PROGRAM, parser, run_options
from pyfinger.survey.coordinator import Clocks, Coordinator
from pyfinger.survey.database import IN_MEMORY, StoreTrouble
from pyfinger.survey.local_engine import LocalEngine, WorkerLost, enough_workers
from pyfinger.survey.progress import Watcher, watcher
from pyfinger.survey.sources import Line, bounded_lines, read_lines
from pyfinger.survey.store import SurveyStore
from pyfinger.survey.tasks import Run, RunOptions, Stage
from pyfinger.survey.worker import prepared_check

if TYPE_CHECKING:
    from pyfinger.survey.dask_engine import DaskEngine
    from pyfinger.survey.export import Row

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
        _say(f"{why(stop)}{_how_to_go_on(arguments)}")
        return stop.status if isinstance(stop, Interrupted) else INTERRUPTED
    except WorkerLost as error:
        _say(f"fatal: {error}; go on with: {_resume(arguments)}")
        return FAILED
    except PyfingerError as error:
        _say(f"fatal: {error}")
        return FAILED
    except StoreTrouble as error:  # the disk is full, or somebody has taken the file away
        _say(f"fatal: {arguments.store}: {error}{_how_to_go_on(arguments)}")
        return FAILED


def _how_to_go_on(arguments: argparse.Namespace) -> str:
    """Of what makes runs, and keeps them."""
    makes_runs = hasattr(arguments, "workers") and not getattr(arguments, "dry_run", False)
    kept = arguments.store if makes_runs else None
    return f"; what is done is in {kept}; go on with: {_resume(arguments)}" if kept else ""


def _resume(arguments: argparse.Namespace) -> str:
    return f"{PROGRAM} resume --store {arguments.store}"


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
        _say(f"run {number} is done")
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


def _export(arguments: argparse.Namespace) -> int:
    from pyfinger.survey.export import ROWS, csv_lines, json_lines

    store = SurveyStore(arguments.store)
    rows = ROWS[arguments.rows](store, store.run(arguments.run).number)
    if arguments.parquet:
        return _export_parquet(rows, arguments)
    for line in csv_lines(rows, arguments.rows) if arguments.csv else json_lines(rows):
        sys.stdout.buffer.write(line)
    return 0


def _export_parquet(rows: Iterator[Row], arguments: argparse.Namespace) -> int:
    from pyfinger.cli.artifacts import whole_file
    from pyfinger.survey.export import ROW_KINDS

    try:
        from pyfinger.survey.parquet import write_parquet
    except ModuleNotFoundError as error:
        raise UsageError(f"--parquet needs {error.name}: pip install 'posttls-pyfinger[survey]'") from error
    spare(arguments.store, arguments.parquet)
    with whole_file(arguments.parquet) as file:
        write_parquet(rows, ROW_KINDS[arguments.rows], file)
    return 0


def _summary(arguments: argparse.Namespace) -> int:
    from pyfinger.survey.summary import summary
    from pyfinger.survey.summary_text import summary_json, summary_text

    store = SurveyStore(arguments.store)
    found = summary(store, arguments.run, arguments.since)
    print(summary_json(found) if arguments.json else summary_text(found), end="")
    return 0


def _report(arguments: argparse.Namespace) -> int:
    from pyfinger.page.page_file import PageFile
    from pyfinger.page.survey_page import survey_page
    from pyfinger.survey.reporting import survey_report

    store = SurveyStore(arguments.store)
    store.run(arguments.run)
    spare(arguments.store, arguments.html)
    file = PageFile(arguments.html, "survey.html", sys.stdout.buffer)
    with writing():
        file.write(survey_page(survey_report(store, arguments.run)))
    return 0


def _diff(arguments: argparse.Namespace) -> int:
    from pyfinger.survey.changes import change_json, change_text, changes

    store, changed = SurveyStore(arguments.store), False
    for change in changes(store, arguments.before, arguments.after):
        changed = True
        print(change_json(change) if arguments.json else _clean(change_text(change)))
    return int(changed and arguments.fail_on_change)


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


def _say(text: str) -> None:
    complain(PROGRAM, text)


def _clean(text: str) -> str:
    return printable(text, utf8=False).decode("ascii")


_ACTIONS: Mapping[str, Callable[[argparse.Namespace], int]] = {
    "run": _run,
    "resume": _go_on,
    "export": _export,
    "summary": _summary,
    "report": _report,
    "diff": _diff,
    "audit": _audit,
}


if __name__ == "__main__":
    sys.exit(main())
