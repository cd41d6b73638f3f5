"""What came of one case of a suite."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

Json = Any


@dataclass(frozen=True, slots=True)
class Result:
    """One case: `detail` says what came out instead."""

    case: str
    passed: bool
    detail: str = ""
