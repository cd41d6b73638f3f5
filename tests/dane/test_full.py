"""Records with a full certificate or public key."""

from __future__ import annotations

import pytest

from pyfinger.dane.usability import is_decodable
from pyfinger.model import TlsaRecord


def der(tag: int, *parts: bytes) -> bytes:
    content = b"".join(parts)
    assert len(content) < 65536
    length = bytes([len(content)]) if len(content) < 128 else b"\x82" + len(content).to_bytes(2, "big")
    return bytes([tag]) + length + content


ED25519 = der(0x30, bytes.fromhex("06032b6570"))
KEY = der(0x30, ED25519, der(0x03, b"\0", bytes(range(32))))
UNKNOWN_KEY = der(0x30, der(0x30, bytes.fromhex("06032b657f")), der(0x03, b"\0", bytes(32)))


def certificate(key: bytes) -> bytes:
    """The least a certificate may hold."""
    name = der(0x30)
    dates = der(0x30, der(0x17, b"200101000000Z"), der(0x17, b"300101000000Z"))
    tbs = der(0x30, der(0x02, b"\1"), ED25519, name, dates, name, key)
    return der(0x30, tbs, ED25519, der(0x03, b"\0", bytes(64)))


CERT = certificate(KEY)


@pytest.mark.parametrize("usage", [2, 3])
@pytest.mark.parametrize(("selector", "data"), [(0, CERT), (1, KEY)])
def test_exactly_what_the_selector_says(usage: int, selector: int, data: bytes) -> None:
    assert is_decodable(TlsaRecord(usage, selector, 0, data))


@pytest.mark.parametrize(
    ("selector", "data"),
    [
        (0, KEY),
        (1, CERT),
        (0, b""),
        (1, b""),
        (0, CERT[:-1]),
        (1, KEY[:-1]),
        (0, CERT + b"\0"),
        (1, KEY + b"\0"),
        (0, certificate(UNKNOWN_KEY)),
        (1, UNKNOWN_KEY),
    ],
)
def test_anything_else_is_not_decodable(selector: int, data: bytes) -> None:
    assert not is_decodable(TlsaRecord(3, selector, 0, data))
