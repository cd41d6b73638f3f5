"""Small changes to records, made at random: in their content, their type, their order."""

from __future__ import annotations

import random
from dataclasses import replace

from fuzz._recorded import Record


def _spot(chance: random.Random, content: bytes) -> tuple[int, int]:
    """A short part of the content."""
    start = chance.randrange(len(content) + 1)
    return start, min(len(content), start + chance.choice((1, 1, 2, 3, 4, 8, 32, 200)))


def _bit(chance: random.Random, content: bytes) -> bytes:
    at = chance.randrange(len(content) or 1)
    return (
        content[:at]
        + bytes(byte ^ 1 << chance.randrange(8) for byte in content[at : at + 1])
        + content[at + 1 :]
    )


def _byte(chance: random.Random, content: bytes) -> bytes:
    at = chance.randrange(len(content) or 1)
    value = chance.choice((0, 1, 0x7F, 0x80, 0xFF, chance.randrange(256)))
    return content[:at] + bytes([value]) + content[at + 1 :]


def _delete(chance: random.Random, content: bytes) -> bytes:
    start, end = _spot(chance, content)
    return content[:start] + content[end:]


def _insert(chance: random.Random, content: bytes) -> bytes:
    start, end = _spot(chance, content)
    return content[:start] + chance.randbytes(end - start or 1) + content[start:]


def _copy(chance: random.Random, content: bytes) -> bytes:
    (start, end), (to, over) = _spot(chance, content), _spot(chance, content)
    return content[:to] + content[start:end] + content[chance.choice((to, over)) :]


CONTENT_CHANGES = {"bit": _bit, "byte": _byte, "delete": _delete, "insert": _insert, "copy": _copy}
RECORD_CHANGES = ("type", "drop", "duplicate", "swap", "split", "clear")


def _change_records(chance: random.Random, how: str, at: int, records: list[Record]) -> None:
    one = records[at]
    match how:
        case "type":
            records[at] = replace(one, kind=chance.choice((20, 21, 22, 23, 24, chance.randrange(256))))
        case "drop":
            del records[at]
        case "duplicate":
            records[at:at] = [one] * chance.choice((1, 1, 2, 40))
        case "swap":
            records[at], records[at - 1] = records[at - 1], one
        case "split":
            where = chance.randrange(len(one.content) + 1)
            records[at : at + 1] = [
                replace(one, content=part) for part in (one.content[:where], one.content[where:])
            ]
        case "clear":
            records[at] = replace(one, epoch=chance.randrange(4))


def mutated(chance: random.Random, recorded: tuple[Record, ...]) -> tuple[tuple[Record, ...], list[str]]:
    """The records after one to three changes, and the names of these."""
    records, names = list(recorded), []
    for _ in range(chance.choice((1, 1, 1, 2, 3))):
        if not records:
            break
        at = chance.randrange(len(records))
        name = chance.choice((*CONTENT_CHANGES, *CONTENT_CHANGES, *RECORD_CHANGES))
        names.append(name)
        if name in CONTENT_CHANGES:
            records[at] = replace(records[at], content=CONTENT_CHANGES[name](chance, records[at].content))
        else:
            _change_records(chance, name, at, records)
    return tuple(records), names
