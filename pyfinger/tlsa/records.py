"""Records: made of material, written for a zone, and read back from one (RFC 6698 section 2)."""

from __future__ import annotations

import argparse
import hashlib
import re
from collections.abc import Iterator, Sequence

from pyfinger.dane.digests import MatchingType, Selector, Usage
from pyfinger.decimals import decimal
from pyfinger.errors import UsageError
from pyfinger.model import TlsaRecord
from pyfinger.resolve.hostname import address_of
from pyfinger.tlsa.inputs import MOST_SECONDS
from pyfinger.tlsa.material import Material
from pyfinger.values import Value

MAX_TEXT = 1 << 20  # characters of records in zone-file form
MAX_RECORDS = 1000
MAX_DATA = 65535 - 3  # octets, RDLENGTH less the three fields

TRUST_ANCHORS = (Usage.PKIX_TA, Usage.DANE_TA)
_LABEL = re.compile(r"(?!-)[A-Za-z0-9_-]{1,63}(?<!-)")
_DIGESTS = {MatchingType.SHA2_256: "sha256", MatchingType.SHA2_512: "sha512"}
_TTL = re.compile(r"[0-9]{1,10}")
_BLANKS = re.compile(r"[ \t()]+")


class OwnedRecord(Value):
    """A record with what stands before it in a zone; without an owner only its data are known."""

    record: TlsaRecord
    owner: str = ""  # without the dot at the end
    ttl: int | None = None  # seconds
    of: str = ""  # what it was made of


def owner_name(host: str, port: int = 25, transport: str = "tcp") -> str:
    """Where a server's records stand (RFC 6698 section 3); `UsageError` if `host` is no name."""
    name = host.removesuffix(".")
    if not 0 < port < 65536:
        raise UsageError(f"no port: {port}")
    if address_of(name) is not None:
        raise UsageError(f"no host name, which TLSA records are under, but an address: {host}")
    if len(name) > 240 or not all(_LABEL.fullmatch(label) for label in name.split(".")):
        raise UsageError(f"no host name: {host or 'nothing was given'}")
    return f"_{port}._{transport}.{name}"


def host_name(text: str) -> str:
    """A name that TLSA records can stand under, as an option has it."""
    try:
        owner_name(text)
    except UsageError as error:
        raise argparse.ArgumentTypeError(str(error)) from error
    return text


def make_record(material: Material, usage: Usage, selector: Selector, matching: MatchingType) -> TlsaRecord:
    """The record that vouches for a certificate or key; `UsageError` if it takes the certificate."""
    if selector == Selector.CERT and material.certificate is None:
        raise UsageError(f"selector 0 takes a certificate, and this is a {material.what}")
    whole = material.spki if selector == Selector.SPKI else material.certificate or b""
    data = hashlib.new(_DIGESTS[matching], whole).digest() if matching in _DIGESTS else whole
    if len(data) > MAX_DATA:
        raise UsageError(f"{len(data)} octets fit into no record; matching type 1 makes 32 of them")
    return TlsaRecord(int(usage), int(selector), int(matching), data)


def meant_by(materials: Sequence[Material], usage: Usage) -> tuple[Material, ...]:
    """Of a chain, leaf first: the leaf for the usages of servers, the others for those of authorities.

    What comes alone is meant in any case.  A key has no issuers.
    """
    if usage not in TRUST_ANCHORS or len(materials) == 1:
        return tuple(materials[:1])
    return tuple(material for material in materials[1:] if material.certificate is not None)


def zone_line(one: OwnedRecord) -> str:
    """One line of a zone file (RFC 1035 section 5.1)."""
    record = one.record
    ttl = "" if one.ttl is None else f"{one.ttl} "
    fields = f"{record.usage} {record.selector} {record.matching} {record.data.hex().upper()}"
    return f"{one.owner}. {ttl}IN TLSA {fields}"


def read_records(text: str) -> tuple[OwnedRecord, ...]:
    """Records in zone-file form, or just their data, one a line; `UsageError` names the line.

    Parentheses may hold one together over several lines; what follows `;` is a comment.
    """
    if len(text) > MAX_TEXT:
        raise UsageError(f"more than {MAX_TEXT} characters of records")
    found = []
    for number, line in logical_lines(text):
        try:
            found.append(_record(line))
        except ValueError as error:
            raise UsageError(f"line {number}: {error}") from error
        if len(found) > MAX_RECORDS:
            raise UsageError(f"more than {MAX_RECORDS} records")
    return tuple(found)


def logical_lines(text: str) -> Iterator[tuple[int, str]]:
    """Lines with what parentheses join to them, each with its number; blanks at the begin are kept."""
    held, begin = "", 0
    for number, line in enumerate(text.splitlines(), 1):
        begin = begin if held else number
        held = f"{held} {line.partition(';')[0]}" if held else line.partition(";")[0]
        if held.count("(") > held.count(")"):
            continue
        if held.strip():
            yield begin, held
        held = ""
    if held.strip():
        raise UsageError(f"line {begin}: a parenthesis is not closed")


def _record(line: str) -> OwnedRecord:
    """Owner, TTL, class and type may be missing, as in the output of `dig +short`."""
    words = words_of(line)
    kinds = [word.upper() for word in words]
    head: list[str] = []
    if "TLSA" in kinds:
        place = kinds.index("TLSA")
        head, words = words[:place], words[place + 1 :]
    record = record_of(words)
    owner, ttl = _head(head)
    return OwnedRecord(record, owner, ttl)


def words_of(line: str) -> list[str]:
    """The words of a line, parentheses left out."""
    return [word for word in _BLANKS.split(line) if word]


def record_of(words: Sequence[str]) -> TlsaRecord:
    """RDATA in zone-file form (RFC 6698 section 2.2); ValueError."""
    if len(words) < 4:
        raise ValueError("usage, selector, matching type and data are four fields")
    usage, selector, matching = (_octet(word) for word in words[:3])
    try:
        data = bytes.fromhex("".join(words[3:]))
    except ValueError:
        raise ValueError("the data of a TLSA record is hexadecimal, two digits an octet") from None
    if len(data) > MAX_DATA:
        raise ValueError("more data than a record can have")
    return TlsaRecord(usage, selector, matching, data)


def _head(words: Sequence[str]) -> tuple[str, int | None]:
    ttls = [word for word in words[1:] if _TTL.fullmatch(word)]
    others = [word for word in words[1:] if word not in ttls and word.upper() != "IN"]
    if others or len(ttls) > 1 or (ttls and int(ttls[0]) > MOST_SECONDS):
        raise ValueError(f"not an owner, a TTL and IN: {' '.join(words)}")
    return words[0].removesuffix(".") if words else "", int(ttls[0]) if ttls else None


def _octet(word: str) -> int:
    number = decimal(word, 0xFF)
    if number is None:
        raise ValueError(f"no number from 0 to 255: {word}")
    return number
