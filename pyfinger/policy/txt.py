"""TXT records of `name=value` fields: what those of MTA-STS and of TLSRPT have in common.

    record    = version 1*(field-delim field) [field-delim]
    delim     = *WSP ";" *WSP
    extension = name "=" value          (RFC 8461 section 3.1, RFC 8460 section 3)

Any records give a choice or a problem, never an exception.  Several records at one name
are no error: those that do not begin with the version and a semicolon are discarded,
and then one must be left.  A single record is not asked whether it begins so:
by the grammar there may be white space before its first semicolon.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from enum import Enum
from typing import TypeAlias, TypeVar

from pyfinger.errors import DecodeError
from pyfinger.values import Value
from pyfinger.wire import Reader

T = TypeVar("T")

WSP = b" \t"
_SHOWN = 60  # octets of what is quoted in a problem

EXTENSION_NAME = re.compile(rb"[A-Za-z0-9][A-Za-z0-9_.-]{0,31}")
_EXTENSION_VALUE = re.compile(rb"[\x21-\x3a\x3c\x3e-\x7e]+")

Strings: TypeAlias = Sequence[bytes]  # of one TXT record


class RecordStatus(Enum):
    """What the records at a name come to."""

    VALID = "valid"
    INVALID = "invalid"  # treated as none
    DISCARDED = "ignored"  # there are several, and none of them is meant
    NONE = "none"  # nothing there


class TxtFault(Enum):
    """Why no record counts."""

    NO_RECORD = "there is no TXT record"
    NONE_LEFT = "none of the TXT records begins with the version"
    SEVERAL = "more than one record begins with the version"
    VERSION = "it does not begin with the version"
    NO_FIELDS = "nothing follows the version"
    EMPTY_FIELD = "an empty field between two semicolons"
    NOT_A_PAIR = "a field that is not name=value"
    EXTENSION_NAME = "a field name is 1 to 32 letters, digits, '_', '-' and '.', a letter or digit first"
    EXTENSION_VALUE = "a value is visible ASCII without '=' and ';', and has no white space around it"
    ID = "an id is 1 to 32 letters and digits"
    ID_MISSING = "the id is missing"
    URI = "not a URI, or one with ',', '!' or ';' in it"
    RUA_MISSING = "the rua is missing"


class TxtProblem(Value):
    """What is wrong: `place` counts the fields after the version from 1, 0 is the whole."""

    fault: TxtFault
    place: int = 0
    text: str = ""  # of the field, censored and shortened


class TxtField(Value):
    """A field after the version; `place` counts from 1."""

    place: int
    name: bytes
    value: bytes
    assigned: bool  # there was a "="

    @property
    def text(self) -> bytes:
        """As it was written."""
        return self.name + b"=" + self.value if self.assigned else self.name

    def problem(self, fault: TxtFault) -> TxtProblem:
        """What is wrong with it."""
        return TxtProblem(fault, self.place, shown(self.text))

    def extension_problem(self) -> TxtProblem | None:
        """What keeps it from being an extension field, which nobody has to know."""
        if not self.assigned:
            return self.problem(TxtFault.NOT_A_PAIR)
        if not EXTENSION_NAME.fullmatch(self.name):
            return self.problem(TxtFault.EXTENSION_NAME)
        if not _EXTENSION_VALUE.fullmatch(self.value):
            return self.problem(TxtFault.EXTENSION_VALUE)
        return None


class ChosenRecord(Value):
    """The one record that counts, and how many others there are at its name."""

    text: bytes
    others: int = 0


def txt_strings(wire: bytes) -> tuple[bytes, ...]:
    """The character-strings of TXT RDATA (RFC 1035 section 3.3.14); `DecodeError` if malformed."""
    reader = Reader(wire)
    strings = []
    while reader:
        strings.append(reader.opaque(1, "character-string"))
    if not strings:
        raise DecodeError("TXT record without a string")
    return tuple(strings)


def shown(text: bytes) -> str:
    """What is quoted of foreign text: printable ASCII, not too much of it."""
    kept = text[:_SHOWN].decode("latin-1")
    safe = "".join(char if " " <= char <= "~" else "?" for char in kept)
    return safe + ("..." if len(text) > _SHOWN else "")


def choose(records: Sequence[Strings], version: bytes) -> ChosenRecord | TxtProblem:
    """The record that counts, its strings joined without anything in between."""
    joined = [b"".join(strings) for strings in records]
    if not joined:
        return TxtProblem(TxtFault.NO_RECORD)
    if len(joined) == 1:
        return ChosenRecord(joined[0])
    meant = [text for text in joined if text.startswith(version + b";")]
    if len(meant) == 1:
        return ChosenRecord(meant[0], len(joined) - 1)
    return TxtProblem(TxtFault.SEVERAL if meant else TxtFault.NONE_LEFT)


def fields(text: bytes, version: bytes) -> tuple[TxtField, ...] | TxtProblem:
    """The fields behind the version, at least one; of their names and values nothing is asked yet."""
    first, *rest = text.split(b";")
    if (first.rstrip(WSP) if rest else first) != version:
        return TxtProblem(TxtFault.VERSION, 0, shown(first))
    parts = [part.strip(WSP) for part in rest[:-1]]
    parts += [part.lstrip(WSP) for part in rest[-1:]]  # white space goes with semicolons only
    if parts and not parts[-1]:
        parts.pop()  # one semicolon may end the record
    if not parts:
        return TxtProblem(TxtFault.NO_FIELDS)
    found = []
    for place, part in enumerate(parts, start=1):
        if not part:
            return TxtProblem(TxtFault.EMPTY_FIELD, place)
        name, sign, value = part.partition(b"=")
        found.append(TxtField(place, name, value, bool(sign)))
    return tuple(found)


def read_chosen(
    records: Sequence[Strings], version: bytes, read: Callable[[tuple[TxtField, ...]], T | TxtProblem]
) -> tuple[T | None, TxtProblem | None, int]:
    """What `read` makes of the fields of the record that counts, or a problem; how many others there are."""
    chosen = choose(records, version)
    if isinstance(chosen, TxtProblem):
        return None, chosen, 0
    listed = fields(chosen.text, version)
    found = listed if isinstance(listed, TxtProblem) else read(listed)
    if isinstance(found, TxtProblem):
        return None, found, chosen.others
    return found, None, chosen.others


def status_of(problem: TxtProblem | None) -> RecordStatus:
    """What a problem, or none, makes of the records."""
    if problem is None:
        return RecordStatus.VALID
    return _STATUS.get(problem.fault, RecordStatus.INVALID)


_STATUS = {TxtFault.NO_RECORD: RecordStatus.NONE, TxtFault.NONE_LEFT: RecordStatus.DISCARDED}
