"""What one name server reply says, before anything in it is believed.

`reply_reader.py` makes these values from bytes, `sanity.py` judges them.
"""

from __future__ import annotations

from typing import TypeAlias

from pyfinger.model import DnsStatus, Rdata
from pyfinger.values import Value


class Alias(Value):
    """RDATA of a CNAME that was met, not asked for."""

    target: str


class Named(Value):
    """RDATA of a type that is just a name, such as NS; also in wire form, uncompressed."""

    name: str
    wire: bytes


class BrokenRdata(Value):
    """RDATA that cannot be read; `length` is set for an address of the wrong size."""

    length: int | None = None


class SpoiltReply(Value):
    """RDATA that spoils the whole reply: it ends beyond the message, or is an alias to nowhere."""


class Signature(Value):
    """An RRSIG over the records of one type with its owner (RFC 4034 section 3)."""

    covered: str


class Renaming(Value):
    """RDATA of a DNAME (RFC 6672): what the names below its owner become."""

    target: str


# None: neither asked for nor of any interest.
Content: TypeAlias = Rdata | Alias | Named | BrokenRdata | SpoiltReply | Signature | Renaming | None


class AnswerRecord(Value):
    """One record of the answer section."""

    owner: str  # empty for the root
    rdtype: str
    ttl: int
    content: Content


class ParsedReply(Value):
    """A parsed reply; `status` is OK if there are records to judge."""

    status: DnsStatus
    authentic: bool = False  # the AD bit (RFC 4035 section 3.2.3), of a reply whose code lets it count
    found: tuple[AnswerRecord, ...] = ()
    extended: tuple[int, ...] = ()  # extended error codes, of failures only (RFC 8914)
    explanations: tuple[str, ...] = ()  # their texts, where there are any
    rcode: int | None = None
    spoilt: bool = False  # behind what was found the answer section has no sound form
    bad_class: int | None = None  # and this is the class found there
