"""ClientHellos equal those the reference sent, byte by byte."""

from __future__ import annotations

from pathlib import Path

import pytest

from pyfinger.references import REFERENCES, Reference
from pyfinger.tls.client_hello import ClientHello, client_hello
from pyfinger.tls.config import ClientConfig, with_options
from pyfinger.tls.engine import Engine
from pyfinger.values import replace
from pyfinger.wire import Reader
from tests.tls.offers import offer, with_credential, with_sni

GOLDEN = Path(__file__).parent.parent / "golden"
FOLDERS = {"3.10": GOLDEN / "hellos", "3.11": GOLDEN / "hellos-3.11", "3.12": GOLDEN / "hellos-3.11"}


def variants(like: Reference) -> dict[str, ClientConfig]:
    """The offers whose hellos were recorded."""
    may, secure = offer(0, like=like), offer(1, like=like)
    return {
        "secure": secure,
        "may": may,
        "encrypt-sni": with_sni(may, "mx.example.test"),
        "fingerprint": secure,
        "rpk-encrypt": replace(may, raw_keys=True),
        "rpk-fingerprint": replace(secure, raw_keys=True),
        "tls12": offer(0, protocols="TLSv1.2", like=like),
        "to-tls12": offer(0, protocols="<=TLSv1.2", like=like),
        "tls13": offer(0, protocols="TLSv1.3", like=like),
        "from-tls13": offer(0, protocols=">=TLSv1.3", like=like),
        "tls10": offer(0, protocols="TLSv1", like=like),
        "high": offer(0, grade="high", like=like),
        "no-ticket": replace(may, tickets=False),
        "client-cert": with_credential(may),
        "client-rpk": with_credential(replace(may, raw_keys=True)),
        "curves": offer(0, curves="prime256v1 X25519", like=like),
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


@pytest.mark.parametrize("like", FOLDERS)
def test_the_hellos_are_the_reference_s(like: str) -> None:
    recorded = {path.stem: bytes.fromhex(path.read_text()) for path in FOLDERS[like].glob("*.hex")}
    made = variants(REFERENCES[like])
    assert {name: masked(first_flight(config)) for name, config in made.items()} == recorded


def test_compressed_points_can_be_had_back_from_openssl_3_6() -> None:
    without = offer(1, like=REFERENCES["3.11"])
    found = with_options(without, "0x1000000000", "")
    assert (without.compressed_points, found.compressed_points) == (False, True)
    assert client_hello(ClientHello(found, bytes(32))) != client_hello(ClientHello(without, bytes(32)))


@pytest.mark.parametrize("length", range(1, 250))
def test_no_hello_has_a_length_that_some_servers_choke_on(length: int) -> None:
    made = offer(1, protocols="TLSv1.2", ciphers="ECDHE-RSA-AES128-SHA")
    hello = ClientHello(with_sni(made, "x" * length), bytes(32))
    assert not 0xFF < len(client_hello(hello)) < 0x200


def test_the_random_comes_from_the_caller() -> None:
    assert first_flight(offer(1))[11:43] == bytes(range(32))
