"""Follows one TLS connection and decodes all it says, records and messages, in order.

    dissector = Dissector()
    for record in dissector.record(wire, content_type, content, sent=True): ...
    message = dissector.message(data, sent=True)

It sees what the record layer saw, decrypted.  What was begun and never became
whole, because the connection ended or the record layer would have none of it,
comes out of `rest`.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterator, Mapping
from enum import StrEnum

from pyfinger.dissect import registries as names
from pyfinger.dissect.extension_trees import extension_data
from pyfinger.dissect.field import Decode, Field, FieldCursor, tree
from pyfinger.dissect.message_trees import DissectionContext, body, handshake
from pyfinger.dissect.registries import key_exchange
from pyfinger.errors import DecodeError
from pyfinger.tls.codepoints import CertificateCompression, ContentType, ExtensionType, HandshakeType
from pyfinger.tls.decompression import unzstd
from pyfinger.values import State, Value, replace

_MAJOR_VERSION = 3
_MOST = 100 * 1024  # bytes of a compressed certificate's content; OpenSSL takes no more


class MessageLayer(StrEnum):
    """What something said on a connection is; names are those of content types."""

    RECORD = "record"
    HANDSHAKE = "handshake"
    ALERT = "alert"
    CHANGE_CIPHER_SPEC = "change_cipher_spec"
    DECOMPRESSED = "decompressed"  # what is in a compressed certificate


class Dissected(Value):
    """One thing said on a connection, and what it is made of.

    `offset` is where `data` begins: of a record, in all bytes of its direction;
    of a handshake message, in all handshake bytes of its direction; of all
    else 0.  `inside` is how many bytes an encrypted record had in it, if known.
    """

    layer: MessageLayer
    sent: bool
    offset: int
    data: bytes
    tree: Field
    inside: int | None = None

    @property
    def name(self) -> str:
        """What it is in a word: `client_hello`, `close_notify`."""
        return self.tree.meaning

    @property
    def problems(self) -> list[Field]:
        """The fields that are not as they should be."""
        return [field for field in self.tree.walk() if field.problem]


class _Side(State):
    """How far one side has come."""

    records: int = 0  # bytes
    messages: int = 0  # bytes
    opened: bool = False  # its compressed certificate


class Dissector:
    """One connection, from its first hello on."""

    def __init__(self) -> None:
        self._context = DissectionContext()
        self._sides = {True: _Side(), False: _Side()}
        self._raw = bytearray()  # of the server's present record
        self._partial = bytearray()  # of the server's present handshake message

    def bytes_read(self, data: bytes) -> None:
        """Bytes from the server that belong to its next record."""
        self._raw += data

    def record(self, wire: bytes, content_type: int, content: bytes, *, sent: bool) -> list[Dissected]:
        """A record as it went over the wire, and what is in it unless that is part of a message."""
        side = self._sides[sent]
        header = _record(wire, content_type)
        sealed = content not in (field.value for field in header.all("fragment"))
        found = [
            Dissected(MessageLayer.RECORD, sent, side.records, wire, header, len(content) if sealed else None)
        ]
        side.records += len(wire)
        if not sent:
            self._raw.clear()
        if content_type == ContentType.HANDSHAKE and not sent:
            self._partial += content
        elif content_type in _CONTENTS:
            layer = MessageLayer(names.CONTENT_TYPES[content_type])
            found.append(Dissected(layer, sent, 0, content, tree(layer, content, _CONTENTS[content_type])))
        return found

    def message(self, data: bytes, *, sent: bool) -> list[Dissected]:
        """A handshake message, and what it holds in compressed form."""
        side, context = self._sides[sent], replace(self._context, sent=sent)
        found = [Dissected(MessageLayer.HANDSHAKE, sent, side.messages, data, handshake(data, context))]
        side.messages += len(data)
        if not sent:
            del self._partial[: len(data)]
        kind = data[0] if data else 0
        self._context = _learn(context, kind, found[0].tree)
        # Nobody has two of them, and many small ones could become very large.
        if kind == HandshakeType.COMPRESSED_CERTIFICATE and not side.opened:
            side.opened = True
            found += _inside(found[0], context)
        return found

    def rest(self) -> list[Dissected]:
        """What the server began and nobody saw whole: of a message, and of a record."""
        found = []
        while self._partial:
            size = 4 + int.from_bytes(self._partial[1:4], "big")
            found += self.message(bytes(self._partial[:size]), sent=False)
        if self._raw:
            raw, at = bytes(self._raw), self._sides[False].records
            found.append(
                Dissected(MessageLayer.RECORD, sent=False, offset=at, data=raw, tree=_record(raw, raw[0]))
            )
            self._raw.clear()
        return found


def _learn(context: DissectionContext, kind: int, found: Field) -> DissectionContext:
    """What a message settles for those after it."""
    if kind == HandshakeType.SERVER_HELLO:
        version = extension_data(found, ExtensionType.SUPPORTED_VERSIONS)
        legacy = found.number("legacy_version") or 0
        chosen = version.number("selected_version") if version is not None else None
        exchange = key_exchange(found.number("cipher_suite") or 0)
        context = replace(context, version=chosen or legacy, exchange=exchange)
    if kind in (HandshakeType.SERVER_HELLO, HandshakeType.ENCRYPTED_EXTENSIONS):
        context = replace(
            context,
            client_certificates=_type(found, ExtensionType.CLIENT_CERTIFICATE_TYPE),
            server_certificates=_type(found, ExtensionType.SERVER_CERTIFICATE_TYPE),
        )
    return context


def _type(found: Field, code: int) -> int:
    data = extension_data(found, code)
    return (data.number("certificate_type") or 0) if data is not None else 0


def _inside(compressed: Dissected, context: DissectionContext) -> Iterator[Dissected]:
    """The Certificate in a CompressedCertificate (RFC 8879 section 4)."""
    content = decompressed(compressed.tree)
    if content is not None:
        size = compressed.tree.number("uncompressed_length")
        problem = "" if len(content) == size else f"{len(content)} bytes instead of {size}"
        found = tree(
            names.HANDSHAKE_TYPES[HandshakeType.CERTIFICATE],
            content,
            body(HandshakeType.CERTIFICATE, context),
        )
        found = replace(found, meaning=found.name, problem=problem)
        yield Dissected(MessageLayer.DECOMPRESSED, compressed.sent, 0, content, found)


def decompressed(message: Field) -> bytes | None:
    """What is in a CompressedCertificate: none if it does not decompress, None if nobody here could tell.

    A zlib stream gives what there is of it, and at most one byte more than was announced.
    """
    size = message.number("uncompressed_length") or 0
    data = next(message.all("compressed_certificate_message"), None)
    if data is None or not isinstance(data.value, bytes) or not 0 < size <= _MOST:
        return None
    try:
        if message.number("algorithm") == CertificateCompression.ZLIB:
            return zlib.decompressobj().decompress(data.value, size + 1)
        if message.number("algorithm") == CertificateCompression.ZSTD:
            return unzstd(data.value, size)
    except (zlib.error, DecodeError):
        return b""
    return None


def _record(wire: bytes, content_type: int) -> Field:
    """A record's header (RFC 8446 section 5.1); its meaning is what is in it."""

    def decode(at: FieldCursor) -> str:
        outer = at.number("content_type", 1, names.CONTENT_TYPES)
        version = at.number("legacy_record_version", 2, names.version)
        at.opaque("fragment", 2)
        if outer not in names.CONTENT_TYPES or version >> 8 != _MAJOR_VERSION:
            at.problem = "not a TLS record"
        return names.CONTENT_TYPES.get(content_type, f"content type {content_type}")

    return tree("record", wire, decode)


def _alert(at: FieldCursor) -> str:
    at.number("level", 1, names.ALERT_LEVELS)
    kind = at.number("description", 1, names.ALERTS)
    return names.ALERTS.get(kind, f"alert {kind}")


def _cipher_change(at: FieldCursor) -> str:
    at.number("type", 1, {1: "change_cipher_spec"})
    return "change_cipher_spec"


_CONTENTS: Mapping[int, Decode] = {ContentType.CHANGE_CIPHER_SPEC: _cipher_change, ContentType.ALERT: _alert}
