"""What the handshakes of one check have in common, worked out once.

The addresses of a host have to prove the same, and mostly show the same chain; so what is offered to
them and what becomes of the chain is the same, too.  Nothing of a session is kept here: keys, nonces
and the server's signature are new each time.  What was told on the way is told again, of the peer at hand.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable
from typing import Any, TypeVar

from pyfinger.events import Emit, Event
from pyfinger.model import Peer
from pyfinger.values import replace

T = TypeVar("T")


class HandshakeMemory:
    """Results by whatever they are made from, each with the events of its making."""

    def __init__(self) -> None:
        self._known: dict[Hashable, tuple[Any, tuple[Event, ...]]] = {}

    def recall(self, key: Hashable, peer: Peer, emit: Emit, make: Callable[[Emit], T]) -> T:
        """What `make` returns, or has returned for this key; what it raises is not kept."""
        known = self._known.get(key)
        if known is None:
            told: list[Event] = []

            def emit_and_keep(event: Event) -> None:
                told.append(event)
                emit(event)

            result = make(emit_and_keep)
            self._known[key] = result, tuple(told)
            return result
        found: T = known[0]
        for event in known[1]:
            emit(replace(event, peer=peer) if "peer" in event.__match_args__ else event)
        return found
