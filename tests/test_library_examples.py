"""The examples of docs/library.md: they run, they are typed, and they leave no keyword out."""

from __future__ import annotations

import re
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

import pytest

from pyfinger import CheckOptions, Outcome, ProbeOptions

pytestmark = pytest.mark.slow

PAGE = (Path(__file__).parent.parent / "docs" / "library.md").read_text(encoding="utf-8")


def program() -> str:
    """All examples in a row, each on the lines it has in the page."""
    kept, inside = [], False
    for line in PAGE.splitlines():
        if line.startswith("```"):
            inside = line == "```python"
            kept.append("")
        else:
            kept.append(line if inside else "")
    return "\n".join(kept) + "\n"


def test_the_examples_run(capsys: pytest.CaptureFixture[str]) -> None:
    exec(compile(program(), "library.md", "exec"), {"__name__": "library"})
    shown = capsys.readouterr().out
    assert "Verified TLS connection, TLSv1.3" in shown
    assert "certificate has expired" in shown
    assert "mx2.whole.demo.test degraded 127.0.0.1: RSA: no matching DANE TLSA records" in shown
    assert re.search(r"^\d+\.\d{3} connected to mx\.plain\.demo\.test\[127", shown, re.MULTILINE)


@pytest.mark.skipif(find_spec("mypy") is None, reason="mypy is not installed")
def test_the_examples_are_typed(tmp_path: Path) -> None:
    file = tmp_path / "examples.py"
    file.write_text(program(), encoding="utf-8")
    done = subprocess.run(
        [sys.executable, "-m", "mypy", "--strict", "--follow-imports=silent", str(file)],
        capture_output=True,
        text=True,
        check=False,
        cwd=Path(__file__).parent.parent,
    )
    assert done.returncode == 0, done.stdout + done.stderr


def test_the_page_names_every_keyword_and_outcome() -> None:
    named = set(re.findall(r"`(\w+)`", PAGE))
    assert set(ProbeOptions.__annotations__) <= named
    assert set(CheckOptions.__annotations__) <= named
    assert {outcome.name for outcome in Outcome} <= named
