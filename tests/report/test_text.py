import io

import pytest

from pyfinger.events import (
    ConfigRemark,
    DisplayChosen,
    Event,
    ProbeRefused,
    ReplyLine,
    SecretDerived,
    TlsInitialized,
)
from pyfinger.options import Log, Show
from pyfinger.report.event_stream import KINDS
from pyfinger.report.lines import LINES, SILENT, dnssec, given, tolerance
from pyfinger.report.lines.log_line import Severity
from pyfinger.report.log import TextLog
from tests.report.cases import CHAT, NOTHING, Case
from tests.report.every_case import EVERY_CASE

EVENTS = set(KINDS.values())
WITH_LINES = {*LINES, *dnssec.TABLE.lines, *given.TABLE.lines, *tolerance.TABLE.lines}


def lines(show: Show, *told: Event, utf8: bool = False) -> list[str]:
    out = io.BytesIO()
    log = TextLog(out, "prog", show, utf8=utf8)
    for event in told:
        log(event)
    return out.getvalue().decode().splitlines()


def test_every_event_has_lines_or_a_reason_to_be_silent() -> None:
    assert WITH_LINES | set(SILENT) == EVENTS
    assert WITH_LINES & set(SILENT) == set()


def test_every_line_has_a_case() -> None:
    assert {type(case.event) for case in EVERY_CASE} == WITH_LINES


@pytest.mark.parametrize("case", EVERY_CASE, ids=lambda case: type(case.event).__name__)
def test_texts(case: Case) -> None:
    assert lines(case.show, case.event) == [f"prog: {line}" for line in case.lines]


@pytest.mark.parametrize("case", [case for case in EVERY_CASE if case.show != NOTHING])
def test_nothing_more_than_asked_for_is_shown(case: Case) -> None:
    assert len(lines(NOTHING, case.event)) < max(1, len(case.lines))


def test_silent_events_are_silent() -> None:
    assert lines(Show(log=Log(1023), verbose=9), SecretDerived("X", b"r", b"s")) == []


def test_every_line_is_flushed() -> None:
    class Pipe(io.BytesIO):
        flushed = 0

        def flush(self) -> None:
            self.flushed += 1

    out = Pipe()
    TextLog(out, "prog", CHAT)(ReplyLine("greeting", "220 hello"))
    assert out.flushed == 1


def test_severities_stand_before_the_text() -> None:
    assert lines(Show(), ProbeRefused("no"), ConfigRemark("hm")) == ["prog: fatal: no", "prog: warning: hm"]


def test_colour_stands_around_a_line_and_changes_nothing_in_it() -> None:
    out = io.BytesIO()
    log = TextLog(
        out, "prog", paint=lambda event, severity: b"\x1b[31m" if severity is Severity.FATAL else b""
    )
    log(ProbeRefused("no\x1b[32m"))
    log(ConfigRemark("hm"))
    assert out.getvalue() == b"\x1b[31mprog: fatal: no?[32m\x1b[0m\nprog: warning: hm\n"


def test_utf8_is_kept_once_the_configuration_says_so() -> None:
    remark = ConfigRemark("bücher")
    assert lines(Show(), remark, DisplayChosen(Show(), utf8=True), remark) == [
        "prog: warning: b??cher",
        "prog: warning: bücher",
    ]
    assert lines(Show(), remark, utf8=True) == ["prog: warning: bücher"]


def test_the_display_can_be_chosen_later() -> None:
    chosen = DisplayChosen(Show(log=Log.VERBOSE), utf8=False)
    assert lines(Show(), TlsInitialized(), chosen, TlsInitialized()) == [
        "prog: initializing the client-side TLS engine"
    ]
