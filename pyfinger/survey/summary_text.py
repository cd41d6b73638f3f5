"""A run's summary for people, and for programs (docs/schema/survey-summary-1.json)."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime

from pyfinger import __version__
from pyfinger.report.encoding import codec, word
from pyfinger.report.sanitise import printable
from pyfinger.survey.summary import CountChange, SummaryChange, SurveyCount, SurveySummary, told_stages
from pyfinger.survey.tasks import Stage

SUMMARY_SCHEMA = "pyfinger-survey-summary/1"
_OPERATORS = 10
_ENDING = 5
_SOON = 90  # days


def summary_json(found: SurveySummary) -> str:
    """One document."""
    written = codec(SurveySummary).write(found)
    return json.dumps({"schema": SUMMARY_SCHEMA, "version": __version__, **written}, indent=2) + "\n"


def summary_text(found: SurveySummary) -> str:
    """Some lines."""
    return "".join(f"{printable(line, utf8=False).decode('ascii')}\n" for line in _lines(found))


def _lines(found: SurveySummary) -> Iterator[str]:
    undone = "" if found.stage == Stage.DONE.value else f" (not done: in stage {found.stage})"
    day = _day(found.began)
    yield f"run {found.run} of {day}: {found.lines} lines, {found.connections} connections{undone}"
    yield from _table("domains", found.verdicts, found.domains)
    if found.problems:
        yield _row(found.problems, "lines that are no domain, or one twice")
    if found.errors:
        yield _row(found.errors, "connections lost to errors of ours")
    yield from _table("MTA-STS", found.sts, found.domains)
    yield from _table("MTA-STS, modes", found.sts_modes, found.domains)
    yield from _table("connections", told_stages(found), found.connections)
    yield from _table("protocols", found.protocols, found.secured)
    yield from _table("keys", found.keys, found.secured)
    yield from _table("groups", found.groups, found.secured)
    if found.secured:
        offered = "" if found.post_quantum_offered else " (not offered)"
        yield "post-quantum"
        yield _row(found.post_quantum, f"key exchanges{offered}", found.secured)
        yield _row(found.post_quantum_keys, "keys", found.secured)
    yield from _table("certificates", found.expiry, found.certificates)
    for one in [each for each in found.ending if each.days_left < _SOON][:_ENDING]:
        yield f"  {_day(one.not_after)}  {one.subject or one.sha256.hex()[:16]}: at {one.servers} addresses"
    if found.operators:
        yield "operators"
    for each in found.operators[:_OPERATORS]:
        told = ", ".join(f"{verdict.count} {verdict.name}" for verdict in each.verdicts)
        yield _row(each.domains, f"{each.operator}: {told}")
    if found.since is not None:
        yield from _since(found.since)


def _since(change: SummaryChange) -> Iterator[str]:
    yield f"since run {change.run} of {_day(change.began)}"
    for moved in change.moved:
        yield _row(moved.domains, f"{word(moved.before)} -> {word(moved.after)}")
    counted: list[tuple[str, Iterable[CountChange]]] = [
        ("", [each for each in (change.domains, change.post_quantum) if each.before != each.after]),
        ("domains ", change.verdicts),
        ("", change.protocols),
        ("", change.keys),
        ("", change.groups),
    ]
    told = [_change(title, each) for title, changes in counted for each in changes]
    yield from told
    if not told and not change.moved:
        yield "  nothing changed"


def _change(title: str, change: CountChange) -> str:
    more = change.after - change.before
    return f"  {more:>+7}  {title}{change.name}: {change.before} -> {change.after}"


def _table(title: str, counts: Iterable[SurveyCount], whole: int) -> Iterator[str]:
    shown = [each for each in counts if each.count]
    if shown:
        yield title
    for each in shown:
        yield _row(each.count, each.name, whole)


def _row(count: int, name: str, whole: int = 0) -> str:
    share = f"{100 * count / whole:5.1f}%  " if whole else ""
    return f"  {count:>7}  {share}{name}"


def _day(moment: float) -> str:
    try:
        return datetime.fromtimestamp(moment, UTC).strftime("%Y-%m-%d")
    except (OverflowError, OSError, ValueError):
        return "a day far away"
