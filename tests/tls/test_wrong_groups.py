"""A group that the hello offers is not one for every version: what `fuzz/key_share.py` found."""

from __future__ import annotations

import pytest

from pyfinger.tls.engine import Engine
from pyfinger.tls.groups import find_group
from pyfinger.tls.messages import CERTIFICATE, SERVER_HELLO, SERVER_HELLO_DONE, SERVER_KEY_EXCHANGE, message
from pyfinger.wire import opaque, uint
from tests.tls.offers import offer
from tests.tls.test_engine import identity, judge, steady
from tests.tls.test_opening import refusal, retry

HELLO = message(
    SERVER_HELLO, b"\3\3" + bytes(32) + b"\0" + bytes.fromhex("c02b 00 0009 ff01 0001 00 0017 0000")
)


def group(word: str) -> int:
    found = find_group(word)
    assert found is not None
    return found.code


def reason(flight: bytes, curves: str) -> str:
    engine = Engine(offer(1, curves=curves), judge, lambda event: None, steady().randbytes)
    engine.feed(b"\x16\3\3" + opaque(flight, 2))
    assert engine.error is not None
    return engine.error.reason


@pytest.mark.parametrize("word", ["ffdhe2048", "X25519MLKEM768", "brainpoolP256r1tls13"])
def test_tls12_takes_no_group_of_tls13_for_a_curve(word: str, monkeypatch: pytest.MonkeyPatch) -> None:
    certificate = message(CERTIFICATE, opaque(opaque(identity().chain[0], 3), 3))
    exchange = message(
        SERVER_KEY_EXCHANGE, b"\3" + uint(group(word), 2) + opaque(bytes(32), 1) + b"\4\3\0\2ab"
    )
    monkeypatch.setattr("pyfinger.tls.credentials.check_signature", lambda *_: None)
    flight = HELLO + certificate + exchange + message(SERVER_HELLO_DONE, b"")
    assert reason(flight, f"X25519 P-256 {word}") == "wrong curve"


def test_a_retry_cannot_ask_for_a_group_of_tls12() -> None:
    made = offer(1, curves="X25519 P-224 P-256")
    assert group("P-224") in made.groups
    asked = retry((51, uint(group("P-224"), 2)))
    assert refusal(asked, made=made)[0] == "bad key share"
