"""DNSSEC for the demo's zones: a P-256 key for each, with RRSIG, DS and NSEC records (RFC 4034).

    key = ZoneKey(dns.name.from_text("demo.test."))
    key.dnskey, key.ds         what the zone and its parent say of the key
    key.sign(rrset)            the RRSIG over a record set of the zone
    nsec_chain(names)          which names there are, and so which there are not

One key signs all of a zone, its own DNSKEY set included.  Keys and dates are the same in
every run, and so are the signatures (RFC 6979): outputs can be compared.
"""

from __future__ import annotations

import base64
import hashlib
import struct
from collections.abc import Iterable, Sequence

import dns.name
import dns.rdata
import dns.rdataclass
import dns.rdatatype
import dns.rrset

from pyfinger.demo.fixed_keys import make_key
from pyfinger.x509 import der

TTL = 60  # seconds
INCEPTION, EXPIRATION = 1577836800, 2145916800  # 2020-01-01, 2038-01-01

_ZONE_AND_ENTRY_POINT = 257  # flags (RFC 4034 section 2.1.1)
_ECDSAP256SHA256 = 13  # RFC 6605: the key is a point's, the signature r and s, of 32 bytes each
_INTEGER = 32
_SHA256 = 2


class ZoneKey:
    """The key of one zone, and what is signed with it."""

    def __init__(self, zone: dns.name.Name) -> None:
        self.zone = zone
        self._key = make_key("p256", f"zone {zone}")
        point = base64.b64encode(self._key.spki[-2 * _INTEGER :]).decode()
        self.dnskey = _rrset(zone, "DNSKEY", f"{_ZONE_AND_ENTRY_POINT} 3 {_ECDSAP256SHA256} {point}")
        wire = self.dnskey[0].to_digestable()
        self.tag = _key_tag(wire)
        digest = hashlib.sha256(zone.to_digestable() + wire).hexdigest()
        self.ds = _rrset(zone, "DS", f"{self.tag} {_ECDSAP256SHA256} {_SHA256} {digest}")
        self._signatures: dict[tuple[dns.name.Name, int], bytes] = {}

    def sign(self, rrset: dns.rrset.RRset, *, forged: bool = False) -> dns.rrset.RRset:
        """The RRSIG over a record set; if forged, one that does not hold.

        Computed when first asked for, and kept by name and type, of which a zone has one set.
        """
        place = rrset.name, int(rrset.rdtype)
        signature = self._signatures.get(place)
        if signature is None:
            signed = self._key.sign(self._header(rrset) + canonical_form(rrset), "sha256")
            signature = self._signatures[place] = _plain(signed)
        if forged:
            signature = signature[:-1] + bytes([signature[-1] ^ 1])
        labels = _labels(rrset.name)
        fields = (
            f"{dns.rdatatype.to_text(rrset.rdtype)} {_ECDSAP256SHA256} {labels} {rrset.ttl} "
            f"{EXPIRATION} {INCEPTION} {self.tag} {self.zone} {base64.b64encode(signature).decode()}"
        )
        return _rrset(rrset.name, "RRSIG", fields)

    def _header(self, rrset: dns.rrset.RRset) -> bytes:
        """The RRSIG's data up to the signature (RFC 4034 section 3.1)."""
        numbers = (rrset.rdtype, _ECDSAP256SHA256, _labels(rrset.name), rrset.ttl)
        dates = (EXPIRATION, INCEPTION, self.tag)
        return struct.pack("!HBBI", *numbers) + struct.pack("!IIH", *dates) + self.zone.to_digestable()


def _labels(name: dns.name.Name) -> int:
    """How many the owner has: neither the root nor a leading asterisk counts (RFC 4034 section 3.1.3)."""
    return len(name) - 1 - name.is_wild()


def canonical_form(rrset: dns.rrset.RRset) -> bytes:
    """The records as they are signed (RFC 4034 sections 3.1.8.1 and 6)."""
    head = rrset.name.to_digestable() + struct.pack("!HHI", rrset.rdtype, rrset.rdclass, rrset.ttl)
    data = sorted(rdata.to_digestable() for rdata in rrset)
    return b"".join(head + struct.pack("!H", len(wire)) + wire for wire in data)


def nsec_chain(
    names: Sequence[tuple[dns.name.Name, Iterable[dns.rdatatype.RdataType]]],
) -> dict[dns.name.Name, dns.rrset.RRset]:
    """The NSEC record of each name of a zone, given with its types, in canonical order."""
    chain = {}
    following = [*names[1:], names[0]]
    for (name, types), (after, _) in zip(names, following, strict=True):
        words = [dns.rdatatype.to_text(rdtype) for rdtype in types]
        chain[name] = _rrset(name, "NSEC", " ".join([after.to_text(), *words, "RRSIG", "NSEC"]))
    return chain


def _rrset(name: dns.name.Name, rdtype: str, text: str) -> dns.rrset.RRset:
    return dns.rrset.from_text(name, TTL, dns.rdataclass.IN, rdtype, text)


def _key_tag(wire: bytes) -> int:
    """RFC 4034 appendix B; a key of this kind has an even length."""
    total: int = sum(struct.unpack(f"!{len(wire) // 2}H", wire))
    return (total + (total >> 16)) & 0xFFFF


def _plain(signature: bytes) -> bytes:
    """The two numbers of an Ecdsa-Sig-Value, as DNSSEC has them."""
    numbers = der.DerCursor(signature).sequence("signature")
    return b"".join(numbers.integer(which).to_bytes(_INTEGER, "big") for which in "rs")
