"""Commands that are interrupted before they have begun: a status, and no traceback."""

from __future__ import annotations

import json
import subprocess
import sys
from configparser import ConfigParser
from importlib import import_module
from pathlib import Path

import pytest

from pyfinger.cli import started

_SETUP = Path(__file__).resolve().parent.parent.parent / "setup.cfg"
_LOADED = "import sys, json; {}; print(json.dumps(sorted(sys.modules)))"


def entry_modules() -> list[str]:
    """Where the commands begin, as they are installed."""
    if not _SETUP.exists():
        pytest.skip("setup.cfg is not beside the tests")
    found = ConfigParser()
    found.read(_SETUP)
    lines = found["options.entry_points"]["console_scripts"].split("\n")
    return [line.partition("=")[2].strip().removesuffix(":main") for line in lines if line]


def test_ctrl_c_while_a_command_is_loaded_is_a_status(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "interrupted_while_loaded.py").write_text("raise KeyboardInterrupt\n")
    (tmp_path / "interrupted_at_once.py").write_text("def main(argv):\n    raise KeyboardInterrupt\n")
    monkeypatch.syspath_prepend(tmp_path)
    assert started("interrupted_while_loaded") == 130
    assert started("interrupted_at_once", ["one"]) == 130


def test_what_takes_its_time_is_loaded_where_ctrl_c_is_awaited() -> None:
    modules = entry_modules()
    assert len(modules) == 5 and all(callable(import_module(name).main) for name in modules)
    program = _LOADED.format("; ".join(f"import {name}" for name in modules))
    loaded = json.loads(subprocess.run([sys.executable, "-c", program], check=True, stdout=-1).stdout)
    ours = {name for name in loaded if name.startswith("pyfinger")}
    assert ours == {"pyfinger", *modules}
    assert not {"argparse", "socket", "sqlite3", "tlslite"} & set(loaded)
