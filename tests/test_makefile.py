"""What make says when it cannot begin."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]

pytestmark = pytest.mark.skipif(shutil.which("make") is None, reason="make is not installed")


def made(tmp_path: Path, python: str) -> tuple[int, list[str]]:
    venv = tmp_path / "venv"
    outer = ("MAKEFLAGS", "MAKELEVEL", "MFLAGS")  # of the `make test` these tests may be part of
    done = subprocess.run(
        ["make", "-f", str(ROOT / "Makefile"), f"PYTHON={python}", f"VENV={venv}", f"{venv}/.python"],
        cwd=tmp_path,
        env={name: value for name, value in os.environ.items() if name not in outer},
        capture_output=True,
        text=True,
        check=False,
    )
    return done.returncode, [line for line in done.stderr.splitlines() if not line.startswith("make:")]


def test_a_python_that_is_too_old_or_none_is_told_in_one_line(tmp_path: Path) -> None:
    for python in ("python2.7-or-so", "false"):
        status, told = made(tmp_path, python)
        assert status == 2
        assert told == [f"{python} is not Python 3.11 or later; say where one is: make PYTHON=..."]
    assert made(tmp_path, "")[1] == ["Python 3.11 or later is needed; say where: make PYTHON=..."]
