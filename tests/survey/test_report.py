"""`pyfinger-survey report`: a page that says what `summary` and `export` say."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.page.figures import differing, figures
from tests.survey.world import SurveyWorld, done, done_apart, plan, survey

pytest.importorskip("jinja2", reason="pages need Jinja2")
html5lib = pytest.importorskip("html5lib", reason="pages are read by html5lib")

pytestmark = pytest.mark.slow
HOSTS, DOMAINS = 4, 12


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """Two runs, the second with a line that is no domain."""
    path = tmp_path_factory.mktemp("survey") / "s.sqlite"
    with SurveyWorld([plan(number) for number in range(HOSTS)], DOMAINS) as world:
        done_apart(world.run(path, "--workers", "1"))
        done_apart(world.run(path, "--workers", "1", lines=lambda: [*world.domains, "<b>no domain</b>"]))
        yield path


def page_of(store: Path, *words: str) -> str:
    return done(survey("report", "--store", str(store), "--html", "-", *words)).stdout


def test_every_number_is_the_summarys(store: Path) -> None:
    for run in ("1", "2"):
        document = json.loads(done(survey("summary", "--store", str(store), "--json", "--run", run)).stdout)
        page = page_of(store, "--run", run)
        assert differing(page, document) == []
        assert {"/lines", "/connections", "/verdicts/0/count"} <= {at for at, _, _ in figures(page)}


def test_every_line_of_the_export_is_there_with_its_reason(store: Path) -> None:
    rows = [json.loads(line) for line in done(survey("export", "--store", str(store))).stdout.splitlines()]
    wanted = sorted(
        (row["number"], row["domain"], row["reason"], " ".join(row["operators"]))
        for row in rows
        if row["verdict"]
    )
    assert sorted(_domains(page_of(store))) == wanted
    problem = next(row for row in rows if row["problem"])
    assert f"<h1>Survey of {len(wanted)} domains</h1>" in page_of(store), "not of lines"
    assert "1 line that could not be looked at" in page_of(store)
    assert problem["line"].replace("<", "&lt;").replace(">", "&gt;") in page_of(store)


def _domains(page: str) -> Iterator[tuple[Any, ...]]:
    tree = html5lib.parse(page, namespaceHTMLElements=False)
    for fold in tree.iter("details"):
        if fold.get("class") == "fold":
            for row in fold.iter("tr"):
                cells = ["".join(cell.itertext()).strip() for cell in row]
                if cells[0] != "Line":
                    yield (int(cells[0]), *cells[1:])


def test_all_runs_up_to_the_one_asked_for_are_drawn(store: Path) -> None:
    assert "run 2, " not in page_of(store, "--run", "1")
    assert page_of(store).index("run 1, ") < page_of(store).index("run 2, ")


def test_a_file_is_written_whole_or_refused_in_one_line(store: Path, tmp_path: Path) -> None:
    page = tmp_path / "survey.html"
    done(survey("report", "--store", str(store), "--html", str(page)))
    assert page.read_text(encoding="utf-8").startswith("<!DOCTYPE html>")
    refused = (str(tmp_path),), ("/dev/full",), (str(store),), (str(page), "--run", "9")
    for words in (["--html", *after] for after in refused):
        told = done(survey("report", "--store", str(store), *words), 1)
        assert told.stdout == ""
        assert len(told.stderr.splitlines()) == 1
    assert page.read_text(encoding="utf-8").startswith("<!DOCTYPE html>"), "a mistake destroys nothing"
