"""Record protection: round trips, tampering, and published values."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pyfinger.tls.codepoints import TLS10, TLS11, TLS12
from pyfinger.tls.handshake_failures import TlsFailure
from pyfinger.tls.protection import Aead13, RecordProtection, key_sizes, protections
from pyfinger.tls.suites import CIPHERS, Suite, suites

OLD = [suite for suite in suites().values() if not suite.tls13]


def pair(suite: Suite, version: int, etm: bool = False) -> tuple[RecordProtection, RecordProtection]:
    """Two ends of the client's direction."""
    block = bytes(range(1, 1 + 2 * sum(key_sizes(suite))))
    return protections(suite, version, block, etm=etm)[0], protections(suite, version, block, etm=etm)[0]


def versions(suite: Suite) -> list[int]:
    return [version for version in (TLS10, TLS11, TLS12) if suite.fits(version)]


@pytest.mark.slow
@pytest.mark.parametrize("suite", OLD, ids=lambda suite: suite.name)
def test_what_is_sealed_can_be_opened(suite: Suite) -> None:
    for version in versions(suite):
        for etm in (False, True):
            writer, reader = pair(suite, version, etm)
            for content in (b"", b"x", bytes(100)):
                assert reader.open(23, writer.seal(23, content)) == content


@pytest.mark.slow
@pytest.mark.parametrize("suite", OLD, ids=lambda suite: suite.name)
def test_tampering_is_noticed(suite: Suite) -> None:
    version = versions(suite)[-1]
    for etm in (False, True):
        writer, _ = pair(suite, version, etm)
        body = writer.seal(23, b"secret")
        for changed in (body[:-1] + bytes([body[-1] ^ 1]), bytes([body[0] ^ 1]) + body[1:], body[:-1], b""):
            _, reader = pair(suite, version, etm)
            reason = "decryption failed or bad record mac|length too short"
            with pytest.raises(TlsFailure, match=reason):
                reader.open(23, changed)


@pytest.mark.parametrize(
    ("cipher", "etm", "reasons"),
    [
        ("ECDHE-RSA-AES128-GCM-SHA256", False, ["cipher operation failed", "…"]),
        ("ECDHE-ECDSA-AES128-CCM", False, ["cipher operation failed", "…"]),
        ("ECDHE-RSA-CHACHA20-POLY1305", False, ["…"]),
        ("ECDHE-RSA-AES128-SHA256", False, ["cipher operation failed", "…"]),  # with its MAC one cipher
        ("ECDHE-RSA-AES128-SHA256", True, ["…"]),
        ("ECDHE-RSA-AES256-SHA384", False, ["…"]),
        ("ECDHE-RSA-CAMELLIA128-SHA256", False, ["…"]),
    ],
)
def test_some_ciphers_say_that_they_failed_ahead_of_the_record_layer(
    cipher: str, etm: bool, reasons: list[str]
) -> None:
    writer, reader = pair(next(suite for suite in OLD if suite.name == cipher), TLS12, etm)
    body = writer.seal(23, b"secret")
    with pytest.raises(TlsFailure) as caught:
        reader.open(23, body[:-1] + bytes([body[-1] ^ 1]))
    usual = "decryption failed or bad record mac"
    expected = [usual if reason == "…" else reason for reason in reasons]
    assert [entry.reason for entry in caught.value.queue][: len(expected)] == expected


@pytest.mark.parametrize("cipher", ["ECDHE-RSA-AES256-SHA", "ECDHE-RSA-AES128-SHA256"])
@pytest.mark.parametrize(("size", "told"), [(16, False), (32, False), (48, True)])
def test_records_too_short_to_be_tried_are_not_said_to_have_failed(
    cipher: str, size: int, told: bool
) -> None:
    writer, reader = pair(next(suite for suite in OLD if suite.name == cipher), TLS12)
    body = writer.seal(23, bytes(100))
    with pytest.raises(TlsFailure) as caught:
        reader.open(23, body[:size])
    assert (caught.value.queue[0].reason == "cipher operation failed") is told


def test_the_content_type_is_authenticated() -> None:
    for suite in OLD:
        writer, reader = pair(suite, TLS12)
        with pytest.raises(TlsFailure):
            reader.open(22, writer.seal(23, b"secret"))


def test_records_cannot_change_places() -> None:
    for suite in OLD:
        writer, reader = pair(suite, TLS12)
        writer.seal(23, b"first")
        second = writer.seal(23, b"second")
        with pytest.raises(TlsFailure):
            reader.open(23, second)


@pytest.mark.parametrize("name", ["AES128-GCM", "AES256-GCM", "CHACHA20", "AES128-CCM", "AES128-CCM8"])
def test_tls13(name: str) -> None:
    cipher = CIPHERS[name]
    writer, reader = (Aead13(cipher, bytes(cipher.key), bytes(12)) for _ in range(2))
    for content in (b"\x17", b"x" * 50 + b"\x16"):
        assert reader.open(23, writer.seal(23, content)) == content
    with pytest.raises(TlsFailure):
        reader.open(23, writer.seal(23, b"x\x17")[1:])


@given(st.sampled_from(OLD), st.binary(max_size=80), st.booleans())
def test_any_bytes_are_refused_with_our_own_error(suite: Suite, body: bytes, etm: bool) -> None:
    _, reader = pair(suite, versions(suite)[-1], etm)
    with pytest.raises(TlsFailure):
        reader.open(23, body)


def test_a_tls13_record_of_rfc_8448() -> None:
    """RFC 8448 section 3: the client's application data record."""
    key = bytes.fromhex("17422dda596ed5d9acd890e3c63f5051")
    iv = bytes.fromhex("5b78923dee08579033e523d9")
    sealed = Aead13(CIPHERS["AES128-GCM"], key, iv).seal(23, bytes(range(50)) + b"\x17")
    assert sealed.hex().startswith("a23f7054b62c94d0affafe8228ba55cbefacea42f914aa66bcab3f2b9819a8a5")
