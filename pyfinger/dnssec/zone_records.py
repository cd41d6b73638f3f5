"""Records as people write them: a piece of a zone file, output of dig(1), or just TLSA data.

    $ORIGIN example.com.
    @            3600 IN MX 10 mx
    mx                IN A  192.0.2.1
    _25._tcp.mx          TLSA 3 1 1 9A50...
    3 1 1 9A50...                          ; of the one host there is

RFC 1035 section 5.1, with what surrounds records in real files: comments, parentheses, owners
that are left out, TTLs with units.  Without `$ORIGIN` names are absolute, with or without a dot
at the end.  What mail servers are found and judged by is kept, records of other types are passed
over.  Reading is total: RRsets, or `DecodeError` that names the line.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from pyfinger.dnssec.domain_names import from_text, to_text
from pyfinger.dnssec.message import type_number
from pyfinger.dnssec.zone_text import rdata_of
from pyfinger.dnswire import RdataType
from pyfinger.errors import DecodeError
from pyfinger.model.given import GivenRRset
from pyfinger.values import State, field

MAX_TEXT = 1 << 20  # characters
MAX_RECORDS = 2000
DEFAULT_TTL = 3600
MAX_TTL = 2**31 - 1  # RFC 2181 section 8

KEPT = (RdataType.A, RdataType.AAAA, RdataType.CNAME, RdataType.MX, RdataType.SRV, RdataType.TLSA)

_WORD = re.compile(r'"(?:[^"\\]|\\.)*"|(?:[^\s();"\\]|\\.)+|[()]|;.*')
_TTL = re.compile(r"(?:\d{1,10}[SMHDW]?)+", re.IGNORECASE)
_PART = re.compile(r"(\d+)([SMHDW]?)", re.IGNORECASE)
_UNITS = {"": 1, "S": 1, "M": 60, "H": 3600, "D": 86400, "W": 604800}
_UNKNOWN = "\\#"
_NUMBER = re.compile(r"\d{1,3}")
_BARE = 4  # words of TLSA data


def read_zone(*texts: str) -> tuple[GivenRRset, ...]:
    """The RRsets of all texts in order; of TLSA data alone the owner is empty.  `DecodeError`."""
    reading = _ZoneReading()
    for text in texts:
        if len(text) > MAX_TEXT:
            raise DecodeError(f"more than {MAX_TEXT} characters")
        reading.origin, reading.ttl, reading.owner = "", DEFAULT_TTL, None
        for number, inherits, words in _entries(text):
            try:
                reading.take(words, inherits)
            except DecodeError as error:
                raise DecodeError(f"line {number}: {error.what}") from error
    return reading.result()


def _entries(text: str) -> Iterator[tuple[int, bool, list[str]]]:
    """Each entry with the number of its first line, and whether that begins with a blank."""
    words: list[str] = []
    depth = begin = 0
    inherits = False
    for number, line in enumerate(text.splitlines(), 1):
        if not depth:
            words, begin, inherits = [], number, line[:1] in (" ", "\t")
        for word in _words(line, number):
            if word == "(":
                depth += 1
            elif word == ")":
                depth -= 1
                if depth < 0:
                    raise DecodeError(f"line {number}: a parenthesis that was not opened")
            else:
                words.append(word)
        if not depth and words:
            yield begin, inherits, words
    if depth:
        raise DecodeError(f"line {begin}: a parenthesis is not closed")


def _words(line: str, number: int) -> Iterator[str]:
    position = 0
    while position < len(line):
        if line[position].isspace():
            position += 1
            continue
        found = _WORD.match(line, position)
        if found is None:
            raise DecodeError(f"line {number}: cannot be read from {line[position : position + 20]!r} on")
        if found[0].startswith(";"):
            return
        yield found[0]
        position = found.end()


class _ZoneReading(State):
    """What was read so far."""

    origin: str = ""
    ttl: int = DEFAULT_TTL
    owner: str | None = None
    count: int = 0
    ttls: dict[tuple[str, str], int] = field(default_factory=dict)
    rdatas: dict[tuple[str, str], list[bytes]] = field(default_factory=dict)

    def take(self, words: list[str], inherits: bool) -> None:
        """One entry."""
        if words[0].startswith("$"):
            self._direct(words)
            return
        if _is_bare(words):
            self._keep("", RdataType.TLSA, self.ttl, words)
            return
        if not inherits:
            self.owner = self._name(words.pop(0))
        ttl, rdtype, rest = self._head(words)
        if self.owner is None:
            raise DecodeError("no owner, and none before it")
        if rdtype == RdataType.DNAME:
            raise DecodeError("DNAME is not followed here: give the CNAME that comes of it")
        if rdtype in KEPT:
            self._keep(self.owner, RdataType(rdtype), ttl, rest)

    def _direct(self, words: list[str]) -> None:
        word = words[0].upper()
        if word == "$ORIGIN" and len(words) > 1:
            self.origin = self._name(words[1])
        elif word == "$TTL" and len(words) > 1:
            self.ttl = _seconds(words[1])
        else:
            raise DecodeError(f"{words[0]} is not understood: only $ORIGIN and $TTL are")

    def _name(self, text: str) -> str:
        """An owner, in lower case and without the dot at the end."""
        if text == "@" or (not text.endswith(".") and self.origin):
            if not self.origin:
                raise DecodeError("@ without $ORIGIN")
            text = self.origin if text == "@" else f"{text}.{self.origin}"
        try:
            name = to_text(from_text(text))
        except DecodeError:
            raise DecodeError(f"not a domain name: {text[:100]}") from None
        if all(label.startswith("_") for label in name.split(".")):
            raise DecodeError(f"{name} has no host in it: $ORIGIN is missing")
        return "" if name == "." else name

    def _head(self, words: list[str]) -> tuple[int, int, list[str]]:
        """TTL, type and data; TTL and class in either order, or missing."""
        ttl = self.ttl
        for place, word in enumerate(words[:3]):
            if word.upper() == "IN":
                continue
            if word[:1].isdigit() and _TTL.fullmatch(word):
                ttl = _seconds(word)
                continue
            return ttl, type_number(word), words[place + 1 :]
        raise DecodeError("not a record: owner, TTL, IN, type, data")

    def _keep(self, owner: str, rdtype: RdataType, ttl: int, words: list[str]) -> None:
        self.count += 1
        if self.count > MAX_RECORDS:
            raise DecodeError(f"more than {MAX_RECORDS} records")
        if rdtype is RdataType.TLSA:
            rdata = _tlsa(words)
        else:
            rdata = rdata_of(rdtype, " ".join(self._absolute(rdtype, words)))
        key = owner, rdtype.name
        others = {name for other, name in self.rdatas if other == owner} - {rdtype.name}
        if others and "CNAME" in (rdtype.name, *others):
            raise DecodeError(f"{owner} is an alias (CNAME) and has records of its own")
        self.ttls.setdefault(key, ttl)
        kept = self.rdatas.setdefault(key, [])
        if rdata not in kept:
            kept.append(rdata)
        if rdtype is RdataType.CNAME and len(kept) > 1:
            raise DecodeError(f"{owner} is an alias (CNAME) twice")

    def _absolute(self, rdtype: RdataType, words: list[str]) -> list[str]:
        """Data with its name, which is the last word, made absolute."""
        if rdtype in (RdataType.A, RdataType.AAAA) or not words or words[0] == _UNKNOWN:
            return words
        target = words[-1]
        if target == "@":
            target = f"{self.origin}."
        elif not target.endswith("."):
            target = f"{target}.{self.origin}." if self.origin else f"{target}."
        return [*words[:-1], target]

    def result(self) -> tuple[GivenRRset, ...]:
        """All of them."""
        return tuple(GivenRRset(*key, self.ttls[key], tuple(found)) for key, found in self.rdatas.items())


def _is_bare(words: list[str]) -> bool:
    """Whether it is TLSA data alone, as `dig +short` prints it; the type may stand before it."""
    numbers = words[1:] if words[0].upper() == RdataType.TLSA.name else words
    return len(numbers) >= _BARE and all(map(_NUMBER.fullmatch, numbers[:3]))


def _tlsa(words: list[str]) -> bytes:
    """RDATA of TLSA, of any length; a server may have any."""
    words = words[1:] if words and words[0].upper() == RdataType.TLSA.name else words
    if words[:1] == [_UNKNOWN]:
        return rdata_of(RdataType.TLSA, " ".join(words))
    if len(words) < _BARE:
        raise DecodeError("a TLSA record has four fields: usage, selector, matching type, data")
    numbers = [int(word) if _NUMBER.fullmatch(word) else 256 for word in words[:3]]
    if max(numbers) > 0xFF:
        raise DecodeError(f"no numbers from 0 to 255: {' '.join(words[:3])[:100]}")
    try:
        data = bytes.fromhex("".join(words[3:]))
    except ValueError:
        raise DecodeError("the data of a TLSA record is hexadecimal, two digits an octet") from None
    if len(data) > 0xFFFF - 3:
        raise DecodeError("more data than a record has room for")
    return bytes(numbers) + data


def _seconds(text: str) -> int:
    """A TTL, perhaps with units (1h30m)."""
    if not _TTL.fullmatch(text):
        raise DecodeError(f"no TTL: {text[:20]}")
    found = sum(int(number) * _UNITS[unit.upper()] for number, unit in _PART.findall(text))
    if found > MAX_TTL:
        raise DecodeError(f"no TTL: {text[:20]}")
    return found
