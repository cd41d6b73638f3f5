"""TLSA records of a zone file by their names, with TTLs and the dates of their signatures.

What is read is RFC 1035's zone-file form as far as people keep TLSA records in it: `$ORIGIN`
and `$TTL`, names left out or relative, TTLs like `1h`, parentheses, comments, the output of
dig(1) and of nsupdate's `update add`, bare data as `dig +short` has them.  Records of other
types are passed over; a type nobody has heard of is a mistake.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from pyfinger.dane.chain_rules import SignatureDates
from pyfinger.dnssec.message import type_number
from pyfinger.dnssec.rdata import read_rrsig
from pyfinger.dnssec.zone_text import rdata_of
from pyfinger.dnswire import RdataType
from pyfinger.errors import DecodeError, UsageError
from pyfinger.model import TlsaRecord
from pyfinger.tlsa.inputs import read_file
from pyfinger.tlsa.records import MAX_RECORDS, MAX_TEXT, logical_lines, record_of, words_of
from pyfinger.values import State, Value, field

TLSA = 52
_GENERIC = "\\#"  # RFC 3597 section 5
_QUOTED = re.compile(r'"(?:[^"\\\n]|\\.)*"')
_TTL = re.compile(r"(?:[0-9]{1,10}[smhdwSMHDW]?)+")
_PART = re.compile(r"([0-9]{1,10})([smhdw]?)")
_SECONDS = {"": 1, "s": 1, "m": 60, "h": 3600, "d": 86400, "w": 7 * 86400}
_OCTETS = re.compile(r"[0-9]{1,3}")
_PASSED_OVER = ("send", "answer", "show")  # of nsupdate


class TlsaSet(Value):
    """The TLSA records of one name; without one, of wherever they are to stand."""

    owner: str  # without the dot at the end
    records: tuple[TlsaRecord, ...]
    ttls: tuple[int, ...] = ()  # of each that says one
    signatures: tuple[SignatureDates, ...] = ()
    unsigned: bool = False  # known not to be signed

    @property
    def ttl(self) -> int:
        """How long they are kept, in seconds; 0 if nothing says so."""
        return max(self.ttls, default=0)

    @property
    def host(self) -> str:
        """The server's name, without port and transport."""
        labels = self.owner.split(".")
        return ".".join(labels[2:] if self.has_port else labels)

    @property
    def has_port(self) -> bool:
        """Whether the name is one where clients look (RFC 6698 section 3)."""
        return re.match(r"_[0-9]{1,5}\._(tcp|udp|sctp)\.", self.owner.lower()) is not None

    @property
    def port(self) -> int:
        """The port in the name, else that of mail."""
        return int(self.owner.split(".")[0][1:]) if self.has_port else 25


class _SetRead(State):
    records: list[TlsaRecord] = field(default_factory=list)
    ttls: list[int] = field(default_factory=list)
    signatures: list[SignatureDates] = field(default_factory=list)


class _Zone(State):
    """What was read so far."""

    sets: dict[str, _SetRead] = field(default_factory=dict)
    spelling: dict[str, str] = field(default_factory=dict)
    origin: str = ""
    ttl: int | None = None
    owner: str = ""
    count: int = 0

    def take(self, line: str) -> None:
        """One line; ValueError or `DecodeError`."""
        words = words_of(line)
        if [word.lower() for word in words[:2]] == ["update", "add"]:
            words, line = words[2:], "x"
        if not words:
            return
        if words[0].startswith("$"):
            self._directive(words)
        elif _is_bare(words):
            self._add(TlsaRecord(*_fields(words)), None)
        elif words[0].lower() not in _PASSED_OVER:
            unnamed = line[0] in " \t" or words[0].upper() in ("IN", RdataType.TLSA.name)
            if not unnamed:
                self.owner = self._absolute(words[0])
            self._record(words if unnamed else words[1:])

    def _directive(self, words: Sequence[str]) -> None:
        kind = words[0].upper()
        if len(words) != 2 or kind not in ("$ORIGIN", "$TTL"):
            raise ValueError(f"{words[0]} is not followed")
        if kind == "$ORIGIN":
            self.origin = self._absolute(words[1])
        else:
            self.ttl = _seconds(words[1])

    def _absolute(self, name: str) -> str:
        if name == "@":
            return self.origin
        if name.endswith(".") or not self.origin:
            return name.removesuffix(".")
        return f"{name}.{self.origin}"

    def _record(self, words: Sequence[str]) -> None:
        ttl = self.ttl
        rest = list(words)
        while rest and (rest[0].upper() == "IN" or _TTL.fullmatch(rest[0])):
            if rest[0].upper() != "IN":
                ttl = _seconds(rest[0])
            del rest[0]
        if not rest:
            raise ValueError("no type")
        kind, data = type_number(rest[0]), rest[1:]
        if kind == TLSA:
            self._add(TlsaRecord(*_fields(data)), ttl)
        elif kind == RdataType.RRSIG and data and type_number(data[0]) == TLSA:
            read = read_rrsig(rdata_of(kind, " ".join(data)))
            dates = SignatureDates(read.inception, read.expiration, read.original_ttl)
            self._of().signatures.append(dates)

    def _add(self, record: TlsaRecord, ttl: int | None) -> None:
        self.count += 1
        if self.count > MAX_RECORDS:
            raise ValueError(f"more than {MAX_RECORDS} records")
        found = self._of()
        found.records.append(record)
        if ttl is not None:
            found.ttls.append(ttl)

    def _of(self) -> _SetRead:
        self.spelling.setdefault(self.owner.lower(), self.owner)
        return self.sets.setdefault(self.owner.lower(), _SetRead())


def zone_of(file: str) -> tuple[TlsaSet, ...]:
    """The sets in a file; `UsageError` names it."""
    try:
        text = read_file(file, MAX_TEXT).decode("utf-8", "replace")
        if text.lstrip().startswith("-----BEGIN "):
            raise UsageError("certificates or keys, and not the records of a zone")
        return read_zone(text)
    except UsageError as error:
        raise UsageError(f"{file}: {error}") from error


def read_zone(text: str) -> tuple[TlsaSet, ...]:
    """The sets of TLSA records in a text, in its order; `UsageError` names the line."""
    if len(text) > MAX_TEXT:
        raise UsageError(f"more than {MAX_TEXT} characters of records")
    zone = _Zone()
    for number, line in logical_lines(_QUOTED.sub('""', text)):
        try:
            zone.take(line)
        except DecodeError as error:
            raise UsageError(f"line {number}: {error.what}") from error
        except ValueError as error:
            raise UsageError(f"line {number}: {error}") from error
    return tuple(
        TlsaSet(zone.spelling[name], tuple(one.records), tuple(one.ttls), tuple(one.signatures))
        for name, one in zone.sets.items()
        if one.records
    )


def _is_bare(words: Sequence[str]) -> bool:
    return len(words) > 3 and all(_OCTETS.fullmatch(word) for word in words[:3])


def _fields(words: Sequence[str]) -> tuple[int, int, int, bytes]:
    """RDATA in its own form, or in that of unknown types."""
    if words[:1] == [_GENERIC]:
        wire = rdata_of(TLSA, " ".join(words))
        if len(wire) < 3:
            raise ValueError("usage, selector, matching type and data are four fields")
        return wire[0], wire[1], wire[2], wire[3:]
    record = record_of(words)
    return record.usage, record.selector, record.matching, record.data


def _seconds(text: str) -> int:
    """A TTL, perhaps with BIND's units."""
    if not _TTL.fullmatch(text):
        raise ValueError(f"no TTL: {text}")
    found = sum(int(number) * _SECONDS[unit] for number, unit in _PART.findall(text.lower()))
    if found >= 1 << 31:
        raise ValueError(f"no TTL: {text}")
    return found
