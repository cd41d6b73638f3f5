"""Messages about certificates as SSL_trace() prints them: certificates as text, and in PEM."""

from __future__ import annotations

import struct
import zlib
from collections.abc import Callable, Mapping

from pyfinger.errors import DecodeError
from pyfinger.report.ssl_trace import code_names as names
from pyfinger.report.ssl_trace.message_state import SeenMessage
from pyfinger.report.ssl_trace.traced_extensions import ExtensionPlace, print_extensions
from pyfinger.report.ssl_trace.writing import Sheet, code_list, octets_behind_length, scheme_list
from pyfinger.tls.codepoints import TLS12, CertificateCompression, CertificateType, HandshakeType
from pyfinger.tls.decompression import unzstd
from pyfinger.wire import Reader
from pyfinger.x509.text import certificate_text, key_text, name_text


def print_certificates(sheet: Sheet, indent: int, reader: Reader, message: SeenMessage) -> None:
    """A Certificate message, and its certificates or its raw key."""
    if message.tls13:
        octets_behind_length(sheet, indent, "context", 1, reader)
    size = reader.u24("certificates")
    if size != reader.remaining:
        raise DecodeError("certificates of another size", reader.position)
    kind = message.so_far.server_certificates if message.server else message.so_far.client_certificates
    if kind == CertificateType.RAW_PUBLIC_KEY:
        _raw_key(sheet, indent, reader, message)
        return
    sheet.line(indent, f"certificate_list, length={size}")
    while reader:
        _certificate(sheet, indent + 2, reader)
        if message.tls13:
            print_extensions(sheet, indent + 2, reader, _beside(message))


def _beside(message: SeenMessage) -> ExtensionPlace:
    """For the extensions of one certificate."""
    return ExtensionPlace(message.server, HandshakeType.CERTIFICATE)


def _certificate(sheet: Sheet, indent: int, reader: Reader) -> None:
    data = reader.opaque(3, "certificate")
    sheet.write(f"{' ' * indent}ASN.1Cert, length={len(data)}")
    text, end = certificate_text(data)
    if text:
        sheet.write(f"\n------details-----\n{text}------------------\n")
    else:
        sheet.write("<UNPARSABLE CERTIFICATE>\n")
    if end != len(data):
        sheet.write("<TRAILING GARBAGE AFTER CERTIFICATE>\n")


def _raw_key(sheet: Sheet, indent: int, reader: Reader, message: SeenMessage) -> None:
    data = reader.opaque(3, "key") if message.tls13 else reader.rest()
    sheet.line(indent, f"raw_public_key, length={len(data)}")
    text = key_text(data, indent + 2)
    if text is None:
        raise DecodeError("no key", reader.position)
    sheet.write(text)
    if message.tls13:
        print_extensions(sheet, indent + 2, reader, _beside(message))


_MOST = 100 * 1024  # octets of certificates; the handshake takes no more


def _inflated(data: bytes, size: int) -> bytes:
    """What zlib gives; nothing if the stream comes to its end, as all good ones do.

    SSL_trace() takes a stream's end for an error (zlib_stateful_expand_block()).
    """
    stream = zlib.decompressobj()
    try:
        found = stream.decompress(data, size + 1)
    except zlib.error:
        return b""
    return b"" if stream.eof and len(found) <= size else found[:size]


def _unzstd(data: bytes, size: int) -> bytes:
    try:
        return unzstd(data, size)
    except DecodeError:
        return b""


_EXPANDING: Mapping[int, Callable[[bytes, int], bytes]] = {
    CertificateCompression.ZLIB: _inflated,
    CertificateCompression.ZSTD: _unzstd,
}


def print_compressed_certificates(sheet: Sheet, indent: int, reader: Reader, message: SeenMessage) -> None:
    """A CompressedCertificate (RFC 8879), and what is in it."""
    if reader.remaining < 8:
        raise DecodeError("compressed certificate cut short", reader.position)
    algorithm, size = reader.u16("algorithm"), reader.u24("size")
    data = reader.opaque(3, "compressed")
    reader.finish("compressed certificate")
    name = names.named(names.CERTIFICATE_COMPRESSIONS, algorithm)
    sheet.line(indent, f"Compression type={name} ({algorithm:#06x})")
    sheet.line(indent, f"Uncompressed length={size}")
    ratio = f"{_single(size / len(data)):f}:1" if data else "unknown"
    sheet.line(indent, f"Compressed length={len(data)}, Ratio={ratio}")
    sheet.dump(indent, data)
    if algorithm not in _EXPANDING or not size:
        raise DecodeError("nobody can decompress it", 0)
    content = _EXPANDING[algorithm](data, size) if size <= _MOST else b""
    if len(content) == size:
        print_certificates(sheet, indent, Reader(content), message)


def _single(number: float) -> float:
    """A number as C's float has it."""
    (rounded,) = struct.unpack("f", struct.pack("f", number))
    return float(rounded)


def print_certificate_request(sheet: Sheet, indent: int, reader: Reader, message: SeenMessage) -> None:
    """A CertificateRequest."""
    if message.tls13:
        octets_behind_length(sheet, indent, "request_context", 1, reader)
        print_extensions(sheet, indent, reader, message.place)
        return
    types = reader.opaque(1, "types")
    sheet.line(indent, f"certificate_types (len={len(types)})")
    code_list(sheet, indent + 2, types, 1, names.CLIENT_CERTIFICATE_TYPES)
    if message.so_far.version >= TLS12:
        schemes = reader.opaque(2, "schemes")
        if len(schemes) % 2:
            raise DecodeError("a scheme cut short", reader.position)
        sheet.line(indent, f"signature_algorithms (len={len(schemes)})")
        scheme_list(sheet, indent + 2, schemes, names.scheme)
    if reader.remaining < 2:
        raise DecodeError("authorities missing", reader.position)
    sheet.write(" " * indent)
    authorities = Reader(reader.opaque(2, "authorities"))
    sheet.write(f"certificate_authorities (len={authorities.remaining})\n")
    while authorities:
        name = authorities.opaque(2, "name")
        shown = name_text(name)
        shown = "<UNPARSABLE DN>" if shown is None else shown
        sheet.line(indent + 2, f"DistinguishedName (len={len(name)}): {shown}")
    reader.finish("request")
