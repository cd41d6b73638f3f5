"""Message parsers: values, and where they refuse."""

from __future__ import annotations

import pytest

from pyfinger.errors import DecodeError
from pyfinger.tls import certificate_messages, messages
from pyfinger.tls.certificate_messages import CertificateEntry
from pyfinger.tls.codepoints import TLS10, TLS12, TLS13
from pyfinger.tls.handshake_failures import TlsFailure
from pyfinger.tls.messages import message
from pyfinger.tls.suites import KeyExchange
from pyfinger.wire import Reader


def body(text: str, kind: int = 0) -> bytes:
    return message(kind, bytes.fromhex(text))


def test_server_hello_without_extensions() -> None:
    hello = messages.parse_server_hello(body("0301" + "55" * 32 + "02aabb" + "0035" + "00"))
    assert hello == messages.ServerHello(0x0301, b"\x55" * 32, b"\xaa\xbb", 0x0035, 0, None)
    assert not hello.retry


def test_server_hello_with_a_long_session_id() -> None:
    with pytest.raises(TlsFailure, match="ssl3 session id too long"):
        messages.parse_server_hello(body("0303" + "55" * 32 + "21" + "aa" * 33 + "0035" + "00"))


# 44 bytes are a whole hello, one without extensions.
@pytest.mark.parametrize("size", [size for size in range(4, 59) if size != 44])
def test_a_hello_cut_short_names_the_byte(size: int) -> None:
    whole = body("0303" + "55" * 32 + "02aabb" + "c02f" + "00" + "000d" + "ff01000100" + "0017000400000000")
    expected = (DecodeError, "cut short") if size < 44 else (TlsFailure, "bad length")
    with pytest.raises(expected[0], match=expected[1]):
        messages.parse_server_hello(whole[:size])


def test_certificates_of_both_forms() -> None:
    old = messages.body_reader(body("000009 000002 aabb 000001 cc"))
    entries = [CertificateEntry(b"\xaa\xbb"), CertificateEntry(b"\xcc")]
    assert list(certificate_messages.parse_certificates(old, TLS12)) == entries
    new = messages.body_reader(body("00 000007 000002 aabb 0000"))
    assert list(certificate_messages.parse_certificates(new, TLS13)) == entries[:1]
    raw = messages.body_reader(body("000002 aabb"))
    assert certificate_messages.parse_raw_key(raw, TLS12) == entries[0]


def test_a_certificate_context_must_be_empty() -> None:
    with pytest.raises(DecodeError, match="context"):
        list(certificate_messages.parse_certificates(messages.body_reader(body("01aa 000000")), TLS13))
    with pytest.raises(TlsFailure, match="invalid context"):
        certificate_messages.parse_raw_key(messages.body_reader(body("01aa 000000")), TLS13)


def test_key_exchanges() -> None:
    reader = messages.body_reader(body("03 001d 02 aabb 0804 0001 cc"))
    ecdhe = messages.parse_key_exchange_params(reader, KeyExchange.ECDHE, {0x1D})
    assert (ecdhe.group, ecdhe.public, ecdhe.params.hex()) == (0x1D, b"\xaa\xbb", "03001d02aabb")
    assert messages.parse_key_exchange_signature(reader, TLS12) == messages.Signed(0x0804, b"\xcc")
    reader = messages.body_reader(body("0001 17 0001 02 0001 05 0001 cc"))
    old = messages.parse_key_exchange_params(reader, KeyExchange.DHE, ())
    assert (old.prime, old.generator, old.public) == (b"\x17", b"\x02", b"\x05")
    assert messages.parse_key_exchange_signature(reader, TLS10) == messages.Signed(0, b"\xcc")


@pytest.mark.parametrize("params", ["01 001d 00", "03 001e 00", "02 001d"])
def test_other_curves_than_those_offered_are_not_read(params: str) -> None:
    with pytest.raises(TlsFailure, match="wrong curve"):
        messages.parse_key_exchange_params(messages.body_reader(body(params)), KeyExchange.ECDHE, {0x1D})


def test_certificate_requests() -> None:
    assert certificate_messages.parse_certificate_request(body("01 40 0000"), TLS10).types == b"\x40"
    request = certificate_messages.parse_certificate_request(body("0140 0004 0403 0804 0000"), TLS12)
    assert request.schemes == (0x0403, 0x0804)
    request = certificate_messages.parse_certificate_request(body("02 beef 0008 000d 0004 0002 0403"), TLS13)
    assert (request.context, request.schemes) == (b"\xbe\xef", (0x0403,))
    with pytest.raises(TlsFailure, match="missing sigalgs extension"):
        certificate_messages.parse_certificate_request(body("00 0000"), TLS13)
    extensions = "000d 0004 0002 0403  0032 0004 0002 0401  001b 0005 04 0001 0003"
    request = certificate_messages.parse_certificate_request(body(f"00 0019 {extensions}"), TLS13)
    assert (request.certificate_schemes, request.compression) == ((0x0401,), (1, 3))


def test_our_certificates_read_like_the_server_s() -> None:
    blobs = (b"leaf", b"issuer")
    for version, raw_key, shown in (
        (TLS12, False, blobs),
        (TLS13, False, blobs),
        (TLS12, True, blobs[:1]),
        (TLS13, True, blobs[:1]),
    ):
        written = certificate_messages.certificate_body(version, b"", shown, raw_key=raw_key)
        reader = Reader(written)
        if raw_key:
            assert certificate_messages.parse_raw_key(reader, version).der == shown[0]
        else:
            assert tuple(e.der for e in certificate_messages.parse_certificates(reader, version)) == shown
    assert certificate_messages.certificate_body(TLS13, b"\xbe", (), raw_key=False).hex() == "01be000000"
    assert certificate_messages.certificate_body(TLS12, b"", (), raw_key=False).hex() == "000000"
    assert certificate_messages.certificate_body(TLS12, b"", (), raw_key=True).hex() == "000000"


def test_tickets() -> None:
    assert messages.parse_ticket(body("00000e10 0001 aa"), TLS12) == messages.Ticket(3600, b"\xaa")
    ticket = messages.parse_ticket(body("00000e10 00000007 01 05 0001 aa 0000"), TLS13)
    assert ticket == messages.Ticket(3600, b"\xaa", 7, b"\x05")
    with pytest.raises(DecodeError, match="empty ticket"):
        messages.parse_ticket(body("00000e10 00000007 00 0000 0000"), TLS13)


def test_compressed_certificate() -> None:
    found = certificate_messages.parse_compressed(body("0001 000400 000002 aabb"))
    assert found == certificate_messages.Compressed(1, 1024, b"\xaa\xbb")


@pytest.mark.parametrize(
    ("names", "reason"),
    [("0002 0000", "ASN1 lib"), ("0005 0003 300000", "ca dn length mismatch"), ("0004 0002 3000", "")],
)
def test_names_of_authorities(names: str, reason: str) -> None:
    request = body(f"0140 0002 0403 {names}")
    if not reason:
        assert certificate_messages.parse_certificate_request(request, TLS12).schemes == (0x0403,)
        return
    with pytest.raises(TlsFailure, match=reason):
        certificate_messages.parse_certificate_request(request, TLS12)
