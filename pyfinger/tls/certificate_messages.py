"""Certificate, CompressedCertificate and CertificateRequest (RFC 8446 section 4.4.2, RFC 5246, 7250, 8879).

As in `messages`: a value, a `DecodeError`, or a `TlsFailure` where OpenSSL has
words of its own.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from pyfinger.errors import DecodeError, LibraryError
from pyfinger.tls.codepoints import TLS12, TLS13, AlertDescription, ExtensionType
from pyfinger.tls.extensions import AnswerContext, collect
from pyfinger.tls.handshake_failures import Reason, failure
from pyfinger.tls.messages import body_reader, extension_block, told_as
from pyfinger.tls.record import MAX_CERTIFICATES
from pyfinger.values import Value
from pyfinger.wire import Reader, opaque

_TOO_SMALL = LibraryError(0x068000E0, "too small")


class CertificateEntry(Value):
    """One certificate, or a raw public key, with its extension block (RFC 8446 section 4.4.2)."""

    der: bytes
    block: bytes = b""


def parse_certificates(
    reader: Reader, version: int, look: Callable[[int, bytes], None] = lambda place, encoded: None
) -> Iterator[CertificateEntry]:
    """The entries of a Certificate message's body, one by one.

    `reader` stands behind the header, or at the start of decompressed bytes.  `look` is given each
    certificate, with its place, before what follows it is read.
    """
    if version == TLS13 and reader.u8("length of certificate_request_context"):
        raise DecodeError("certificate_request_context not empty", reader.position)
    if reader.u24("length of certificate_list") != reader.remaining or not reader:
        raise DecodeError("length of certificate_list", reader.position)
    place = 0
    while reader:
        with told_as(Reason.CERT_LENGTH_MISMATCH):
            der = reader.opaque(3, "certificate")
        look(place, der)
        place += 1
        yield CertificateEntry(der, extension_block(reader, Reason.BAD_LENGTH) if version == TLS13 else b"")


def parse_raw_key(reader: Reader, version: int) -> CertificateEntry:
    """The same if a raw public key was agreed on: one, behind the list's length alone before TLS 1.3."""
    if version == TLS13:
        with told_as(Reason.INVALID_CONTEXT):
            if reader.opaque(1, "certificate_request_context"):
                raise DecodeError("certificate_request_context not empty", reader.position)
    size = reader.u24("length of certificate_list")
    if size != reader.remaining:
        raise DecodeError("length of certificate_list", reader.position)
    if not size:
        raise failure(Reason.BAD_CERTIFICATE, AlertDescription.DECODE_ERROR)
    if version < TLS13:
        return CertificateEntry(reader.rest())
    spki = reader.opaque(3, "ASN.1_subjectPublicKeyInfo")
    if not spki:
        raise failure(Reason.EMPTY_RAW_PUBLIC_KEY)
    entry = CertificateEntry(spki, extension_block(reader))
    reader.finish("Certificate")
    return entry


class Compressed(Value):
    """CompressedCertificate (RFC 8879 section 4)."""

    algorithm: int
    size: int  # of the message when decompressed
    data: bytes


def parse_compressed(data: bytes) -> Compressed:
    """RFC 8879 section 4; the size announced is bounded."""
    reader = body_reader(data)
    with told_as(Reason.INTERNAL_ERROR, AlertDescription.BAD_CERTIFICATE):
        algorithm = reader.u16("algorithm")
    with told_as(Reason.BAD_DECOMPRESSION):
        size = reader.u24("uncompressed_length")
        length = reader.u24("length of compressed message")
    if size > MAX_CERTIFICATES:
        raise failure(Reason.EXCESSIVE_MESSAGE_SIZE, AlertDescription.BAD_CERTIFICATE)
    if length != reader.remaining or not length:
        raise failure(Reason.BAD_DECOMPRESSION, AlertDescription.DECODE_ERROR)
    return Compressed(algorithm, size, reader.rest())


class CertificateRequest(Value):
    """What the server wants to see of us."""

    context: bytes = b""
    types: bytes = b""  # before TLS 1.3
    schemes: tuple[int, ...] = ()
    certificate_schemes: tuple[int, ...] | None = None  # signature_algorithms_cert
    compression: tuple[int, ...] = ()  # of certificates (RFC 8879)
    raw_key: bool = False  # agreed on in other messages (RFC 7250)


def _codes(data: bytes) -> tuple[int, ...]:
    """A list of codes; `DecodeError` if there are none, or half of one."""
    if not data or len(data) % 2:
        raise DecodeError("list of codes")
    return tuple(int.from_bytes(data[at : at + 2], "big") for at in range(0, len(data), 2))


def _codes_extension(data: bytes, size: int) -> tuple[int, ...]:
    """An extension that is a list of codes behind a length of `size` bytes."""
    with told_as(Reason.BAD_EXTENSION):
        reader = Reader(data)
        found = _codes(reader.opaque(size, "list of codes"))
        reader.finish("list of codes")
    return found


def _skip_authorities(reader: Reader) -> None:
    """certificate_authorities: names, of which only the lengths matter (parse_ca_names())."""
    with reader.vector(2, "certificate_authorities"):
        while reader:
            name = reader.opaque(2, "DistinguishedName")
            if not name:
                raise failure(Reason.ASN1_LIB, AlertDescription.DECODE_ERROR).after(_TOO_SMALL)
            if 0 < _der_size(name) < len(name):
                raise failure(Reason.CA_DN_LENGTH_MISMATCH)


def _der_size(der: bytes) -> int:
    """How many octets a DER value of less than 64 KiB says it has; 0 if it does not say."""
    if len(der) < 2:
        return 0
    length, octets = der[1], 0
    if length > 0x80:
        octets = length - 0x80
        length = int.from_bytes(der[2 : 2 + octets], "big")
    return min(2 + octets + length, 0xFFFF)


def parse_certificate_request(data: bytes, version: int, *, raw_key: bool = False) -> CertificateRequest:
    """tls_process_certificate_request(): RFC 8446 section 4.3.2, RFC 5246 section 7.4.4.


    Names of authorities are skipped.  `raw_key` if bare keys were agreed on: those are not compressed.
    """
    reader = body_reader(data)
    if version == TLS13:
        return _request13(reader, raw_key=raw_key)
    types = reader.opaque(1, "certificate_types")
    schemes: tuple[int, ...] = ()
    if version == TLS12:
        listed = reader.opaque(2, "supported_signature_algorithms")
        with told_as(Reason.SIGNATURE_ALGORITHMS_ERROR):
            schemes = _codes(listed)
    _skip_authorities(reader)
    reader.finish("CertificateRequest")
    return CertificateRequest(b"", types, schemes, raw_key=raw_key)


def _request13(reader: Reader, *, raw_key: bool) -> CertificateRequest:
    context = reader.opaque(1, "certificate_request_context")
    found = collect(extension_block(reader, Reason.BAD_LENGTH), AnswerContext.REQUEST)
    for_certificates = (
        _codes_extension(found[ExtensionType.SIGNATURE_ALGORITHMS_CERT], 2)
        if ExtensionType.SIGNATURE_ALGORITHMS_CERT in found
        else None
    )
    schemes = (
        _codes_extension(found[ExtensionType.SIGNATURE_ALGORITHMS], 2)
        if ExtensionType.SIGNATURE_ALGORITHMS in found
        else ()
    )
    compression: tuple[int, ...] = ()
    if ExtensionType.COMPRESS_CERTIFICATE in found and not raw_key:
        compression = _codes_extension(found[ExtensionType.COMPRESS_CERTIFICATE], 1)
    if ExtensionType.CERTIFICATE_AUTHORITIES in found:
        authorities = Reader(found[ExtensionType.CERTIFICATE_AUTHORITIES])
        _skip_authorities(authorities)
        with told_as(Reason.BAD_EXTENSION):
            authorities.finish("certificate_authorities")
    if ExtensionType.SIGNATURE_ALGORITHMS not in found:
        raise failure(Reason.MISSING_SIGALGS_EXTENSION)
    reader.finish("CertificateRequest")
    return CertificateRequest(context, b"", schemes, for_certificates, compression, raw_key)


def certificate_body(version: int, context: bytes, blobs: tuple[bytes, ...], *, raw_key: bool) -> bytes:
    """Our Certificate without its header; `blobs` as `parse_certificate` has them, or none at all."""
    if version == TLS13:
        entries = b"".join(opaque(blob, 3) + opaque(b"", 2) for blob in blobs)
        return opaque(context, 1) + opaque(entries, 3)
    if raw_key:
        return opaque(b"".join(blobs), 3)
    return opaque(b"".join(opaque(blob, 3) for blob in blobs), 3)
