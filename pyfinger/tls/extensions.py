"""Extensions of the server's messages: which may stand where, and what they must look like.

OpenSSL knows some thirty extensions and the messages each may stand in
(ext_defs in ssl/statem/extensions.c).  One that is known must stand where it
may, once, and only if we asked for it; unknown ones are passed over, wherever
they stand.  First the whole block is collected, then its extensions are read,
in OpenSSL's order, not the server's.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from enum import Flag, auto
from typing import TypeAlias

from pyfinger.errors import DecodeError
from pyfinger.tls.codepoints import AlertDescription, ExtensionType
from pyfinger.tls.handshake_failures import Reason, failure
from pyfinger.wire import Reader

Extensions: TypeAlias = dict[int, bytes]


class AnswerContext(Flag):
    """The messages extensions stand in."""

    SERVER_HELLO_12 = auto()
    SERVER_HELLO_13 = auto()
    RETRY = auto()
    ENCRYPTED = auto()
    CERTIFICATE = auto()
    REQUEST = auto()
    TICKET = auto()
    SERVER_HELLO = SERVER_HELLO_12 | SERVER_HELLO_13  # before the version is known


_CRYPTOPRO = 0xFDE8  # of the range for private use (TLSEXT_TYPE_cryptopro_bug)
_NOWHERE = AnswerContext(0)
_BOTH = AnswerContext.SERVER_HELLO_12 | AnswerContext.ENCRYPTED
# In OpenSSL's order.
_KNOWN: dict[int, AnswerContext] = {
    ExtensionType.RENEGOTIATION_INFO: AnswerContext.SERVER_HELLO_12,
    ExtensionType.SERVER_NAME: _BOTH,
    ExtensionType.MAX_FRAGMENT_LENGTH: _BOTH,
    ExtensionType.SRP: _NOWHERE,
    ExtensionType.EC_POINT_FORMATS: AnswerContext.SERVER_HELLO_12,
    ExtensionType.SUPPORTED_GROUPS: _BOTH,
    ExtensionType.SESSION_TICKET: AnswerContext.SERVER_HELLO_12,
    ExtensionType.STATUS_REQUEST: AnswerContext.SERVER_HELLO_12
    | AnswerContext.CERTIFICATE
    | AnswerContext.REQUEST,
    ExtensionType.NEXT_PROTOCOL_NEGOTIATION: AnswerContext.SERVER_HELLO_12,
    ExtensionType.APPLICATION_LAYER_PROTOCOL_NEGOTIATION: _BOTH,
    ExtensionType.USE_SRTP: _NOWHERE,  # of DTLS alone
    ExtensionType.ENCRYPT_THEN_MAC: AnswerContext.SERVER_HELLO_12,
    ExtensionType.SIGNED_CERTIFICATE_TIMESTAMP: AnswerContext.SERVER_HELLO_12
    | AnswerContext.CERTIFICATE
    | AnswerContext.REQUEST,
    ExtensionType.EXTENDED_MASTER_SECRET: AnswerContext.SERVER_HELLO_12,
    ExtensionType.SIGNATURE_ALGORITHMS_CERT: AnswerContext.REQUEST,
    ExtensionType.POST_HANDSHAKE_AUTH: _NOWHERE,
    ExtensionType.CLIENT_CERTIFICATE_TYPE: _BOTH,
    ExtensionType.SERVER_CERTIFICATE_TYPE: _BOTH,
    ExtensionType.SIGNATURE_ALGORITHMS: AnswerContext.REQUEST,
    ExtensionType.SUPPORTED_VERSIONS: AnswerContext.SERVER_HELLO_13 | AnswerContext.RETRY,
    ExtensionType.PSK_KEY_EXCHANGE_MODES: _NOWHERE,
    ExtensionType.KEY_SHARE: AnswerContext.SERVER_HELLO_13 | AnswerContext.RETRY,
    ExtensionType.COOKIE: AnswerContext.RETRY,
    _CRYPTOPRO: AnswerContext.SERVER_HELLO_12,
    ExtensionType.COMPRESS_CERTIFICATE: AnswerContext.REQUEST,
    ExtensionType.EARLY_DATA: AnswerContext.ENCRYPTED | AnswerContext.TICKET,
    ExtensionType.CERTIFICATE_AUTHORITIES: AnswerContext.REQUEST,
    ExtensionType.PADDING: _NOWHERE,
    ExtensionType.PRE_SHARED_KEY: AnswerContext.SERVER_HELLO_13,
}
_NEVER_ASKED_FOR = frozenset(
    {
        ExtensionType.COOKIE,
        ExtensionType.RENEGOTIATION_INFO,  # for there is an SCSV
        ExtensionType.SIGNED_CERTIFICATE_TIMESTAMP,
    }
)
_UNASKED = AnswerContext.REQUEST | AnswerContext.TICKET  # where the server begins


def collect(block: bytes, context: AnswerContext, asked: Iterable[int] = ()) -> Extensions:
    """The known extensions of a block, in OpenSSL's order; `asked` are those of our hello."""
    asked = frozenset(asked)
    found: Extensions = {}
    reader = Reader(block)
    while reader:
        kind, data = _one(reader)
        if kind not in _KNOWN:
            continue
        if not _KNOWN[kind] & context or kind in found:
            raise failure(Reason.BAD_EXTENSION, AlertDescription.ILLEGAL_PARAMETER)
        solicited = kind in asked or kind in _NEVER_ASKED_FOR or context in _UNASKED
        if not solicited and not (kind == _CRYPTOPRO and context & AnswerContext.SERVER_HELLO_12):
            raise failure(Reason.UNSOLICITED_EXTENSION)
        found[kind] = data
    return {kind: found[kind] for kind in _KNOWN if kind in found}


def _one(reader: Reader) -> tuple[int, bytes]:
    try:
        return reader.u16("extension type"), reader.opaque(2, "extension")
    except DecodeError as error:
        raise failure(Reason.BAD_EXTENSION) from error


def check_place(found: Mapping[int, bytes], context: AnswerContext) -> None:
    """Again, now that the version is known."""
    if not all(_KNOWN[kind] & context for kind in found):
        raise failure(Reason.BAD_EXTENSION, AlertDescription.ILLEGAL_PARAMETER)


def check_contents(found: Mapping[int, bytes], offered: Mapping[int, bytes]) -> None:
    """What ServerHello before TLS 1.3, EncryptedExtensions and Certificate say in their extensions."""
    for kind, data in found.items():
        if kind in _CONTENTS:
            _CONTENTS[kind](data, offered.get(kind, b""))


def _renegotiation(data: bytes, _: bytes) -> None:
    if not data or data[0] != len(data) - 1:
        raise failure(Reason.RENEGOTIATION_ENCODING_ERR)
    if data[0]:
        raise failure(Reason.RENEGOTIATION_MISMATCH)


def _empty(data: bytes, _: bytes) -> None:
    if data:
        raise failure(Reason.BAD_EXTENSION)


def _point_formats(data: bytes, _: bytes) -> None:
    if not data or data[0] != len(data) - 1:
        raise failure(Reason.BAD_EXTENSION)
    if not data[0]:
        raise failure(Reason.BAD_LENGTH)


def _timestamps(data: bytes, _: bytes) -> None:
    raise failure(Reason.BAD_EXTENSION, AlertDescription.UNSUPPORTED_EXTENSION)


def _certificate_type(data: bytes, offered: bytes) -> None:
    if len(data) != 1:
        raise failure(Reason.BAD_EXTENSION)
    if data[0] not in offered[1:]:
        raise failure(Reason.BAD_VALUE)


_CONTENTS: dict[int, Callable[[bytes, bytes], None]] = {
    ExtensionType.RENEGOTIATION_INFO: _renegotiation,
    ExtensionType.SERVER_NAME: _empty,
    ExtensionType.EC_POINT_FORMATS: _point_formats,
    ExtensionType.SESSION_TICKET: _empty,
    ExtensionType.SIGNED_CERTIFICATE_TIMESTAMP: _timestamps,
    ExtensionType.CLIENT_CERTIFICATE_TYPE: _certificate_type,
    ExtensionType.SERVER_CERTIFICATE_TYPE: _certificate_type,
}
