"""The harnesses of this folder: what each promises, starts from, and has met before.

Names that begin with an underscore are no harnesses.
"""

from __future__ import annotations

import importlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

FOLDER = Path(__file__).resolve().parent
CORPUS = FOLDER / "corpus"
FOUND = FOLDER.parent / "tests" / "vectors" / "found"


@dataclass(frozen=True)
class Target:
    """One harness."""

    name: str
    invariant: str
    seeds: Sequence[bytes]
    check: Callable[[bytes], None]


def names() -> list[str]:
    """All harnesses, in order."""
    return sorted(path.stem for path in FOLDER.glob("*.py") if not path.stem.startswith("_"))


def target(name: str) -> Target:
    """One of them, imported."""
    module = importlib.import_module(f"fuzz.{name}")
    invariant = (module.__doc__ or "").split("\n", 1)[0].strip()
    return Target(name, invariant, getattr(module, "SEEDS", ()), getattr(module, "check", _missing))


def corpus(name: str) -> list[Path]:
    """Inputs worth keeping: each reaches something that those before it do not."""
    return sorted((CORPUS / name).glob("*"), key=_by_size)


def found(name: str) -> list[Path]:
    """Inputs that broke something once."""
    return sorted(FOUND.glob(f"{name}-*.bin"))


def _by_size(path: Path) -> tuple[int, str]:
    return path.stat().st_size, path.name


def _missing(data: bytes) -> None:
    raise AssertionError("the harness has no check(data)")
