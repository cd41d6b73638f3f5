"""ClientHellos equal those the reference sent, byte by byte."""

from __future__ import annotations

from pathlib import Path

import pytest

from pyfinger.tls.client_hello import ClientHello, client_hello
from pyfinger.tls.config import ClientConfig
from pyfinger.tls.engine import Engine
from pyfinger.values import replace
from pyfinger.wire import Reader
from tests.tls.offers import offer, with_credential, with_sni

GOLDEN = Path(__file__).parent.parent / "golden" / "hellos"

VARIANTS: dict[str, ClientConfig] = {
    "secure": offer(1),
    "may": offer(0),
    "encrypt-sni": with_sni(offer(0), "mx.example.test"),
    "fingerprint": offer(1),
    "rpk-encrypt": replace(offer(0), raw_keys=True),
    "rpk-fingerprint": replace(offer(1), raw_keys=True),
    "tls12": offer(0, protocols="TLSv1.2"),
    "to-tls12": offer(0, protocols="<=TLSv1.2"),
    "tls13": offer(0, protocols="TLSv1.3"),
    "from-tls13": offer(0, protocols=">=TLSv1.3"),
    "tls10": offer(0, protocols="TLSv1"),
    "high": offer(0, grade="high"),
    "no-ticket": replace(offer(0), tickets=False),
    "client-cert": with_credential(offer(0)),
    "client-rpk": with_credential(replace(offer(0), raw_keys=True)),
    "curves": offer(0, curves="prime256v1 X25519"),
}


def masked(record: bytes) -> bytes:
    """The first record with random, session id and key shares zeroed."""
    data = bytearray(record)
    data[11:43] = bytes(32)
    reader = Reader(bytes(data), 43)
    start = reader.position + 1
    session_id = reader.opaque(1, "session_id")
    data[start : start + len(session_id)] = bytes(len(session_id))
    reader.opaque(2, "suites")
    reader.opaque(1, "compression")
    with reader.vector(2, "extensions"):
        while reader:
            kind = reader.u16("type")
            with reader.vector(2, "extension"):
                if kind != 51:
                    reader.rest()
                    continue
                with reader.vector(2, "shares"):
                    while reader:
                        reader.u16("group")
                        start = reader.position + 2
                        share = reader.opaque(2, "share")
                        data[start : start + len(share)] = bytes(len(share))
    return bytes(data)


def first_flight(made: ClientConfig) -> bytes:
    def no_judge(credential: object) -> None:
        raise AssertionError

    engine = Engine(made, no_judge, lambda event: None, lambda size: bytes(range(size)))  # type: ignore[arg-type]
    return engine.output()


@pytest.mark.parametrize("name", VARIANTS)
def test_the_hello_is_the_reference_s(name: str) -> None:
    wanted = bytes.fromhex((GOLDEN / f"{name}.hex").read_text())
    assert masked(first_flight(VARIANTS[name])).hex() == wanted.hex()


@pytest.mark.parametrize("length", range(1, 250))
def test_no_hello_has_a_length_that_some_servers_choke_on(length: int) -> None:
    made = offer(1, protocols="TLSv1.2", ciphers="ECDHE-RSA-AES128-SHA")
    hello = ClientHello(with_sni(made, "x" * length), bytes(32))
    assert not 0xFF < len(client_hello(hello)) < 0x200


def test_the_random_comes_from_the_caller() -> None:
    assert first_flight(offer(1))[11:43] == bytes(range(32))
