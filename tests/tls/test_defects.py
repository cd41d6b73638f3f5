"""What tlslite-ng's own client gets wrong must not happen to us (0.8.2 and 0.9.0b2).

Our engine takes messages, ciphers and key exchanges from tlslite-ng, but not its
client.  Each test is named after what a server did when that client broke.
"""

from __future__ import annotations

from collections.abc import Callable

import pytest

from pyfinger.demo.certificate_making import make_ca, make_leaf
from pyfinger.demo.fixed_keys import make_key
from pyfinger.events import AlertSeen, Event, HandshakeMessageSeen
from pyfinger.model import OwnCredential
from pyfinger.tls.codepoints import HandshakeType
from pyfinger.tls.engine import Engine
from pyfinger.tls.messages import message
from pyfinger.values import replace
from pyfinger.wire import opaque
from pyfinger.x509 import der_encoding as encoding
from pyfinger.x509.private_keys import load_private_key
from tests.tls.offers import offer, with_sni
from tests.tls.server import Identity, Rewrite, TlsPeer, with_extension
from tests.tls.test_engine import converse, identity, judge, shake, start, steady
from tests.tls.test_sessions import Visits, resumed

NEWEST = {"TLSv1.2": (3, 3), "TLSv1.3": (3, 4)}
WARNING, DECRYPT_ERROR, UNRECOGNIZED_NAME, UNSUPPORTED_EXTENSION = 1, 51, 112, 110
STATUS_REQUEST = 5


def instead(kind: int, change: Callable[[bytes], bytes]) -> Rewrite:
    """Change the server's messages of one type."""
    return lambda data: change(data) if data[0] == kind else data


def sent(events: list[Event], kind: int) -> list[bytes]:
    """Our messages of one type."""
    return [
        e.message for e in events if isinstance(e, HandshakeMessageSeen) and e.sent and e.message[0] == kind
    ]


def own(kind: str) -> OwnCredential:
    leaf = make_leaf("client.example.test", make_ca("CN=Test CA"), key=make_key(kind))
    return OwnCredential(load_private_key(leaf.key.pkcs8), leaf.chain, leaf.key.spki)


@pytest.mark.parametrize("protocol", ["TLSv1", "TLSv1.1", "TLSv1.2"])
def test_d1_a_refused_ticket_leads_to_a_full_handshake(protocol: str) -> None:
    """There: `unexpected_message`, for a session with a ticket was taken as resumed."""
    version = (3, "TLSv1 TLSv1.1 TLSv1.2".split().index(protocol) + 1)
    visits = Visits(offer(0, protocols=protocol), minVersion=(3, 1), maxVersion=version, versions=[version])
    visits.visit()
    ticketed = visits.saved[0]
    assert ticketed.ticket
    assert resumed(visits.visit(ticketed))
    assert not resumed(visits.visit(ticketed, ticketKeys=[bytearray(b"x" * 32)]))
    assert not resumed(visits.visit(ticketed, ticketKeys=[], ticket_count=0))


def test_d2_a_warning_is_no_end() -> None:
    """There: fatal, when a server does not know the name asked for and goes on (RFC 6066 section 3)."""
    made = with_sni(offer(1, protocols="TLSv1.2"), "mx.example.test")
    events: list[Event] = []
    engine, peer = start(made, events), TlsPeer(identity(), maxVersion=(3, 3))
    warning = bytes([21, 3, 3, 0, 2, WARNING, UNRECOGNIZED_NAME])
    engine.feed(warning + peer.feed(engine.output()))
    shake(engine, peer)
    assert AlertSeen(False, WARNING, UNRECOGNIZED_NAME) in events
    assert converse(engine, peer, b"ping") == b"ping"


@pytest.mark.parametrize("credentials", [(), (own("rsa2048"),)], ids=["without", "rsa"])
def test_d3_a_request_without_rsa_schemes(credentials: tuple[OwnCredential, ...]) -> None:
    """There: `handshake_failure` in TLS 1.2, with a certificate or without."""
    request = message(
        HandshakeType.CERTIFICATE_REQUEST, opaque(b"\1\x40", 1) + opaque(b"\4\3", 2) + opaque(b"", 2)
    )
    peer = TlsPeer(
        identity(),
        maxVersion=(3, 3),
        reqCert=True,
        rewrite=instead(HandshakeType.CERTIFICATE_REQUEST, lambda _: request),
    )
    events: list[Event] = []
    engine = start(replace(offer(1), credentials=credentials), events)
    shake(engine, peer)
    assert sent(events, HandshakeType.CERTIFICATE) == [message(HandshakeType.CERTIFICATE, b"\0\0\0")]
    assert sent(events, HandshakeType.CERTIFICATE_VERIFY) == []
    assert converse(engine, peer, b"ping") == b"ping"


@pytest.mark.parametrize("kind", ["p256", "p384", "rsa2048", "ed448"])
def test_d4_a_key_that_fits_no_scheme_requested(kind: str) -> None:
    """There: `TypeError` in TLS 1.3, and no alert."""
    schemes = (13).to_bytes(2, "big") + opaque(opaque(b"\x08\x07", 2), 2)  # ed25519 alone
    request = message(HandshakeType.CERTIFICATE_REQUEST, b"\0" + opaque(schemes, 2))
    peer = TlsPeer(
        identity(), reqCert=True, rewrite=instead(HandshakeType.CERTIFICATE_REQUEST, lambda _: request)
    )
    events: list[Event] = []
    engine = start(replace(offer(1), credentials=(own(kind),)), events)
    shake(engine, peer)
    assert sent(events, HandshakeType.CERTIFICATE) == [message(HandshakeType.CERTIFICATE, b"\0\0\0\0")]
    assert converse(engine, peer, b"ping") == b"ping"


def test_d5_nobody_staples_unasked() -> None:
    """There: status_request was sent, and CertificateStatus not understood before TLS 1.3.

    We never ask, so a server that answers all the same is at fault.
    """
    for protocol, newest in NEWEST.items():
        events: list[Event] = []
        rewrite = instead(HandshakeType.SERVER_HELLO, lambda data: with_extension(data, STATUS_REQUEST, b""))
        engine = start(offer(1, protocols=protocol), events)
        shake(engine, TlsPeer(identity(), maxVersion=newest, rewrite=rewrite))
        assert engine.error is not None and engine.error.reason == "unsolicited extension"
        assert AlertSeen(True, 2, UNSUPPORTED_EXTENSION) in events


def test_d5_nor_in_the_entry_of_a_certificate() -> None:
    """TLS 1.3 has the status there (RFC 8446 section 4.4.2.1)."""

    def stapled(data: bytes) -> bytes:
        size = 8 + 3 + int.from_bytes(data[8:11], "big")  # type, length, context, length of the list
        entry = data[8:size] + opaque(STATUS_REQUEST.to_bytes(2, "big") + opaque(b"", 2), 2)
        return message(HandshakeType.CERTIFICATE, b"\0" + opaque(entry, 3))

    engine = start(offer(1))
    peer = TlsPeer(
        identity(), certificate_compression_send=(), rewrite=instead(HandshakeType.CERTIFICATE, stapled)
    )
    shake(engine, peer)
    assert engine.error is not None and engine.error.reason == "unsolicited extension"


def test_d5_a_status_without_its_extension() -> None:
    status = message(HandshakeType.CERTIFICATE_STATUS, b"\1" + opaque(b"ocsp", 3))
    peer = TlsPeer(
        identity(), maxVersion=(3, 3), rewrite=instead(HandshakeType.CERTIFICATE, lambda data: data + status)
    )
    engine = start(offer(1))
    shake(engine, peer)
    assert engine.error is not None and engine.error.reason == "unexpected message"


@pytest.mark.parametrize("name", ["mx_1.example.test", "-mx.example.test", "localhost", "a" * 200])
def test_d6_names_are_sent_as_they_are(name: str) -> None:
    """There: `ValueError`, for a name that is no good as a host's; in that server, too."""
    assert opaque(b"\0" + opaque(name.encode(), 2), 2) in start(with_sni(offer(1), name)).output()


def _strange_certificate() -> bytes:
    """A certificate signed with, and for a key of, an algorithm nobody knows."""
    algorithm = encoding.sequence(encoding.oid("1.2.3.4.5"))
    name = encoding.sequence()
    times = encoding.sequence(*(encoding.element(0x17, f"{year}0101000000Z".encode()) for year in (20, 40)))
    key = encoding.sequence(algorithm, encoding.element(3, b"\0key"))
    body = encoding.sequence(encoding.integer(1), algorithm, name, times, name, key)
    return encoding.sequence(body, algorithm, encoding.element(3, b"\0signature"))


@pytest.mark.parametrize("protocol", NEWEST)
@pytest.mark.parametrize("strange", [_strange_certificate(), b"\x30\0", b"not a certificate"])
def test_d7_only_the_leaf_has_to_make_sense(protocol: str, strange: bytes) -> None:
    """There: `KeyError` or an alert, for any certificate of the chain with an unknown algorithm."""
    usual = identity()
    chain = (usual.chain[0], strange, *usual.chain[1:])
    engine = start(offer(1, protocols=protocol))
    peer = TlsPeer(Identity(usual.key_pem, chain), maxVersion=NEWEST[protocol])
    shake(engine, peer)
    assert engine.connection_info is not None and engine.connection_info.credential.certificates == chain
    assert converse(engine, peer, b"ping") == b"ping"


def _spoilt(data: bytes) -> bytes:
    return data[:-1] + bytes([data[-1] ^ 1])


@pytest.mark.parametrize("protocol", NEWEST)
def test_d8_a_wrong_finished_earns_an_alert(protocol: str) -> None:
    """There: an exception in TLS 1.3, and nothing said to the server."""
    peer = TlsPeer(identity(), maxVersion=NEWEST[protocol], rewrite=instead(HandshakeType.FINISHED, _spoilt))
    events: list[Event] = []
    engine = start(offer(1), events)
    shake(engine, peer)
    assert engine.error is not None and engine.error.reason == "digest check failed"
    assert AlertSeen(True, 2, DECRYPT_ERROR) in events


def test_d8_a_wrong_certificate_verify_earns_an_alert() -> None:
    peer = TlsPeer(identity("rsa2048"), rewrite=instead(HandshakeType.CERTIFICATE_VERIFY, _spoilt))
    events: list[Event] = []
    engine = Engine(offer(1), judge, events.append, steady().randbytes)
    shake(engine, peer)
    assert engine.error is not None and engine.error.reason == "bad signature"
    assert AlertSeen(True, 2, DECRYPT_ERROR) in events
    assert peer.refused is not None
