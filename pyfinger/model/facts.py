"""What is known of a server's certificates and keys, and of each TLSA record, as plain values."""

from __future__ import annotations

from enum import Enum
from typing import Literal, TypeAlias

from pyfinger.model.answer import TlsaRecord
from pyfinger.values import LateValue, Value

NameProblem: TypeAlias = Literal["too long", "NULL", "non-printable", "decoding"]
"""Why an attribute of a subject or issuer is not shown."""


class KeyFacts(Value):
    """A public key (RFC 5280 section 4.1.2.7)."""

    spki: bytes  # SubjectPublicKeyInfo, DER
    sha256: bytes  # of `spki`
    kind: str = ""  # RSA, RSA-PSS, EC, ED25519, ED448, ML-DSA-65 and so on; empty if unusable
    bits: int = 0
    curve: str = ""  # of EC keys, as OpenSSL spells it


class CertificateFacts(LateValue):
    """A certificate (RFC 5280 section 4.1), as far as people ask for it.

    Names are in one-line form; times in seconds since the epoch, None if
    malformed; `signed_with` such as `ecdsa-sha256` or `ML-DSA-65`, empty if unknown.
    """

    der: bytes
    sha256: bytes  # of `der`
    subject: str
    issuer: str
    serial: str  # hexadecimal
    not_before: int | None
    not_after: int | None
    names: tuple[str, ...]  # of subjectAltName: `DNS:…`, `IP:…`
    key: KeyFacts
    signed_with: str


class CertificateShown(Value):
    """One certificate of the chain report (`-C`); digests are of the `-d` algorithm, raw bytes."""

    der: bytes
    subject: bytes  # one-line form, unsanitised
    issuer: bytes
    cert_digest: bytes
    key_digest: bytes


class UnusableName(Value):
    """A subject or issuer attribute that is not shown: `subject CN`, `issuer CN` or `issuer Organization`."""

    what: str
    problem: NameProblem
    number: int = 0  # its length or ASN.1 type


class CertificateInfo(Value):
    """What the log says of what a server showed, once the handshake is done.

    Names are the leaf's; `subject_cn` is None if there is none that can be shown.
    `chain` is empty, and only `raw_key_digest` is set, for a raw public key.
    """

    issuer: str = ""
    subject_cn: str | None = None
    unusable: tuple[UnusableName, ...] = ()  # in the order looked at
    chain: tuple[CertificateShown, ...] = ()  # as sent
    raw_key_digest: bytes = b""


class Usability(Enum):
    """Whether a TLSA record can match anything at all (RFC 7671 section 4), and if not, why."""

    USABLE = "usable"
    USAGE = "certificate usage unknown"
    SELECTOR = "selector unknown"
    MATCHING = "matching type unknown or switched off"
    LENGTH = "not the length of its digest"
    UNDECODABLE = "not a certificate or key"


class RecordOutcome(Enum):
    """What became of one record."""

    MATCHED = "matched"  # it equals something the server sent
    MISMATCHED = "mismatched"
    WEAKER = "weaker digest"  # not looked at: a stronger one is published (RFC 7671 section 9)
    UNUSABLE = "unusable"
    INAPPLICABLE = "inapplicable"  # it is about certificates, the server showed a raw public key


class RecordVerdict(Value):
    """One TLSA record (or fingerprint, or trust anchor) and what became of it.

    `position` counts what the server sent from 0, its own certificate, and is
    None if nothing matched.  That a trust anchor matched does not make the
    chain below it good; the verdict on the server says whether it is.
    """

    record: TlsaRecord
    outcome: RecordOutcome
    fitness: Usability = Usability.USABLE
    position: int | None = None
