"""Handshake messages of TLS 1.0 to 1.3, either side's, as trees.

RFC 8446 section 4, RFC 5246 section 7.4, RFC 8422 section 5, RFC 5077, RFC 6066,
RFC 7250, RFC 8879.  What a message looks like depends on what was agreed on
before, which is the `DissectionContext`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import TypeAlias

from pyfinger.dissect import registries as names
from pyfinger.dissect.certificate_trees import certificate, public_key
from pyfinger.dissect.extension_trees import AUTHORITIES, SCHEMES, Place, extensions, status
from pyfinger.dissect.field import (
    Decode,
    Field,
    FieldCursor,
    anything,
    group,
    many,
    number,
    opaque,
    tree,
    vector,
)
from pyfinger.tls.codepoints import (
    DOWNGRADE_TLS11,
    DOWNGRADE_TLS12,
    HELLO_RETRY_RANDOM,
    TLS12,
    TLS13,
    CertificateType,
    ECCurveType,
    HandshakeType,
)
from pyfinger.values import Value

HELLO_RETRY_REQUEST = "hello_retry_request"

_SENTINELS = {  # of a server that could do better (RFC 8446 section 4.1.3)
    DOWNGRADE_TLS12: "downgraded to TLS 1.2",
    DOWNGRADE_TLS11: "downgraded to TLS 1.1 or below",
}


class DissectionContext(Value):
    """What the messages before have settled.

    `version` is 0 until ServerHello; `exchange` is the key exchange as suites
    before TLS 1.3 name it (`ECDHE_RSA`), or empty.
    """

    sent: bool = True  # by the client
    version: int = 0
    exchange: str = ""
    server_certificates: int = 0  # their type (RFC 7250)
    client_certificates: int = 0

    @property
    def certificates(self) -> int:
        """The type of the sender's certificates."""
        return self.client_certificates if self.sent else self.server_certificates

    @property
    def anonymous(self) -> bool:
        """Whether a ServerKeyExchange is not signed."""
        return "anon" in self.exchange or ("PSK" in self.exchange and not self.exchange.startswith("RSA"))


Body: TypeAlias = Callable[[FieldCursor, DissectionContext], "str | None"]


def handshake(message: bytes, context: DissectionContext) -> Field:
    """The tree of one handshake message with its header; its meaning is the message's name."""

    def decode(at: FieldCursor) -> str:
        kind = at.number("msg_type", 1, names.HANDSHAKE_TYPES)
        name = names.HANDSHAKE_TYPES.get(kind, f"handshake type {kind}")
        at.vector(name, 3, body(kind, context))
        return at.fields[-1].meaning if kind == HandshakeType.SERVER_HELLO and at.fields[-1].meaning else name

    return tree("handshake", message, decode)


@lru_cache(maxsize=4)
def in_the_clear(message: bytes) -> Field:
    """The same of a message that needs no context; the last few are remembered."""
    return handshake(message, DissectionContext())


def body(kind: int, context: DissectionContext) -> Decode:
    """What decodes the body of a type of handshake message."""
    decode = _BODIES.get(kind)
    return anything if decode is None else lambda at: decode(at, context)


# --- hellos --------------------------------------------------------------------


def _client_hello(at: FieldCursor, _: DissectionContext) -> None:
    at.number("legacy_version", 2, names.version)
    at.raw("random", 32)
    at.opaque("legacy_session_id", 1, most=32)
    _SUITES(at)
    _COMPRESSIONS(at)
    if at:
        extensions(at, Place.CLIENT_HELLO)


def _server_hello(at: FieldCursor, _: DissectionContext) -> str | None:
    at.number("legacy_version", 2, names.version)
    random = at.raw("random", 32, _random_says)
    at.opaque("legacy_session_id_echo", 1, most=32)
    at.number("cipher_suite", 2, names.suite)
    at.number("legacy_compression_method", 1, names.COMPRESSIONS)
    retry = random == HELLO_RETRY_RANDOM
    if at:
        extensions(at, Place.HELLO_RETRY if retry else Place.SERVER_HELLO)
    return HELLO_RETRY_REQUEST if retry else None


def _random_says(random: bytes) -> str:
    return "HelloRetryRequest" if random == HELLO_RETRY_RANDOM else _SENTINELS.get(random[-8:], "")


def _encrypted_extensions(at: FieldCursor, _: DissectionContext) -> None:
    extensions(at, Place.ENCRYPTED_EXTENSIONS)


# --- certificates ----------------------------------------------------------------


def _certificate(at: FieldCursor, context: DissectionContext) -> None:
    kind = context.certificates
    if context.version == TLS13:
        at.opaque("certificate_request_context", 1)
        many("certificate_list", 3, group("certificate_entry", _entry(kind)))(at)
    elif kind == CertificateType.RAW_PUBLIC_KEY:
        _RAW_KEY(at)
    elif kind == CertificateType.OPENPGP:
        anything(at)
    else:
        many("certificate_list", 3, _CERTIFICATE)(at)


def _entry(kind: int) -> Decode:
    data = _RAW_KEY if kind == CertificateType.RAW_PUBLIC_KEY else _CERTIFICATE
    if kind == CertificateType.OPENPGP:
        data = _OPENPGP_KEY

    def decode(at: FieldCursor) -> None:
        data(at)
        extensions(at, Place.CERTIFICATE)

    return decode


def _compressed_certificate(at: FieldCursor, _: DissectionContext) -> None:
    at.number("algorithm", 2, names.CERTIFICATE_COMPRESSIONS)
    at.number("uncompressed_length", 3)
    at.opaque("compressed_certificate_message", 3)


def _certificate_request(at: FieldCursor, context: DissectionContext) -> None:
    if context.version == TLS13:
        at.opaque("certificate_request_context", 1)
        extensions(at, Place.CERTIFICATE_REQUEST)
        return
    _CLIENT_TYPES(at)
    if context.version == TLS12:
        SCHEMES(at)
    AUTHORITIES(at)


def _certificate_status(at: FieldCursor, _: DissectionContext) -> None:
    status(at)


def _certificate_verify(at: FieldCursor, context: DissectionContext) -> None:
    if context.version >= TLS12:
        at.number("algorithm", 2, names.scheme)
    at.opaque("signature", 2)


# --- key exchange before TLS 1.3 ---------------------------------------------------


def _server_key_exchange(at: FieldCursor, context: DissectionContext) -> None:
    exchange = context.exchange
    if "PSK" in exchange:
        at.opaque("psk_identity_hint", 2)
    if exchange.startswith("ECDH"):
        _curve_parameters(at)
    elif exchange.startswith("DH"):
        for name in ("dh_p", "dh_g", "dh_Ys"):
            at.opaque(name, 2)
    elif exchange.startswith("RSA_EXPORT"):
        at.opaque("rsa_modulus", 2)
        at.opaque("rsa_exponent", 2)
    else:
        anything(at)
        return
    if not context.anonymous:
        _certificate_verify(at, context)


def _curve_parameters(at: FieldCursor) -> None:
    if at.number("curve_type", 1, names.CURVE_TYPES) == ECCurveType.NAMED_CURVE:
        at.number("named_curve", 2, names.group)
        at.opaque("public", 1)
    else:
        at.stop("curve_params", "a curve of the server's own")


def _client_key_exchange(at: FieldCursor, context: DissectionContext) -> None:
    exchange = context.exchange
    if "PSK" in exchange:
        at.opaque("psk_identity", 2)
    if exchange.startswith("ECDH"):
        at.opaque("ecdh_Yc", 1)
    elif exchange.startswith("DH"):
        at.opaque("dh_Yc", 2)
    elif exchange.startswith("RSA"):
        at.opaque("encrypted_premaster_secret", 2)
    else:
        anything(at)


# --- the rest ----------------------------------------------------------------------


def _new_session_ticket(at: FieldCursor, context: DissectionContext) -> None:
    if context.version < TLS13:
        at.number("ticket_lifetime_hint", 4)
        at.opaque("ticket", 2)
        return
    at.number("ticket_lifetime", 4)
    at.number("ticket_age_add", 4)
    at.opaque("ticket_nonce", 1)
    at.opaque("ticket", 2)
    extensions(at, Place.TICKET)


def _key_update(at: FieldCursor, _: DissectionContext) -> None:
    at.number("request_update", 1, names.KEY_UPDATES)


def _finished(at: FieldCursor, _: DissectionContext) -> None:
    at.rest("verify_data")


def _message_hash(at: FieldCursor, _: DissectionContext) -> None:
    at.rest("hash")


def _empty(at: FieldCursor, _: DissectionContext) -> None:
    """HelloRequest, ServerHelloDone, EndOfEarlyData."""


_SUITES = many("cipher_suites", 2, number("cipher_suite", 2, names.suite))
_COMPRESSIONS = many("legacy_compression_methods", 1, number("compression_method", 1, names.COMPRESSIONS))
_CERTIFICATE = vector("certificate", 3, certificate)
_RAW_KEY = vector("ASN1_subjectPublicKeyInfo", 3, public_key)
_OPENPGP_KEY = opaque("openpgp_certificate", 3)
_CLIENT_TYPES = many(
    "certificate_types", 1, number("client_certificate_type", 1, names.CLIENT_CERTIFICATE_TYPES)
)

_BODIES: Mapping[int, Body] = {
    HandshakeType.HELLO_REQUEST: _empty,
    HandshakeType.CLIENT_HELLO: _client_hello,
    HandshakeType.SERVER_HELLO: _server_hello,
    HandshakeType.NEW_SESSION_TICKET: _new_session_ticket,
    HandshakeType.END_OF_EARLY_DATA: _empty,
    HandshakeType.ENCRYPTED_EXTENSIONS: _encrypted_extensions,
    HandshakeType.CERTIFICATE: _certificate,
    HandshakeType.SERVER_KEY_EXCHANGE: _server_key_exchange,
    HandshakeType.CERTIFICATE_REQUEST: _certificate_request,
    HandshakeType.SERVER_HELLO_DONE: _empty,
    HandshakeType.CERTIFICATE_VERIFY: _certificate_verify,
    HandshakeType.CLIENT_KEY_EXCHANGE: _client_key_exchange,
    HandshakeType.FINISHED: _finished,
    HandshakeType.CERTIFICATE_STATUS: _certificate_status,
    HandshakeType.KEY_UPDATE: _key_update,
    HandshakeType.COMPRESSED_CERTIFICATE: _compressed_certificate,
    HandshakeType.MESSAGE_HASH: _message_hash,
}
