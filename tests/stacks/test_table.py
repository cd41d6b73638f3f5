"""What is made of cells: outcomes, a table for terminals, a page."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.stacks import cells, page
from tests.stacks.__main__ import main
from tests.stacks.cells import Cell, Outcome, judged
from tests.stacks.page import BEGIN, END, markdown, write
from tests.stacks.registry import STACKS
from tests.stacks.scenarios import Scenario
from tests.stacks.table import equal, met, table, totals

SCENARIO = Scenario("resume", seen=("Reusing old session", '"ticket"'))
LINES = ["PROG: Reusing old session", "exit 0"]


@pytest.mark.parametrize(
    ("candidate", "trace", "outcome"),
    [
        (LINES, '"ticket"', Outcome.EQUAL),
        (LINES, "", Outcome.UNSEEN),
        (LINES[1:], '"ticket"', Outcome.DIFFERENT),
    ],
)
def test_equal_is_what_is_equal_and_did_happen(candidate: list[str], trace: str, outcome: Outcome) -> None:
    assert judged("any", SCENARIO, LINES, candidate, trace) is outcome


def test_a_difference_that_is_explained_is_so_for_that_stack_and_scenario_alone(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(cells, "EXPLAINED", (("^any$", "^resume", "a line"),))
    assert judged("any", SCENARIO, LINES, []) is Outcome.EXPLAINED
    assert judged("many", SCENARIO, LINES, []) is Outcome.DIFFERENT
    assert judged("any", Scenario("p256"), LINES, []) is Outcome.DIFFERENT


def cell(stack: str, scenario: str, outcome: Outcome = Outcome.EQUAL, **more: object) -> Cell:
    return Cell(stack, scenario, outcome, **more)  # type: ignore[arg-type]


CELLS = [
    cell("gnutls-3", "p256", report={}),
    cell("gnutls-3", "resume", Outcome.UNSEEN),
    cell("go-1", "p256", Outcome.DIFFERENT, marks=("packet 1: malformed",)),
    cell("go-1", "resume", Outcome.UNABLE),
]


def test_a_row_for_each_stack_and_a_slanted_column_for_each_scenario() -> None:
    assert table(CELLS) == ["          p256", "          | resume", "gnutls-3  = ~", "go-1      ! ."]


def test_totals_count_what_was_met_and_every_mark() -> None:
    assert (equal(CELLS), met(CELLS)) == (2, 3)
    assert totals(CELLS) == [
        "1 equal (=), 1 equal, but the stack did not do it (~), 1 different (!), 1 not possible (.)",
        "stacks 2/3 equal, 1 marks of tshark or the trace",
    ]


GNUTLS = next(one for one in STACKS if one.name == "gnutls")
TLS = {"established": True, "protocol": "TLSv1.3", "cipher": "AES", "group": "x25519"}
SEEN = [
    cell("gnutls-3.8", "p256", report={"sessions": [{"tls": TLS}]}),
    cell("gnutls-3.8", "no-version", candidate=["PROG: SSL3 alert read:fatal:protocol version"]),
    cell("gnutls-3.8", "no-cipher", candidate=["PROG: SSL_connect error to mx: lost connection"]),
    *(cell("gnutls-3.8", name) for name in ("resume12", "client", "retry", "hybrid", "pure768-retry")),
    cell("gnutls-3.8", "resume", Outcome.UNSEEN),
    cell("gnutls-3.8", "hybrid-retry"),
]


def test_the_page_says_only_what_was_seen() -> None:
    *_, row = [line for line in markdown(SEEN, {"gnutls-3.8": GNUTLS}) if line.startswith("| GnuTLS")]
    assert row == (
        "| GnuTLS 3.8 | TLSv1.3, `AES`, x25519 | X25519MLKEM768, MLKEM768 (by retry) | 1.2 | 1.3 "
        f"| protocol version / closes / - | HelloRetryRequest | {GNUTLS.source} |"
    )


def test_a_stack_that_was_not_met_by_itself_has_an_empty_place() -> None:
    *_, row = [
        line
        for line in markdown([cell("gnutls-3.8", "rsa")], {"gnutls-3.8": GNUTLS})
        if line.startswith("| GnuTLS")
    ]
    assert row.startswith("| GnuTLS 3.8 |  |  |")


def test_scenarios_of_one_kind_have_a_table_of_their_own(tmp_path: Path) -> None:
    path = tmp_path / "page.md"
    path.write_text(f"{BEGIN}{END}")
    write([cell("gnutls-3.8", "rsa"), cell("gnutls-3.8", "dane")], {"gnutls-3.8": GNUTLS}, path)
    tables = path.read_text().split("```")[1::2]
    assert [one.split() for one in tables] == [["rsa", "gnutls-3.8", "="], ["dane", "gnutls-3.8", "="]]


def test_only_what_stands_between_the_marks_of_a_page_is_written(tmp_path: Path) -> None:
    path = tmp_path / "page.md"
    path.write_text(f"before\n{BEGIN}old\n{END}after\n")
    write(SEEN, {"gnutls-3.8": GNUTLS}, path)
    text = path.read_text()
    assert text.startswith(f"before\n{BEGIN}\n| stack |") and text.endswith(f"\n{END}after\n")
    assert "old" not in text
    write(SEEN, {"gnutls-3.8": GNUTLS}, path)
    assert path.read_text() == text


def test_the_page_of_this_project_has_its_place_for_the_tables() -> None:
    text = page.PAGE.read_text(encoding="utf-8")
    assert BEGIN in text and END in text


@pytest.mark.parametrize("part", [["--few"], ["--only", "go*"], ["--scenario", "rsa"]])
def test_tables_of_a_part_do_not_get_into_the_page(
    part: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit):
        main(["--markdown", *part])
    assert "docs/stacks.md are of all stacks" in capsys.readouterr().err
