"""Handshake messages: the server's as values, ours as bytes.

Every parser takes a message with its four-byte header and returns a value or
raises `DecodeError` with the field and the byte, which is told as a `length
mismatch`; where OpenSSL has other words it is a `TlsFailure`.  RFC 8446 section
4, RFC 5246 section 7.4, RFC 8422 section 5.  What is about certificates stands in
`certificate_messages`.
"""

from __future__ import annotations

import hmac
from collections.abc import Container, Iterator
from contextlib import contextmanager

from pyfinger.errors import DecodeError
from pyfinger.tls.codepoints import (
    HELLO_RETRY_RANDOM,
    TLS12,
    TLS13,
    ECCurveType,
    ExtensionType,
)
from pyfinger.tls.extensions import AnswerContext, collect
from pyfinger.tls.handshake_failures import Reason, failure
from pyfinger.tls.suites import KeyExchange
from pyfinger.values import Value, field
from pyfinger.wire import Reader, opaque


def message(kind: int, body: bytes) -> bytes:
    """A handshake message with its header."""
    return bytes([kind]) + opaque(body, 3)


def body_reader(data: bytes) -> Reader:
    """A reader past the header; the header's length is known to be right."""
    return Reader(data, 4)


@contextmanager
def told_as(reason: Reason, alert: int | None = -1) -> Iterator[None]:
    """What does not decode in here is told with this reason, not as the usual `LENGTH_MISMATCH`."""
    try:
        yield
    except DecodeError as error:
        raise failure(reason, alert) from error


def extension_block(reader: Reader, reason: Reason = Reason.LENGTH_MISMATCH) -> bytes:
    """An extension block, undecoded; `reason` if it is cut short."""
    with told_as(reason):
        return reader.opaque(2, "extensions")


class ServerHello(Value):
    """ServerHello and HelloRetryRequest."""

    legacy_version: int
    random: bytes
    session_id: bytes
    suite: int
    compression: int
    block: bytes | None  # of extensions, undecoded; None if there is none
    extensions: dict[int, bytes] = field(default_factory=dict)

    @property
    def retry(self) -> bool:
        """Whether this is a HelloRetryRequest."""
        return self.random == HELLO_RETRY_RANDOM and self.legacy_version == TLS12


def parse_server_hello(data: bytes) -> ServerHello:
    """RFC 8446 section 4.1.3; before TLS 1.3 the extension block may be missing."""
    reader = body_reader(data)
    version = reader.u16("legacy_version")
    random = reader.take(32, "random")
    session_id = reader.opaque(1, "session_id")
    if len(session_id) > 32:
        raise failure(Reason.SSL3_SESSION_ID_TOO_LONG)
    suite, compression = reader.u16("cipher_suite"), reader.u8("compression_method")
    block = None
    if reader:
        with told_as(Reason.BAD_LENGTH):
            block = reader.opaque(2, "extensions")
            reader.finish("ServerHello")
    return ServerHello(version, random, session_id, suite, compression, block)


def parse_encrypted_extensions(data: bytes) -> bytes:
    """The extension block of RFC 8446 section 4.3.1."""
    reader = body_reader(data)
    block = extension_block(reader)
    reader.finish("EncryptedExtensions")
    return block


class KeyShareEntry(Value):
    """A key_share extension's entry (RFC 8446 section 4.2.8)."""

    group: int
    key: bytes


def parse_key_share_entry(data: bytes, sent: Container[int]) -> KeyShareEntry:
    """key_share as ServerHello has it; `sent` are the groups we sent shares of."""
    reader = Reader(data)
    group = reader.u16("group")
    if group not in sent:
        raise failure(Reason.BAD_KEY_SHARE)
    share = KeyShareEntry(group, reader.opaque(2, "key_exchange"))
    reader.finish("key_share")
    if not share.key:
        raise DecodeError("empty key_exchange", reader.position)
    return share


class Signed(Value):
    """A signature with its scheme; 0 before TLS 1.2, which has none."""

    scheme: int
    signature: bytes


def parse_certificate_verify(data: bytes) -> Signed:
    """RFC 8446 section 4.4.3."""
    reader = body_reader(data)
    with told_as(Reason.BAD_PACKET):
        scheme = reader.u16("algorithm")
    found = Signed(scheme, reader.opaque(2, "signature"))
    reader.finish("CertificateVerify")
    return found


class ServerKeyExchange(Value):
    """The parameters of DHE and ECDHE suites."""

    params: bytes  # as signed
    public: bytes
    group: int = 0  # ECDHE
    prime: bytes = b""  # DHE
    generator: bytes = b""


def parse_key_exchange_params(
    reader: Reader, key_exchange: KeyExchange, groups: Container[int]
) -> ServerKeyExchange:
    """What ServerKeyExchange has ahead of its signature (RFC 5246 section 7.4.3, RFC 8422 section 5.4).

    `groups` are those that may be chosen.
    """
    start = reader.position
    group, prime, generator = 0, b"", b""
    if key_exchange is KeyExchange.ECDHE:
        with told_as(Reason.LENGTH_TOO_SHORT):
            curve_type, group = reader.u8("curve_type"), reader.u16("named_curve")
        if curve_type != ECCurveType.NAMED_CURVE or group not in groups:
            raise failure(Reason.WRONG_CURVE)
        public = reader.opaque(1, "public")
    else:
        prime, generator = reader.opaque(2, "dh_p"), reader.opaque(2, "dh_g")
        public = reader.opaque(2, "dh_Ys")
    return ServerKeyExchange(reader.since(start), public, group, prime, generator)


def parse_key_exchange_signature(reader: Reader, version: int) -> Signed:
    """The signature behind them."""
    scheme = 0
    if version >= TLS12:
        with told_as(Reason.LENGTH_TOO_SHORT):
            scheme = reader.u16("algorithm")
    found = Signed(scheme, reader.opaque(2, "signature"))
    reader.finish("ServerKeyExchange")
    return found


def check_finished(data: bytes, expected: bytes) -> None:
    """tls_process_finished(): is the server's what it has to be (RFC 8446 section 4.4.4)?"""
    verify_data = data[4:]
    if len(verify_data) != len(expected):
        raise failure(Reason.BAD_DIGEST_LENGTH)
    if not hmac.compare_digest(verify_data, expected):
        raise failure(Reason.DIGEST_CHECK_FAILED)


class Ticket(Value):
    """NewSessionTicket (RFC 8446 section 4.6.1, RFC 5077 section 3.3)."""

    lifetime: int  # seconds
    ticket: bytes
    age_add: int = 0
    nonce: bytes = b""


def parse_ticket(data: bytes, version: int) -> Ticket:
    """A ticket of either form (tls_process_new_session_ticket())."""
    reader = body_reader(data)
    lifetime = reader.u32("ticket_lifetime")
    if version < TLS13:
        found = Ticket(lifetime, reader.opaque(2, "ticket"))
        reader.finish("NewSessionTicket")
        return found
    age_add, nonce = reader.u32("ticket_age_add"), reader.opaque(1, "ticket_nonce")
    found = Ticket(lifetime, reader.opaque(2, "ticket"), age_add, nonce)
    if not found.ticket:
        raise DecodeError("empty ticket", reader.position)
    block = extension_block(reader)
    reader.finish("NewSessionTicket")
    if len(collect(block, AnswerContext.TICKET).get(ExtensionType.EARLY_DATA, bytes(4))) != 4:
        raise failure(Reason.INVALID_MAX_EARLY_DATA)
    return found
