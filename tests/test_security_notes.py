"""The bounds in SECURITY.md are those of the code."""

from __future__ import annotations

import re
from importlib import import_module
from inspect import signature
from pathlib import Path

import pytest

from pyfinger.options import Config
from pyfinger.tls import engine
from pyfinger.x509.verify_context import VerifyBudget

TEXT = (Path(__file__).resolve().parent.parent / "SECURITY.md").read_text(encoding="utf-8")
ROWS = re.findall(r"^\| ([^|]+) \| ([0-9][^|]*) \| `(pyfinger\.[^|]+)` \|$", TEXT, re.MULTILINE)


def numbers(text: str) -> list[int]:
    return [int(number.replace(",", "")) for number in re.findall(r"[0-9][0-9,]*", text)]


def values(names: str) -> list[int]:
    """What `package.module.NAME` and its neighbours in the module stand for."""
    first, *others = names.split("` and `")
    module, _, name = first.rpartition(".")
    if module.endswith(".Config"):
        return [getattr(Config(), name)]
    holder = import_module(module)
    return [getattr(holder, each) for each in (name, *others)]


def test_all_rows_are_read() -> None:
    assert len(ROWS) == TEXT.count("| `pyfinger.") > 15


@pytest.mark.parametrize(("limit", "names"), [(limit, names) for _, limit, names in ROWS])
def test_the_table(limit: str, names: str) -> None:
    assert numbers(limit) == values(names)


def test_the_text_below_the_table() -> None:
    budget = signature(VerifyBudget).parameters
    below = TEXT.partition("One chain of certificates")[2].partition("##")[0]
    expected = [budget["signatures"].default, budget["candidates"].default, engine._MAX_KEY_UPDATES]
    assert set(expected) <= {*numbers(below)}
