"""Old sessions taken up again by s_server, or refused: ids, tickets, pre-shared keys."""

from __future__ import annotations

import dataclasses

import pytest

from pyfinger.tls.codepoints import HandshakeType
from pyfinger.tls.messages import parse_server_hello
from pyfinger.values import replace
from tests.interop.cases import Case, Stage, check, pairs
from tests.interop.dialogue import Call, Manner, negotiated, visit
from tests.interop.programs import OpenSsl
from tests.interop.servers import Server
from tests.tls.offers import offer

KEY_SHARE = 51
WEAK = "-cipher ALL:!aNULL:@SECLEVEL=0"


def _old(name: str, protocol: str, server: str = "") -> Case:
    return Case(name, offer(0, protocols=protocol), f"{WEAK} {server}", "rsa2048", protocol=protocol)


SESSIONS = [
    _old("ticket-10", "TLSv1"),
    _old("ticket-11", "TLSv1.1"),
    _old("ticket-12", "TLSv1.2"),
    _old("id-10", "TLSv1", "-no_ticket"),
    _old("id-11", "TLSv1.1", "-no_ticket"),
    _old("id-12", "TLSv1.2", "-no_ticket"),
    Case("id-unless-asked-for-tickets", replace(offer(0, protocols="TLSv1.2"), tickets=False)),
    Case("pre-shared-key", offer(1), protocol="TLSv1.3"),
    Case("pre-shared-key-sha256", offer(1), "-ciphersuites TLS_AES_128_GCM_SHA256"),
    Case("retried", offer(1), "-groups P-384", protocol="TLSv1.3", group="secp384r1"),
    Case("stateful", offer(1), "-no_ticket", protocol="TLSv1.3"),
    Case("anonymous", offer(0, protocols="TLSv1.2", ciphers="aNULL"), "-cipher aNULL:@SECLEVEL=0", key=""),
    Case(
        "raw-key-12",
        replace(offer(1, protocols="TLSv1.2"), raw_keys=True),
        "-enable_server_rpk",
        since=(3, 2),
    ),
    Case("raw-key-13", replace(offer(1), raw_keys=True), "-enable_server_rpk", since=(3, 2)),
]


def again(case: Case, first: Call, server: Server) -> Call:
    return visit(case.offer, server.port, Manner(first.saved[-1]))


@pytest.mark.parametrize(("case", "program"), pairs(SESSIONS))
def test_sessions_are_taken_up_again(case: Case, program: OpenSsl, stage: Stage) -> None:
    first = stage.play(case, program)
    assert not first.connection_info.resumed
    second = again(case, first, stage.server(case, program))
    check(case, second)
    assert second.connection_info.resumed and negotiated(second)[2]
    assert second.connection_info.credential == first.connection_info.credential
    if first.saved[-1].tls13:
        third = again(case, second, stage.server(case, program))
        assert third.connection_info.resumed and len(third.saved) >= 1


@pytest.mark.parametrize(("case", "program"), pairs(SESSIONS))
def test_a_server_that_forgot_makes_a_new_session(case: Case, program: OpenSsl, stage: Stage) -> None:
    first = stage.play(case, program)
    forgetful = stage.server(case, program, fresh=True)
    second = again(case, first, forgetful)
    check(case, second)
    assert not second.connection_info.resumed and not negotiated(second)[2]
    assert again(case, second, forgetful).connection_info.resumed


NO_DHE = [
    Case(
        "psk-alone",
        replace(offer(1), psk_without_dhe=True),
        "-allow_no_dhe_kex -prefer_no_dhe_kex",
        since=(3, 5),
        option="-prefer_no_dhe_kex",
    )
]


@pytest.mark.parametrize(("case", "program"), pairs(NO_DHE))
def test_a_pre_shared_key_may_do_without_a_key_exchange(case: Case, program: OpenSsl, stage: Stage) -> None:
    """psk_ke (RFC 8446 section 4.2.9), offered with tls_ssl_options=0x400."""
    first = stage.play(case, program)
    second = again(case, first, stage.server(case, program))
    check(case, second)
    assert first.connection_info.group == "x25519" and not first.connection_info.resumed
    assert second.connection_info.group == "x25519" and second.connection_info.resumed  # the session's
    assert KEY_SHARE not in parse_server_hello(second.received_message(HandshakeType.SERVER_HELLO)).extensions


COUNTS = [Case(f"{count}-tickets", offer(1), f"-num_tickets {count}") for count in (0, 1, 2, 10)]


@pytest.mark.parametrize(("case", "program"), pairs(COUNTS))
def test_every_ticket_is_good(case: Case, program: OpenSsl, stage: Stage) -> None:
    first = stage.play(case, program)
    assert len(first.saved) == int(case.server.split()[1])
    assert len({session.ticket for session in first.saved}) == len(first.saved)
    for session in first.saved[:3]:
        assert visit(case.offer, stage.server(case, program).port, Manner(session)).connection_info.resumed


CHANGES = [
    Case("other-hash", offer(1), "-ciphersuites TLS_AES_128_GCM_SHA256"),
    Case("other-version", offer(1), "-no_tls1_3"),
    Case("other-version-12", offer(0, protocols="TLSv1.2 TLSv1.1"), f"{WEAK} -no_tls1_2"),
]


@pytest.mark.parametrize(("case", "program"), pairs(CHANGES))
def test_a_session_that_no_longer_fits_the_server(case: Case, program: OpenSsl, stage: Stage) -> None:
    """The session of a more able server, shown to one that cannot take it up."""
    able = stage.play(dataclasses.replace(case, server=WEAK), program)
    second = again(case, able, stage.server(case, program))
    check(case, second)
    assert not second.connection_info.resumed
