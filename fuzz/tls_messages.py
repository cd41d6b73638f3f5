"""Any bytes after a handshake header give a value or DecodeError, from every message parser."""

from __future__ import annotations

from collections.abc import Callable

from pyfinger.errors import DecodeError
from pyfinger.tls import messages
from pyfinger.tls.names import TLS10, TLS12, TLS13

PARSERS: tuple[Callable[[bytes], object], ...] = (
    messages.parse_server_hello,
    messages.parse_encrypted_extensions,
    messages.parse_compressed,
    messages.parse_certificate_verify,
    lambda data: messages.parse_server_share(data[4:]),
    lambda data: messages.parse_certificate(messages.body_reader(data), TLS12, raw_key=False),
    lambda data: messages.parse_certificate(messages.body_reader(data), TLS12, raw_key=True),
    lambda data: messages.parse_certificate(messages.body_reader(data), TLS13, raw_key=False),
    lambda data: messages.parse_server_key_exchange(data, "ECDHE", TLS12, signed=True),
    lambda data: messages.parse_server_key_exchange(data, "DHE", TLS12, signed=False),
    lambda data: messages.parse_server_key_exchange(data, "DHE", TLS10, signed=True),
    lambda data: messages.parse_certificate_request(data, TLS10),
    lambda data: messages.parse_certificate_request(data, TLS12),
    lambda data: messages.parse_certificate_request(data, TLS13),
    lambda data: messages.parse_ticket(data, TLS12),
    lambda data: messages.parse_ticket(data, TLS13),
)


def _hex(text: str) -> bytes:
    return bytes.fromhex(text)


SEEDS: list[bytes] = [
    _hex("0303") + bytes(32) + _hex("00 c02f 00 0009 ff01 0001 00 0017 0000"),  # ServerHello
    _hex("0006 000a 0002 001d"),  # EncryptedExtensions
    _hex("001d 0020") + bytes(32),  # key share
    _hex("000006 000003 aabbcc"),  # Certificate, TLS 1.2
    _hex("00 000008 000003 aabbcc 0000"),  # Certificate, TLS 1.3
    _hex("0001 000003 000003 aabbcc"),  # CompressedCertificate
    _hex("0403 0002 aabb"),  # CertificateVerify
    _hex("03 001d 02 aabb 0401 0002 ccdd"),  # ECDHE
    _hex("0001 17 0001 02 0001 05"),  # DHE, anonymous
    _hex("01 01 0002 0401 0000"),  # CertificateRequest, TLS 1.2
    _hex("00 0008 000d 0004 0002 0403"),  # CertificateRequest, TLS 1.3
    _hex("00000e10 0002 aabb"),  # ticket, TLS 1.2
    _hex("00000e10 00000001 01 00 0002 aabb 0000"),  # ticket, TLS 1.3
]


def check(data: bytes) -> None:
    whole = messages.message(2, data)
    for parser in PARSERS:
        try:
            parser(whole)
        except DecodeError as error:
            assert 0 <= error.offset <= len(whole)
