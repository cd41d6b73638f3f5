"""Any bytes after a handshake header give a value, DecodeError or TlsFailure, from every message parser."""

from __future__ import annotations

from collections.abc import Callable

from pyfinger.errors import DecodeError
from pyfinger.tls import certificate_messages, messages
from pyfinger.tls.codepoints import TLS10, TLS12, TLS13
from pyfinger.tls.extensions import AnswerContext, check_contents, collect
from pyfinger.tls.handshake_failures import TlsFailure
from pyfinger.tls.messages import body_reader
from pyfinger.tls.suites import KeyExchange

PARSERS: tuple[Callable[[bytes], object], ...] = (
    messages.parse_server_hello,
    messages.parse_encrypted_extensions,
    certificate_messages.parse_compressed,
    messages.parse_certificate_verify,
    lambda data: messages.parse_key_share_entry(data[4:], range(0x20)),
    lambda data: list(certificate_messages.parse_certificates(body_reader(data), TLS12)),
    lambda data: list(certificate_messages.parse_certificates(body_reader(data), TLS13)),
    lambda data: certificate_messages.parse_raw_key(body_reader(data), TLS12),
    lambda data: certificate_messages.parse_raw_key(body_reader(data), TLS13),
    lambda data: messages.parse_key_exchange_params(body_reader(data), KeyExchange.ECDHE, range(0x20)),
    lambda data: messages.parse_key_exchange_params(body_reader(data), KeyExchange.DHE, ()),
    lambda data: messages.parse_key_exchange_signature(body_reader(data), TLS10),
    lambda data: messages.parse_key_exchange_signature(body_reader(data), TLS12),
    lambda data: certificate_messages.parse_certificate_request(data, TLS10),
    lambda data: certificate_messages.parse_certificate_request(data, TLS12),
    lambda data: certificate_messages.parse_certificate_request(data, TLS13),
    lambda data: check_contents(collect(data[4:], AnswerContext.SERVER_HELLO, range(1 << 16)), {}),
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
        except TlsFailure:
            continue
        except DecodeError as error:
            assert 0 <= error.offset <= len(whole)
