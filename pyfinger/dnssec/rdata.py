"""The records of DNSSEC, read from RDATA: DNSKEY, DS, RRSIG, NSEC, NSEC3 (RFC 4034, 5155).

Readers give a value, or `DecodeError`.
"""

from __future__ import annotations

from struct import Struct

from pyfinger.dnssec.domain_names import DomainName, read_name
from pyfinger.errors import DecodeError
from pyfinger.values import Value

_ZONE, _REVOKE = 0x0100, 0x0080  # flags, RFC 4034 section 2.1.1, RFC 5011 section 3
_PROTOCOL = 3
_OPT_OUT = 0x01

_RRSIG = Struct("!HBBIIIH")


class Dnskey(Value):
    """A DNSKEY."""

    flags: int
    protocol: int
    algorithm: int
    public: bytes
    rdata: bytes
    tag: int

    @property
    def is_zone_key(self) -> bool:
        """Whether it may sign a zone's data (RFC 4034 section 2.1)."""
        return bool(self.flags & _ZONE) and self.protocol == _PROTOCOL

    @property
    def is_revoked(self) -> bool:
        """Whether it may sign nothing but itself (RFC 5011 section 2.1)."""
        return bool(self.flags & _REVOKE)


def read_dnskey(rdata: bytes) -> Dnskey:
    """A DNSKEY (RFC 4034 section 2.1)."""
    if len(rdata) <= 4:
        raise DecodeError("DNSKEY cut short")
    flags = int.from_bytes(rdata[:2], "big")
    return Dnskey(flags, rdata[2], rdata[3], rdata[4:], rdata, key_tag(rdata))


def key_tag(rdata: bytes) -> int:
    """The key tag (RFC 4034 appendix B)."""
    total = sum(rdata[1::2]) + (sum(rdata[::2]) << 8)
    return total + (total >> 16) & 0xFFFF


class Ds(Value):
    """A DS."""

    tag: int
    algorithm: int
    digest_type: int
    digest: bytes


def read_ds(rdata: bytes) -> Ds:
    """A DS (RFC 4034 section 5.1)."""
    if len(rdata) <= 4:
        raise DecodeError("DS cut short")
    return Ds(int.from_bytes(rdata[:2], "big"), rdata[2], rdata[3], rdata[4:])


class Rrsig(Value):
    """An RRSIG; `head` is what is signed of itself, `octets` the signature."""

    covered: int
    algorithm: int
    labels: int
    original_ttl: int
    expiration: int
    inception: int
    tag: int
    signer: DomainName
    head: bytes
    octets: bytes


def read_rrsig(rdata: bytes) -> Rrsig:
    """An RRSIG (RFC 4034 section 3.1) from canonical RDATA."""
    if len(rdata) < _RRSIG.size:
        raise DecodeError("RRSIG cut short")
    covered, algorithm, labels, ttl, expiration, inception, tag = _RRSIG.unpack_from(rdata)
    signer, end = read_name(rdata, _RRSIG.size)
    dates = expiration, inception
    return Rrsig(covered, algorithm, labels, ttl, *dates, tag, signer, rdata[:end], rdata[end:])


def signer_of(rdata: bytes) -> DomainName:
    """Who an RRSIG says has signed; a name that nobody has if it has no sound form."""
    try:
        return read_rrsig(rdata).signer
    except DecodeError:
        return (b"",)


class Nsec(Value):
    """An NSEC: nothing lies between its owner and `after`, and the owner has these types only."""

    owner: DomainName
    after: DomainName
    types: frozenset[int]


def read_nsec(owner: DomainName, rdata: bytes) -> Nsec:
    """An NSEC (RFC 4034 section 4.1)."""
    after, end = read_name(rdata, 0)
    return Nsec(owner, after, _types(rdata, end))


class Nsec3(Value):
    """An NSEC3: no name has a hash between `hashed` and `after`."""

    zone: DomainName
    hashed: bytes
    after: bytes
    types: frozenset[int]
    algorithm: int
    flags: int
    iterations: int
    salt: bytes

    @property
    def opt_out(self) -> bool:
        """Whether unsigned delegations may lie in between (RFC 5155 section 6)."""
        return bool(self.flags & _OPT_OUT)


_DIGITS = {digit: value for value, digit in enumerate(b"0123456789abcdefghijklmnopqrstuv")}


def read_nsec3(owner: DomainName, rdata: bytes) -> Nsec3:
    """An NSEC3 (RFC 5155 section 3.2)."""
    if len(rdata) < 5 or not owner:
        raise DecodeError("NSEC3 cut short")
    salt_end = 5 + rdata[4]
    after = salt_end + 1
    if after > len(rdata) or after + rdata[salt_end] > len(rdata):
        raise DecodeError("NSEC3 cut short", salt_end)
    end = after + rdata[salt_end]
    return Nsec3(
        owner[1:],
        _from_base32(owner[0]),
        rdata[after:end],
        _types(rdata, end),
        rdata[0],
        rdata[1],
        int.from_bytes(rdata[2:4], "big"),
        rdata[5:salt_end],
    )


def _from_base32(label: bytes) -> bytes:
    """A hash from a label: base32 with the extended hex alphabet, no padding (RFC 4648 section 7)."""
    number = 0
    for digit in label:
        if digit not in _DIGITS:
            raise DecodeError("owner of NSEC3 is no hash")
        number = number << 5 | _DIGITS[digit]
    size, spare = divmod(5 * len(label), 8)
    return (number >> spare).to_bytes(size, "big")


def _types(rdata: bytes, position: int) -> frozenset[int]:
    """The types of a bitmap (RFC 4034 section 4.1.2)."""
    found: list[int] = []
    last = -1
    while position < len(rdata):
        window, size = rdata[position], int.from_bytes(rdata[position + 1 : position + 2], "big")
        block = rdata[position + 2 : position + 2 + size]
        if window <= last or not 0 < size <= 32 or len(block) != size:
            raise DecodeError("type bitmap of a wrong form", position)
        last = window
        position += 2 + size
        found += [
            window << 8 | at << 3 | bit
            for at, octet in enumerate(block)
            if octet
            for bit in range(8)
            if octet & 0x80 >> bit
        ]
    return frozenset(found)
