"""Facts about certificates, keys, TLSA records, and what matched."""

from __future__ import annotations

from pyfinger.events.base import Event
from pyfinger.model import (
    Authority,
    CertificateFacts,
    CertificateShown,
    KeyFacts,
    Level,
    LookupFailure,
    NameProblem,
    Peer,
    RecordVerdict,
    TlsaRecord,
    TlsaStatus,
    Verdict,
    VerifyError,
)


class MatchNameInvalid(Event):
    """A match name that can never match: just a dot."""

    peer: Peer
    name: str


class MatchNameRefused(Event):
    """A match name that cannot be used, such as a second address literal."""

    peer: Peer
    name: str


class MatchNamesMissing(Event):
    """No usable match name is left; verification fails."""

    peer: Peer


class TlsaUnusable(Event):
    """A TLSA record (or fingerprint, or trust anchor) that cannot match anything."""

    peer: Peer
    record: TlsaRecord


class TlsaAllUnusable(Event):
    """None of the records is usable at this level."""

    peer: Peer
    level: Level


class SignaturesUncheckable(Event):
    """A certificate of the chain is signed with an algorithm whose package is not installed.

    The signature counts as bad.  `extra` is the one of ours that brings the package.
    """

    peer: Peer
    algorithm: str
    package: str
    extra: str


class CredentialUnreadable(Event):
    """What the server showed cannot be read, and so TLS failed.

    `place` counts the certificates as sent from 0, the server's own; None is a raw public key.
    """

    peer: Peer
    place: int | None
    reason: str


class CertificateChecked(Event):
    """One call of the verification callback: an error, or a certificate found good."""

    peer: Peer
    depth: int
    good: bool
    subject: str


class RawKeyChecked(Event):
    """The verification callback's result for a raw public key."""

    peer: Peer
    good: bool


class PeernameMatched(Event):
    """A name check succeeded; `name` as the certificate writes it."""

    peer: Peer
    name: str


class AuthorityMatched(Event):
    """A TLSA record, fingerprint or trust anchor vouched for the server."""

    peer: Peer
    level: Level
    authority: Authority
    raw_key: bool


class VerificationFailed(Event):
    """The error that is reported of a full handshake's verification."""

    peer: Peer
    level: Level
    error: VerifyError


class UntrustedReused(Event):
    """A resumed session whose server had not proved itself."""

    peer: Peer
    level: Level
    raw_key: bool


class CertificateNameUnusable(Event):
    """A subject or issuer attribute that is not shown.

    `what` is `subject CN`, `issuer CN` or `issuer Organization`; `problem` is
    `too long`, `NULL`, `non-printable` or `decoding`, `number` its length or ASN.1 type.
    """

    peer: Peer
    what: str
    problem: NameProblem
    number: int = 0


class CertificatePresented(Event):
    """The server's certificate; digests are of the `-d` algorithm, raw bytes."""

    peer: Peer
    subject_cn: str
    issuer: str
    cert_digest: bytes
    key_digest: bytes


class RawKeyPresented(Event):
    """The server's raw public key (RFC 7250)."""

    peer: Peer
    key_digest: bytes


class ServerAnonymous(Event):
    """The server showed no certificate and no key."""


class ChainPresented(Event):
    """The certificates as the server sent them."""

    certificates: tuple[CertificateShown, ...]


class CredentialSeen(Event):
    """What the server showed, parsed; both empty for an anonymous server."""

    peer: Peer
    certificates: tuple[CertificateFacts, ...] = ()  # in the order sent
    raw_key: KeyFacts | None = None


class VerificationFinished(Event):
    """The whole verdict on a server: every error, and what became of each record.

    `level` is what was left of the level asked for; of a resumed session the
    verdict is that of its full handshake, and the records are not looked at again.
    """

    peer: Peer
    level: Level
    verdict: Verdict
    resumed: bool
    records: tuple[RecordVerdict, ...] = ()
    names: tuple[str, ...] = ()  # of which one had to be the certificate's (RFC 9525), if names mattered


class TlsaTruncated(Event):
    """TLSA RDATA of three bytes or less."""

    name: str
    length: int


class TlsaUnsupported(Event):
    """A TLSA record that is never used: its usage, or matching type 255."""

    name: str
    record: TlsaRecord


class TlsaImported(Event):
    """A DNSSEC-signed TLSA record of a supported kind."""

    owner: str
    record: TlsaRecord


class TlsaProblem(Event):
    """A TLSA lookup failed."""

    failure: LookupFailure


class AliasStatusProblem(Event):
    """Whether an alias is signed could not be found out."""

    name: str
    failure: LookupFailure | None  # None: no longer a CNAME


class LevelDecided(Event):
    """What one address has to prove, and why (`dane.policy`)."""

    requested: Level
    level: Level
    tlsa: TlsaStatus | None  # None: no TLSA lookup
    exchange_secure: bool
    records: tuple[TlsaRecord, ...] = ()


class DaneDigestRemark(Event):
    """An entry of tls_dane_digests that is ignored, worded as Postfix words it."""

    text: str
