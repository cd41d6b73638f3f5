"""One certificate, read as OpenSSL's d2i_X509 reads it (RFC 5280 section 4.1).

`parse_certificate` accepts what OpenSSL accepts, and keeps the exact octets
that are hashed and signed.  Keys and extensions are looked into only when
somebody asks: a broken extension or key does not make a certificate unreadable.

Times are UTCTime or GeneralizedTime.  OpenSSL reads them in two ways: to verify, only
in the form of RFC 5280 section 4.1.2.5 (`Instant.epoch`); to show, in any form of X.680
with a time zone (`Instant.readable`).  It decodes still others, which nobody can read.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cached_property, lru_cache
from hashlib import sha256

from pyfinger.errors import CredentialError, CredentialFault, DecodeError
from pyfinger.values import Value, field
from pyfinger.x509 import der
from pyfinger.x509 import der_encoding as encoding
from pyfinger.x509.algorithm_identifiers import (
    AlgorithmIdentifier,
    SignatureMethod,
    algorithm_identifier,
    signature_method,
)
from pyfinger.x509.asn1.content import Asn1Value
from pyfinger.x509.asn1.item import SequenceItem, Structure, TemplateField, decode
from pyfinger.x509.certificate_extensions import Extension, ExtensionFacts, read_facts
from pyfinger.x509.distinguished_names import X509_NAME, Name, oneline
from pyfinger.x509.general_names import GeneralName
from pyfinger.x509.key_structures import encode_key
from pyfinger.x509.oid import dotted
from pyfinger.x509.public_keys import Key, load_spki
from pyfinger.x509.structures import (
    ASN1_BIT_STRING,
    ASN1_INTEGER,
    X509_ALGOR,
    X509_EXTENSION,
    X509_PUBKEY,
    X509_VAL,
    encode_algorithm,
    encode_public_key,
)

_DAYS_BEFORE = (0, 31, 59, 90, 120, 151, 181, 212, 243, 273, 304, 334)
_MONTH_DAYS = (31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)
_ZONE = rb"(?:Z|([+-])([0-9]{2})([0-9]{2}))\Z"
_FORMS = {
    der.UTC_TIME: re.compile(rb"([0-9]{2})" + rb"([0-9]{2})" * 4 + rb"(?:([0-9]{2}))?" + _ZONE),
    der.GENERALIZED_TIME: re.compile(
        rb"([0-9]{4})" + rb"([0-9]{2})" * 4 + rb"(?:([0-9]{2})(?:\.[0-9]+)?)?" + _ZONE
    ),
}
_SHORTEST = {der.UTC_TIME: 13, der.GENERALIZED_TIME: 15}
_MOST_HOURS_AWAY = 12
_YEARS = 10000


MAX_CERTIFICATE = 1 << 20  # octets; larger ones are refused unread
X509_CINF = SequenceItem(
    "X509_CINF",
    (
        TemplateField("version", ASN1_INTEGER, optional=True, number=0, explicit=True),
        TemplateField("serialNumber", ASN1_INTEGER),
        TemplateField("signature", X509_ALGOR),
        TemplateField("issuer", X509_NAME),
        TemplateField("validity", X509_VAL),
        TemplateField("subject", X509_NAME),
        TemplateField("key", X509_PUBKEY),
        TemplateField("issuerUID", ASN1_BIT_STRING, optional=True, number=1),
        TemplateField("subjectUID", ASN1_BIT_STRING, optional=True, number=2),
        TemplateField(
            "extensions", X509_EXTENSION, optional=True, number=3, explicit=True, many=der.SEQUENCE
        ),
    ),
)
X509 = SequenceItem(
    "X509",
    (
        TemplateField("cert_info", X509_CINF),
        TemplateField("sig_alg", X509_ALGOR),
        TemplateField("signature", ASN1_BIT_STRING),
    ),
)


class Instant(Value):
    """A Time as written: its ASN.1 type and its content."""

    tag: int
    text: bytes

    @property
    def epoch(self) -> int | None:
        """Seconds since 1970-01-01 UTC; None unless in the form that RFC 5280 demands."""
        size = _SHORTEST[self.tag]
        strict = len(self.text) == size and self.text[-1:] == b"Z" and self.text[:-1].isdigit()
        return self.readable if strict else None

    @property
    def readable(self) -> int | None:
        """The same in all forms that ASN1_TIME_to_tm reads."""
        found = _FORMS[self.tag].match(self.text)
        if found is None or len(self.text) < _SHORTEST[self.tag]:
            return None
        year, month, day, hour, minute, second = (int(part or 0) for part in found.groups()[:6])
        if self.tag == der.UTC_TIME:
            year += 1900 if year >= 50 else 2000
        leap = year % 4 == 0 and (year % 100 != 0 or year % 400 == 0)
        if not (1 <= month <= 12 and hour < 24 and minute < 60 and second < 60):
            return None
        if not 1 <= day <= _MONTH_DAYS[month - 1] + (leap and month == 2):
            return None
        days = _days_to(year) + _DAYS_BEFORE[month - 1] + (leap and month > 2) + day - 1
        away = _zone(*found.groups()[6:])
        if away is None:
            return None
        moment = ((days * 24 + hour) * 60 + minute) * 60 + second - away
        return moment if _days_to(0) <= moment // 86400 < _days_to(_YEARS) else None


def _days_to(year: int) -> int:
    """Days from 1970-01-01 to the first of that year."""
    before = year - 1
    return 365 * before + before // 4 - before // 100 + before // 400 - 719162


def _zone(sign: bytes | None, hours: bytes | None, minutes: bytes | None) -> int | None:
    """Seconds ahead of UTC; None if nobody is that far."""
    if sign is None or hours is None or minutes is None:
        return 0
    if int(hours) > _MOST_HOURS_AWAY or int(minutes) > 59:
        return None
    away = int(hours) * 3600 + int(minutes) * 60
    return away if sign == b"+" else -away


class Certificate(Value):
    """A certificate; two are equal if their encodings are.

    `der` and `spki` are what OpenSSL writes out again, since its digests are over that; `tbs` is
    as it came.
    """

    __slots__ = ("__dict__",)  # what is found out once

    der: bytes
    tbs: bytes = field(compare=False)  # the signed octets
    version: int = field(compare=False)  # 0 is v1
    serial: int = field(compare=False)
    inner_algorithm: AlgorithmIdentifier = field(compare=False)
    issuer: Name = field(compare=False)
    not_before: Instant = field(compare=False)
    not_after: Instant = field(compare=False)
    subject: Name = field(compare=False)
    spki: bytes = field(compare=False)  # SubjectPublicKeyInfo, DER
    extensions: tuple[Extension, ...] = field(compare=False)
    algorithm: AlgorithmIdentifier = field(compare=False)
    signature: bytes = field(compare=False)

    @cached_property
    def key(self) -> Key | None:
        """The public key; None if it cannot be used."""
        try:
            return load_spki(self.spki)
        except DecodeError:
            return None

    @cached_property
    def key_encoding(self) -> bytes:
        """The key as OpenSSL writes it when it does not know from where it is (i2d_PUBKEY)."""
        return encode_key(self.key, self.spki)

    @cached_property
    def signature_method(self) -> SignatureMethod | None:
        """How it is signed; None if the algorithm is unknown."""
        return signature_method(self.algorithm)

    @cached_property
    def facts(self) -> ExtensionFacts:
        """What its extensions say."""
        return read_facts(self.extensions)

    @property
    def alternative_names(self) -> tuple[GeneralName, ...] | None:
        """The subjectAltName; None if it is absent, doubled or undecodable."""
        return self.facts.alternative_names

    def __hash__(self) -> int:
        return hash(self.der)

    def __repr__(self) -> str:
        """In brief, and without a number in decimal: Python refuses to spell out very long ones."""
        digest = sha256(self.der).hexdigest()
        return f"<Certificate {oneline(self.subject)!r}, serial {self.serial:X}, SHA-256 {digest}>"


def parse_certificate(encoded: bytes) -> Certificate:
    """Read one certificate and nothing more; `DecodeError` if OpenSSL would refuse it."""
    certificate, end = read_certificate(encoded)
    if end != len(encoded):
        raise DecodeError("excess bytes after certificate", end)
    return certificate


@lru_cache(maxsize=64)  # a chain is read by several, and most chains share their issuers
def read_certificate(encoded: bytes) -> tuple[Certificate, int]:
    """Read the certificate at the start of `encoded`; also tells where it ends (d2i_X509)."""
    if len(encoded) > MAX_CERTIFICATE:
        raise DecodeError("certificate too long")
    whole, end = decode(X509, encoded)
    info, algorithm, signature = whole["cert_info"], whole["sig_alg"], whole["signature"]
    version, validity = info.get("version"), info["validity"]
    extensions = info.get("extensions") or ()
    written = encoding.sequence(info.received, encode_algorithm(algorithm), signature.encoding)
    certificate = Certificate(
        der=written,
        tbs=info.received,
        version=0 if version is None else _number(version),
        serial=_number(info["serialNumber"]),
        inner_algorithm=algorithm_identifier(info["signature"]),
        issuer=info["issuer"],
        not_before=Instant(*validity["notBefore"]),
        not_after=Instant(*validity["notAfter"]),
        subject=info["subject"],
        spki=encode_public_key(info["key"]),
        extensions=tuple(map(_extension, extensions)),
        algorithm=algorithm_identifier(algorithm),
        signature=signature.content[1:],
    )
    return certificate, end


def _number(integer: Asn1Value) -> int:
    return int.from_bytes(integer.content, "big", signed=True)


def _extension(found: Structure) -> Extension:
    critical = found.get("critical")
    is_critical = critical is not None and critical.content != b"\0"
    return Extension(dotted(found["object"].content), is_critical, found["value"].content)


def read_chain(encoded: Sequence[bytes]) -> tuple[Certificate, ...]:
    """All certificates, in the order sent (tls_process_server_certificate)."""
    return tuple(read_at(place, one) for place, one in enumerate(encoded))


def read_at(place: int, encoded: bytes) -> Certificate:
    """The certificate at a place of the chain."""
    try:
        certificate, end = read_certificate(encoded)
    except DecodeError as error:
        raise CredentialError(CredentialFault.UNDECODABLE, place, error) from error
    if end != len(encoded):
        raise CredentialError(CredentialFault.EXCESS, place)
    return certificate
