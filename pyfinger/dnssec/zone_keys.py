"""Which of a zone's keys DS records or trust anchors vouch for (RFC 4035 section 5.2, RFC 4509 section 3)."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import TypeAlias, TypeVar

from pyfinger.dnssec.algorithms import ALGORITHMS, DIGEST_TYPES, DigestType, digest_fits
from pyfinger.dnssec.domain_names import DomainName
from pyfinger.dnssec.message import RRset
from pyfinger.dnssec.rdata import Dnskey, Ds
from pyfinger.errors import DecodeError
from pyfinger.model.dnssec import InsecureReason, ProofKey

T = TypeVar("T")

Voucher: TypeAlias = Ds | Dnskey

MAX_VOUCHERS = 32  # of one zone that are looked at
_MAX_MISSES = 16  # digests computed in vain: keys may be made to have one tag


def read_all(rrset: RRset, read: Callable[[bytes], T]) -> tuple[T, ...]:
    """The records of a set that have a sound form."""
    return tuple(_readable(rrset, read))


def _readable(rrset: RRset, read: Callable[[bytes], T]) -> Iterator[T]:
    for rdata in rrset.rdatas:
        try:
            yield read(rdata)
        except DecodeError:
            continue


def unknown(vouchers: Iterable[Voucher]) -> InsecureReason | None:
    """Why none of them can be used; None if one can."""
    known = [each for each in vouchers if each.algorithm in ALGORITHMS]
    if not known:
        return InsecureReason.UNKNOWN_ALGORITHM
    return None if any(map(_is_usable, known)) else InsecureReason.UNKNOWN_DIGEST


def _is_usable(voucher: Voucher) -> bool:
    known = isinstance(voucher, Dnskey) or voucher.digest_type in DIGEST_TYPES
    return known and voucher.algorithm in ALGORITHMS


def choose(vouchers: Iterable[Voucher]) -> tuple[Voucher, ...]:
    """Those that count: SHA-1 does only where there is nothing better (RFC 4509 section 3)."""
    usable = tuple(filter(_is_usable, vouchers))
    strong = tuple(
        each for each in usable if not (isinstance(each, Ds) and each.digest_type == DigestType.SHA1)
    )
    return strong or usable


def trusted_keys(zone: DomainName, keys: Sequence[Dnskey], vouchers: Iterable[Voucher]) -> tuple[Dnskey, ...]:
    """The keys that may sign the zone's DNSKEY set."""
    found: dict[bytes, Dnskey] = {}
    misses = 0
    for voucher in tuple(filter(_is_usable, vouchers))[:MAX_VOUCHERS]:
        for key in keys:
            if (key.tag, key.algorithm) != (voucher.tag, voucher.algorithm) or misses > _MAX_MISSES:
                continue
            if _fits(zone, key, voucher):
                found[key.rdata] = key
            else:
                misses += 1
    return tuple(key for key in found.values() if key.is_zone_key and not key.is_revoked)


def _fits(zone: DomainName, key: Dnskey, voucher: Voucher) -> bool:
    if isinstance(voucher, Dnskey):
        return voucher.rdata == key.rdata
    return digest_fits(zone, key, voucher)


def keys_of(vouchers: Iterable[Voucher]) -> tuple[ProofKey, ...]:
    """Keys as a proof names them."""
    return tuple(
        ProofKey(each.tag, each.algorithm, each.digest_type if isinstance(each, Ds) else 0)
        for each in tuple(vouchers)[:MAX_VOUCHERS]
    )
