"""A reply as a validator sees it: RRsets with their signatures, RDATA in canonical form.

Records are put together by owner and type, RRSIG records with what they cover; the
additional section is passed over, for nothing in it is validated.  RDATA comes without
compression, and with names in lower case where RFC 4034 section 6.2 says so (as
mended by RFC 6840 section 5.1: NSEC's next name keeps its case), so that its octets
are what is signed.  Whatever the bytes are: a `ParsedMessage`, or `DecodeError`.
"""

from __future__ import annotations

from struct import Struct
from struct import error as StructError

from pyfinger.decimals import decimal
from pyfinger.dnssec.domain_names import DomainName, read_name
from pyfinger.dnswire import RdataType, name_wire, type_name
from pyfinger.errors import DecodeError
from pyfinger.values import Value

MAX_RECORDS = 2000  # of answer and authority section; a message of 64 kB has room for 4000 A

_HEADER = Struct("!6H")
_QUESTION = Struct("!2H")
_RECORD = Struct("!2HIH")
_TRUNCATED = 0x0200
_RCODE = 0x000F
_IN = 1


def type_text(number: int) -> str:
    """The mnemonic of a type, or TYPE and its number (RFC 3597 section 5)."""
    return type_name(number) or f"TYPE{number}"


def type_number(text: str) -> int:
    """The type of a mnemonic, in any case; `DecodeError` for one that is not known."""
    word = text.upper()
    digits = word.removeprefix("TYPE")
    if word in RdataType.__members__:
        return RdataType[word].value
    number = decimal(digits, 0xFFFF) if digits != word else None
    if number is None:
        raise DecodeError(f"unknown type {text}")
    return number


# What RDATA with names in it is made of: octets by their number, names, and strings.
_NAME, _STRING, _REST = -1, -2, -3
_FORMS: dict[int, tuple[int, ...]] = {
    **dict.fromkeys((2, 3, 4, 5, 7, 8, 9, 12, 39), (_NAME,)),  # NS MD MF CNAME MB MG MR PTR DNAME
    **dict.fromkeys((14, 17), (_NAME, _NAME)),  # MINFO RP
    **dict.fromkeys((15, 18, 21, 36), (2, _NAME)),  # MX AFSDB RT KX
    6: (_NAME, _NAME, 20),  # SOA
    24: (18, _NAME, _REST),  # SIG
    26: (2, _NAME, _NAME),  # PX
    30: (_NAME, _REST),  # NXT
    33: (6, _NAME),  # SRV
    35: (4, _STRING, _STRING, _STRING, _NAME),  # NAPTR
    46: (18, _NAME, _REST),  # RRSIG
}


class RRset(Value):
    """Records of one owner and type, each once, and RDATA of the RRSIGs that cover them."""

    owner: DomainName
    rdtype: int
    ttl: int
    rdatas: tuple[bytes, ...]
    signatures: tuple[bytes, ...] = ()


class ParsedMessage(Value):
    """What matters of a reply; RRsets by owner and type, in order."""

    rcode: int
    truncated: bool
    question: tuple[DomainName, int] | None
    answer: dict[tuple[DomainName, int], RRset]
    authority: dict[tuple[DomainName, int], RRset]


def read_message(wire: bytes) -> ParsedMessage:
    """The message; `DecodeError` unless header, question, answer and authority section have a sound form.

    What is cut off is not looked into: the sections of a truncated message are empty.
    """
    if len(wire) < _HEADER.size:
        raise DecodeError("header cut short")
    _, flags, questions, answers, authorities, _ = _HEADER.unpack_from(wire)
    if flags & _TRUNCATED:
        return ParsedMessage(flags & _RCODE, True, None, {}, {})
    position, question = _HEADER.size, None
    try:
        for _ in range(questions):
            name, position = read_name(wire, position)
            question = name, _QUESTION.unpack_from(wire, position)[0]
            position += _QUESTION.size
        if answers + authorities > MAX_RECORDS:
            raise DecodeError("too many records", position)
        answer, position = _read_section(wire, position, answers)
        authority, _ = _read_section(wire, position, authorities)
    except StructError as error:
        raise DecodeError("message cut short", position) from error
    return ParsedMessage(flags & _RCODE, False, question, answer, authority)


def _read_section(wire: bytes, position: int, count: int) -> tuple[dict[tuple[DomainName, int], RRset], int]:
    """The RRsets of a section, and where it ends."""
    found: dict[tuple[DomainName, int], tuple[int, dict[bytes, None]]] = {}
    signatures: dict[tuple[DomainName, int], dict[bytes, None]] = {}
    for _ in range(count):
        owner, position = read_name(wire, position)
        rdtype, rdclass, ttl, size = _RECORD.unpack_from(wire, position)
        start = position + _RECORD.size
        position = start + size
        if position > len(wire):
            raise DecodeError("data cut short", start)
        if rdclass != _IN:
            continue
        rdata = canonical_rdata(rdtype, wire, start, position)
        if rdtype == RdataType.RRSIG:
            signatures.setdefault((owner, int.from_bytes(rdata[:2], "big")), {})[rdata] = None
        elif (known := found.get((owner, rdtype))) is None:
            found[owner, rdtype] = ttl, {rdata: None}
        else:
            known[1][rdata] = None
            found[owner, rdtype] = min(ttl, known[0]), known[1]
    section = {
        (owner, rdtype): RRset(owner, rdtype, ttl, tuple(rdatas), tuple(signatures.get((owner, rdtype), ())))
        for (owner, rdtype), (ttl, rdatas) in found.items()
    }
    return section, position


def canonical_rdata(rdtype: int, wire: bytes, start: int, end: int) -> bytes:
    """RDATA at a place of a message; `DecodeError` if its type has a form that it has not."""
    form = _FORMS.get(rdtype)
    if form is None:
        return wire[start:end]
    parts, position = [], start
    for part in form:
        if part == _NAME:
            name, position = read_name(wire, position)
            parts.append(name_wire(name))
            continue
        size = part
        if part == _STRING:
            size = 1 + wire[position] if position < end else 1
        elif part == _REST:
            size = end - position
        parts.append(wire[position : position + size])
        position += size
    if position != end:
        raise DecodeError("data of a wrong form", start)
    return b"".join(parts)
