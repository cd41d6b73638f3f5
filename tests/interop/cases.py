"""What every case has: a server, an offer, and what must come of them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pytest

from pyfinger.tls.config import ClientConfig
from tests.interop.dialogue import Call, Manner, negotiated, visit
from tests.interop.identities import Identities
from tests.interop.programs import OpenSsl, openssls
from tests.interop.servers import Server, Servers

SERVER_SHOWS = ("-www",)  # its status page


@dataclass(frozen=True)
class Case:
    """One meeting with s_server; what is left empty may come out as it will."""

    name: str
    offer: ClientConfig
    server: str = ""  # options
    key: str = "p256"
    since: tuple[int, int] = (3, 0)  # the first OpenSSL to be able to
    option: str = ""  # of s_server, that depends on how it was built
    protocol: str = ""
    cipher: str = ""
    group: str = ""
    piece: int = 1 << 16


def pairs(cases: list[Case]) -> list[Any]:
    """Every case with every OpenSSL that is new enough; a skipped one if there is none."""
    found = []
    for case in cases:
        fit = [program for program in openssls() if program.version >= case.since]
        found += [pytest.param(case, program, id=f"{case.name}-{program.name}") for program in fit]
        if not fit:
            reason = "no OpenSSL {}.{}".format(*case.since)
            found.append(pytest.param(case, None, id=case.name, marks=pytest.mark.skip(reason=reason)))
    return found


@dataclass(frozen=True)
class Stage:
    """What cases are played on."""

    servers: Servers
    identities: Identities

    def server(self, case: Case, program: OpenSsl, *more: str, fresh: bool = False) -> Server:
        """The server of a case."""
        if case.option and not program.knows(case.option):
            pytest.skip(f"{program.name} was built without {case.option}")
        identity = self.identities[case.key].options if case.key else ("-nocert",)
        options = (*identity, *case.server.split(), *SERVER_SHOWS, *more)
        return self.servers.openssl(program.command, options, fresh=fresh)

    def play(self, case: Case, program: OpenSsl, *more: str) -> Call:
        """The whole case, with what the case itself says about its outcome checked."""
        server = self.server(case, program, *more)
        call = visit(case.offer, server.port, Manner(piece=case.piece))
        check(case, call)
        return call


def check(case: Case, call: Call) -> None:
    """Both sides must have seen the same, and what the case says."""
    protocol, cipher, _ = negotiated(call)
    assert (call.connection_info.protocol, call.connection_info.cipher) == (protocol, cipher)
    assert case.protocol in ("", protocol)
    assert case.cipher in ("", cipher)
    assert case.group in ("", call.connection_info.group)
    assert call.engine.closed and call.engine.error is None  # the server said close_notify
