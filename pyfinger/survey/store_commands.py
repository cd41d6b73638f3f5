"""`export`, `summary`, `report`, `diff` of `pyfinger-survey`: what a store has, told; nobody is asked.

A store that may only be read is enough for all of them.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator
from typing import TYPE_CHECKING

from pyfinger.cli.command_frame import complain, writing
from pyfinger.cli.places import spare
from pyfinger.errors import UsageError
from pyfinger.report.sanitise import plain, printable
from pyfinger.survey.arguments import PROGRAM
from pyfinger.survey.store import SurveyStore
from pyfinger.survey.tasks import Stage

if TYPE_CHECKING:
    from pyfinger.survey.export import Row


def export(arguments: argparse.Namespace) -> int:
    """Rows; to a terminal without what would drive it."""
    from pyfinger.survey.export import ROWS, csv_lines, json_lines

    store = SurveyStore(arguments.store, write=False)
    run = store.run(arguments.run)
    if run.stage is not Stage.DONE:
        say(f"run {run.number} is not done: it is in stage {run.stage.value}")
    rows = ROWS[arguments.rows](store, run.number)
    if arguments.parquet:
        return _export_parquet(rows, arguments)
    out, watched = sys.stdout.buffer, sys.stdout.isatty()
    for line in csv_lines(rows, arguments.rows) if arguments.csv else json_lines(rows):
        out.write(_for_terminal(line) if watched else line)
    return 0


def _for_terminal(row: bytes) -> bytes:
    """One row on one line."""
    return printable(row.decode("utf-8", "surrogateescape").rstrip("\r\n"), utf8=True) + b"\n"


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


def summary(arguments: argparse.Namespace) -> int:
    """Counts."""
    from pyfinger.survey.summary import summary as counted
    from pyfinger.survey.summary_text import summary_json, summary_text

    found = counted(SurveyStore(arguments.store, write=False), arguments.run, arguments.since)
    print(summary_json(found) if arguments.json else summary_text(found), end="")
    return 0


def report(arguments: argparse.Namespace) -> int:
    """A page."""
    from pyfinger.page.page_file import PageFile
    from pyfinger.page.survey_page import survey_page
    from pyfinger.survey.reporting import survey_report

    store = SurveyStore(arguments.store, write=False)
    store.run(arguments.run)
    spare(arguments.store, arguments.html)
    file = PageFile(arguments.html, "survey.html", sys.stdout.buffer)
    with writing():
        file.write(survey_page(survey_report(store, arguments.run)))
    return 0


def diff(arguments: argparse.Namespace) -> int:
    """Changes, from the earlier run to the later one, whichever is named first."""
    from pyfinger.survey.changes import change_json, change_text, changes

    before, after = sorted((arguments.before, arguments.after))
    if before != arguments.before:
        say(f"run {after} is the later one: told is what changed from run {before} to {after}")
    store, changed = SurveyStore(arguments.store, write=False), False
    for change in changes(store, before, after):
        changed = True
        print(change_json(change) if arguments.json else plain(change_text(change)))
    if not changed and not arguments.json:
        say(f"nothing changed from run {before} to {'itself' if before == after else after}")
    return int(changed and arguments.fail_on_change)


def say(text: str) -> None:
    """One line to standard error."""
    complain(PROGRAM, text)
