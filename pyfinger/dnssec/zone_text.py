"""Proofs as zone-file text (RFC 1035 section 5.1), to be kept, read, and validated again.

    ;; question example.com MX secure
    ;; reply . DNSKEY NOERROR
    ;; answer
    . 172800 IN DNSKEY 257 3 8 AwEAAaz/...
    . 172800 IN RRSIG DNSKEY 8 0 172800 20261218000000 ...
    ;; authority
    ...

Lines that begin with `;;` say what the records below belong to, other comments are for
people, and whoever reads zone files can read the records.  Each reply stands there once,
for all questions.  What a zone-file form would not give back to the byte is written as
RFC 3597 has it (`\\# 3 010203`).  Reading is total: a `ProofText`, or `DecodeError` that
names the line.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

import dns.exception
import dns.name
import dns.rdata
import dns.rdataclass
import dns.rdatatype

from pyfinger.decimals import decimal
from pyfinger.dnssec.domain_names import from_text, to_text
from pyfinger.dnssec.message import type_number, type_text
from pyfinger.dnswire import RdataType, name_wire
from pyfinger.errors import DecodeError
from pyfinger.model.dnssec import ProofReply, ProofRRset
from pyfinger.values import State, Value, field

QUESTION, REPLY, ANSWER, AUTHORITY = ";; question", ";; reply", ";; answer", ";; authority"
RCODES = {"NOERROR": 0, "NXDOMAIN": 3, "YXDOMAIN": 6}

MAX_LINES = 1 << 16
MAX_LINE = 1 << 18  # characters; RDATA of 64 KiB in hexadecimal is half of it
MAX_TYPE = 20  # characters of a mnemonic

_IN = dns.rdataclass.IN
_HEADER = 12
_QR_RA_CD = b"\x80\x90"
_UNKNOWN = "\\#"


class ProofQuestion(Value):
    """What was asked, and in one word what came of it."""

    name: str
    rdtype: str
    outcome: str


class ProofText(Value):
    """What is in a file: questions, and the replies that are needed to answer them."""

    questions: tuple[ProofQuestion, ...] = ()
    replies: tuple[ProofReply, ...] = ()


def load_types() -> None:
    """Have dnspython load what it knows of the types that occur; it would do so later, one by one."""
    library: Any = dns.rdata  # its function has no annotations
    for rdtype in RdataType:
        library.get_rdata_class(_IN, dns.rdatatype.RdataType.make(rdtype))


def proof_lines(text: ProofText) -> Iterator[str]:
    """The lines of a file."""
    for question in text.questions:
        yield f"{QUESTION} {question.name} {question.rdtype} {question.outcome}"
    words = {code: word for word, code in RCODES.items()}
    for reply in text.replies:
        yield f"{REPLY} {reply.name} {reply.rdtype} {words.get(reply.rcode, reply.rcode)}"
        for head, section in ((ANSWER, reply.answer), (AUTHORITY, reply.authority)):
            if section:
                yield head
            for rrset in section:
                yield from _record_lines(rrset)


def _record_lines(rrset: ProofRRset) -> Iterator[str]:
    for rdtype, rdatas in ((rrset.rdtype, rrset.rdatas), (int(RdataType.RRSIG), rrset.signatures)):
        for rdata in rdatas:
            owner = "." if rrset.owner in ("", ".") else f"{rrset.owner}."
            yield f"{owner} {rrset.ttl} IN {type_text(rdtype)} {rdata_text(rdtype, rdata)}"


def rdata_text(rdtype: int, rdata: bytes) -> str:
    """RDATA as zone files spell it, if that gives it back to the byte."""
    kind = dns.rdatatype.RdataType.make(rdtype)
    try:
        text = dns.rdata.from_wire(_IN, kind, rdata, 0, len(rdata)).to_text()
        if "\n" not in text and _from_text(rdtype, text) == rdata:
            return text
    except (dns.exception.DNSException, DecodeError, ValueError):
        pass
    return " ".join([_UNKNOWN, str(len(rdata)), rdata.hex()]).rstrip()


def rdata_of(rdtype: int, text: str) -> bytes:
    """The reverse; `DecodeError`."""
    words = text.split()
    if words[:1] == [_UNKNOWN]:
        try:
            rdata = bytes.fromhex("".join(words[2:]))
        except ValueError:
            rdata = b""
        if len(words) < 2 or words[1] != str(len(rdata)):
            raise DecodeError("RDATA is not of the length that it says")
        return rdata
    return _from_text(rdtype, text)


def _from_text(rdtype: int, text: str) -> bytes:
    kind = dns.rdatatype.RdataType.make(rdtype)
    try:
        rdata = dns.rdata.from_text(_IN, kind, text, origin=dns.name.root, relativize=False)
        return rdata.to_wire() or b""
    except (dns.exception.DNSException, ValueError, OverflowError) as error:
        raise DecodeError(f"no {type_text(rdtype)} record: {error}") from error


def read_proof(text: str) -> ProofText:
    """What is in a file; `DecodeError`."""
    reading = _ProofReading()
    lines = text.splitlines()
    if len(lines) > MAX_LINES:
        raise DecodeError(f"line {MAX_LINES + 1}: too many lines")
    for number, line in enumerate(lines, 1):
        try:
            if len(line) > MAX_LINE:
                raise DecodeError("too long")
            reading.take(line.strip())
        except DecodeError as error:
            raise DecodeError(f"line {number}: {error.what}") from error
    return reading.result()


class _Section(State):
    """RRsets by owner and type."""

    ttls: dict[tuple[str, int], int] = field(default_factory=dict)
    rdatas: dict[tuple[str, int], list[bytes]] = field(default_factory=dict)
    signatures: dict[tuple[str, int], list[bytes]] = field(default_factory=dict)

    def add(self, owner: str, rdtype: int, ttl: int, rdata: bytes) -> None:
        """One record; a signature belongs to what it covers."""
        kept = self.rdatas
        if rdtype == RdataType.RRSIG:
            kept, rdtype = self.signatures, int.from_bytes(rdata[:2], "big")
        self.ttls.setdefault((owner, rdtype), ttl)
        kept.setdefault((owner, rdtype), []).append(rdata)

    def rrsets(self) -> tuple[ProofRRset, ...]:
        """All of them, in order."""
        return tuple(
            ProofRRset(*key, ttl, tuple(self.rdatas.get(key, ())), tuple(self.signatures.get(key, ())))
            for key, ttl in self.ttls.items()
        )


class _ReplyRead(State):
    name: str
    rdtype: str
    rcode: int
    answer: _Section = field(default_factory=_Section)
    authority: _Section = field(default_factory=_Section)


class _ProofReading(State):
    """What was read so far."""

    questions: list[ProofQuestion] = field(default_factory=list)
    replies: list[_ReplyRead] = field(default_factory=list)
    section: _Section | None = None

    def take(self, line: str) -> None:
        """One line."""
        if line.startswith(QUESTION):
            name, rdtype, outcome = _words(line, QUESTION, 3)
            self.questions.append(ProofQuestion(_name(name), _type(rdtype), outcome))
        elif line.startswith(REPLY):
            name, rdtype, word = _words(line, REPLY, 3)
            self.replies.append(_ReplyRead(_name(name), _type(rdtype), _rcode(word)))
            self.section = None
        elif line in (ANSWER, AUTHORITY):
            if not self.replies:
                raise DecodeError("a section of no reply")
            self.section = self.replies[-1].answer if line == ANSWER else self.replies[-1].authority
        elif line and not line.startswith(";"):
            if self.section is None:
                raise DecodeError("a record of no section")
            self.section.add(*_record(line))

    def result(self) -> ProofText:
        """All of it."""
        return ProofText(
            tuple(self.questions),
            tuple(
                ProofReply(each.name, each.rdtype, each.rcode, each.answer.rrsets(), each.authority.rrsets())
                for each in self.replies
            ),
        )


def _words(line: str, head: str, count: int) -> list[str]:
    words = line.removeprefix(head).split()
    if len(words) != count:
        raise DecodeError(f"not {count} words behind '{head}'")
    return words


def _name(text: str) -> str:
    return to_text(from_text(text))


def _type(text: str) -> str:
    return type_text(_number(text))


def _number(text: str) -> int:
    if len(text) > MAX_TYPE:
        raise DecodeError("no type")
    return type_number(text)


def _rcode(word: str) -> int:
    if word in RCODES:
        return RCODES[word]
    number = decimal(word, 15)
    if number is None:
        raise DecodeError("no response code")
    return number


def _record(line: str) -> tuple[str, int, int, bytes]:
    words = line.split(None, 4)
    if len(words) < 4 or words[2].upper() != "IN":
        raise DecodeError("not a record: owner, TTL, IN, type, data")
    ttl = decimal(words[1], 0xFFFFFFFF)
    if ttl is None:
        raise DecodeError("no TTL")
    rdtype = _number(words[3])
    return _name(words[0]), rdtype, ttl, rdata_of(rdtype, words[4] if len(words) > 4 else "")


def reply_wire(reply: ProofReply) -> bytes:
    """A reply as a name server would send it; `DecodeError` if it cannot be one."""
    answer = _wire_records(reply.answer)
    authority = _wire_records(reply.authority)
    counts = b"".join(count.to_bytes(2, "big") for count in (1, len(answer), len(authority), 0))
    question = name_wire(from_text(reply.name)) + type_number(reply.rdtype).to_bytes(2, "big") + b"\0\1"
    flags = _QR_RA_CD[:1] + bytes([_QR_RA_CD[1] | reply.rcode & 0x0F])
    return b"".join((b"\0\0", flags, counts, question, *answer, *authority))


def _wire_records(rrsets: Iterable[ProofRRset]) -> list[bytes]:
    found = []
    for rrset in rrsets:
        owner = name_wire(from_text(rrset.owner))
        for rdtype, rdatas in ((rrset.rdtype, rrset.rdatas), (int(RdataType.RRSIG), rrset.signatures)):
            head = owner + rdtype.to_bytes(2, "big") + b"\0\1" + rrset.ttl.to_bytes(4, "big")
            found += [head + len(rdata).to_bytes(2, "big") + rdata for rdata in rdatas]
    if len(found) > 0xFFFF:
        raise DecodeError("more records than a message has room for")
    return found
