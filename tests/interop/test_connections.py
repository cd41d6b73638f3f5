"""After the handshake: data, new keys and goodbyes, with s_server."""

from __future__ import annotations

import pytest

from tests.interop.cases import Case, Stage, pairs
from tests.interop.dialogue import Call
from tests.interop.programs import OpenSsl
from tests.tls.offers import offer

WEAK = "-cipher ALL:!aNULL:@SECLEVEL=0"
CLOSE_NOTIFY = 0
KEY_UPDATE = 24

PLAIN = [
    Case("tls10", offer(0, protocols="TLSv1"), WEAK, "rsa2048"),
    Case("tls12", offer(1, protocols="TLSv1.2")),
    Case("tls12-cbc", offer(1, protocols="TLSv1.2", ciphers="ECDHE-ECDSA-AES256-SHA384")),
    Case("tls13", offer(1)),
]


def connect(case: Case, program: OpenSsl, stage: Stage, *more: str) -> Call:
    options = (*stage.identities[case.key].options, *case.server.split(), *more)
    return Call(case.offer, stage.servers.openssl(program.command, options).port).handshake()


@pytest.mark.parametrize(("case", "program"), pairs(PLAIN))
def test_lines_go_both_ways_until_we_say_goodbye(case: Case, program: OpenSsl, stage: Stage) -> None:
    """This server says every line backwards."""
    call = connect(case, program, stage, "-rev")
    for word in (b"ping", b"x" * 10_000 + b"y", b"pong"):
        call.send(word + b"\n")
        call.receive_until(word[::-1] + b"\n")
    call.hang_up()
    assert call.engine.closed and call.alerts(sent=False) == [CLOSE_NOTIFY]


def updates(call: Call) -> int:
    """How many times the server changed its keys."""
    return call.messages(sent=False).count(KEY_UPDATE)


UPDATES = [Case("keys", offer(1)), Case("keys-sha256", offer(1), "-ciphersuites TLS_AES_128_GCM_SHA256")]


@pytest.mark.parametrize(("case", "program"), pairs(UPDATES))
def test_key_updates(case: Case, program: OpenSsl, stage: Stage) -> None:
    """At a word on its terminal the server changes its keys, and at another it wants ours changed, too."""
    options = (*stage.identities[case.key].options, *case.server.split())
    server = stage.servers.openssl(program.command, options, fresh=True)
    call = Call(case.offer, server.port).handshake()
    for command, number in (("k", 1), ("K", 2), ("K", 3)):
        server.type(command)
        call.wait_until(lambda number=number: updates(call) == number)  # type: ignore[misc]
        server.type(f"word {number}")
        call.receive_until(f"word {number}\n".encode())
        call.send(f"echo {number}\n".encode())
        server.expect(f"echo {number}")
    assert call.messages(sent=True).count(KEY_UPDATE) == 2
    call.hang_up()


RENEGOTIATION = [Case("renegotiation", offer(1, protocols="TLSv1.2"))]


@pytest.mark.parametrize(("case", "program"), pairs(RENEGOTIATION))
def test_renegotiation_is_declined(case: Case, program: OpenSsl, stage: Stage) -> None:
    server = stage.servers.openssl(program.command, stage.identities[case.key].options, fresh=True)
    call = Call(case.offer, server.port).handshake()
    server.type("r")
    call.receive_all()
    assert call.alerts(sent=True) == [100]
    assert call.engine.error is not None


REQUESTS = [
    Case(f"{ask}-{protocol}", offer(1, protocols=protocol), f"{option} 1")
    for ask, option in (("asked", "-verify"), ("demanded", "-Verify"))
    for protocol in ("TLSv1.2", "TLSv1.3")
]
REFUSALS = {"TLSv1.2": "ssl/tls alert handshake failure", "TLSv1.3": "tlsv13 alert certificate required"}


@pytest.mark.parametrize(("case", "program"), pairs(REQUESTS))
def test_servers_that_want_to_see_a_certificate(case: Case, program: OpenSsl, stage: Stage) -> None:
    """We have none, which some accept."""
    call = connect(case, program, stage, "-rev")
    demand, protocol = case.name.split("-")
    if demand == "asked":
        call.send(b"ping\n")
        call.receive_until(b"gnip\n")
    else:
        call.receive_all()
        assert call.engine.error is not None
        assert call.engine.error.reason == REFUSALS[protocol]
    call.hang_up()
