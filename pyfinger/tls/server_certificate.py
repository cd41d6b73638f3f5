"""The server's proof of identity: Certificate, raw keys, compression, signatures.

RFC 8446 section 4.4, RFC 7250, RFC 8879.  What the server shows is handed to
the verifier, which never ends the handshake; the server's signature does.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from pyfinger.errors import CredentialError, CredentialFault, DecodeError, LibraryError
from pyfinger.model import Credential, HandshakeSignature, KeyKind, PublicKey, ServerKey
from pyfinger.tls.certificate_messages import Compressed, parse_certificates, parse_compressed, parse_raw_key
from pyfinger.tls.codepoints import (
    TLS12,
    TLS13,
    AlertDescription,
    CertificateType,
    ExtensionType,
    HandshakeType,
)
from pyfinger.tls.decompression import decompressor
from pyfinger.tls.extensions import AnswerContext, check_contents, collect
from pyfinger.tls.handshake_failures import Reason, TlsFailure, failure
from pyfinger.tls.handshake_state import HandshakeState
from pyfinger.tls.messages import Signed, body_reader
from pyfinger.tls.signature_schemes import KEY_KINDS, LEGACY, LEGACY_RSA, SCHEMES, Scheme
from pyfinger.wire import Reader

_NO_KEY = LibraryError(0x03000072, "decode error")
_UNREADABLE = {
    CredentialFault.UNDECODABLE: Reason.ASN1_LIB,
    CredentialFault.EXCESS: Reason.CERT_LENGTH_MISMATCH,
    CredentialFault.UNUSABLE_KEY: Reason.UNABLE_TO_FIND_PUBLIC_KEY_PARAMETERS,
}


def raw_key_chosen(extensions: dict[int, bytes], kind: int = ExtensionType.SERVER_CERTIFICATE_TYPE) -> bool:
    """Whether the server will show, or wants to see, a raw public key (RFC 7250 section 4.2)."""
    return extensions.get(kind) == bytes([CertificateType.RAW_PUBLIC_KEY])


def shown_credential(state: HandshakeState, data: bytes, version: int, *, raw_key: bool) -> Credential:
    """What the server shows, each certificate decoded as it comes (tls_process_server_certificate)."""
    offered = state.hello.offered if version == TLS13 else {}
    try:
        return read_credential(data, version, offered, state.look, raw_key=raw_key)
    except CredentialError as error:
        raise credential_failure(error) from error


def read_credential(
    data: bytes,
    version: int,
    offered: Mapping[int, bytes] | None = None,
    look: Callable[[int, bytes], None] = lambda place, encoded: None,
    *,
    raw_key: bool,
) -> Credential:
    """The content of a Certificate or CompressedCertificate message.

    `offered` are our hello's extensions; `look` is given each certificate before the rest is read.
    """
    offered = offered or {}
    reader = body_reader(data)
    if data[0] == HandshakeType.COMPRESSED_CERTIFICATE:
        reader = Reader(_decompressed(parse_compressed(data)))
    if raw_key:
        key = parse_raw_key(reader, version)
        collect(key.block, AnswerContext(0), offered)
        return Credential(raw_key=key.der)
    certificates = []
    for entry in parse_certificates(reader, version, look):
        certificates.append(entry.der)
        check_contents(collect(entry.block, AnswerContext.CERTIFICATE, offered), offered)
    return Credential(tuple(certificates))


def _decompressed(message: Compressed) -> bytes:
    """Decompress, never to more than announced (RFC 8879 section 4)."""
    decompress = decompressor(message.algorithm)
    if decompress is None:
        raise failure(Reason.BAD_COMPRESSION_ALGORITHM, AlertDescription.ILLEGAL_PARAMETER)
    try:
        content = decompress(message.data, message.size)
    except DecodeError as error:
        raise failure(Reason.BAD_DECOMPRESSION) from error
    if len(content) != message.size:
        raise failure(Reason.BAD_DECOMPRESSION)
    return content


def server_key(state: HandshakeState, credential: Credential) -> ServerKey:
    """Let the credential be verified; the server's public key, of a kind that TLS knows."""
    try:
        key = state.verify(credential)
    except CredentialError as error:
        raise credential_failure(error) from error
    check_kind(key)
    return key


def check_kind(key: ServerKey) -> None:
    """`TlsFailure` for a key of a kind that TLS does not know."""
    if key.public.kind not in KEY_KINDS:
        raise failure(Reason.UNKNOWN_CERTIFICATE_TYPE, AlertDescription.ILLEGAL_PARAMETER)


ECDSA_KINDS = (KeyKind.EC, KeyKind.ED25519, KeyKind.ED448)  # of suites that authenticate by ECDSA


def check_for_signing(key: ServerKey) -> None:
    """`TlsFailure` for a key that may not sign (ssl_check_srvr_ecc_cert_and_alg), before TLS 1.3 alone."""
    if not key.for_signing:
        raise failure(Reason.BAD_ECC_CERT).after(*key.unread, *failure(Reason.ECC_CERT_NOT_FOR_SIGNING).queue)


def credential_failure(error: CredentialError) -> TlsFailure:
    """What OpenSSL says of certificates, or of raw keys, which it has fewer words for."""
    causes = (_NO_KEY,) if error.fault is CredentialFault.UNUSABLE_KEY else error.queue
    reason = Reason.LENGTH_MISMATCH if error.place is None else _UNREADABLE[error.fault]
    return failure(reason).after(*causes)


def _scheme(state: HandshakeState, key: PublicKey, code: int, version: int) -> Scheme:
    """The scheme of a server's signature, if it may sign so with this key."""
    if version < TLS12:
        return LEGACY.get(key.kind, LEGACY_RSA)
    scheme = SCHEMES.get(code)
    if scheme is None or scheme.kind != key.kind:
        raise failure(Reason.WRONG_SIGNATURE_TYPE)
    if not (scheme.tls13 if version == TLS13 else scheme.tls12):
        raise failure(Reason.WRONG_SIGNATURE_TYPE)
    bound = version == TLS13 or state.config.security.suite_b is not None
    if bound and scheme.curve and scheme.curve != key.curve:
        raise failure(Reason.WRONG_CURVE)
    if code not in state.config.schemes:
        raise failure(Reason.WRONG_SIGNATURE_TYPE, AlertDescription.HANDSHAKE_FAILURE)
    return scheme


def check_signature(
    state: HandshakeState, key: ServerKey, signed: Signed, content: bytes, version: int
) -> Scheme:
    """The scheme of a good signature; `TlsFailure` for a bad one (tls12_check_peer_sigalg())."""
    scheme = _scheme(state, key.public, signed.scheme, version)
    if not key.public.verify(scheme.algorithm, content, signed.signature):
        faults = key.faults(scheme.algorithm, content, signed.signature)
        raise failure(Reason.BAD_SIGNATURE).after(*faults)
    return scheme


def shown_signature(key: PublicKey, scheme: Scheme, *, raw_key: bool) -> HandshakeSignature:
    """A signature as the summary line shows it."""
    return HandshakeSignature(key.kind.value, key.bits, key.curve, scheme.digest_name, raw_key)
