"""Every case: a session, and the one thing that is wrong with it."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

from tests.interop.mangler.forging import Forgery
from tests.interop.mangler.operations import Mangle


@dataclass(frozen=True)
class Case:
    """A server, and what is done to its records, or what it says itself."""

    name: str
    flavour: str = ""
    mangle: Mangle | None = None
    forgery: Forgery | None = None


@cache
def all_cases() -> tuple[Case, ...]:
    """All of them, always in the same order."""
    from tests.interop.mangler import messages12, messages13, records

    return (*records.cases(), *messages12.cases(), *messages13.cases())
