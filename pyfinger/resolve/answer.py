"""A name server's reply, byte by byte: its header and its answer section.

Only what is asked for is decoded, so that junk in a record nobody reads spoils
nothing: other sections and other types are passed over.  At most `MAX_SCANNED`
records are looked at, which is room for all that are kept, their aliases and
their signatures.  Names are spelled as in zone files (`\\032`), without the dot
at the end; the root is the empty name.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

import dns.exception
import dns.name
import dns.rdataclass
import dns.rdatatype

from pyfinger.errors import DecodeError
from pyfinger.model import AddressData, DnsStatus, MxData, OtherData, SrvData, TlsaRecord
from pyfinger.resolve.hostname import ipv4_address, ipv6_address
from pyfinger.resolve.reply import Alias, Broken, Content, Found, Named, Reply
from pyfinger.wire import Reader

MAX_SCANNED = 300

TLSA_HEAD = 3  # usage, selector, matching type

_AUTHENTIC = 0x0020  # header flags, RFC 1035 section 4.1.1 and RFC 4035 section 3.2.3
_RCODE = 0x000F
_EXTENDED_ERROR = 15  # EDNS option, RFC 8914 section 2

# What a resolver library makes of a response code; all others are unrecoverable.
_STATUS = {
    0: DnsStatus.OK,
    2: DnsStatus.RETRY,  # SERVFAIL
    3: DnsStatus.NOT_FOUND,  # NXDOMAIN
    4: DnsStatus.RETRY,  # NOTIMP
    5: DnsStatus.RETRY,  # REFUSED
}


def read_reply(wire: bytes, rdtype: str) -> Reply:
    """The reply to a question for `rdtype`; `DecodeError` if it has no sound form."""
    reader = Reader(wire)
    reader.take(2, "id")
    flags = reader.u16("flags")
    questions, answers = reader.u16("question count"), reader.u16("answer count")
    others = reader.u16("authority count") + reader.u16("additional count")
    authentic = bool(flags & _AUTHENTIC)
    status = _STATUS.get(flags & _RCODE, DnsStatus.FAIL)
    if status is DnsStatus.OK and not answers:
        status = DnsStatus.NO_DATA
    if status is not DnsStatus.OK:
        return Reply(status, authentic, extended=_extended_errors(reader, wire, questions, answers + others))
    if questions > 1:
        raise DecodeError("more than one question", reader.position)
    for _ in range(questions):
        _name(reader, wire)
        reader.take(4, "question")
    found = tuple(_record(reader, wire, rdtype) for _ in range(min(answers, MAX_SCANNED)))
    return Reply(status, authentic, found)


def _extended_errors(reader: Reader, wire: bytes, questions: int, records: int) -> tuple[int, ...]:
    """Why a lookup failed, in the server's opinion (RFC 8914); none if what it sent has no sound form."""
    codes: list[int] = []
    try:
        for _ in range(min(questions, 1)):
            _name(reader, wire)
            reader.take(4, "question")
        for _ in range(min(records, MAX_SCANNED)):
            _name(reader, wire)
            rdtype = reader.u16("type")
            reader.take(6, "class and TTL")
            with reader.vector(2, "data"):
                codes += _codes(reader) if rdtype == dns.rdatatype.OPT else ()
                reader.rest()
    except DecodeError:
        return ()
    return tuple(codes)


def _codes(options: Reader) -> Iterator[int]:
    """The INFO-CODEs among EDNS options (RFC 6891 section 6.1.2)."""
    while options:
        option = options.u16("option code")
        with options.vector(2, "option"):
            if option == _EXTENDED_ERROR:
                yield options.u16("extended error code")
            options.rest()


def is_type(word: str) -> bool:
    """Whether `word` names a record type, in any letter case."""
    try:
        dns.rdatatype.from_text(word)
    except (dns.exception.DNSException, ValueError):
        return False
    return True


def _record(reader: Reader, wire: bytes, wanted: str) -> Found:
    owner = _text(_name(reader, wire))
    rdtype = dns.rdatatype.to_text(dns.rdatatype.RdataType.make(reader.u16("type")))
    if reader.u16("class") != dns.rdataclass.IN:
        raise DecodeError("class other than IN", reader.position)
    ttl = reader.u32("TTL")
    length = reader.u16("data length")
    start = reader.position
    reader.take(length, "data")
    data = Reader(wire, start, start + length)
    return Found(owner, rdtype, ttl, _content(data, wire, rdtype, wanted))


def _content(data: Reader, wire: bytes, rdtype: str, wanted: str) -> Content:
    if rdtype == "CNAME" and wanted != "CNAME":
        return Alias(_text(_name(data, wire)))
    if rdtype != wanted:
        return None
    try:
        return _DECODERS.get(rdtype, _other)(data, wire)
    except DecodeError:
        return Broken()


def _ipv4(data: Reader, wire: bytes) -> AddressData | Broken:
    return ipv4_address(data.rest()) if data.remaining == 4 else Broken(data.remaining)


def _ipv6(data: Reader, wire: bytes) -> AddressData | Broken:
    return ipv6_address(data.rest()) if data.remaining == 16 else Broken(data.remaining)


def _mx(data: Reader, wire: bytes) -> MxData:
    return MxData(data.u16("preference"), _text(_name(data, wire)))


def _srv(data: Reader, wire: bytes) -> SrvData:
    priority, weight, port = data.u16("priority"), data.u16("weight"), data.u16("port")
    return SrvData(priority, weight, port, _text(_name(data, wire)))


def _tlsa(data: Reader, wire: bytes) -> TlsaRecord | OtherData:
    """A record without association data is no TLSA record, but its length is reported."""
    if data.remaining <= TLSA_HEAD:
        return OtherData(data.rest())
    return TlsaRecord(data.u8("usage"), data.u8("selector"), data.u8("matching type"), data.rest())


def _named(data: Reader, wire: bytes) -> Named:
    name = _name(data, wire)
    return Named(_text(name), name.to_wire() or b"")


def _other(data: Reader, wire: bytes) -> OtherData:
    return OtherData(data.rest())


_DECODERS: dict[str, Callable[[Reader, bytes], Content]] = {
    "A": _ipv4,
    "AAAA": _ipv6,
    "MX": _mx,
    "SRV": _srv,
    "TLSA": _tlsa,
    **dict.fromkeys(["CNAME", "DNAME", "NS", "PTR", "MB", "MG", "MR"], _named),
}


def _name(reader: Reader, wire: bytes) -> dns.name.Name:
    """A name, possibly compressed into earlier parts of the message (RFC 1035 section 4.1.4)."""
    try:
        name, size = dns.name.from_wire(wire, reader.position)
    except dns.exception.DNSException as error:
        raise DecodeError(f"name ({type(error).__name__})", reader.position) from error
    reader.take(size, "name")
    return name


def _text(name: dns.name.Name) -> str:
    return "" if name == dns.name.root else name.to_text(omit_final_dot=True)
