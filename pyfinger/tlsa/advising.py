"""What a TLSA record says, and what speaks against publishing it for a mail server.

The rules are `dane.remarks`'s, which checks of whole domains go by as well.  Nothing here
decides whether a record matches; it is advice, each piece with the section it comes from.
"""

from __future__ import annotations

from collections.abc import Sequence

from pyfinger.dane.digests import MatchingType, Selector, Usage, parse_digests
from pyfinger.dane.remarks import RecordRemark, RemarkKind, record_remarks, remark, set_remarks, why_unusable
from pyfinger.dane.usability import is_decodable
from pyfinger.model import TlsaRecord
from pyfinger.options import Config
from pyfinger.values import Value

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


class UsageAdvice(Value):
    """One thing that speaks against records; `fatal` if no sender will use it."""

    text: str
    source: str
    fatal: bool = False


_DIGESTS, _ = parse_digests(Config().tls_dane_digests)
_ANCHOR = UsageAdvice(
    "the server has to send that authority's certificate with its chain, a root's, too;"
    " names and dates are checked",
    "RFC 7672 section 3.1.2",
)


def meaning(record: TlsaRecord) -> tuple[str, str, str]:
    """Usage, selector and matching type in words."""
    return (
        _USAGES.get(record.usage, "unassigned"),
        _SELECTORS.get(record.selector, "unassigned"),
        _MATCHING.get(record.matching, "unassigned"),
    )


def advice(record: TlsaRecord) -> tuple[UsageAdvice, ...]:
    """What speaks against a record, the worst first."""
    kind = _unusable(record)
    if kind is not None:
        return (_piece(remark(kind, record), fatal=True),)
    found = [_piece(each, fatal=each.kind is RemarkKind.EMPTY_DIGEST) for each in record_remarks(record)]
    return (*found, _ANCHOR) if record.usage == Usage.DANE_TA else tuple(found)


def set_advice(records: Sequence[TlsaRecord], ttl: int = 0) -> tuple[UsageAdvice, ...]:
    """What speaks against all the records of one name together; their TTL is in seconds."""
    usable = [record for record in records if _unusable(record) is None]
    return tuple(_piece(each) for each in set_remarks(records, usable, ttl))


def _unusable(record: TlsaRecord) -> RemarkKind | None:
    return why_unusable(record, _DIGESTS, decodable=is_decodable(record))


def _piece(found: RecordRemark, *, fatal: bool = False) -> UsageAdvice:
    return UsageAdvice(found.text, found.rfc, fatal)
