"""The pages that the browser is shown, made by the commands as users make them."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from pyfinger.demo.command import PROBES, check_line, command_line
from pyfinger.demo.plan import ServerPlan
from pyfinger.demo.world import DemoWorld
from pyfinger.page.check_page import check_page
from pyfinger.page.senders_page import senders_page
from pyfinger.page.survey_page import survey_page
from pyfinger.page.template_rendering import Pages
from tests.page.checks import full_check
from tests.page.hostile import hostile, plain
from tests.page.sendings import sent
from tests.page.surveys import full_survey
from tests.survey.world import SurveyWorld, done_apart, plan, survey

PROBED = tuple(f"probe-{number:02}-{probe.server}" for number, probe in enumerate(PROBES, start=1))
CHECK, FULL_CHECK, HOSTILE_CHECK = "check", "check-of-everything", "check-of-hostile-names"
SURVEY, FULL_SURVEY, HOSTILE_SURVEY = "survey", "survey-of-everything", "survey-of-hostile-names"
HOSTILE_PROBE, BENIGN_PROBE = "probe-of-hostile-names", "probe-of-benign-names"
LONG_SURVEY = "survey-of-10000"
SENDERS, HOSTILE_SENDERS = "senders", "senders-of-hostile-names"
NAMES = (
    *PROBED,
    HOSTILE_PROBE,
    CHECK,
    FULL_CHECK,
    HOSTILE_CHECK,
    SURVEY,
    FULL_SURVEY,
    HOSTILE_SURVEY,
    SENDERS,
    HOSTILE_SENDERS,
)
# The same but for the names in it.
PAIRS = (
    (FULL_CHECK, HOSTILE_CHECK),
    (FULL_SURVEY, HOSTILE_SURVEY),
    (BENIGN_PROBE, HOSTILE_PROBE),
    (SENDERS, HOSTILE_SENDERS),
)
_HOSTILE = "<b onclick=alert(1)>\"\u202e'&</b>"
_BENIGN = "a" * len(_HOSTILE.encode())
_REPLACED = ("mx.dane.demo.test", "pyfinger demo issuing CA", "PIPELINING", "dane.demo.test")
SURVEYED, SURVEYED_HOSTS = 200, 16


def make_pages(folder: Path) -> Mapping[str, Path]:
    """All of them, by name."""
    files = {name: folder / f"{name}.html" for name in (*NAMES, BENIGN_PROBE, LONG_SURVEY)}
    with DemoWorld() as world:
        for name, probe in zip(PROBED, PROBES, strict=True):
            words = command_line(world, world.server(probe.server), probe.flags, probe.match)
            _make("pyfinger", ["--html", str(files[name]), *words])
        events = folder / "events"
        _make("pyfinger", ["--events", str(events), *command_line(world, world.server("dane"))])
        _make("pyfinger.check.command", ["--html", str(files[CHECK]), "--pause", "0", *check_line(world)])
    for name, text in ((HOSTILE_PROBE, _HOSTILE), (BENIGN_PROBE, _BENIGN)):
        _renamed(events, text, files[name])
    _survey(folder / "survey.sqlite", files[SURVEY])
    for name, text in _synthetic():
        files[name].write_text(text, encoding="utf-8")
    return files


def _synthetic() -> Iterator[tuple[str, str]]:
    """Pages of everything there can be, with names that behave and names that do not."""
    pages = Pages()
    for name, check in ((FULL_CHECK, full_check()), (HOSTILE_CHECK, full_check(hostile()))):
        yield name, pages.render("check.html", page=check_page(check))
    found = ((FULL_SURVEY, full_survey()), (HOSTILE_SURVEY, full_survey(hostile())))
    for name, report in (*found, (LONG_SURVEY, full_survey(domains=10_000))):
        yield name, pages.render("survey.html", page=survey_page(report))
    for name, say in ((SENDERS, plain), (HOSTILE_SENDERS, hostile())):
        yield name, pages.render("page.html", page=senders_page(sent(say)))


def _renamed(events: Path, text: str, page: Path) -> None:
    """The page of a probe of whose names, as events and as octets, some are another text."""
    edited = events.read_text()
    for name in _REPLACED:
        octets = (text.encode() + b"_" * len(name))[: len(name)]
        edited = edited.replace(name.encode().hex(), octets.hex()).replace(name, json.dumps(text)[1:-1])
    renamed = page.with_suffix(".events")
    renamed.write_text(edited)
    _make("pyfinger", ["--from", str(renamed), "--html", str(page)])


def _survey(store: Path, page: Path) -> None:
    """Two runs, between which a host has lost its records."""
    plans = [plan(number) for number in range(SURVEYED_HOSTS)]
    for changed in ([], [ServerPlan("mx0", "one of many", shared="hosts")]):
        with SurveyWorld([*changed, *plans[len(changed) :]], SURVEYED) as world:
            done_apart(world.run(store))
    done_apart(survey("report", "--store", str(store), "--html", str(page)))


def _make(module: str, arguments: Sequence[str]) -> None:
    """Whatever the command's verdict, there has to be a page."""
    command = [sys.executable, "-m", module, *arguments]
    subprocess.run(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=False)
