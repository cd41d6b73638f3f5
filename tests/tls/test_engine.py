"""Whole handshakes with tlslite-ng's server half, in memory."""

from __future__ import annotations

import random
from functools import cache

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pyfinger.demo.certificate_making import make_ca, make_leaf
from pyfinger.demo.fixed_keys import make_key
from pyfinger.errors import CredentialError, CredentialFault, KeyUnusable, LibraryError
from pyfinger.events import Event, HandshakeMessageSeen, SecretDerived
from pyfinger.model import Credential, KeyKind, ServerKey, Verified
from pyfinger.tls.codepoints import HandshakeType
from pyfinger.tls.config import ClientConfig
from pyfinger.tls.engine import Engine
from pyfinger.values import replace
from pyfinger.x509.certificate import parse_certificate
from pyfinger.x509.public_keys import load_spki
from tests.tls.offers import offer, with_sni
from tests.tls.server import Identity, TlsPeer


@cache
def identity(kind: str = "p256") -> Identity:
    root = make_ca("CN=Test CA")
    leaf = make_leaf("mx.example.test", root, key=make_key(kind))
    return Identity(leaf.key.pem, leaf.chain)


def judge(credential: Credential) -> Verified:
    return Verified(ServerKey(load_spki(parse_certificate(credential.certificates[0]).spki)))


def steady(seed: int = 1) -> random.Random:
    return random.Random(seed)


def start(made: ClientConfig, events: list[Event] | None = None) -> Engine:
    return Engine(made, judge, (events if events is not None else []).append, steady().randbytes)


def shake(engine: Engine, peer: TlsPeer) -> None:
    """Exchange bytes until the handshake is over or nobody has anything to say."""
    while sent := engine.output():
        engine.feed(peer.feed(sent))


def converse(engine: Engine, peer: TlsPeer, data: bytes) -> bytes:
    engine.send(data)
    received = b""
    while sent := engine.output():
        engine.feed(peer.feed(sent))
        received += engine.received()
    return received


@pytest.mark.parametrize("kind", ["p256", "p384", "ed25519", "ed448", "rsa2048"])
@pytest.mark.parametrize("newest", [(3, 3), (3, 4)], ids=["tls12", "tls13"])
def test_certificates_of_every_kind(kind: str, newest: tuple[int, int]) -> None:
    engine, peer = start(offer(1)), TlsPeer(identity(kind), maxVersion=newest)
    shake(engine, peer)
    assert engine.connection_info is not None and engine.error is None
    assert engine.connection_info.protocol == {3: "TLSv1.2", 4: "TLSv1.3"}[newest[1]]
    assert engine.connection_info.credential.certificates == identity(kind).chain
    assert converse(engine, peer, b"ping") == b"ping"


@pytest.mark.slow
@pytest.mark.parametrize(
    ("ciphers", "kind", "name"),
    [
        ("ECDHE-RSA-AES128-GCM-SHA256", "rsa2048", "ECDHE-RSA-AES128-GCM-SHA256"),
        ("DHE-RSA-AES256-GCM-SHA384", "rsa2048", "DHE-RSA-AES256-GCM-SHA384"),
        ("AES128-SHA256", "rsa2048", "AES128-SHA256"),
        ("ECDHE-ECDSA-AES256-SHA384", "p256", "ECDHE-ECDSA-AES256-SHA384"),
        ("ECDHE-ECDSA-CHACHA20-POLY1305", "p256", "ECDHE-ECDSA-CHACHA20-POLY1305"),
        ("ECDHE-ECDSA-AES128-CCM8", "p256", "ECDHE-ECDSA-AES128-CCM8"),
        ("ECDHE-ECDSA-AES128-SHA", "p256", "ECDHE-ECDSA-AES128-SHA"),
    ],
)
def test_tls12_suites(ciphers: str, kind: str, name: str) -> None:
    made = offer(0, protocols="TLSv1.2", ciphers=ciphers)
    engine, peer = start(made), TlsPeer(identity(kind))
    shake(engine, peer)
    assert engine.connection_info is not None and engine.connection_info.cipher == name
    assert converse(engine, peer, b"x" * 20_000) == b"x" * 20_000


@pytest.mark.parametrize("version", [(3, 1), (3, 2)])
def test_old_versions(version: tuple[int, int]) -> None:
    engine, peer = (
        start(offer(0)),
        TlsPeer(identity("rsa2048"), minVersion=(3, 1), maxVersion=version, versions=[version]),
    )
    shake(engine, peer)
    assert engine.connection_info is not None and engine.connection_info.version == 0x0300 + version[1]
    assert converse(engine, peer, b"ping") == b"ping"


def test_an_anonymous_server() -> None:
    made = offer(0, protocols="TLSv1.2", ciphers="aNULL")
    engine, peer = start(made), TlsPeer(None)
    shake(engine, peer)
    assert engine.connection_info is not None and not engine.connection_info.credential
    assert converse(engine, peer, b"ping") == b"ping"


@pytest.mark.parametrize("etm", [True, False])
@pytest.mark.parametrize("ems", [True, False])
def test_with_and_without_the_repairs_of_tls12(etm: bool, ems: bool) -> None:
    made = offer(0, protocols="TLSv1.2", ciphers="ECDHE-ECDSA-AES128-SHA256")
    peer = TlsPeer(identity(), useEncryptThenMAC=etm, useExtendedMasterSecret=ems)
    engine = start(made)
    shake(engine, peer)
    assert converse(engine, peer, b"ping") == b"ping"


def test_hello_retry() -> None:
    peer = TlsPeer(identity(), keyShares=[], eccCurves=["secp384r1"])
    events: list[Event] = []
    engine = start(offer(1), events)
    shake(engine, peer)
    assert engine.connection_info is not None and engine.connection_info.group == "secp384r1"
    hellos = [e for e in events if isinstance(e, HandshakeMessageSeen) and e.sent and e.message[0] == 1]
    assert len(hellos) == 2


@pytest.mark.parametrize("newest", [(3, 3), (3, 4)])
def test_a_server_that_asks_for_a_certificate_gets_none(newest: tuple[int, int]) -> None:
    engine, peer = start(offer(1)), TlsPeer(identity(), maxVersion=newest, reqCert=True)
    shake(engine, peer)
    assert engine.connection_info is not None
    assert converse(engine, peer, b"ping") == b"ping"


def test_compressed_certificates() -> None:
    peer = TlsPeer(identity(), certificate_compression_send=["zlib"])
    events: list[Event] = []
    engine = start(offer(1), events)
    shake(engine, peer)
    assert engine.connection_info is not None
    assert engine.connection_info.credential.certificates == identity().chain
    assert any(isinstance(e, HandshakeMessageSeen) and e.message[0] == 25 for e in events)


def test_the_name_is_sent_as_it_is() -> None:
    engine = start(with_sni(offer(1), "mx_1.example.test"))  # an underscore, as in DNS
    assert b"\0\0\0\x16\0\x14\0\0\x11mx_1.example.test" in engine.output()


def test_secrets_are_told_under_their_key_log_names() -> None:
    events: list[Event] = []
    shake(start(offer(1), events), TlsPeer(identity()))
    labels = [event.label for event in events if isinstance(event, SecretDerived)]
    assert labels == [
        "CLIENT_HANDSHAKE_TRAFFIC_SECRET",
        "SERVER_HANDSHAKE_TRAFFIC_SECRET",
        "CLIENT_TRAFFIC_SECRET_0",
        "SERVER_TRAFFIC_SECRET_0",
        "EXPORTER_SECRET",
    ]
    events.clear()
    shake(start(offer(1), events), TlsPeer(identity(), maxVersion=(3, 3)))
    assert [event.label for event in events if isinstance(event, SecretDerived)] == ["CLIENT_RANDOM"]


def test_close_notify_both_ways() -> None:
    engine, peer = start(offer(1)), TlsPeer(identity())
    shake(engine, peer)
    engine.close()
    peer.feed(engine.output())
    assert peer.closed and peer.refused is None


def recorded(newest: tuple[int, int]) -> list[bytes]:
    """The server's flights in a handshake of a client with fixed randomness."""
    engine, peer = start(offer(1)), TlsPeer(identity(), maxVersion=newest)
    flights = []
    while sent := engine.output():
        flights.append(peer.feed(sent))
        engine.feed(flights[-1])
    return flights


@pytest.mark.parametrize("newest", [(3, 3), (3, 4)])
def test_byte_by_byte(newest: tuple[int, int]) -> None:
    engine, peer = start(offer(1)), TlsPeer(identity(), maxVersion=newest)
    while sent := engine.output():
        answer = peer.feed(sent)
        for index in range(len(answer)):
            engine.feed(answer[index : index + 1])
    assert engine.connection_info is not None


class _Believer:
    kind, bits, curve = KeyKind.EC, 256, "prime256v1"

    def verify(self, *_: object) -> bool:
        return True

    def encrypt(self, secret: bytes, padding: bytes) -> bytes:
        return secret


@pytest.mark.slow
@settings(max_examples=60)
@given(st.integers(0, 10_000), st.integers(1, 255), st.sampled_from([(3, 3), (3, 4)]))
def test_one_wrong_byte_never_goes_unnoticed(at: int, change: int, newest: tuple[int, int]) -> None:
    """Whatever byte of the server's first flight is changed, no session comes of it.

    But for the versions in record headers of the first record, which nobody checks.
    """
    engine, peer = start(offer(1)), TlsPeer(identity(), maxVersion=newest)
    flight = bytearray(peer.feed(engine.output()))
    at %= len(flight)
    flight[at] ^= change
    engine.feed(bytes(flight))
    if engine.connection_info is None:
        if sent := engine.output():
            engine.feed(peer.feed(sent))
        assert engine.connection_info is None or at in (1, 2)


def test_a_bad_signature_is_answered_with_decrypt_error() -> None:
    class Doubter(_Believer):
        def verify(self, *_: object) -> bool:
            return False

    for newest in ((3, 3), (3, 4)):
        engine = Engine(
            offer(1), lambda _: Verified(ServerKey(Doubter())), lambda event: None, steady().randbytes
        )
        peer = TlsPeer(identity(), maxVersion=newest)
        shake(engine, peer)
        assert engine.error is not None and engine.error.reason == "bad signature"
        assert peer.refused is not None and "decrypt_error" in str(peer.refused)


def test_a_key_nothing_can_be_encrypted_with_is_an_error_of_ours() -> None:
    problem = LibraryError(0x0180006C, "no inverse")

    class Even(_Believer):
        kind, bits, curve = KeyKind.RSA, 2048, ""

        def encrypt(self, secret: bytes, padding: bytes) -> bytes:
            raise KeyUnusable(problem)

    engine = Engine(
        offer(1, ciphers="AES128-SHA"),
        lambda _: Verified(ServerKey(Even())),
        lambda event: None,
        steady().randbytes,
    )
    peer = TlsPeer(identity("rsa2048"), maxVersion=(3, 3))
    shake(engine, peer)
    assert engine.error is not None
    assert engine.error.queue == (problem, LibraryError(0x0A000077, "bad rsa encrypt"))
    assert peer.refused is not None and "internal_error" in str(peer.refused)


def test_the_key_must_fit_the_scheme_and_the_suite() -> None:
    class Rsa(_Believer):
        kind = KeyKind.RSA

    engine = Engine(offer(1), lambda _: Verified(ServerKey(Rsa())), lambda event: None, steady().randbytes)
    shake(engine, TlsPeer(identity()))
    assert engine.error is not None and engine.error.reason == "wrong signature type"
    engine = Engine(offer(1), lambda _: Verified(ServerKey(Rsa())), lambda event: None, steady().randbytes)
    shake(engine, TlsPeer(identity(), maxVersion=(3, 3)))
    assert engine.error is not None and engine.error.reason == "wrong certificate type"


def test_tls13_binds_curves_to_schemes() -> None:
    class Other(_Believer):
        curve = "secp384r1"

    engine = Engine(offer(1), lambda _: Verified(ServerKey(Other())), lambda event: None, steady().randbytes)
    shake(engine, TlsPeer(identity()))
    assert engine.error is not None and engine.error.reason == "wrong curve"


def test_an_unreadable_key() -> None:
    def judge(_: Credential) -> Verified:
        raise CredentialError(CredentialFault.UNUSABLE_KEY, 0)

    engine = Engine(offer(1), judge, lambda event: None, steady().randbytes)
    shake(engine, TlsPeer(identity()))
    assert engine.error is not None
    assert [error.reason for error in engine.error.queue] == [
        "decode error",
        "unable to find public key parameters",
    ]


def test_an_alert_from_the_server() -> None:
    made = replace(offer(1), groups=(0x1A,), versions=(0x0303,))
    engine, peer = start(made), TlsPeer(identity())
    shake(engine, peer)
    assert engine.error is not None and "alert" in engine.error.reason


def update_keys(peer: TlsPeer, *, asking: bool) -> bytes:
    """A KeyUpdate of the server's, from which on it has new keys."""
    for _ in peer._tls.send_keyupdate_request(int(asking)):
        pass
    sent = bytes(peer._socket.outgoing)
    peer._socket.outgoing.clear()
    return sent


def key_updates(events: list[Event]) -> int:
    return sum(
        isinstance(e, HandshakeMessageSeen) and e.sent and e.message[0] == HandshakeType.KEY_UPDATE
        for e in events
    )


def test_a_key_update_is_answered_with_the_next_write() -> None:
    """OpenSSL does not write while it reads (tls_process_key_update)."""
    events: list[Event] = []
    engine, peer = start(offer(1), events), TlsPeer(identity())
    shake(engine, peer)
    engine.feed(update_keys(peer, asking=True))
    assert engine.output() == b"" and key_updates(events) == 0
    assert converse(engine, peer, b"ping") == b"ping" and key_updates(events) == 1
    engine.feed(update_keys(peer, asking=False))
    assert converse(engine, peer, b"pong") == b"pong" and key_updates(events) == 1


def test_a_key_update_is_answered_before_another_message_is_read() -> None:
    events: list[Event] = []
    engine, peer = start(offer(1), events), TlsPeer(identity())
    shake(engine, peer)
    engine.feed(update_keys(peer, asking=True) + update_keys(peer, asking=True))
    assert engine.paused and key_updates(events) == 1
    peer.feed(engine.output())
    engine.feed(b"")
    assert not engine.paused and key_updates(events) == 1
    assert converse(engine, peer, b"ping") == b"ping" and key_updates(events) == 2


def test_change_cipher_spec_is_taken_until_the_server_changes_its_keys() -> None:
    """OpenSSL's layer for the first keys of the application begins before the client has finished."""
    engine, peer = start(offer(1)), TlsPeer(identity())
    shake(engine, peer)
    change = bytes.fromhex("14 0303 0001 01")
    engine.feed(change * 3)
    assert engine.error is None and converse(engine, peer, b"ping") == b"ping"
    engine.feed(update_keys(peer, asking=False) + change)
    assert engine.error is not None and engine.error.reason == "bad record type"
