"""Unbound's test files: entries of a question and the sections of its reply, in zone-file text."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import dns.message
import dns.name
import dns.rcode
import dns.rdata
import dns.rdataclass
import dns.rdatatype
import dns.rrset

_SECTIONS = ("QUESTION", "ANSWER", "AUTHORITY", "ADDITIONAL")


@dataclass
class Entry:
    """From ENTRY_BEGIN to ENTRY_END; `step` is that of a replay whose answer it checks, or 0."""

    step: int = 0
    flags: tuple[str, ...] = ()
    sections: dict[str, list[str]] = field(default_factory=lambda: {each: [] for each in _SECTIONS})

    @property
    def question(self) -> tuple[dns.name.Name, str]:
        """Name and type."""
        name, *_, rdtype = self.sections["QUESTION"][0].split()
        return dns.name.from_text(name), rdtype.upper()

    @property
    def key(self) -> str:
        """As the flat form has it."""
        name, rdtype = self.question
        return f"{name.to_text().lower()}/{rdtype}"

    def rrsets(self, section: str) -> list[dns.rrset.RRset]:
        """The records of a section."""
        found: dict[tuple[dns.name.Name, int, int], dns.rrset.RRset] = {}
        for line in _joined(self.sections[section]):
            owner, ttl, rdata = record(line)
            covers = rdata.covers()
            rrset = dns.rrset.RRset(owner, rdata.rdclass, rdata.rdtype, covers)
            found.setdefault((owner, rdata.rdtype, covers), rrset).add(rdata, ttl)
        return list(found.values())

    def wire(self) -> bytes:
        """The reply."""
        name, rdtype = self.question
        reply = dns.message.make_response(dns.message.make_query(name, rdtype))
        reply.answer, reply.authority = self.rrsets("ANSWER"), self.rrsets("AUTHORITY")
        code = next((word for word in self.flags if word in dns.rcode.Rcode.__members__), "NOERROR")
        reply.set_rcode(dns.rcode.from_text(code))
        return reply.to_wire(max_size=65535)


def entries(path: Path) -> Iterator[Entry]:
    """All entries of a file, in order."""
    entry, section, step = Entry(), "", 0
    for line in path.read_text().splitlines():
        words = line.partition(";")[0].split()
        match words:
            case ["ENTRY_BEGIN"]:
                entry, section = Entry(step), ""
            case ["ENTRY_END"]:
                yield entry
                step, section = 0, ""
            case ["STEP", number, "CHECK_ANSWER"]:
                step = int(number)
            case ["REPLY", *flags]:
                entry.flags = tuple(flags)
            case ["SECTION", name]:
                section = name
            case [_, *_] if section:
                entry.sections[section].append(_tidy(line))


def _tidy(line: str) -> str:
    """A line without its comment."""
    return re.sub(r";.*$", "", line).strip()


def _joined(lines: list[str]) -> Iterator[str]:
    """Records, each in a line of its own."""
    text = ""
    for line in lines:
        text += f" {line}"
        if text.count("(") == text.count(")"):
            yield text.strip()
            text = ""


def record(line: str) -> tuple[dns.name.Name, int, dns.rdata.Rdata]:
    """Owner, TTL and data of a record; the TTL and the class may be left out."""
    owner, *words = line.split()
    ttl = int(words.pop(0)) if words[0].isdigit() else 3600
    if words[0].upper() == "IN":
        del words[0]
    rdata = dns.rdata.from_text(dns.rdataclass.IN, words[0], " ".join(words[1:]), relativize=False)
    return dns.name.from_text(owner), ttl, rdata
