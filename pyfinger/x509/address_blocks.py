"""IP addresses of certificates (RFC 3779 section 2): read, and held against those of the issuers.

No certificate may have addresses that its issuer has not; "inherit" stands for
those of the next issuer that names any.  `address_failures` finds what OpenSSL
finds when its callback goes on after each failure (X509v3_addr_validate_path).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import TypeAlias

from pyfinger.errors import DecodeError
from pyfinger.values import Value
from pyfinger.x509 import der
from pyfinger.x509.autonomous_systems import Inherited, Range, contains, inherited_or_members
from pyfinger.x509.failures import VerifyFailure, X509VErr

_SIZES = {b"\0\1": 4, b"\0\2": 16}  # octets of an address, by IANA's numbers of address families


class Unjudged(Exception):
    """A family whose name is no name was met: OpenSSL stops, and tells nobody."""


class Bits(Value):
    """A BIT STRING: what is left out at the end is all zeros in a minimum, all ones in a maximum."""

    octets: bytes
    unused: int

    def least(self, size: int) -> int:
        """The first address of `size` octets that begins so."""
        return int.from_bytes(self.octets.ljust(size, b"\0"), "big")

    def most(self, size: int) -> int:
        """The last one."""
        ones = (1 << self.unused) - 1 if self.octets else 0
        number = int.from_bytes(self.octets, "big") | ones
        missing = 8 * (size - len(self.octets))
        return number << missing | (1 << missing) - 1


class AddressRange(Value):
    """An IPAddressOrRange: a prefix is both its ends."""

    low: Bits
    high: Bits
    is_prefix: bool

    def expanded(self, size: int) -> Range | None:
        """First and last address; None if it is too long for an address of `size` octets."""
        if max(len(self.low.octets), len(self.high.octets)) > size:
            return None
        return self.low.least(size), self.high.most(size)


class AddressFamily(Value):
    """IPAddressFamily: `key` is two octets of family, and perhaps one of a subsequent one."""

    key: bytes
    addresses: tuple[AddressRange, ...] | Inherited

    @property
    def named(self) -> bool:
        """Whether its name has a length that a name can have (IPAddressFamily_check_len)."""
        return len(self.key) in (2, 3)

    @property
    def size(self) -> int:
        """Octets of an address; 0 for a family unknown."""
        return _SIZES.get(self.key[:2], 0)


AddressBlocks: TypeAlias = "tuple[AddressFamily, ...]"


def read_address_blocks(value: der.DerCursor) -> AddressBlocks:
    """IPAddrBlocks."""
    each = value.sequence_of("address blocks")
    families = []
    while each:
        inside = each.sequence("address family")
        key = inside.take(der.OCTET_STRING, "address family").string()
        choice = inside.element("address choice")
        inside.finish("address family")
        families.append(AddressFamily(key, _addresses(choice)))
    return tuple(families)


def _addresses(choice: der.Element) -> tuple[AddressRange, ...] | Inherited:
    each = inherited_or_members(choice)
    if isinstance(each, Inherited):
        return each
    found = []
    while each:
        item = each.element("prefix or range")
        if item.tag == der.SEQUENCE:
            ends = item.inside()
            low, high = ends.element("start of range"), ends.element("end of range")
            ends.finish("range")
            found.append(AddressRange(_bits(low), _bits(high), is_prefix=False))
        else:
            prefix = _bits(item)
            found.append(AddressRange(prefix, prefix, is_prefix=True))
    return tuple(found)


def _bits(found: der.Element) -> Bits:
    if found.tag != der.BIT_STRING:
        raise DecodeError("value has another type", found.begin)
    return Bits(found.bits(), found.string()[0])


def is_canonical(blocks: AddressBlocks | None) -> bool:
    """Whether the extension is as section 2.2.3 wants it, as far as OpenSSL looks."""
    for family, following in pairwise(blocks or ()):
        if not family.named or not following.named or family.key >= following.key:
            return False
    return all(_is_canonical(family) for family in blocks or ())


def _is_canonical(family: AddressFamily) -> bool:
    """In order, with a gap behind each, and a range only where there is no prefix for it."""
    if isinstance(family.addresses, Inherited):
        return True
    if not family.named or not family.addresses:
        return False
    if len(family.addresses) == 1 and family.addresses[0].is_prefix:
        return True  # however long it is
    before = None
    for item in family.addresses:
        this = item.expanded(family.size)
        if this is None or this[0] > this[1]:
            return False
        if before is not None and (before[0] >= this[0] or before[1] + 1 >= this[0]):
            return False
        if not item.is_prefix and _could_be_prefix(*this):
            return False
        before = this
    return True


def _could_be_prefix(low: int, high: int) -> bool:
    """Whether these are the ends of all that begins with some bits (section 2.2.3.7)."""
    differing = low ^ high
    return differing & (differing + 1) == 0 and low & differing == 0


def address_failures(chain: Sequence[AddressBlocks | None]) -> Iterator[VerifyFailure]:
    """What is wrong with the chain's extensions, the leaf's first; None where a certificate has none.

    What is wrong with the topmost for being the topmost has a depth beyond it, as in OpenSSL.
    Raises `Unjudged`.
    """
    if chain[0] is None:
        return
    if not is_canonical(chain[0]):
        yield VerifyFailure(X509VErr.INVALID_EXTENSION, 0)
    children = sorted(chain[0], key=_key)
    for depth, parents in enumerate(chain[1:], 1):
        if not is_canonical(parents):
            yield VerifyFailure(X509VErr.INVALID_EXTENSION, depth)
        for _ in _lacking(children, parents):
            yield VerifyFailure(X509VErr.UNNESTED_RESOURCE, depth)
    keys = {family.key for family in children}
    top = chain[-1] or ()
    for family in top if len(chain) == 1 else sorted(top, key=_key):
        _insist(family)
        if family.addresses is Inherited.INHERIT and family.key in keys:
            yield VerifyFailure(X509VErr.UNNESTED_RESOURCE, len(chain))


def _lacking(children: list[AddressFamily], parents: AddressBlocks | None) -> Iterator[AddressFamily]:
    """The children that the issuer lacks addresses for; the issuer's take the place of all others.

    Nothing is said of what comes after a family that the issuer does not have.
    """
    above = {family.key: family for family in reversed(parents or ())}
    for number, child in enumerate(children):
        parent = above.get(child.key)
        if parents is None or parent is not None:
            _insist(child)
        if parent is None:
            if child.addresses is not Inherited.INHERIT:
                yield child
                return
        elif not isinstance(parent.addresses, Inherited):
            if _holds(parent, child):
                children[number] = parent
            else:
                yield child


def _holds(parent: AddressFamily, child: AddressFamily) -> bool:
    """Whether the child's addresses are among the parent's; what is too long to compare is not."""
    if isinstance(child.addresses, Inherited) or isinstance(parent.addresses, Inherited):
        return True
    inner = [item.expanded(child.size) for item in child.addresses]
    outer = [item.expanded(child.size) for item in parent.addresses]
    return contains(outer, inner)


def _insist(family: AddressFamily) -> None:
    if not family.named:
        raise Unjudged


def _key(family: AddressFamily) -> bytes:
    return family.key
