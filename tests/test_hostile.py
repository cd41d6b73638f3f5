"""The suite of hostile peers: its table is complete, and some of its rows hold every time.

All of it is `python -m tests.hostile`, which takes minutes.
"""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.hostile import checking, dns_rows
from tests.hostile.dns_wire import Query
from tests.hostile.resets import VERSIONS, problems
from tests.hostile.row import Outcome, Row
from tests.hostile.running import BINARY, CONTROL, PATIENCE, Run, faults, perform
from tests.hostile.suite import ROWS
from tests.hostile.table import line_of, markdown

pytestmark = pytest.mark.slow

TABLE = Path(__file__).resolve().parent.parent / "docs" / "hostile.md"
EVERY = 29  # bytes between two places where a session is cut off

QUICK = (
    "smtp/greeting: a line without end",
    "smtp/STARTTLS: pipelined plaintext",
    "tls/warnings",
    "certificate/UTF8String that drives a terminal, C1 only",
    "dns/60 aliases",
    "file/-F: /dev/zero",
)


# The same met by pyfinger-check; all of them: python -m tests.hostile --check
CHECKED = (
    "session/greeting: byte by byte",
    "session/TLS 1.3 flight: silence",
    "smtp/EHLO: lines without end",
    "smtp/EHLO: control characters",
    "tls/key updates",
    "certificate/UTF8String that drives a terminal, C1 only",
    "dns/60 aliases",
)


def listed() -> list[str]:
    """The rows of the table, by name."""
    return re.findall(r"^\| (\w+/.+?) \|", TABLE.read_text(encoding="utf-8"), re.MULTILINE)


def test_every_row_has_a_name_of_its_own() -> None:
    assert len({row.name for row in ROWS}) == len(ROWS)


def test_the_table_has_every_row() -> None:
    assert listed() == [row.name for row in ROWS], "run `python -m tests.hostile`"


@pytest.mark.parametrize("name", QUICK)
def test_some_rows(name: str) -> None:
    outcome = perform(next(row for row in ROWS if row.name == name))
    assert outcome.problems == ()
    assert outcome.line


@pytest.mark.parametrize("name", CHECKED)
def test_some_rows_for_a_check_of_the_whole_domain(name: str) -> None:
    outcome = checking.perform_check(next(row for row in ROWS if row.name == name))
    assert outcome.problems == ()
    assert outcome.line


def test_most_rows_apply_to_checks() -> None:
    assert sum(map(checking.applies, ROWS)) > 180


def test_the_options_of_a_row_are_put_as_a_check_has_them() -> None:
    words = checking.check_words(["-l", "may", "-v", "-r", "1", "-m", "1", "-o", "a=b", "[127.0.0.1]:25"], ())
    assert words[-5:] == ["--level", "may", "--set", "a=b", "[127.0.0.1]:25"]


@pytest.mark.parametrize("version", sorted(VERSIONS))
def test_some_places_where_a_session_is_cut_off(version: str) -> None:
    count, found = problems(VERSIONS[version], range(0, 1 << 20, EVERY))
    assert count > 50
    assert found == []


def row(**changes: object) -> Row:
    given = {"name": "a/b", "about": "", "set": lambda stage: (), "line": "^lost"}
    return Row(**(given | changes))  # type: ignore[arg-type]


def run(text: bytes = b"pyfinger: lost\n", **changes: object) -> Run:
    given = {"status": 0, "seconds": 0.5, "waited": 0.0, "busy": 0.2, "memory": 1 << 20}
    return Run(texts={"stdout": text, "stderr": b""}, **(given | changes))  # type: ignore[arg-type]


def test_a_run_that_is_as_it_should_be() -> None:
    assert list(faults(row(), run(), ())) == []


@pytest.mark.parametrize(
    ("wrong", "word"),
    [
        (run(status=1), "status 1"),
        (run(status=-9), "signal 9"),
        (run(seconds=2.0, busy=2.0), "took 2.0 s"),
        (run(memory=200 << 20), "200 MiB"),
        (run(b"pyfinger: lost\nTraceback (most recent call last):\n"), "traceback"),
        (run(b"pyfinger: lost\n\x1b[0m"), "control character"),
        (run("pyfinger: lost\n\x9b0m".encode()), "control character"),
        (run(b"pyfinger: found\n"), "no line"),
    ],
)
def test_a_run_that_is_not(wrong: Run, word: str) -> None:
    assert any(word in text for text in faults(row(), wrong, ()))


def test_what_others_do_with_the_machine_does_not_count() -> None:
    late = run(seconds=9.0, waited=2.0, busy=0.3)
    assert list(faults(row(), late, ())) == []
    assert list(faults(row(seconds=6), late, ())) == []
    assert any("took" in text for text in faults(row(seconds=5), late, ()))


def test_the_table_shows_what_was_said() -> None:
    outcome = Outcome("a/b", 0.4, 5 << 20, "connect to 127.0.0.1[127.0.0.1]:4711: a | b " + "x" * 99, ())
    (line,) = re.findall(r"^\| a/b .*", markdown([row()], [outcome]), re.MULTILINE)
    assert f"| 0.4 s | {PATIENCE:g} s | 5 MiB |" in line
    assert "127.0.0.1]:PORT: a \\| b" in line
    assert line_of(outcome).startswith("ok")


def test_what_is_a_control_character() -> None:
    assert not CONTROL.search("a\nb \xa0é本")
    assert all(CONTROL.search(one) for one in "\0\t\r\x1b\x7f\x80\x9b\x9f")
    assert BINARY == {"capture"}


@pytest.mark.parametrize("name", ["", "example.test", "a.test", "a7.test"])
def test_a_resolver_of_the_suite_answers_whatever_is_asked(name: str) -> None:
    question = b"".join(bytes([len(label)]) + label.encode() for label in name.split(".") if label)
    asked = Query(b"ab", question + b"\0\0\1\0\1", name, 1)
    for _, _, answer, _ in dns_rows._FORMS:
        assert answer(asked)[:2] == b"ab"
