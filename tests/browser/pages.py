"""The pages that the browser is shown, made by the commands as users make them."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

from pyfinger.demo.cli import check_line
from pyfinger.demo.world import DemoWorld
from pyfinger.page.check_page import check_page
from pyfinger.page.rendering import Pages
from tests.page.checks import full_check
from tests.page.hostile import hostile

CHECK, FULL_CHECK, HOSTILE_CHECK = "check", "check-of-everything", "check-of-hostile-names"
NAMES = (CHECK, FULL_CHECK, HOSTILE_CHECK)
PAIRS = ((FULL_CHECK, HOSTILE_CHECK),)  # the same but for the names in it


def make_pages(folder: Path) -> Mapping[str, Path]:
    """All of them, by name."""
    files = {name: folder / f"{name}.html" for name in NAMES}
    with DemoWorld() as world:
        _make("pyfinger.check.command", ["--html", str(files[CHECK]), "--pause", "0", *check_line(world)])
    for name, report in ((FULL_CHECK, full_check()), (HOSTILE_CHECK, full_check(hostile()))):
        files[name].write_text(Pages().render("check.html", page=check_page(report)))
    return files


def _make(module: str, arguments: Sequence[str]) -> None:
    """Whatever the command's verdict, there has to be a page."""
    command = [sys.executable, "-m", module, *arguments]
    subprocess.run(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=False)
