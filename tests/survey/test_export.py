"""Rows of every format are the same rows; the documentation's examples print what it says."""

from __future__ import annotations

import csv
import doctest
import io
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from pyfinger.cli.artifacts import whole_file
from pyfinger.errors import UsageError
from pyfinger.survey.export import ROW_KINDS, ROWS
from pyfinger.survey.store import SurveyStore
from tests.survey.sites import SITES
from tests.survey.world import ROOT, SurveyWorld, done, survey

pytestmark = pytest.mark.slow
DOCUMENT = (ROOT / "docs" / "survey.md").read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """With a store of twelve domains, whose names have no ports."""
    folder = tmp_path_factory.mktemp("export")
    with SurveyWorld(SITES, 2 * len(SITES)) as world:
        names = [name.partition(":")[0] for name in world.domains]
        port = ("--set", f"known_tcp_ports=smtp={world.port}")
        done(world.run(folder / "survey.sqlite", *port, lines=lambda: [*names, "no domain"]))
    return folder


def export(folder: Path, *words: str, status: int = 0) -> subprocess.CompletedProcess[str]:
    return done(survey("export", "--store", str(folder / "survey.sqlite"), *words), status)


@pytest.mark.parametrize("rows", ROWS)
def test_parquet_has_the_rows_of_json_lines(folder: Path, tmp_path: Path, rows: str) -> None:
    parquet = pytest.importorskip("pyarrow.parquet", reason="pyarrow is not installed")
    export(folder, "--rows", rows, "--parquet", str(tmp_path / "rows"))
    lines = export(folder, "--rows", rows).stdout.splitlines()
    table = parquet.read_table(tmp_path / "rows")
    assert table.to_pylist() == [json.loads(line) for line in lines]
    types = {field.name: str(field.type) for field in table.schema}
    assert types["run"] == "int64" and types["version"] == "string"
    if rows == "domains":
        assert types["hosts"].startswith("list<") and types["check"].startswith("struct<domain: string")


def test_parquet_is_written_in_groups_as_rows_come(folder: Path) -> None:
    parquet = pytest.importorskip("pyfinger.survey.parquet", reason="pyarrow is not installed")
    metadata = pytest.importorskip("pyarrow.parquet").ParquetFile
    store = SurveyStore(str(folder / "survey.sqlite"))
    rows = list(ROWS["observations"](store, 1))
    store.close()
    file, written = io.BytesIO(), []

    def repeated(times: int) -> Iterator[Any]:
        for _ in range(times):
            written.append(file.tell())
            yield from rows

    times = 3 * parquet.ROWS_OF_A_GROUP // len(rows)
    assert parquet.write_parquet(repeated(times), ROW_KINDS["observations"], file) == times * len(rows)
    assert len(set(written)) >= 3, "earlier groups are written before later rows are asked for"
    assert metadata(file).metadata.num_row_groups == 3


def test_what_is_no_utf8_is_spelled_out(tmp_path: Path) -> None:
    parquet = pytest.importorskip("pyfinger.survey.parquet", reason="pyarrow is not installed")
    assert parquet._printable({"a": ["\udc80b\u00fc"]}) == {"a": ["\\udc80b\u00fc"]}


def test_csv_has_the_plain_fields_of_json_lines(folder: Path) -> None:
    for rows in ROWS:
        lines = [json.loads(line) for line in export(folder, "--rows", rows).stdout.splitlines()]
        table = list(csv.DictReader(io.StringIO(export(folder, "--rows", rows, "--csv").stdout)))
        assert len(table) == len(lines)
        for cells, row in zip(table, lines, strict=True):
            assert cells.keys() == row.keys() - {"schema", "version", "check"}
            for name, cell in cells.items():
                value = row[name]
                joined = " ".join(value) if isinstance(value, list) else "" if value is None else str(value)
                assert cell == joined


def test_without_pyarrow_one_line_says_what_to_install(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    monkeypatch.delitem(sys.modules, "pyfinger.survey.parquet", raising=False)
    told = export(folder, "--parquet", str(tmp_path / "rows"), status=1).stderr
    assert told == (
        "pyfinger-survey: fatal: --parquet needs pyarrow: pip install 'posttls-pyfinger[survey]'\n"
    )
    assert list(tmp_path.iterdir()) == []


def test_a_file_is_there_only_when_it_is_whole(tmp_path: Path) -> None:
    path = tmp_path / "file"
    path.write_text("before")
    with pytest.raises(RuntimeError), whole_file(str(path)) as opened:
        opened.write(b"half")
        raise RuntimeError
    assert path.read_text() == "before" and list(tmp_path.iterdir()) == [path]
    with whole_file(str(path)) as opened:
        opened.write(b"after")
        assert path.read_text() == "before"
    assert path.read_text() == "after" and path.stat().st_mode & 0o777 == 0o600
    with pytest.raises(UsageError, match="Not a directory"), whole_file(str(path / "x")):
        pass


def examples(prompt: str) -> Iterator[tuple[str, str]]:
    """Commands of the section on rows, and what they print."""
    section = DOCUMENT.partition("## Rows for other programs")[2].partition("\n## ")[0]
    for block in section.split("\n\n"):
        lines = [line[4:] for line in block.splitlines() if line.startswith("    ")]
        if lines and lines[0].startswith(prompt):
            for part in "\n".join(lines).split(prompt)[1:]:
                command, _, output = part.partition("\n")
                yield command, output.rstrip("\n")


def test_shell_examples_of_the_documentation_print_what_it_says(folder: Path) -> None:
    pytest.importorskip("pyarrow", reason="pyarrow is not installed")
    if not shutil.which("jq"):
        pytest.skip("jq is not installed")
    found = list(examples("$ "))
    assert len(found) == 4
    for command, output in found:
        command = command.replace("pyfinger-survey", f"'{sys.executable}' -m pyfinger.survey.command")
        environment = {**os.environ, "PYTHONPATH": str(ROOT), "LC_ALL": "C"}
        ran = subprocess.run(
            ["sh", "-c", command], cwd=folder, env=environment, capture_output=True, text=True, check=True
        )
        assert ran.stdout.rstrip("\n") == output


def test_duckdb_examples_of_the_documentation_print_what_it_says(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pytest.importorskip("pyarrow", reason="pyarrow is not installed")
    pytest.importorskip("duckdb", reason="duckdb is not installed")
    (folder / "rows.jsonl").write_text(export(folder).stdout)
    export(folder, "--parquet", str(folder / "rows.parquet"))
    monkeypatch.chdir(folder)
    text = DOCUMENT[DOCUMENT.index("    >>> import duckdb") :]
    test = doctest.DocTestParser().get_doctest(text, {}, "survey.md", "survey.md", 0)
    assert len(test.examples) == 5
    report: list[str] = []
    assert doctest.DocTestRunner().run(test, out=report.append).failed == 0, report
