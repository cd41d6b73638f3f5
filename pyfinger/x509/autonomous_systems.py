"""Autonomous systems of certificates (RFC 3779 section 3): read, and held against those of the issuers.

No certificate may have numbers that its issuer has not; "inherit" stands for
those of the next issuer that names any.  `system_failures` finds what OpenSSL
finds when its callback goes on after each failure (X509v3_asid_validate_path).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from enum import Enum
from itertools import pairwise
from typing import TypeAlias

from pyfinger.errors import DecodeError
from pyfinger.values import Value
from pyfinger.x509 import der
from pyfinger.x509.failures import VerifyFailure, X509VErr


class Inherited(Enum):
    """NULL where a list could stand: the resources are the issuer's."""

    INHERIT = "inherit"


Range: TypeAlias = "tuple[int, int]"  # both ends belong to it
Numbers: TypeAlias = "tuple[Range, ...] | Inherited | None"  # None: none are spoken of


class AutonomousSystems(Value):
    """ASIdentifiers: numbers of systems, and of routing domains."""

    systems: Numbers
    domains: Numbers

    @property
    def canonical(self) -> bool:
        """Whether both lists are as section 3.2.3 wants them."""
        return _is_canonical(self.systems) and _is_canonical(self.domains)


def read_autonomous_systems(value: der.DerCursor) -> AutonomousSystems:
    """ASIdentifiers: both parts are optional, each under an explicit tag."""
    inside = value.sequence("autonomous systems")
    numbers: list[Numbers] = []
    for number in (0, 1):
        found = inside.optional(der.CONTEXT | number, "autonomous systems")
        if found is None:
            numbers.append(None)
            continue
        wrapper = found.inside()
        numbers.append(_numbers(wrapper.element("autonomous systems")))
        wrapper.finish("autonomous systems")
    inside.finish("autonomous systems")
    return AutonomousSystems(*numbers)


def inherited_or_members(choice: der.Element) -> der.DerCursor | Inherited:
    """NULL, or what is in a list (sections 2.2.3.4 and 3.2.3.3); `DecodeError` for anything else."""
    if choice.tag == der.NULL:
        choice.null()
        return Inherited.INHERIT
    if choice.tag != der.SEQUENCE:
        raise DecodeError("neither inherited nor a list", choice.begin)
    return choice.members()


def _numbers(choice: der.Element) -> Numbers:
    each = inherited_or_members(choice)
    if isinstance(each, Inherited):
        return each
    ranges = []
    while each:
        item = each.element("number or range")
        if item.tag == der.SEQUENCE:
            ends = item.inside()
            ranges.append((ends.integer("start of range"), ends.integer("end of range")))
            ends.finish("range")
        elif item.tag == der.INTEGER:
            ranges.append((item.integer(),) * 2)
        else:
            raise DecodeError("neither number nor range", item.begin)
    return tuple(ranges)


def _is_canonical(numbers: Numbers) -> bool:
    """Not empty, in order, and with a gap behind each range."""
    if numbers is None or isinstance(numbers, Inherited):
        return True
    return (
        bool(numbers)
        and all(low <= high for low, high in numbers)
        and all(before[0] < after[0] and before[1] + 1 < after[0] for before, after in pairwise(numbers))
    )


def contains(parent: Sequence[Range | None], child: Sequence[Range | None]) -> bool:
    """Whether each range of the child lies in one of the parent's; both are taken to be in order.

    None is a range that cannot be told, and in nothing.
    """
    above = iter(parent)
    outer = next(above, None)
    for inner in child:
        while inner and outer and outer[1] < inner[1]:
            outer = next(above, None)
        if inner is None or outer is None or outer[0] > inner[0]:
            return False
    return True


def system_failures(chain: Sequence[AutonomousSystems | None]) -> Iterator[VerifyFailure]:
    """What is wrong with the chain's extensions, the leaf's first; None where a certificate has none.

    What is wrong with the topmost for being the topmost has a depth beyond it, as in OpenSSL.
    """
    leaf = chain[0]
    if leaf is None:
        return
    if not leaf.canonical:
        yield VerifyFailure(X509VErr.INVALID_EXTENSION, 0)
    walks = (_RangeWalk(leaf.systems), _RangeWalk(leaf.domains))
    for depth, parent in enumerate(chain[1:], 1):
        if parent is None:
            if any(walk.child is not None for walk in walks):
                yield VerifyFailure(X509VErr.UNNESTED_RESOURCE, depth)
            continue
        if not parent.canonical:
            yield VerifyFailure(X509VErr.INVALID_EXTENSION, depth)
        for walk, numbers in zip(walks, (parent.systems, parent.domains), strict=True):
            if not walk.goes_up(numbers):
                yield VerifyFailure(X509VErr.UNNESTED_RESOURCE, depth)
    if top := chain[-1]:
        for numbers in (top.systems, top.domains):
            if numbers is Inherited.INHERIT:
                yield VerifyFailure(X509VErr.UNNESTED_RESOURCE, len(chain))


class _RangeWalk:
    """What the issuers have to have of one kind of number, on the way up."""

    def __init__(self, numbers: Numbers) -> None:
        self._inherits = numbers is Inherited.INHERIT
        self.child = None if isinstance(numbers, Inherited) else numbers

    def goes_up(self, parent: Numbers) -> bool:
        """Whether an issuer with these numbers may stand above."""
        if parent is None:
            if self.child is None:
                return True
            self.child, self._inherits = None, False
            return False
        if isinstance(parent, Inherited):
            return True
        if not self._inherits and not contains(parent, self.child or ()):
            return False
        self.child, self._inherits = parent, False
        return True
