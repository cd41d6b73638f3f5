"""What a TLSA record says, and what speaks against publishing it for a mail server.

Nothing here decides whether a record matches (`dane` does); it is advice, each piece with
the section it comes from.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator

from pyfinger.dane.digests import MatchingType, Selector, Usage
from pyfinger.dane.usability import is_decodable
from pyfinger.model import TlsaRecord
from pyfinger.values import Value

SIZES: dict[int, int] = {MatchingType.SHA2_256: 32, MatchingType.SHA2_512: 64}
LARGE = 512  # octets: beyond that a reply may not fit into one datagram

_USAGES: dict[int, str] = {
    Usage.PKIX_TA: "PKIX-TA: an authority that the client trusts already has to be in the chain",
    Usage.PKIX_EE: "PKIX-EE: the server's certificate, which has to verify as without DANE as well",
    Usage.DANE_TA: "DANE-TA: an authority of the chain the server sends; names and dates matter",
    Usage.DANE_EE: "DANE-EE: the server's own key or certificate; neither names nor dates matter",
}
_SELECTORS: dict[int, str] = {
    Selector.CERT: "Cert: the whole certificate",
    Selector.SPKI: "SPKI: the public key",
}
_MATCHING: dict[int, str] = {
    MatchingType.FULL: "Full: octet for octet",
    MatchingType.SHA2_256: "SHA2-256: its digest",
    MatchingType.SHA2_512: "SHA2-512: its digest",
}


class Advice(Value):
    """One thing that speaks against a record; `fatal` if no sender will use it."""

    text: str
    source: str
    fatal: bool = False


def meaning(record: TlsaRecord) -> tuple[str, str, str]:
    """Usage, selector and matching type in words."""
    return (
        _USAGES.get(record.usage, "unassigned"),
        _SELECTORS.get(record.selector, "unassigned"),
        _MATCHING.get(record.matching, "unassigned"),
    )


def advice(record: TlsaRecord) -> tuple[Advice, ...]:
    """What speaks against a record, the worst first."""
    found = [each for rule in _RULES for each in rule(record)]
    return tuple(sorted(found, key=lambda each: not each.fatal))


def _fields(record: TlsaRecord) -> Iterator[Advice]:
    for what, number, known, source in (
        ("certificate usage", record.usage, _USAGES, "RFC 6698 section 2.1.1"),
        ("selector", record.selector, _SELECTORS, "RFC 6698 section 2.1.2"),
        ("matching type", record.matching, _MATCHING, "RFC 6698 section 2.1.3"),
    ):
        if number not in known:
            yield Advice(f"{what} {number} is unassigned, so the record is unusable", source, fatal=True)


def _pkix(record: TlsaRecord) -> Iterator[Advice]:
    if record.usage in (Usage.PKIX_TA, Usage.PKIX_EE):
        instead = 2 if record.usage == Usage.PKIX_TA else 3
        yield Advice(
            f"mail servers have no use for certificate usage {record.usage}, and senders treat it as"
            f" unusable; publish {instead} instead",
            "RFC 7672 section 3.1.3",
            fatal=True,
        )


def _length(record: TlsaRecord) -> Iterator[Advice]:
    size = SIZES.get(record.matching)
    if size is not None and len(record.data) != size:
        text = f"{len(record.data)} octets are no digest of matching type {record.matching}, which has {size}"
        yield Advice(text, "RFC 6698 section 2.1.3", fatal=True)
    elif size is not None and record.data == hashlib.new(_name(size), b"").digest():
        yield Advice("it is the digest of nothing: the file it was made of was empty", "RFC 6698", fatal=True)


def _undecodable(record: TlsaRecord) -> Iterator[Advice]:
    if record.matching == MatchingType.FULL and record.selector in _SELECTORS and not is_decodable(record):
        what = "certificate" if record.selector == Selector.CERT else "public key"
        yield Advice(f"its data are no {what} in DER", "RFC 6698 section 2.1.4", fatal=True)


def _anchor(record: TlsaRecord) -> Iterator[Advice]:
    if record.usage == Usage.DANE_TA:
        yield Advice(
            "the server has to send that authority's certificate with its chain, a root's, too;"
            " names and dates are checked",
            "RFC 7672 section 3.1.2",
        )


def _renewal(record: TlsaRecord) -> Iterator[Advice]:
    if record.usage == Usage.DANE_EE and record.selector == Selector.CERT:
        text = "it ends with the certificate: each renewal takes a new record first; selector 1 outlives it"
        yield Advice(text, "RFC 7671 section 5.1")


def _full(record: TlsaRecord) -> Iterator[Advice]:
    if record.matching == MatchingType.FULL and len(record.data) > LARGE:
        text = f"its {len(record.data)} octets make replies large; matching type 1 needs 32"
        yield Advice(text, "RFC 7671 section 5.1")


def _sha512(record: TlsaRecord) -> Iterator[Advice]:
    if record.matching == MatchingType.SHA2_512:
        text = "not every sender knows SHA2-512; have one with SHA2-256 (matching type 1) beside it"
        yield Advice(text, "RFC 6698 section 6")


_RULES: tuple[Callable[[TlsaRecord], Iterator[Advice]], ...] = (
    _fields,
    _pkix,
    _length,
    _undecodable,
    _anchor,
    _renewal,
    _full,
    _sha512,
)


def _name(size: int) -> str:
    return f"sha{size * 8}"
