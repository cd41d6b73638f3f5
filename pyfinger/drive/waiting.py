"""What a driver has to be able to do itself: three kinds of waiting.

`executor` breaks the requests of a procedure down to these, whose way of waiting
is all that tells one driver from another: `Wait` for a socket, `Call` what may
take its time, and `Sleep` of `pyfinger.steps`.
"""

from __future__ import annotations

import socket
from collections.abc import Callable
from enum import Enum
from typing import TypeVar

from pyfinger.errors import TimedOut
from pyfinger.steps import Clock, Deadline, Request, Steps, ask
from pyfinger.values import Value

T = TypeVar("T")


class Ready(Enum):
    """What a socket is waited for."""

    READABLE = "readable"
    WRITABLE = "writable"


class Wait(Request[bool], Value):
    """Until the socket can be used, or has an error to report; False if time ran out.

    `seconds` None is for ever.
    """

    sock: socket.socket
    ready: Ready
    seconds: float | None


class Call(Request[T], Value):
    """Call a function of the system that cannot be told not to block, and return what it returns."""

    function: Callable[[], T]


def ready(sock: socket.socket, kind: Ready, deadline: Deadline, clock: Clock) -> Steps[None]:
    """Return when the socket can be used, or has an error to report; `TimedOut` else.

    A deadline that has passed ends the wait even if the socket is ready: a peer
    that always has one more byte must not keep a step alive.
    """
    while (left := deadline.left(clock())) != 0:
        if (yield from ask(Wait(sock, kind, left))):
            return
    raise TimedOut
