"""What the server has to be, and what it turned out to be."""

from __future__ import annotations

from collections.abc import Callable
from enum import Enum
from typing import TypeAlias

from pyfinger.errors import LibraryError
from pyfinger.model.answer import TlsaRecord
from pyfinger.model.facts import CertificateInfo, RecordVerdict
from pyfinger.model.keys import PrivateKey, PublicKey, SignatureAlgorithm
from pyfinger.model.route import Level
from pyfinger.values import Value

HOSTNAME_MISMATCH = 62  # X509_V_ERR_HOSTNAME_MISMATCH


class Policy(Value):
    """How one address has to prove itself; made afresh for each address."""

    level: Level
    names: tuple[str, ...] = ()  # match names or fingerprints as configured
    tlsa: tuple[TlsaRecord, ...] = ()
    base_domain: str = ""  # of the TLSA records: also the SNI


Faults: TypeAlias = Callable[[SignatureAlgorithm, bytes, bytes], tuple[LibraryError, ...]]
"""Why a signature of a message is not good, in OpenSSL's words."""


class ServerKey(Value):
    """A server's public key, and whether its certificate lets it sign.

    Not for signing are keys whose certificate has a keyUsage without
    digitalSignature, or known extensions that are doubled or do not decode.
    `unread` is what OpenSSL says of these when it reads them for the first time.
    """

    public: PublicKey
    for_signing: bool = True
    faults: Faults = lambda *_: ()
    unread: tuple[LibraryError, ...] = ()


class Credential(Value):
    """What the server showed: certificates in the order sent, or one raw public key.

    DER throughout; both empty for an anonymous server.
    """

    certificates: tuple[bytes, ...] = ()
    raw_key: bytes = b""

    def __bool__(self) -> bool:
        return bool(self.certificates or self.raw_key)


class OwnCredential(Value):
    """What we can show a server: a key and its certificates, DER, our own first."""

    key: PrivateKey
    certificates: tuple[bytes, ...]
    spki: bytes  # SubjectPublicKeyInfo of the first
    issued_with: SignatureAlgorithm | None = None  # what the first is signed with, if known
    strengths: tuple[int, ...] = ()  # security bits of their keys, where these are to be weighed


class HandshakeSignature(Value):
    """A CertificateVerify as the summary line shows it (TLS 1.3 only)."""

    kind: str  # RSA, RSA-PSS, EC, ED25519, ED448, ML-DSA-65: the key's kind
    bits: int
    curve: str
    digest: str  # SHA256 and so on; empty for EdDSA and ML-DSA
    raw_key: bool


class ConnectionInfo(Value):
    """A finished handshake; names as OpenSSL prints them beside the code points."""

    version: int
    protocol: str
    suite: int
    cipher: str
    bits_used: int
    bits_total: int
    credential: Credential
    group: str = ""  # TLS 1.3 only, like all that follows
    server_signature: HandshakeSignature | None = None
    client_signature: HandshakeSignature | None = None
    resumed: bool = False


class Trust(Enum):
    """The first word of the summary line."""

    ANONYMOUS = "Anonymous"
    UNTRUSTED = "Untrusted"
    TRUSTED = "Trusted"
    VERIFIED = "Verified"


class ResultType(Enum):
    """What a report calls a failure (RFC 8460 section 4.3)."""

    STARTTLS_NOT_SUPPORTED = "starttls-not-supported"
    CERTIFICATE_HOST_MISMATCH = "certificate-host-mismatch"
    CERTIFICATE_EXPIRED = "certificate-expired"
    CERTIFICATE_NOT_TRUSTED = "certificate-not-trusted"
    VALIDATION_FAILURE = "validation-failure"
    TLSA_INVALID = "tlsa-invalid"
    DNSSEC_INVALID = "dnssec-invalid"
    DANE_REQUIRED = "dane-required"
    STS_POLICY_FETCH_ERROR = "sts-policy-fetch-error"
    STS_POLICY_INVALID = "sts-policy-invalid"
    STS_WEBPKI_INVALID = "sts-webpki-invalid"


class VerifyError(Value):
    """One verification error: X509_V_ERR number and depth; 0 is the leaf.

    `issuer` is the one-line issuer name of the certificate at that depth.
    """

    code: int
    depth: int
    issuer: str = ""


class Authority(Value):
    """The TLSA record (or fingerprint, or trust anchor) that vouched for the chain."""

    record: TlsaRecord
    depth: int
    bare_key: bool = False  # a `2 1 0` key that signed the certificate at `depth`


class Verdict(Value):
    """What became of verification: all errors in the order found, and what matched.

    `error` is the one that is reported: nearest the leaf, first found among
    equals; a host name mismatch (62) yields to any other.
    """

    errors: tuple[VerifyError, ...] = ()
    peername: str = ""  # the certificate's name that matched, as written there
    authority: Authority | None = None
    aborted: bool = False  # verification broke off: not trusted, though no error was told

    @property
    def good(self) -> bool:
        """Whether nothing at all is wrong."""
        return self.error is None and not self.aborted

    @property
    def error(self) -> VerifyError | None:
        """The error that is reported, if any."""
        kept: VerifyError | None = None
        for found in self.errors:
            if kept is None or (kept.code == HOSTNAME_MISMATCH and found.code != HOSTNAME_MISMATCH):
                kept = found
            elif found.code != HOSTNAME_MISMATCH and found.depth < kept.depth:
                kept = found
        return kept


_NO_VERDICT = Verdict()
_NOTHING_SHOWN = CertificateInfo()


class Verified(Value):
    """What came of verifying a server's credential: all that is decided about it, once.

    `records` says of each TLSA record (or fingerprint, or trust anchor) what became of it.
    A session taken up again has that of its full handshake.
    """

    key: ServerKey
    verdict: Verdict = _NO_VERDICT
    records: tuple[RecordVerdict, ...] = ()
    info: CertificateInfo = _NOTHING_SHOWN
