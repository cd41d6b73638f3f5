"""Waiting for a socket, not longer than a deadline allows."""

from __future__ import annotations

import math
import select
import socket

from pyfinger.errors import TimedOut
from pyfinger.steps import Clock, Deadline

READABLE = select.POLLIN
WRITABLE = select.POLLOUT

_LONGEST = 2**31 - 1  # milliseconds, what poll(2) takes


def wait(sock: socket.socket, event: int, deadline: Deadline, clock: Clock) -> None:
    """Return when the socket can be used, or has an error to report; `TimedOut` else.

    A deadline that has passed ends the wait even if the socket is ready: a peer
    that always has one more byte must not keep a step alive.
    """
    poll = select.poll()
    poll.register(sock, event)
    while (left := deadline.left(clock())) != 0:
        if poll.poll(None if left is None else min(math.ceil(left * 1000), _LONGEST)):
            return
    raise TimedOut
