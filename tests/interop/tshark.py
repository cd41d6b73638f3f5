"""What tshark makes of a capture, beside what the trace made of the same session.

    python -m tests.interop.tshark CAPTURE TRACE

CAPTURE is what `--pcapng` wrote, TRACE what `--trace=json` wrote of the same
probe.  Every record, alert and handshake message is compared, each side's in
order: each field tshark shows must be one of ours, by place, length, value and
name, and each of ours one of tshark's.  One line for every difference, and
status 1 if there are any.  What is left out on purpose stands in `tshark_names`.
"""

from __future__ import annotations

import json
import re
import subprocess
import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import zip_longest
from pathlib import Path
from typing import Any, TypeAlias
from xml.etree import ElementTree

from tests.interop.tshark_names import CONTENT, LEFT_OUT, LENGTH, OURS_ALONE

Json: TypeAlias = dict[str, Any]
_FAREWELLS = (0, 90)  # close_notify, user_canceled
_CODE_POINT = 2  # bytes at most
_PRINTS = ("ja3", "ja3_full", "ja3s", "ja3s_full")


@dataclass(frozen=True)
class Part:
    """One field of a message, or the length before one."""

    offset: int  # from the start of the message
    size: int
    names: frozenset[str]  # it may have; empty if any
    value: int | None  # of its bytes; None if nobody says
    meaning: str = ""
    is_length: bool = False

    @property
    def place(self) -> tuple[int, int, bool]:
        return self.offset, self.size, self.is_length

    def __str__(self) -> str:
        kind = "length of " if self.is_length else ""
        value = "" if self.value is None else f" {self.value:#x}"
        return f"{kind}{'/'.join(sorted(self.names))} at {self.offset}+{self.size}{value} {self.meaning}"


@dataclass
class Message:
    """A handshake message or an alert."""

    parts: list[Part] = field(default_factory=list)
    prints: dict[str, str] = field(default_factory=dict)  # fingerprints

    def __str__(self) -> str:
        """Its type, as whoever decoded it calls that."""
        naming = (part.meaning for part in self.parts if part.names & {"msg_type", "description"})
        return next(naming, "a message of no type")


@dataclass
class Said:
    """All that one side said."""

    records: list[tuple[int, ...]] = field(default_factory=list)  # type, version, length
    messages: list[Message] = field(default_factory=list)


Talk: TypeAlias = dict[bool, Said]  # by whether the client says it


# --- ours ------------------------------------------------------------------------


def traced(lines: Iterable[bytes]) -> list[Talk]:
    """The connections of a trace in JSON."""
    talks = [_silence()]
    for line in lines:
        said = json.loads(line)
        layer = said.get("layer")
        if layer == "connection":
            talks.append(_silence())
        elif layer == "record" and "problem" not in said:  # else tshark does not call it a record
            talks[-1][said["sent"]].records.append(tuple(_header(said)))
        elif layer in ("handshake", "alert"):
            message = Message(list(_parts(said["fields"])), said.get("fingerprints", {}))
            talks[-1][said["sent"]].messages.append(message)
    return _with_words(talks)


def _silence() -> Talk:
    return {True: Said(), False: Said()}


def _with_words(talks: Iterable[Talk]) -> list[Talk]:
    return [talk for talk in talks if talk[True].messages]


def _header(record: Json) -> Iterator[int]:
    kind, version, fragment = record["fields"]
    yield from (kind["value"], version["value"], fragment["length"])


def _parts(fields: list[Json]) -> Iterator[Part]:
    for one in fields:
        names, offset, size = frozenset({one["name"]}), one["offset"], one["length"]
        prefix = one.get("prefix", 0)
        if prefix:
            yield Part(offset - prefix, prefix, names, size, is_length=True)
        value = int(one["hex"] or "0", 16) if "hex" in one else one.get("value")
        yield Part(offset, size, names, value, one.get("meaning", ""))
        yield from _parts(one.get("fields", []))


# --- tshark's ----------------------------------------------------------------------


def tsharked(capture: Path, *options: str) -> list[Talk]:
    """The connections of a capture; AssertionError if anything is malformed to tshark."""
    command = ("tshark", "-r", str(capture), "-T", "pdml", *options)
    shown = subprocess.run(command, check=True, capture_output=True).stdout
    talks: dict[str, Talk] = {}
    clients: dict[str, str] = {}
    for packet in ElementTree.fromstring(shown).iter("packet"):
        tcp = packet.find("proto[@name='tcp']")
        if tcp is None:
            continue
        assert packet.find("proto[@name='_ws.malformed']") is None, f"malformed packet in {capture}"
        stream, port = _shown(tcp, "tcp.stream"), _shown(tcp, "tcp.srcport")
        said = talks.setdefault(stream, _silence())[clients.setdefault(stream, port) == port]
        for tls in packet.findall("proto[@name='tls']"):
            _read(tls, said)
    return _with_words(talks.values())


def _shown(proto: ElementTree.Element, name: str) -> str:
    return next(one.get("show", "") for one in proto.iter("field") if one.get("name") == name)


def _read(tls: ElementTree.Element, said: Said) -> None:
    for one in tls.iter("field"):
        match one.get("name"):
            case "tls.record":
                said.records.append(tuple(_record(one)))
            case "tls.handshake" | "tls.alert_message" if len(one):
                said.messages.append(_message(one))


def _record(record: ElementTree.Element) -> Iterator[int]:
    values = {one.get("name"): one.get("value", "") for one in record}
    kind = values.get("tls.record.opaque_type") or values["tls.record.content_type"]
    yield from (int(value, 16) for value in (kind, values["tls.record.version"], values["tls.record.length"]))


def _message(element: ElementTree.Element) -> Message:
    start = int(element[0].get("pos", "0"))  # the message's own says where its record begins
    message = Message()
    for one in element.iter("field"):
        name = one.get("name", "").removeprefix("tls.")
        if name.removeprefix("handshake.") in _PRINTS:
            message.prints[name.removeprefix("handshake.")] = one.get("show", "")
        elif name in CONTENT or name in LENGTH:
            message.parts.append(_part(one, name, start))
        elif not len(one) and not LEFT_OUT.match(one.get("name", "")):
            message.parts.append(Part(int(one.get("pos", "0")) - start, 0, frozenset({name}), None))
    return message


def _part(one: ElementTree.Element, name: str, start: int) -> Part:
    names = frozenset((CONTENT.get(name) or LENGTH.get(name, "")).split())
    found = re.fullmatch(r"[^:]*: (.*?) ?(?:\((?:0x)?[0-9a-f]+\))?", one.get("showname", ""))
    value = one.get("value", "")
    place, size = int(one.get("pos", "0")) - start, int(one.get("size", "0"))
    code_point = name in CONTENT and size <= _CODE_POINT and not name.startswith("x509")
    meaning = found[1] if found and code_point else ""
    return Part(place, size, names, int(value, 16) if value else None, meaning, name in LENGTH)


# --- compared ------------------------------------------------------------------------


def differences(ours: list[Talk], theirs: list[Talk]) -> list[str]:
    """One line for each; none if both saw the same."""
    if len(ours) != len(theirs):
        return [f"{len(ours)} connections with TLS, tshark has {len(theirs)}"]
    return [
        f"connection {number}, {side}: {text}"
        for number, (mine, other) in enumerate(zip(ours, theirs, strict=True), 1)
        for sent, side in ((True, "client"), (False, "server"))
        for text in _compared(mine[sent], other[sent])
    ]


def _compared(ours: Said, theirs: Said) -> Iterator[str]:
    ours, theirs = _without_farewell(ours, theirs), _without_farewell(theirs, ours)
    if ours.records != theirs.records:
        yield f"records {ours.records}, tshark has {theirs.records}"
    for number, (mine, other) in enumerate(zip_longest(ours.messages, theirs.messages), 1):
        if mine is None or other is None:
            yield f"{number}, {mine}: tshark has {other}"
        else:
            yield from (f"{number}, {mine}: {text}" for text in _differences(mine, other))


def _without_farewell(said: Said, other: Said) -> Said:
    """Without a last close_notify that the other does not have, nor Java's user_canceled before it.

    Ours may not get through, if the server is gone; the server's is not read if we are done.
    """
    count = len(other.messages)
    last = said.messages[count:]
    if last and all(map(_is_farewell, last)) and said.records[: -len(last)] == other.records:
        return Said(said.records[: -len(last)], said.messages[:count])
    return said


def _is_farewell(message: Message) -> bool:
    return any(part.names == {"description"} and part.value in _FAREWELLS for part in message.parts)


def _differences(mine: Message, other: Message) -> Iterator[str]:
    places: dict[tuple[int, int, bool], list[Part]] = {}
    for part in mine.parts:
        places.setdefault(part.place, []).append(part)
    for part in other.parts:
        if not any(_agree(one, part) for one in places.get(part.place, ())):
            near = "; ".join(map(str, places.get(part.place, ())))
            yield f"tshark has {part}, we have {near or 'nothing there'}"
    seen = {part.place for part in other.parts}
    for part in mine.parts:
        if (
            part.size
            and part.value is not None
            and part.place not in seen
            and not is_ours_alone(part, mine.parts)
        ):
            yield f"tshark lacks {part}"
    for name, value in other.prints.items():
        if mine.prints.get(name) != value:
            yield f"{name} {mine.prints.get(name)}, tshark has {value}"


def _agree(mine: Part, other: Part) -> bool:
    named = not other.names or bool(mine.names & other.names)
    valued = None in (mine.value, other.value) or mine.value == other.value
    return named and valued and same_name(mine.meaning, other.meaning)


def same_name(mine: str, other: str) -> bool:
    """Whether two names of a value are the same but for spelling; what one side cannot name is."""
    pair = "_".join(reversed(other.split()))  # SHA224 RSA is rsa_sha224
    ours, theirs, turned = (re.sub("[^a-z0-9]", "", text.lower()) for text in (mine, other, pair))
    return not ours or not theirs or "unknown" in theirs or ours in theirs or ours == turned


def is_ours_alone(part: Part, parts: list[Part]) -> bool:
    """Whether it is a field tshark shows in another way, or the header of one in a certificate."""
    if part.names & OURS_ALONE:
        return True
    certificates = [one for one in parts if one.names & {"Certificate", "SubjectPublicKeyInfo", "Name"}]
    return part.is_length and any(
        one.offset <= part.offset + part.size <= one.offset + one.size for one in certificates
    )


def main(capture: str, trace: str) -> int:
    with open(trace, "rb") as lines:
        found = differences(traced(lines), tsharked(Path(capture)))
    print("\n".join(found) or "no differences")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:3]))
