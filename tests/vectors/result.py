"""What came of one case of a suite."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

Json = Any


@dataclass(frozen=True, slots=True)
class Result:
    """One case: `detail` says what came out instead, or why it may."""

    case: str
    passed: bool
    detail: str = ""
    allowed: bool = False  # to fail: an exception with its reason
