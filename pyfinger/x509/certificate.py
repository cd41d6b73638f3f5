"""One certificate, read as OpenSSL's d2i_X509 reads it (RFC 5280 section 4.1).

`parse_certificate` accepts what OpenSSL accepts, and keeps the exact octets
that are hashed and signed.  Keys and extensions are looked into only when
somebody asks: a broken extension or key does not make a certificate unreadable.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property

from pyfinger.errors import DecodeError
from pyfinger.x509 import der
from pyfinger.x509.algorithms import AlgorithmIdentifier, SignatureMethod, read_algorithm, signature_method
from pyfinger.x509.extensions import Extension, Facts, read_facts
from pyfinger.x509.general_names import GeneralName
from pyfinger.x509.keys import Key, load_spki
from pyfinger.x509.names import Name, parse_name

MAX_CERTIFICATE = 1 << 20  # octets; larger ones are refused unread
_DAYS_BEFORE = (0, 31, 59, 90, 120, 151, 181, 212, 243, 273, 304, 334)
_MONTH_DAYS = (31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)


@dataclass(frozen=True, slots=True)
class Instant:
    """A Time as written; `epoch` is None unless in the form RFC 5280 section 4.1.2.5 demands."""

    tag: int
    text: bytes

    @property
    def epoch(self) -> int | None:
        """Seconds since 1970-01-01 UTC."""
        digits = self.text[:-1]
        year_size = 2 if self.tag == der.UTC_TIME else 4
        if len(self.text) != year_size + 11 or self.text[-1:] != b"Z" or not digits.isdigit():
            return None
        year = int(digits[:year_size])
        if year_size == 2:
            year += 1900 if year >= 50 else 2000
        month, day, hour, minute, second = (
            int(digits[at : at + 2]) for at in range(year_size, len(digits), 2)
        )
        leap = year % 4 == 0 and (year % 100 != 0 or year % 400 == 0)
        if not (1 <= month <= 12 and hour < 24 and minute < 60 and second < 60):
            return None
        if not 1 <= day <= _MONTH_DAYS[month - 1] + (leap and month == 2):
            return None
        before = year - 1
        days = 365 * before + before // 4 - before // 100 + before // 400 - 719162
        days += _DAYS_BEFORE[month - 1] + (leap and month > 2) + day - 1
        return ((days * 24 + hour) * 60 + minute) * 60 + second


@dataclass(frozen=True)
class Certificate:
    """A certificate; two are equal if their encodings are."""

    der: bytes
    tbs: bytes = field(compare=False, repr=False)  # the signed octets
    version: int = field(compare=False)  # 0 is v1
    serial: int = field(compare=False, repr=False)
    inner_algorithm: AlgorithmIdentifier = field(compare=False, repr=False)
    issuer: Name = field(compare=False)
    not_before: Instant = field(compare=False)
    not_after: Instant = field(compare=False)
    subject: Name = field(compare=False)
    spki: bytes = field(compare=False, repr=False)  # SubjectPublicKeyInfo, DER
    extensions: tuple[Extension, ...] = field(compare=False, repr=False)
    algorithm: AlgorithmIdentifier = field(compare=False, repr=False)
    signature: bytes = field(compare=False, repr=False)

    @cached_property
    def key(self) -> Key | None:
        """The public key; None if it cannot be used."""
        try:
            return load_spki(self.spki)
        except DecodeError:
            return None

    @cached_property
    def signature_method(self) -> SignatureMethod | None:
        """How it is signed; None if the algorithm is unknown."""
        return signature_method(self.algorithm)

    @cached_property
    def facts(self) -> Facts:
        """What its extensions say."""
        return read_facts(self.extensions)

    @property
    def alternative_names(self) -> tuple[GeneralName, ...] | None:
        """The subjectAltName; None if it is absent, doubled or undecodable."""
        return self.facts.alternative_names

    def __hash__(self) -> int:
        return hash(self.der)


def parse_certificate(encoded: bytes) -> Certificate:
    """Read one certificate and nothing more; `DecodeError` if OpenSSL would refuse it."""
    certificate, end = read_certificate(encoded)
    if end != len(encoded):
        raise DecodeError("excess bytes after certificate", end)
    return certificate


def read_certificate(encoded: bytes) -> tuple[Certificate, int]:
    """Read the certificate at the start of `encoded`; also tells where it ends (d2i_X509)."""
    if len(encoded) > MAX_CERTIFICATE:
        raise DecodeError("certificate too long")
    outer = der.Cursor(encoded)
    whole = outer.take(der.SEQUENCE, "certificate")
    parts = whole.inside()
    tbs = parts.take(der.SEQUENCE, "signed part")
    algorithm = read_algorithm(parts, "signature algorithm")
    signature = parts.take(der.BIT_STRING, "signature").bits()
    parts.finish("certificate")
    return _signed_part(whole, tbs, algorithm, signature), whole.end


def skim_subject(encoded: bytes) -> bytes:
    """Only the subject, DER, without a look at the rest; `DecodeError` if it is not reached."""
    fields = der.Cursor(encoded).sequence("certificate").sequence("signed part")
    fields.optional(der.CONTEXT | 0, "version")
    for what in ("serial number", "inner signature algorithm", "issuer", "validity"):
        fields.element(what)
    return fields.take(der.SEQUENCE, "subject").encoding


def _signed_part(
    whole: der.Element, tbs: der.Element, algorithm: AlgorithmIdentifier, signature: bytes
) -> Certificate:
    """TBSCertificate, in the order of RFC 5280 section 4.1."""
    fields = tbs.inside()
    version = _version(fields)
    serial = fields.integer("serial number")
    inner = read_algorithm(fields, "inner signature algorithm")
    issuer = parse_name(fields.take(der.SEQUENCE, "issuer").encoding)
    validity = fields.sequence("validity")
    not_before, not_after = _instant(validity, "notBefore"), _instant(validity, "notAfter")
    validity.finish("validity")
    subject = parse_name(fields.take(der.SEQUENCE, "subject").encoding)
    spki = _spki(fields)
    for number in (1, 2):
        if unique := fields.optional(der.CONTEXT | number, "unique identifier"):
            unique.bits()
    extensions = _extensions(fields)
    fields.finish("signed part")
    return Certificate(
        der=whole.encoding,
        tbs=tbs.encoding,
        version=version,
        serial=serial,
        inner_algorithm=inner,
        issuer=issuer,
        not_before=not_before,
        not_after=not_after,
        subject=subject,
        spki=spki,
        extensions=extensions,
        algorithm=algorithm,
        signature=signature,
    )


def _version(fields: der.Cursor) -> int:
    tagged = fields.optional(der.CONTEXT | 0, "version")
    if tagged is None:
        return 0
    inside = tagged.inside()
    version = inside.integer("version")
    inside.finish("version")
    return version


def _instant(validity: der.Cursor, what: str) -> Instant:
    """UTCTime or GeneralizedTime; its form is judged at verification, not here."""
    found = validity.element(what)
    if found.tag not in (der.UTC_TIME, der.GENERALIZED_TIME):
        raise DecodeError(f"{what} has another type", found.begin)
    return Instant(found.tag, found.string())


def _spki(fields: der.Cursor) -> bytes:
    """SubjectPublicKeyInfo; whether the key is usable does not matter here."""
    found = fields.take(der.SEQUENCE, "public key")
    inside = found.inside()
    read_algorithm(inside, "key algorithm")
    inside.take(der.BIT_STRING, "key").bits()
    inside.finish("public key")
    return found.encoding


def _extensions(fields: der.Cursor) -> tuple[Extension, ...]:
    tagged = fields.optional(der.CONTEXT | 3, "extensions")
    if tagged is None:
        return ()
    wrapper = tagged.inside()
    each = wrapper.sequence_of("extensions")
    wrapper.finish("extensions")
    found = []
    while each:
        inside = each.sequence("extension")
        oid = inside.oid("extension type")
        flag = inside.optional(der.BOOLEAN, "critical flag")
        critical = flag is not None and flag.boolean()
        value = inside.take(der.OCTET_STRING, "extension value").string()
        inside.finish("extension")
        found.append(Extension(oid, critical, value))
    return tuple(found)
