"""Message parsers: values, and where they refuse."""

from __future__ import annotations

import pytest

from pyfinger.errors import DecodeError
from pyfinger.tls import messages
from pyfinger.tls.messages import message
from pyfinger.tls.names import TLS10, TLS12, TLS13
from pyfinger.wire import Reader


def body(text: str, kind: int = 0) -> bytes:
    return message(kind, bytes.fromhex(text))


def test_server_hello_without_extensions() -> None:
    hello = messages.parse_server_hello(body("0301" + "55" * 32 + "02aabb" + "0035" + "00"))
    assert hello == messages.ServerHello(0x0301, b"\x55" * 32, b"\xaa\xbb", 0x0035, 0, {})
    assert hello.version == TLS10 and not hello.retry


def test_server_hello_with_a_long_session_id() -> None:
    with pytest.raises(DecodeError, match="longer than 32"):
        messages.parse_server_hello(body("0303" + "55" * 32 + "21" + "aa" * 33 + "0035" + "00"))


# 44 bytes are a whole hello, one without extensions.
@pytest.mark.parametrize("size", [size for size in range(4, 59) if size != 44])
def test_a_hello_cut_short_names_the_byte(size: int) -> None:
    whole = body("0303" + "55" * 32 + "02aabb" + "c02f" + "00" + "000d" + "ff01000100" + "0017000400000000")
    with pytest.raises(DecodeError) as caught:
        messages.parse_server_hello(whole[:size])
    assert caught.value.offset <= size


def test_certificates_of_both_forms() -> None:
    old = messages.body_reader(body("000009 000002 aabb 000001 cc"))
    assert messages.parse_certificate(old, TLS12, raw_key=False) == (b"\xaa\xbb", b"\xcc")
    new = messages.body_reader(body("00 000007 000002 aabb 0000"))
    assert messages.parse_certificate(new, TLS13, raw_key=False) == (b"\xaa\xbb",)
    raw = messages.body_reader(body("000002 aabb"))
    assert messages.parse_certificate(raw, TLS12, raw_key=True) == (b"\xaa\xbb",)


def test_a_certificate_context_must_be_empty() -> None:
    with pytest.raises(DecodeError, match="context"):
        messages.parse_certificate(messages.body_reader(body("01aa 000000")), TLS13, raw_key=False)


def test_key_exchanges() -> None:
    ecdhe = messages.parse_server_key_exchange(
        body("03 001d 02 aabb 0804 0001 cc"), "ECDHE", TLS12, signed=True
    )
    assert (ecdhe.group, ecdhe.public, ecdhe.params.hex()) == (0x1D, b"\xaa\xbb", "03001d02aabb")
    assert ecdhe.signed == messages.Signed(0x0804, b"\xcc")
    old = messages.parse_server_key_exchange(
        body("0001 17 0001 02 0001 05 0001 cc"), "DHE", TLS10, signed=True
    )
    assert (old.prime, old.generator, old.public) == (b"\x17", b"\x02", b"\x05")
    assert old.signed == messages.Signed(0, b"\xcc")
    anonymous = messages.parse_server_key_exchange(
        body("0001 17 0001 02 0001 05"), "DHE", TLS12, signed=False
    )
    assert anonymous.signed is None


def test_explicit_curves_are_not_read() -> None:
    with pytest.raises(DecodeError, match="named_curve"):
        messages.parse_server_key_exchange(body("01 001d 00"), "ECDHE", TLS12, signed=False)


def test_certificate_requests() -> None:
    assert messages.parse_certificate_request(body("01 40 0000"), TLS10).types == b"\x40"
    request = messages.parse_certificate_request(body("0140 0004 0403 0804 0000"), TLS12)
    assert request.schemes == (0x0403, 0x0804)
    request = messages.parse_certificate_request(body("02 beef 0008 000d 0004 0002 0403"), TLS13)
    assert (request.context, request.schemes) == (b"\xbe\xef", (0x0403,))
    with pytest.raises(DecodeError, match="without signature_algorithms"):
        messages.parse_certificate_request(body("00 0000"), TLS13)
    extensions = "000d 0004 0002 0403  0032 0004 0002 0401  001b 0005 04 0001 0003"
    request = messages.parse_certificate_request(body(f"00 0019 {extensions}"), TLS13)
    assert (request.certificate_schemes, request.compression) == ((0x0401,), (1, 3))


def test_our_certificates_read_like_the_server_s() -> None:
    blobs = (b"leaf", b"issuer")
    for version, raw_key, shown in (
        (TLS12, False, blobs),
        (TLS13, False, blobs),
        (TLS12, True, blobs[:1]),
        (TLS13, True, blobs[:1]),
    ):
        written = messages.certificate_body(version, b"", shown, raw_key=raw_key)
        assert messages.parse_certificate(Reader(written), version, raw_key) == shown
    assert messages.certificate_body(TLS13, b"\xbe", (), raw_key=False).hex() == "01be000000"
    assert messages.certificate_body(TLS12, b"", (), raw_key=False).hex() == "000000"
    assert messages.certificate_body(TLS12, b"", (), raw_key=True).hex() == "000000"


def test_tickets() -> None:
    assert messages.parse_ticket(body("00000e10 0001 aa"), TLS12) == messages.Ticket(3600, b"\xaa")
    ticket = messages.parse_ticket(body("00000e10 00000007 01 05 0001 aa 0000"), TLS13)
    assert ticket == messages.Ticket(3600, b"\xaa", 7, b"\x05")
    with pytest.raises(DecodeError, match="empty ticket"):
        messages.parse_ticket(body("00000e10 00000007 00 0000 0000"), TLS13)


def test_compressed_certificate() -> None:
    found = messages.parse_compressed(body("0001 000400 000002 aabb"))
    assert found == messages.Compressed(1, 1024, b"\xaa\xbb")
