"""Carries out every request, but for the waiting: what all drivers have in common.

A procedure goes in, and out comes one that does the same and asks for nothing
but `Wait`, `WaitAny`, `Call` and `Sleep`.  Whatever a driver throws into that, such as an
interrupt, reaches the procedure at the request it waits for, so that its
`finally` clauses can still ask for `Close`; afterwards no socket is left open
in any case.
"""

from __future__ import annotations

import socket
from collections.abc import Callable, Mapping
from functools import partial
from typing import TYPE_CHECKING, Any, TypeAlias, TypeVar

from pyfinger.drive.connection import Call, Connection
from pyfinger.drive.resolv_conf import NameService, system_name_service
from pyfinger.model import Family, NativeAnswer
from pyfinger.steps import (
    Clock,
    Close,
    Connect,
    FindService,
    LookupHost,
    Receive,
    Request,
    Resolve,
    ResolveTogether,
    ResolveUnchecked,
    Send,
    Sleep,
    Steps,
    ask,
)

if TYPE_CHECKING:
    from pyfinger.drive.resolver import StubResolver

T = TypeVar("T")

_Actions: TypeAlias = Mapping[type[Request[Any]], Callable[[Any], Steps[Any]]]


class Executor:
    """Any number of procedures, each with a connection of its own; one name service for all."""

    def __init__(self, name_service: NameService | None, clock: Clock, *, packets: bool = True) -> None:
        """`name_service` None: as the system is configured, read when first needed.

        `packets`: of lookups, are kept for captures.
        """
        self._packets = packets
        self._name_service = name_service
        self._clock = clock
        self._stub: StubResolver | None = None
        self._lookups: _Actions = {
            Resolve: lambda request: self._resolver()(request),
            ResolveTogether: lambda request: self._resolver().together(request.questions),
            ResolveUnchecked: lambda request: self._resolver().unchecked(request),
            LookupHost: lambda request: ask(Call(partial(look_up_host, request))),
            FindService: lambda request: ask(Call(partial(find_service, request))),
            Sleep: ask,
        }

    def execute(self, steps: Steps[T]) -> Steps[T]:
        """The procedure's result, or what it raises."""
        connection: Connection | None = None  # most lookups have none
        actions = self._lookups
        answer: Any = None
        problem: BaseException | None = None
        try:
            while True:
                if problem is None:
                    request = steps.send(answer)
                else:
                    thrown, problem = problem, None
                    request = steps.throw(thrown)
                if connection is None and type(request) not in actions:
                    connection = Connection(self._clock)
                    actions = {**actions, **_connecting(connection)}
                try:
                    answer = yield from actions[type(request)](request)
                except BaseException as error:
                    problem = error
        except StopIteration as stop:
            result: T = stop.value
            return result
        finally:
            if connection is not None:
                connection.shut()

    def _resolver(self) -> StubResolver:
        if self._stub is None:
            from pyfinger.drive.resolver import StubResolver  # and dnspython with it

            service = self._name_service or system_name_service()
            self._stub = StubResolver(service, self._clock, packets=self._packets)
        return self._stub


def _connecting(connection: Connection) -> _Actions:
    return {
        Connect: connection.open,
        Send: connection.send,
        Receive: connection.receive,
        Close: connection.close,
    }


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
