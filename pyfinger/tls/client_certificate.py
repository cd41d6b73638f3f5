"""Our own proof of identity, for servers that ask for one.

Certificate or raw public key, then CertificateVerify (RFC 8446 section 4.4,
RFC 5246 sections 7.4.6 and 7.4.8, RFC 7250).  Which key signs, and how, is
OpenSSL's choice: the first scheme of the server's list that we offer, too, and
that fits one of our keys; before TLS 1.3 only the key loaded last is looked at.
The authorities the server names do not matter.  If nothing fits, we show an
empty Certificate and leave it to the server to be content with that.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterable

from pyfinger.model import HandshakeSignature, OwnCredential
from pyfinger.tls.certificate_messages import CertificateRequest, certificate_body, parse_certificate_request
from pyfinger.tls.codepoints import TLS12, TLS13, CertificateCompression, ExtensionType, HandshakeType
from pyfinger.tls.handshake_failures import Reason, failure
from pyfinger.tls.handshake_state import HandshakeState
from pyfinger.tls.messages import message
from pyfinger.tls.server_certificate import raw_key_chosen, shown_signature
from pyfinger.tls.signature_schemes import LEGACY, SCHEMES, Scheme
from pyfinger.values import Value
from pyfinger.wire import opaque, uint

_CLIENT_CONTEXT = b" " * 64 + b"TLS 1.3, client CertificateVerify\0"


class ClientCertificate(Value):
    """What we have shown, and how we are to sign for it."""

    credential: OwnCredential
    scheme: Scheme
    raw_key: bool

    @property
    def signature(self) -> HandshakeSignature:
        """As the summary line shows it."""
        return shown_signature(self.credential.key.public, self.scheme, raw_key=self.raw_key)


def read_request(data: bytes, version: int, extensions: dict[int, bytes]) -> CertificateRequest:
    """A CertificateRequest; `extensions` of ServerHello or EncryptedExtensions say if bare keys will do."""
    raw_key = raw_key_chosen(extensions, ExtensionType.CLIENT_CERTIFICATE_TYPE)
    return parse_certificate_request(data, version, raw_key=raw_key)


def show(state: HandshakeState, request: CertificateRequest, version: int) -> ClientCertificate | None:
    """Send our Certificate; None if it is empty and needs no signature (tls_prepare_client_certificate())."""
    proof = _choose(state, request, version)
    blobs: tuple[bytes, ...] = ()
    if proof is not None:
        if not proof.raw_key:
            _weigh(state, proof.credential)
        blobs = (proof.credential.spki,) if proof.raw_key else proof.credential.certificates
    body = certificate_body(version, request.context, blobs, raw_key=request.raw_key)
    if blobs and CertificateCompression.ZLIB in request.compression and not request.raw_key:
        compressed = (
            uint(CertificateCompression.ZLIB, 2) + uint(len(body), 3) + opaque(zlib.compress(body), 3)
        )
        state.channel.send_handshake(message(HandshakeType.COMPRESSED_CERTIFICATE, compressed))
    else:
        state.channel.send_handshake(message(HandshakeType.CERTIFICATE, body))
    return proof


def _weigh(state: HandshakeState, credential: OwnCredential) -> None:
    """Keys too weak for the security level are not shown (ssl_security_cert_chain())."""
    security = state.config.security
    for place, strength in enumerate(credential.strengths if security.level else ()):
        if strength < security.bits:
            raise failure(Reason.CA_KEY_TOO_SMALL if place else Reason.EE_KEY_TOO_SMALL)


def sign12(state: HandshakeState, proof: ClientCertificate, version: int) -> None:
    """Send CertificateVerify before TLS 1.3: over all messages so far (RFC 5246 section 7.4.8)."""
    signature = _signature(state, proof, state.channel.transcript.bytes())
    scheme = uint(proof.scheme.code, 2) if version == TLS12 else b""
    state.channel.send_handshake(message(HandshakeType.CERTIFICATE_VERIFY, scheme + opaque(signature, 2)))


def sign13(state: HandshakeState, proof: ClientCertificate, digest: str) -> None:
    """Send CertificateVerify of TLS 1.3: over the transcript's hash (RFC 8446 section 4.4.3)."""
    content = _CLIENT_CONTEXT + state.channel.transcript.digest(digest)
    body = uint(proof.scheme.code, 2) + opaque(_signature(state, proof, content), 2)
    state.channel.send_handshake(message(HandshakeType.CERTIFICATE_VERIFY, body))


def _signature(state: HandshakeState, proof: ClientCertificate, content: bytes) -> bytes:
    return proof.credential.key.sign(proof.scheme.algorithm, content, state.random)


def _choose(state: HandshakeState, request: CertificateRequest, version: int) -> ClientCertificate | None:
    """The first scheme and credential that go together (tls_choose_sigalg())."""
    credentials = state.config.credentials
    if version < TLS13:
        credentials = credentials[-1:]
    for scheme in _schemes(state, request, version):
        for credential in credentials:
            if _fits(credential, scheme, version) and _accepted(credential, request):
                return ClientCertificate(credential, scheme, request.raw_key)
    return None


def _schemes(state: HandshakeState, request: CertificateRequest, version: int) -> Iterable[Scheme]:
    """What both sides can do, in the server's order."""
    if version < TLS12:
        return tuple(LEGACY.values())
    ours = state.config.schemes
    return (SCHEMES[code] for code in request.schemes if code in ours and code in SCHEMES)


def _fits(credential: OwnCredential, scheme: Scheme, version: int) -> bool:
    """Whether the key can sign so; before TLS 1.3 the scheme does not tie it to a curve."""
    key = credential.key
    if scheme.kind != key.public.kind or not key.fits(scheme.algorithm):
        return False
    if version < TLS13:
        return scheme.tls12  # not those of RFC 8734 and of ML-DSA
    return scheme.tls13 and scheme.curve in ("", key.public.curve)


def _accepted(credential: OwnCredential, request: CertificateRequest) -> bool:
    """Whether our certificate is signed as signature_algorithms_cert demands (RFC 8446 section 4.2.3)."""
    if request.certificate_schemes is None:
        return True
    known = (SCHEMES[code].algorithm for code in request.certificate_schemes if code in SCHEMES)
    issued = credential.issued_with
    return issued is not None and any(
        (one.family, one.digest) == (issued.family, issued.digest) for one in known
    )
