"""Facts about which hellos a server takes (`--tolerance`).

`pyfinger.events` does not import this module: an ordinary probe loads nothing of it.
"""

from __future__ import annotations

from pyfinger.events.base import Event
from pyfinger.model import Peer
from pyfinger.model.tolerance import HelloTrial, Tolerance


class HelloTried(Event):
    """One hello was sent, and this became of it."""

    peer: Peer
    trial: HelloTrial


class ToleranceFound(Event):
    """All that was to be tried has been, or connections are used up."""

    peer: Peer
    tolerance: Tolerance
