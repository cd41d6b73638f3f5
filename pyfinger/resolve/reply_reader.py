"""A name server's reply, byte by byte: its header and its answer section.

Only what is asked for is decoded, so that junk in a record nobody reads spoils
nothing: other sections and other types are passed over.  What is in front of a
record without a sound form is there all the same: it is judged first.  At most
`MAX_SCANNED` records are looked at, which is room for all that are kept, their
aliases and their signatures.  Names are spelled as in zone files (`\\032`), without the dot
at the end; the root is the empty name.
"""

from __future__ import annotations

import struct
from collections.abc import Callable, Iterator

from pyfinger.dnswire import (
    IN,
    Labels,
    Rcode,
    RdataType,
    name_text,
    name_wire,
    read_name,
    type_name,
    type_number,
)
from pyfinger.errors import DecodeError
from pyfinger.model import AddressData, DnsStatus, MxData, OtherData, SrvData, TlsaRecord
from pyfinger.resolve.hostname import ipv4_address, ipv6_address
from pyfinger.resolve.parsed_reply import (
    Alias,
    AnswerRecord,
    BrokenRdata,
    Content,
    Named,
    ParsedReply,
    Renaming,
    Signature,
    SpoiltReply,
)
from pyfinger.values import replace
from pyfinger.wire import Reader

MAX_SCANNED = 1000
MAX_EXPLANATION = 200  # characters of an extended error's text

_FIXED = struct.Struct("!HHIH")  # of a record, behind its name
_ASIDE = frozenset({"CNAME", "DNAME", "RRSIG"})  # what is read without being asked for

TLSA_HEAD = 3  # usage, selector, matching type

_AUTHENTIC = 0x0020  # header flags, RFC 1035 section 4.1.1 and RFC 4035 section 3.2.3
_RCODE = 0x000F
_OPT = type_number("OPT")
_EXTENDED_ERROR = 15  # EDNS option, RFC 8914 section 2

# What the C library makes of a response code (`__res_context_query`); all others are unrecoverable.
_STATUS: dict[int, DnsStatus] = {
    Rcode.NOERROR: DnsStatus.OK,
    Rcode.SERVFAIL: DnsStatus.RETRY,
    Rcode.NXDOMAIN: DnsStatus.NOT_FOUND,
}
# And what it never gets to see, if it came in a datagram: the next server is asked, until there is none.
_REFUSALS = (Rcode.NOTIMP, Rcode.REFUSED)


def read_reply(wire: bytes, rdtype: str, *, stream: bool = False) -> ParsedReply:
    """The reply to a question for `rdtype`, over TCP if `stream`; `DecodeError` if it has no sound form."""
    reader = Reader(wire)
    reader.take(2, "id")
    flags = reader.u16("flags")
    questions, answers = reader.u16("question count"), reader.u16("answer count")
    others = reader.u16("authority count") + reader.u16("additional count")
    rcode = flags & _RCODE
    status = _STATUS.get(rcode, DnsStatus.FAIL)
    if rcode in _REFUSALS and not stream:
        status = DnsStatus.RETRY
    if status is DnsStatus.OK and not answers:
        status = DnsStatus.NO_DATA
    authentic = bool(flags & _AUTHENTIC) and rcode in (Rcode.NOERROR, Rcode.NXDOMAIN)
    if status is not DnsStatus.OK:
        errors = _extended_errors(reader, wire, questions, answers + others)
        codes, texts = tuple(code for code, _ in errors), tuple(text for _, text in errors if text)
        return ParsedReply(status, authentic, extended=codes, explanations=texts, rcode=rcode)
    for _ in range(questions):
        _name(reader, wire)
        reader.skip(4, "question")
    reply = ParsedReply(status, authentic, rcode=rcode)
    return _read_answer(reader, wire, rdtype, min(answers, MAX_SCANNED), reply)


def _read_answer(reader: Reader, wire: bytes, rdtype: str, count: int, reply: ParsedReply) -> ParsedReply:
    """The records of the answer section, up to one without a sound form."""
    found: list[AnswerRecord] = []
    spoilt, bad_class = False, None
    try:
        for _ in range(count):
            found.append(_record(reader, wire, rdtype))
            spoilt = isinstance(found[-1].content, SpoiltReply)
            if spoilt:
                break
    except _BadClass as error:
        spoilt, bad_class = True, error.rdclass
    except DecodeError:
        spoilt = True
    return replace(reply, found=tuple(found), spoilt=spoilt, bad_class=bad_class)


class _BadClass(Exception):
    """A record of another class than IN."""

    def __init__(self, rdclass: int) -> None:
        super().__init__(rdclass)
        self.rdclass = rdclass


def _extended_errors(reader: Reader, wire: bytes, questions: int, records: int) -> list[tuple[int, str]]:
    """Why a lookup failed, in the server's opinion (RFC 8914); none if what it sent has no sound form."""
    found: list[tuple[int, str]] = []
    try:
        for _ in range(min(questions, 1)):
            _name(reader, wire)
            reader.take(4, "question")
        for _ in range(min(records, MAX_SCANNED)):
            _name(reader, wire)
            rdtype = reader.u16("type")
            reader.take(6, "class and TTL")
            with reader.vector(2, "data"):
                found += _errors(reader) if rdtype == _OPT else ()
                reader.rest()
    except DecodeError:
        return []
    return found


def _errors(options: Reader) -> Iterator[tuple[int, str]]:
    """INFO-CODE and EXTRA-TEXT among EDNS options (RFC 6891 section 6.1.2)."""
    while options:
        option = options.u16("option code")
        with options.vector(2, "option"):
            if option == _EXTENDED_ERROR:
                code = options.u16("extended error code")
                text = options.rest().decode("utf-8", "replace").rstrip("\0")
                yield code, text[:MAX_EXPLANATION]
            options.rest()


def is_type(word: str) -> bool:
    """Whether `word` names a record type, in any letter case."""
    if type_number(word.upper()) is not None:
        return True
    import dns.exception
    import dns.rdatatype

    try:
        dns.rdatatype.from_text(word)
    except (dns.exception.DNSException, ValueError):
        return False
    return True


def _type(number: int) -> str:
    return type_name(number) or _unusual_type(number)


def _unusual_type(number: int) -> str:
    import dns.rdatatype

    return dns.rdatatype.to_text(dns.rdatatype.RdataType.make(number))


def _record(reader: Reader, wire: bytes, wanted: str) -> AnswerRecord:
    owner = name_text(_name(reader, wire))
    number, rdclass, ttl, length = _FIXED.unpack(reader.take(_FIXED.size, "type, class, TTL, data length"))
    rdtype = _type(number)
    if rdclass != IN:
        raise _BadClass(rdclass)
    start = reader.position
    if length > reader.remaining:
        return AnswerRecord(owner, rdtype, ttl, SpoiltReply())
    reader.skip(length, "data")
    if rdtype != wanted and rdtype not in _ASIDE:
        return AnswerRecord(owner, rdtype, ttl, None)
    data = Reader(wire, start, start + length)
    return AnswerRecord(owner, rdtype, ttl, _content(data, wire, rdtype, wanted))


def _content(data: Reader, wire: bytes, rdtype: str, wanted: str) -> Content:
    if rdtype != wanted:
        return _aside(data, wire, rdtype)
    try:
        return _DECODERS.get(rdtype, _other)(data, wire)
    except DecodeError:
        return BrokenRdata()


def _aside(data: Reader, wire: bytes, rdtype: str) -> Content:
    """What was not asked for, but says where to ask, or what is signed."""
    try:
        match rdtype:
            case "CNAME":
                return Alias(name_text(_name_in(data, wire)))
            case "DNAME":
                return Renaming(name_text(_name_in(data, wire)))
            case "RRSIG":
                return Signature(_type(data.u16("type covered")))
    except DecodeError:
        return SpoiltReply() if rdtype == RdataType.CNAME.name else None
    return None


def _ipv4(data: Reader, wire: bytes) -> AddressData | BrokenRdata:
    return ipv4_address(data.rest()) if data.remaining == 4 else BrokenRdata(data.remaining)


def _ipv6(data: Reader, wire: bytes) -> AddressData | BrokenRdata:
    return ipv6_address(data.rest()) if data.remaining == 16 else BrokenRdata(data.remaining)


def _mx(data: Reader, wire: bytes) -> MxData:
    return MxData(data.u16("preference"), name_text(_name_in(data, wire)))


def _srv(data: Reader, wire: bytes) -> SrvData:
    priority, weight, port = data.u16("priority"), data.u16("weight"), data.u16("port")
    return SrvData(priority, weight, port, name_text(_name_in(data, wire)))


def _tlsa(data: Reader, wire: bytes) -> TlsaRecord | OtherData:
    """A record without association data is no TLSA record, but its length is reported."""
    if data.remaining <= TLSA_HEAD:
        return OtherData(data.rest())
    return TlsaRecord(data.u8("usage"), data.u8("selector"), data.u8("matching type"), data.rest())


def _named(data: Reader, wire: bytes) -> Named:
    name = _name_in(data, wire)
    return Named(name_text(name), name_wire(name))


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


def _name(reader: Reader, wire: bytes) -> Labels:
    """A name, possibly compressed into earlier parts of the message (RFC 1035 section 4.1.4)."""
    name, size = read_name(wire, reader.position)
    reader.skip(size, "name")
    return name


def _name_in(data: Reader, wire: bytes) -> Labels:
    """A name in RDATA, which may end behind it: `dn_expand` knows the message's end only."""
    return read_name(wire, data.position)[0]
