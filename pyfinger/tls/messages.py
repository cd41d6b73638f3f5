"""Handshake messages: the server's as values, ours as bytes.

Every parser takes a message with its four-byte header and returns a value or
raises `DecodeError` with the field and the byte.  RFC 8446 section 4, RFC 5246
section 7.4, RFC 8422 section 5, RFC 7250, RFC 8879.
"""

from __future__ import annotations

from dataclasses import dataclass

from pyfinger.errors import DecodeError
from pyfinger.tls.names import TLS12, TLS13
from pyfinger.wire import Reader, opaque

CLIENT_HELLO, SERVER_HELLO, NEW_SESSION_TICKET, ENCRYPTED_EXTENSIONS = 1, 2, 4, 8
CERTIFICATE, SERVER_KEY_EXCHANGE, CERTIFICATE_REQUEST, SERVER_HELLO_DONE = 11, 12, 13, 14
CERTIFICATE_VERIFY, CLIENT_KEY_EXCHANGE, FINISHED, CERTIFICATE_STATUS = 15, 16, 20, 22
KEY_UPDATE, COMPRESSED_CERTIFICATE = 24, 25

# The random of a HelloRetryRequest (RFC 8446 section 4.1.3).
HELLO_RETRY = bytes.fromhex("cf21ad74e59a6111be1d8c021e65b891c2a211167abb8c5e079e09e2c8a8339c")


def message(kind: int, body: bytes) -> bytes:
    """A handshake message with its header."""
    return bytes([kind]) + opaque(body, 3)


def body_reader(data: bytes) -> Reader:
    """A reader past the header; the header's length is known to be right."""
    return Reader(data, 4)


def extensions(reader: Reader) -> dict[int, bytes]:
    """An extension block, in order; a type may occur once (RFC 8446 section 4.2)."""
    found: dict[int, bytes] = {}
    with reader.vector(2, "extensions"):
        while reader:
            kind = reader.u16("extension type")
            if kind in found:
                raise DecodeError(f"repeated extension {kind}", reader.position)
            found[kind] = reader.opaque(2, f"extension {kind}")
    return found


@dataclass(frozen=True, slots=True)
class ServerHello:
    """ServerHello and HelloRetryRequest."""

    legacy_version: int
    random: bytes
    session_id: bytes
    suite: int
    compression: int
    extensions: dict[int, bytes]

    @property
    def retry(self) -> bool:
        """Whether this is a HelloRetryRequest."""
        return self.random == HELLO_RETRY

    @property
    def version(self) -> int:
        """The version chosen: supported_versions if present, else the legacy field."""
        chosen = self.extensions.get(43)
        return self.legacy_version if chosen is None else int.from_bytes(chosen, "big")


def parse_server_hello(data: bytes) -> ServerHello:
    """RFC 8446 section 4.1.3; before TLS 1.3 the extension block may be missing."""
    reader = body_reader(data)
    version = reader.u16("legacy_version")
    random = reader.take(32, "random")
    session_id = reader.opaque(1, "session_id")
    if len(session_id) > 32:
        raise DecodeError("session_id longer than 32 bytes", reader.position)
    suite, compression = reader.u16("cipher_suite"), reader.u8("compression_method")
    found = extensions(reader) if reader else {}
    reader.finish("ServerHello")
    return ServerHello(version, random, session_id, suite, compression, found)


def parse_encrypted_extensions(data: bytes) -> dict[int, bytes]:
    """RFC 8446 section 4.3.1."""
    reader = body_reader(data)
    found = extensions(reader)
    reader.finish("EncryptedExtensions")
    return found


@dataclass(frozen=True, slots=True)
class ServerShare:
    """A key_share extension's entry (RFC 8446 section 4.2.8)."""

    group: int
    key: bytes


def parse_server_share(data: bytes) -> ServerShare:
    """key_share as ServerHello has it."""
    reader = Reader(data)
    share = ServerShare(reader.u16("group"), reader.opaque(2, "key_exchange"))
    reader.finish("key_share")
    return share


def parse_certificate(reader: Reader, version: int, raw_key: bool) -> tuple[bytes, ...]:
    """The DER blobs of a Certificate message's body; one SPKI if raw keys were agreed on.

    `reader` stands behind the header, or at the start of decompressed bytes.
    """
    if version < TLS13 and raw_key:
        blobs = [reader.opaque(3, "ASN.1_subjectPublicKeyInfo")]
        reader.finish("Certificate")
        return tuple(blobs)
    if version == TLS13 and reader.opaque(1, "certificate_request_context"):
        raise DecodeError("certificate_request_context not empty", reader.position)
    blobs = []
    with reader.vector(3, "certificate_list"):
        while reader:
            blobs.append(reader.opaque(3, "certificate"))
            if version == TLS13:
                extensions(reader)
    reader.finish("Certificate")
    return tuple(blobs)


@dataclass(frozen=True, slots=True)
class Compressed:
    """CompressedCertificate (RFC 8879 section 4)."""

    algorithm: int
    size: int  # of the message when decompressed
    data: bytes


def parse_compressed(data: bytes) -> Compressed:
    """RFC 8879 section 4."""
    reader = body_reader(data)
    found = Compressed(
        reader.u16("algorithm"), reader.u24("uncompressed_length"), reader.opaque(3, "compressed message")
    )
    reader.finish("CompressedCertificate")
    return found


@dataclass(frozen=True, slots=True)
class Signed:
    """A signature with its scheme; 0 before TLS 1.2, which has none."""

    scheme: int
    signature: bytes


def _signed(reader: Reader, version: int) -> Signed:
    scheme = reader.u16("algorithm") if version >= TLS12 else 0
    return Signed(scheme, reader.opaque(2, "signature"))


def parse_certificate_verify(data: bytes) -> Signed:
    """RFC 8446 section 4.4.3."""
    reader = body_reader(data)
    found = _signed(reader, TLS13)
    reader.finish("CertificateVerify")
    return found


@dataclass(frozen=True, slots=True)
class ServerKeyExchange:
    """ServerKeyExchange of DHE and ECDHE suites, signed or (anonymous) not."""

    params: bytes  # as signed
    public: bytes
    group: int = 0  # ECDHE
    prime: bytes = b""  # DHE
    generator: bytes = b""
    signed: Signed | None = None


def parse_server_key_exchange(
    data: bytes, key_exchange: str, version: int, signed: bool
) -> ServerKeyExchange:
    """RFC 5246 section 7.4.3, RFC 8422 section 5.4."""
    reader = body_reader(data)
    group, prime, generator = 0, b"", b""
    if key_exchange == "ECDHE":
        if reader.u8("curve_type") != 3:
            raise DecodeError("curve_type is not named_curve", 4)
        group = reader.u16("named_curve")
        public = reader.opaque(1, "public")
    else:
        prime, generator = reader.opaque(2, "dh_p"), reader.opaque(2, "dh_g")
        public = reader.opaque(2, "dh_Ys")
    params = data[4 : reader.position]
    signature = _signed(reader, version) if signed else None
    reader.finish("ServerKeyExchange")
    return ServerKeyExchange(params, public, group, prime, generator, signature)


@dataclass(frozen=True, slots=True)
class CertificateRequest:
    """What the server wants to see of us."""

    context: bytes = b""
    types: bytes = b""  # before TLS 1.3
    schemes: tuple[int, ...] = ()
    certificate_schemes: tuple[int, ...] | None = None  # signature_algorithms_cert
    compression: tuple[int, ...] = ()  # of certificates (RFC 8879)
    raw_key: bool = False  # agreed on in other messages (RFC 7250)


def _codes(reader: Reader, size: int, what: str) -> tuple[int, ...]:
    found = []
    with reader.vector(size, what):
        while reader:
            found.append(reader.u16(what))
    return tuple(found)


def _codes_extension(data: bytes | None, size: int, what: str) -> tuple[int, ...] | None:
    """An extension that is a list of codes; None if it is absent."""
    if data is None:
        return None
    reader = Reader(data)
    found = _codes(reader, size, what)
    reader.finish(what)
    return found


def parse_certificate_request(data: bytes, version: int) -> CertificateRequest:
    """RFC 8446 section 4.3.2, RFC 5246 section 7.4.4; names of authorities are skipped."""
    reader = body_reader(data)
    if version == TLS13:
        context = reader.opaque(1, "certificate_request_context")
        found = extensions(reader)
        reader.finish("CertificateRequest")
        schemes = _codes_extension(found.get(13), 2, "signature_algorithms")
        if schemes is None:
            raise DecodeError("CertificateRequest without signature_algorithms", reader.position)
        for_certificates = _codes_extension(found.get(50), 2, "signature_algorithms_cert")
        compression = _codes_extension(found.get(27), 1, "compress_certificate") or ()
        return CertificateRequest(context, b"", schemes, for_certificates, compression)
    types = reader.opaque(1, "certificate_types")
    schemes = _codes(reader, 2, "supported_signature_algorithms") if version == TLS12 else ()
    reader.opaque(2, "certificate_authorities")
    reader.finish("CertificateRequest")
    return CertificateRequest(b"", types, schemes)


@dataclass(frozen=True, slots=True)
class Ticket:
    """NewSessionTicket (RFC 8446 section 4.6.1, RFC 5077 section 3.3)."""

    lifetime: int  # seconds
    ticket: bytes
    age_add: int = 0
    nonce: bytes = b""


def parse_ticket(data: bytes, version: int) -> Ticket:
    """A ticket of either form."""
    reader = body_reader(data)
    lifetime = reader.u32("ticket_lifetime")
    if version < TLS13:
        found = Ticket(lifetime, reader.opaque(2, "ticket"))
    else:
        age_add, nonce = reader.u32("ticket_age_add"), reader.opaque(1, "ticket_nonce")
        found = Ticket(lifetime, reader.opaque(2, "ticket"), age_add, nonce)
        extensions(reader)
        if not found.ticket:
            raise DecodeError("empty ticket", reader.position)
    reader.finish("NewSessionTicket")
    return found


def certificate_body(version: int, context: bytes, blobs: tuple[bytes, ...], *, raw_key: bool) -> bytes:
    """Our Certificate without its header; `blobs` as `parse_certificate` has them, or none at all."""
    if version == TLS13:
        entries = b"".join(opaque(blob, 3) + opaque(b"", 2) for blob in blobs)
        return opaque(context, 1) + opaque(entries, 3)
    if raw_key:
        return opaque(b"".join(blobs), 3)
    return opaque(b"".join(opaque(blob, 3) for blob in blobs), 3)
