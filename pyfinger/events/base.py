"""The root of all facts."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeAlias


@dataclass(frozen=True, slots=True)
class Event:
    """The root of all facts."""


Emit: TypeAlias = Callable[[Event], None]
