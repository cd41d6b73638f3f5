"""DNS messages decoded as trees, to be looked at (RFC 1035 section 4): not what answers are taken from.

Like all decoding here it is total.  A name is one field, with all octets it has where it
stands, and its meaning is the name, pointers followed.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from ipaddress import IPv4Address, IPv6Address

from pyfinger.dissect.field import Decode, Field, FieldCursor, Names, nothing, text, tree
from pyfinger.dnswire import Rcode, name_text, read_name, type_name
from pyfinger.errors import DecodeError

_OPT = 41
_RESPONSE = 0x8000
_FLAGS = {0x0400: "aa", 0x0200: "tc", 0x0100: "rd", 0x0080: "ra", 0x0020: "ad", 0x0010: "cd"}
_DNSSEC_OK = 0x8000
_CLASSES = {1: "IN", 3: "CH", 4: "HS", 254: "NONE", 255: "ANY"}
_SECTIONS = ("answer", "authority", "additional")
_USAGES = {0: "PKIX-TA", 1: "PKIX-EE", 2: "DANE-TA", 3: "DANE-EE"}  # RFC 7218
_SELECTORS = {0: "Cert", 1: "SPKI"}
_MATCHINGS = {0: "Full", 1: "SHA2-256", 2: "SHA2-512"}
_OPTIONS = {3: "NSID", 8: "client subnet", 10: "COOKIE", 12: "padding", 15: "extended error"}


def dns_message(wire: bytes) -> Field:
    """A whole message; over TCP, without its length."""
    return tree("message", wire, partial(_message, wire))


def _message(wire: bytes, at: FieldCursor) -> str:
    at.number("id", 2)
    flags = at.number("flags", 2, _flags)
    questions, *counts = [at.number(name, 2) for name in ("qdcount", "ancount", "nscount", "arcount")]
    for _ in range(questions):
        if not at:
            break
        at.group("question", partial(_question, wire))
    for section, count in zip(_SECTIONS, counts, strict=True):
        for _ in range(count):
            if not at:
                at.stop(section, "missing")
                break
            at.group(section, partial(_record, wire))
    return "response" if flags & _RESPONSE else "query"


def _flags(value: int) -> str:
    words = ["response" if value & _RESPONSE else "query"]
    words += [name for bit, name in _FLAGS.items() if value & bit]
    rcode = value & 0xF
    if value & _RESPONSE:
        words.append(Rcode(rcode).name if rcode in list(Rcode) else f"rcode {rcode}")
    return " ".join(words)


def _type(value: int) -> str:
    return type_name(value) or f"TYPE{value}"


def _class(value: int) -> str:
    return _CLASSES.get(value, f"CLASS{value}")


def _name(at: FieldCursor, name: str, wire: bytes) -> str:
    """A name; the rest of its part, and a problem, if it is none."""
    try:
        labels, size = read_name(wire, at.position)
    except DecodeError as error:
        at.stop(name, error.what)
        return ""
    shown = name_text(labels) or "."
    at.raw(name, size, lambda _: shown)
    return shown


def _question(wire: bytes, at: FieldCursor) -> str:
    name = _name(at, "qname", wire)
    rdtype = at.number("qtype", 2, _type)
    at.number("qclass", 2, _class)
    return f"{name} {_type(rdtype)}"


def _record(wire: bytes, at: FieldCursor) -> str:
    name = _name(at, "owner", wire)
    rdtype = at.number("type", 2, _type)
    if rdtype == _OPT:  # RFC 6891 section 6.1.2
        at.number("udp_payload_size", 2)
        at.number("extended_rcode", 1)
        at.number("version", 1)
        at.number("flags", 2, lambda value: "do" if value & _DNSSEC_OK else "")
        at.vector("options", 2, _options)
        return "OPT"
    at.number("class", 2, _class)
    at.number("ttl", 4)
    decode = _RDATA.get(_type(rdtype), lambda _, at: at.rest("data") if at else None)
    at.vector("rdata", 2, partial(decode, wire))
    return f"{name} {_type(rdtype)}"


def _options(at: FieldCursor) -> None:
    def option(at: FieldCursor) -> None:
        at.number("code", 2, _OPTIONS)
        at.opaque("data", 2)

    while at:
        at.group("option", option)


def _address(kind: Callable[[bytes], object], size: int) -> Callable[[bytes, FieldCursor], None]:
    def decode(wire: bytes, at: FieldCursor) -> None:
        at.raw("address", size, lambda data: str(kind(data)))

    return decode


def _fields(*parts: tuple[str, int | Decode | None, Names]) -> Callable[[bytes, FieldCursor], None]:
    """Numbers of so many octets, names (None), and what is left (0)."""

    def decode(wire: bytes, at: FieldCursor) -> None:
        for name, size, names in parts:
            if size is None:
                _name(at, name, wire)
            elif callable(size):
                size(at)
            elif size:
                at.number(name, size, names)
            elif at:
                at.rest(name)
        nothing(at)

    return decode


def _strings(at: FieldCursor) -> None:
    while at:
        at.opaque("text", 1, text)


def _salted(at: FieldCursor) -> None:
    at.opaque("salt", 1)


def _hashed(at: FieldCursor) -> None:
    at.opaque("next_hashed", 1)


_N: Mapping[int, str] = {}
_ALIAS = _fields(("target", None, _N))
_RDATA: Mapping[str, Callable[[bytes, FieldCursor], None]] = {
    "A": _address(IPv4Address, 4),
    "AAAA": _address(IPv6Address, 16),
    "CNAME": _ALIAS,
    "DNAME": _ALIAS,
    "NS": _ALIAS,
    "PTR": _ALIAS,
    "MX": _fields(("preference", 2, _N), ("exchange", None, _N)),
    "SRV": _fields(("priority", 2, _N), ("weight", 2, _N), ("port", 2, _N), ("target", None, _N)),
    "TXT": _fields(("texts", _strings, _N)),
    "SOA": _fields(
        ("mname", None, _N),
        ("rname", None, _N),
        *((name, 4, _N) for name in ("serial", "refresh", "retry", "expire", "minimum")),
    ),
    "TLSA": _fields(
        ("usage", 1, _USAGES), ("selector", 1, _SELECTORS), ("matching_type", 1, _MATCHINGS), ("data", 0, _N)
    ),
    "DS": _fields(("key_tag", 2, _N), ("algorithm", 1, _N), ("digest_type", 1, _N), ("digest", 0, _N)),
    "DNSKEY": _fields(("flags", 2, _N), ("protocol", 1, _N), ("algorithm", 1, _N), ("public_key", 0, _N)),
    "RRSIG": _fields(
        ("type_covered", 2, _type),
        ("algorithm", 1, _N),
        ("labels", 1, _N),
        ("original_ttl", 4, _N),
        ("expiration", 4, _N),
        ("inception", 4, _N),
        ("key_tag", 2, _N),
        ("signer", None, _N),
        ("signature", 0, _N),
    ),
    "NSEC": _fields(("next", None, _N), ("types", 0, _N)),
    "NSEC3": _fields(
        ("hash", 1, {1: "SHA-1"}),
        ("flags", 1, {1: "opt-out"}),
        ("iterations", 2, _N),
        ("salt", _salted, _N),
        ("next_hashed", _hashed, _N),
        ("types", 0, _N),
    ),
}
