"""How much matters what is said to people: of explanations, and of remarks on TLSA records."""

from __future__ import annotations

from enum import Enum


class Weight(Enum):
    """How much a situation matters, the worst first."""

    FAILURE = "failure"  # mail is not delivered as the level wants it
    WARNING = "warning"  # it is, but not as safely as it could be, or not for long
    NOTE = "note"
