"""This machine's own addresses (getifaddrs(3)), for `-v`.

Python's library has no such call, so the C library is asked; where that fails
the answer is empty, for nothing depends on it.
"""

from __future__ import annotations

import ctypes
import socket
import sys
from collections.abc import Iterator
from typing import Any

from pyfinger.model import Family

_UP = 1  # IFF_UP
_FAMILIES = {socket.AF_INET: Family.IPV4, socket.AF_INET6: Family.IPV6}
_PLACES = {Family.IPV4: (4, 4), Family.IPV6: (8, 16)}  # offset and size in struct sockaddr_in, _in6


class _Entry(ctypes.Structure):
    """struct ifaddrs, as far as it is needed."""


_Entry._fields_ = [
    ("next", ctypes.POINTER(_Entry)),
    ("name", ctypes.c_char_p),
    ("flags", ctypes.c_uint),
    ("address", ctypes.c_void_p),
]


def local_addresses(family: Family) -> tuple[str, ...]:
    """The addresses of one family on all interfaces that are up, in the system's order."""
    try:
        library = ctypes.CDLL(None, use_errno=True)
        first = ctypes.POINTER(_Entry)()
        if library.getifaddrs(ctypes.byref(first)):
            return ()
    except (OSError, AttributeError):
        return ()
    try:
        return tuple(_addresses(first, family))
    finally:
        library.freeifaddrs(first)


def _addresses(entry: Any, family: Family) -> Iterator[str]:
    offset, size = _PLACES[family]
    while entry:
        found = entry.contents
        if found.address and found.flags & _UP and _family(found.address) is family:
            raw = ctypes.string_at(found.address + offset, size)
            yield socket.inet_ntop(socket.AF_INET if size == 4 else socket.AF_INET6, raw)
        entry = found.next


def _family(address: int) -> Family | None:
    """The family a struct sockaddr begins with; BSD systems put its length before it."""
    head = ctypes.string_at(address, 2)
    number = int.from_bytes(head, sys.byteorder) if sys.platform == "linux" else head[1]
    return {int(known): family for known, family in _FAMILIES.items()}.get(number)
