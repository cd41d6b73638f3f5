"""The table of docs/senders.md: what is demanded, and what each mail server did."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from pyfinger.demo.senders import SITUATIONS, Mark, Profile
from pyfinger.demo.senders.situations import Duty
from pyfinger.report.encoding import word
from tests.lab.places import PROJECT
from tests.lab.senders.senders import SENDERS

PAGE = PROJECT / "docs" / "senders.md"
BEGIN, END = "<!-- what was seen -->\n", "<!-- end of what was seen -->\n"

# Why a row is red that is known to be, by mail server and situation.
EXPLAINED: Mapping[tuple[str, str], str] = {
    ("postfix-sts", "sts-dane-mismatch"): (
        "A policy of the resolver (`secure`) takes the place of the level `dane`, whatever TLSA records say;"
        " known as issue 67 of postfix-mta-sts-resolver."
    ),
    ("exim", "ta-nexthop"): (
        "Exim compares the certificate of an authority named by TLSA with the MX host alone; the domain would"
        " have to do as well. The mail waits: an outage, no leak."
    ),
    ("opensmtpd", "null-mx"): "OpenSMTPD 6.8 tries again until the message is too old.",
}

# How many more there are where mail goes out that must not: the authors are told which, not this page.
WITHHELD: Mapping[str, int] = {"postfix-sts": 1, "exim": 1}

_BOTH = Profile(dane=True, sts=True)
_SEEN = {
    "nothing": "not tried",
    "delivered-tls": "TLS",
    "delivered-clear": "clear",
    "deferred": "waits",
    "returned": "returned",
}


def failures(folder: Path) -> list[tuple[str, str, str]]:
    """Mail server, situation and offending step of all that failed in a run."""
    return [
        (name, result["name"], result["problem"])
        for name, report in _reports(folder).items()
        for result in report["results"]
        if result["mark"] == word(Mark.FAIL)
    ]


def table(folder: Path) -> str:
    """The table, in Markdown, and what there is to say about its red rows."""
    reports = _reports(folder)
    titles = [_title(name, folder) for name in reports]
    lines = [f"| situation | what is about it | demanded | RFC | {' | '.join(titles)} |"]
    lines.append("|---|---|---|---|" + "---|" * len(titles))
    notes: list[str] = []
    for situation in SITUATIONS:
        rule = situation.rule(_BOTH)
        assert rule is not None
        cells = [_cell(name, situation.name, report, notes) for name, report in reports.items()]
        demand = _short(rule.demand)
        where = rule.source.removeprefix("RFC ").replace(" section ", " § ")
        lines.append(f"| `{situation.name}` | {situation.about} | {demand} | {where} | {' | '.join(cells)} |")
    explained = [f"{number}. {note}" for number, note in enumerate(notes, start=1)]
    return "\n".join([*lines, "", *_summary(reports, titles), "", *explained, ""])


def write(folder: Path, page: Path = PAGE) -> None:
    """Put the table into the page."""
    before, begin, rest = page.read_text(encoding="utf-8").partition(BEGIN)
    _, end, after = rest.partition(END)
    assert begin, page
    assert end, page
    page.write_text(f"{before}{begin}\n{table(folder)}\n{end}{after}", encoding="utf-8")


def _reports(folder: Path) -> dict[str, dict[str, Any]]:
    files = {sender.name: folder / f"{sender.name}.json" for sender in SENDERS}
    return {name: json.loads(path.read_bytes()) for name, path in files.items() if path.exists()}


def _title(name: str, folder: Path) -> str:
    (sender,) = [each for each in SENDERS if each.name == name]
    version = (folder / f"{name}.version").read_text(encoding="utf-8").strip()
    return sender.title.format(version=version)


def _short(demand: Duty) -> str:
    found = re.fullmatch(r"deliver \((\w+)\)( or defer)?", demand.value)
    return demand.value if found is None else f"{found[1]}{found[2] or ''}"


def _cell(name: str, situation: str, report: Mapping[str, Any], notes: list[str]) -> str:
    results = [each for each in report["results"] if each["name"] == situation]
    if not results:
        return ""
    (result,) = results
    seen = _SEEN[result["seen"]]
    if result["mark"] == word(Mark.NOT_APPLICABLE):
        return f"({seen})"
    if result["mark"] != word(Mark.FAIL):
        return seen
    why = EXPLAINED.get((name, situation))
    if why is None and result["seen"].startswith("delivered"):
        return "not told"
    notes.append(why or f"Not explained: {result['problem']}.")
    return f"**{seen}** [{len(notes)}]"


def _summary(reports: Mapping[str, Mapping[str, Any]], titles: Sequence[str]) -> list[str]:
    lines = []
    for title, report in zip(titles, reports.values(), strict=True):
        marks = [each["mark"] for each in report["results"]]
        good, bad = marks.count(word(Mark.PASS)), marks.count(word(Mark.FAIL))
        beside = marks.count(word(Mark.NOT_APPLICABLE))
        lines.append(
            f"* {title}: {good} as demanded, {bad} not, {beside} it does not claim to do;"
            f" {report['seconds']:.0f} seconds."
        )
    return lines
