"""A group that the hello offers is not one for every version: what `fuzz/key_share.py` found."""

from __future__ import annotations

import pytest

from pyfinger.model import KeyKind, ServerKey, Verified
from pyfinger.tls.codepoints import TLS12, HandshakeType
from pyfinger.tls.engine import Engine
from pyfinger.tls.groups import find_group
from pyfinger.tls.handshake_state import CertificateVerifier
from pyfinger.tls.key_exchange import new_share
from pyfinger.tls.messages import message
from pyfinger.wire import opaque, uint
from tests.tls.offers import offer
from tests.tls.test_engine import identity, judge, steady
from tests.tls.test_server_hello import refusal, retry

HELLO = message(
    HandshakeType.SERVER_HELLO,
    b"\3\3" + bytes(32) + b"\0" + bytes.fromhex("c02b 00 0009 ff01 0001 00 0017 0000"),
)


def group(word: str) -> int:
    found = find_group(word)
    assert found is not None
    return found.code


def reason(flight: bytes, curves: str, ciphers: str = "", judge: CertificateVerifier = judge) -> str:
    made = offer(1, curves=curves, ciphers=ciphers)
    engine = Engine(made, judge, lambda event: None, steady().randbytes)
    engine.feed(b"\x16\3\3" + opaque(flight, 2))
    assert engine.error is not None
    return engine.error.reason


@pytest.mark.parametrize("word", ["ffdhe2048", "X25519MLKEM768", "brainpoolP256r1tls13"])
def test_tls12_takes_no_group_of_tls13_for_a_curve(word: str, monkeypatch: pytest.MonkeyPatch) -> None:
    certificate = message(HandshakeType.CERTIFICATE, opaque(opaque(identity().chain[0], 3), 3))
    exchange = message(
        HandshakeType.SERVER_KEY_EXCHANGE, b"\3" + uint(group(word), 2) + opaque(bytes(32), 1) + b"\4\3\0\2ab"
    )
    monkeypatch.setattr("pyfinger.tls.server_certificate.check_signature", lambda *_: None)
    flight = HELLO + certificate + exchange + message(HandshakeType.SERVER_HELLO_DONE, b"")
    assert reason(flight, f"X25519 P-256 {word}") == "wrong curve"


def test_a_retry_cannot_ask_for_a_group_of_tls12() -> None:
    made = offer(1, curves="X25519 P-224 P-256")
    assert group("P-224") in made.groups
    asked = retry((51, uint(group("P-224"), 2)))
    assert refusal(asked, made=made)[0] == "bad key share"


class _Key:
    """A key on a curve, which signs whatever there is."""

    kind, bits, strength, explicit = KeyKind.EC, 384, 192, False

    def __init__(self, curve: str) -> None:
        self.curve = curve

    def verify(self, *_: object) -> bool:
        return True

    def encrypt(self, secret: bytes, padding: bytes) -> bytes:
        raise ValueError("not an RSA key")


def signed(curve: str, offered: str, scheme: bytes, ciphers: str = "") -> str:
    """What a TLS 1.2 server is told whose key is on a curve, after an exchange on P-256."""
    certificate = message(HandshakeType.CERTIFICATE, opaque(opaque(identity().chain[0], 3), 3))
    share = new_share(group("P-256"), TLS12).public
    exchange = message(
        HandshakeType.SERVER_KEY_EXCHANGE,
        b"\3" + uint(group("P-256"), 2) + opaque(share, 1) + scheme + b"\0\2ab",
    )
    flight = HELLO + certificate + exchange + message(HandshakeType.SERVER_HELLO_DONE, b"\0")
    return reason(flight, offered, ciphers, lambda _: Verified(ServerKey(_Key(curve))))


@pytest.mark.parametrize(
    ("curve", "offered", "told"),
    [
        ("secp384r1", "X25519 P-256 P-384", "excessive message size"),  # of the last message, which is none
        ("secp384r1", "X25519 P-256", "wrong curve"),
        ("brainpoolP384r1", "X25519 P-256 P-384", "wrong curve"),
        ("brainpoolP384r1", "P-256 brainpoolP384r1tls13", "wrong curve"),
        ("brainpoolP384r1", "P-256 brainpoolP384r1", "excessive message size"),
        ("", "X25519 P-256", "wrong curve"),  # one without a number
    ],
)
def test_tls12_wants_the_curve_of_the_certificate_s_key_among_its_groups(
    curve: str, offered: str, told: str
) -> None:
    assert signed(curve, offered, b"\5\3") == told


@pytest.mark.parametrize(
    ("curve", "scheme", "told"),
    [
        ("prime256v1", b"\4\3", "excessive message size"),
        ("prime256v1", b"\5\3", "wrong curve"),
        ("secp384r1", b"\5\3", "wrong curve"),  # the suite is P-256's
        ("prime256v1", b"\2\3", "wrong signature type"),
    ],
)
def test_suite_b_ties_suites_and_signatures_to_curves(curve: str, scheme: bytes, told: str) -> None:
    assert signed(curve, "", scheme, "SUITEB128") == told
