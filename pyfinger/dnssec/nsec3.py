"""What NSEC3 records prove (RFC 5155 section 8, RFC 9276)."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Callable, Iterable

from pyfinger.dnssec.denial import Denial, denies_type, ends_authority
from pyfinger.dnssec.domain_names import WILDCARD, DomainName, to_text
from pyfinger.dnssec.rdata import Nsec3
from pyfinger.dnswire import name_wire

_SHA1 = 1
_SIZE = 20
_KNOWN_FLAGS = 0x01


def hash_name(name: DomainName, salt: bytes, iterations: int) -> bytes:
    """The hash of a name (RFC 5155 section 5)."""
    digest = hashlib.sha1(name_wire(name) + salt).digest()
    for _ in range(iterations):
        digest = hashlib.sha1(digest + salt).digest()
    return digest


class Nsec3Denials:
    """Signed NSEC3 records of a zone, of one set of parameters: that of the first that can be used."""

    def __init__(
        self, zone: DomainName, records: Iterable[Nsec3], limit: int, spend: Callable[[int], None]
    ) -> None:
        """`limit`: iterations beyond which nothing is computed; `spend` is told before each hash."""
        known = [nsec3 for nsec3 in records if nsec3.zone == zone and _is_known(nsec3)]
        usable = [nsec3 for nsec3 in known if nsec3.iterations <= limit]
        self.too_costly = bool(known) and not usable
        self._zone = zone
        self._records = [nsec3 for nsec3 in usable if _parameters(nsec3) == _parameters(usable[0])]
        self._spend = spend
        self._hashes: dict[DomainName, bytes] = {}

    def no_data(self, name: DomainName, rdtype: int) -> Denial | None:
        """Sections 8.5 to 8.7: by the name's own NSEC3, a wildcard's, or opt-out."""
        if (own := self._matching(name)) is not None:
            fits = denies_type(name, own.types, rdtype)
            return Denial(_words("has no such type", own), own.types) if fits else None
        if (found := self._closest_encloser(name)) is None:
            return None
        encloser, cover = found
        wildcard = (WILDCARD, *encloser)
        if (other := self._matching(wildcard)) is not None:
            words = _words("comes of a wildcard without such type", cover, other)
            return (
                Denial(words, opt_out=cover.opt_out) if denies_type(wildcard, other.types, rdtype) else None
            )
        return Denial(_words("may be delegated, unsigned", cover), opt_out=True) if cover.opt_out else None

    def no_name(self, name: DomainName) -> Denial | None:
        """Section 8.4."""
        if (found := self._closest_encloser(name)) is None:
            return None
        encloser, cover = found
        wildcard = self._covering((WILDCARD, *encloser))
        if wildcard is None:
            return None
        return Denial(_words("does not exist", cover, wildcard), opt_out=cover.opt_out)

    def no_closer(self, name: DomainName, encloser: DomainName) -> Denial | None:
        """Section 8.8."""
        cover = self._covering(name[len(name) - len(encloser) - 1 :])
        return None if cover is None else Denial(_words("comes of a wildcard", cover), opt_out=cover.opt_out)

    def _closest_encloser(self, name: DomainName) -> tuple[DomainName, Nsec3] | None:
        """The longest name above that exists, and what covers the next closer one (section 8.3)."""
        if not self._records:
            return None
        for start in range(1, len(name) - len(self._zone) + 1):
            if (nsec3 := self._matching(name[start:])) is not None:
                cover = None if ends_authority(nsec3.types) else self._covering(name[start - 1 :])
                return None if cover is None else (name[start:], cover)
        return None

    def _matching(self, name: DomainName) -> Nsec3 | None:
        digest = self._hash(name)
        return next((nsec3 for nsec3 in self._records if nsec3.hashed == digest), None)

    def _covering(self, name: DomainName) -> Nsec3 | None:
        digest = self._hash(name)
        return next((nsec3 for nsec3 in self._records if _covers(nsec3, digest)), None)

    def _hash(self, name: DomainName) -> bytes:
        if not self._records:
            return b""
        if name not in self._hashes:
            first = self._records[0]
            self._spend(first.iterations)
            self._hashes[name] = hash_name(name, first.salt, first.iterations)
        return self._hashes[name]


def _is_known(nsec3: Nsec3) -> bool:
    """Whether it is to be looked at (RFC 5155 section 8.1, 8.2)."""
    sizes = len(nsec3.hashed), len(nsec3.after)
    return nsec3.algorithm == _SHA1 and not nsec3.flags & ~_KNOWN_FLAGS and sizes == (_SIZE, _SIZE)


def _parameters(nsec3: Nsec3) -> tuple[int, bytes]:
    return nsec3.iterations, nsec3.salt


def _covers(nsec3: Nsec3, digest: bytes) -> bool:
    if nsec3.hashed < nsec3.after:
        return nsec3.hashed < digest < nsec3.after
    return digest > nsec3.hashed or digest < nsec3.after  # the last one


def _words(what: str, *records: Nsec3) -> str:
    names = dict.fromkeys(f"{_base32(nsec3.hashed)} NSEC3 {_base32(nsec3.after)}" for nsec3 in records)
    return f"{what}: {'; '.join(names)} in {to_text(records[0].zone)}"


def _base32(digest: bytes) -> str:
    return base64.b32hexencode(digest).decode().lower()
