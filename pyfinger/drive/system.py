"""What the operating system knows of hosts and services; these calls may block."""

from __future__ import annotations

import socket

from pyfinger.model import Family, NativeAnswer
from pyfinger.steps import FindService, LookupHost

_FAMILIES = {Family.IPV4: socket.AF_INET, Family.IPV6: socket.AF_INET6}
_FAMILY_OF = {number: family for family, number in _FAMILIES.items()}


def look_up_host(request: LookupHost) -> NativeAnswer:
    """Addresses in the system's order, repetitions included; never raises."""
    wanted = _FAMILIES[request.families[0]] if len(request.families) == 1 else socket.AF_UNSPEC
    try:
        found = socket.getaddrinfo(request.name.encode(), None, wanted, socket.SOCK_STREAM)
    except OSError as error:
        return NativeAnswer(error=error.strerror or str(error))
    pairs = ((_FAMILY_OF.get(entry[0]), str(entry[4][0])) for entry in found)
    return NativeAnswer(
        tuple((family, address) for family, address in pairs if family in request.families and family)
    )


def find_service(request: FindService) -> int | None:
    """The TCP port of a service; never raises."""
    try:
        return socket.getservbyname(request.name, "tcp")
    except OSError:
        return None
