"""The root of all facts.

    class TlsaTruncated(Event):
        '''TLSA RDATA of three bytes or less.'''

        name: str
        length: int = 0

An event is a value (`pyfinger.values`); no event inherits from another.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeAlias

from pyfinger.values import Value


class Event(Value):
    """The root of all facts."""


Emit: TypeAlias = Callable[[Event], None]
