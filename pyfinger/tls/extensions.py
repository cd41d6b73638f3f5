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
from pyfinger.tls.reasons import ILLEGAL_PARAMETER, UNSUPPORTED_EXTENSION, failure
from pyfinger.wire import Reader

Extensions: TypeAlias = dict[int, bytes]


class Context(Flag):
    """The messages extensions stand in."""

    SERVER_HELLO_12 = auto()
    SERVER_HELLO_13 = auto()
    RETRY = auto()
    ENCRYPTED = auto()
    CERTIFICATE = auto()
    REQUEST = auto()
    TICKET = auto()
    SERVER_HELLO = SERVER_HELLO_12 | SERVER_HELLO_13  # before the version is known


_NOWHERE = Context(0)
_BOTH = Context.SERVER_HELLO_12 | Context.ENCRYPTED
# In OpenSSL's order.
_KNOWN: dict[int, Context] = {
    65281: Context.SERVER_HELLO_12,  # renegotiation_info
    0: _BOTH,  # server_name
    1: _BOTH,  # max_fragment_length
    12: _NOWHERE,  # srp
    11: Context.SERVER_HELLO_12,  # ec_point_formats
    10: _BOTH,  # supported_groups
    35: Context.SERVER_HELLO_12,  # session_ticket
    5: Context.SERVER_HELLO_12 | Context.CERTIFICATE | Context.REQUEST,  # status_request
    13172: Context.SERVER_HELLO_12,  # next_protocol_negotiation
    16: _BOTH,  # application_layer_protocol_negotiation
    14: _NOWHERE,  # use_srtp, of DTLS alone
    22: Context.SERVER_HELLO_12,  # encrypt_then_mac
    18: Context.SERVER_HELLO_12 | Context.CERTIFICATE | Context.REQUEST,  # signed_certificate_timestamp
    23: Context.SERVER_HELLO_12,  # extended_master_secret
    50: Context.REQUEST,  # signature_algorithms_cert
    49: _NOWHERE,  # post_handshake_auth
    19: _BOTH,  # client_certificate_type
    20: _BOTH,  # server_certificate_type
    13: Context.REQUEST,  # signature_algorithms
    43: Context.SERVER_HELLO_13 | Context.RETRY,  # supported_versions
    45: _NOWHERE,  # psk_key_exchange_modes
    51: Context.SERVER_HELLO_13 | Context.RETRY,  # key_share
    44: Context.RETRY,  # cookie
    0xFDE8: Context.SERVER_HELLO_12,  # CryptoPro's
    27: Context.REQUEST,  # compress_certificate
    42: Context.ENCRYPTED | Context.TICKET,  # early_data
    47: Context.REQUEST,  # certificate_authorities
    21: _NOWHERE,  # padding
    41: Context.SERVER_HELLO_13,  # pre_shared_key
}
_TIMESTAMPS, _CRYPTOPRO = 18, 0xFDE8
_NEVER_ASKED_FOR = frozenset({44, 65281, _TIMESTAMPS})  # cookie; renegotiation_info, for there is an SCSV
_UNASKED = Context.REQUEST | Context.TICKET  # where the server begins


def collect(block: bytes, context: Context, asked: Iterable[int] = ()) -> Extensions:
    """The known extensions of a block, in OpenSSL's order; `asked` are those of our hello."""
    asked = frozenset(asked)
    found: Extensions = {}
    reader = Reader(block)
    while reader:
        kind, data = _one(reader)
        if kind not in _KNOWN:
            continue
        if not _KNOWN[kind] & context or kind in found:
            raise failure("bad extension", ILLEGAL_PARAMETER)
        solicited = kind in asked or kind in _NEVER_ASKED_FOR or context in _UNASKED
        if not solicited and not (kind == _CRYPTOPRO and context & Context.SERVER_HELLO_12):
            raise failure("unsolicited extension")
        found[kind] = data
    return {kind: found[kind] for kind in _KNOWN if kind in found}


def _one(reader: Reader) -> tuple[int, bytes]:
    try:
        return reader.u16("extension type"), reader.opaque(2, "extension")
    except DecodeError as error:
        raise failure("bad extension") from error


def check_place(found: Mapping[int, bytes], context: Context) -> None:
    """Again, now that the version is known."""
    if not all(_KNOWN[kind] & context for kind in found):
        raise failure("bad extension", ILLEGAL_PARAMETER)


def check_contents(found: Mapping[int, bytes], offered: Mapping[int, bytes]) -> None:
    """What ServerHello before TLS 1.3, EncryptedExtensions and Certificate say in their extensions."""
    for kind, data in found.items():
        if kind in _CONTENTS:
            _CONTENTS[kind](data, offered.get(kind, b""))


def _renegotiation(data: bytes, _: bytes) -> None:
    if not data or data[0] != len(data) - 1:
        raise failure("renegotiation encoding err")
    if data[0]:
        raise failure("renegotiation mismatch")


def _empty(data: bytes, _: bytes) -> None:
    if data:
        raise failure("bad extension")


def _point_formats(data: bytes, _: bytes) -> None:
    if not data or data[0] != len(data) - 1:
        raise failure("bad extension")
    if not data[0]:
        raise failure("bad length")


def _timestamps(data: bytes, _: bytes) -> None:
    raise failure("bad extension", UNSUPPORTED_EXTENSION)


def _certificate_type(data: bytes, offered: bytes) -> None:
    if len(data) != 1:
        raise failure("bad extension")
    if data[0] not in offered[1:]:
        raise failure("bad value")


_CONTENTS: dict[int, Callable[[bytes, bytes], None]] = {
    65281: _renegotiation,
    0: _empty,  # server_name
    11: _point_formats,
    35: _empty,  # session_ticket
    _TIMESTAMPS: _timestamps,
    19: _certificate_type,
    20: _certificate_type,
}
