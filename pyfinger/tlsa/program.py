"""`pyfinger-tlsa`: records made of files, and records explained.

    pyfinger-tlsa make --host mx.example.com cert.pem    3 1 1, ready for the zone
    pyfinger-tlsa show '3 1 1 9A50…'                      what a record says, and what speaks against it

Records go to standard output, advice to standard error.  Status 0; 1 if nothing could be
made or read, or if a record shown is one that no sender will use; 2 for bad usage.
"""

from __future__ import annotations

import argparse
import json
import os
import stat
import sys
from collections.abc import Callable, Sequence
from typing import Any

from pyfinger import __version__
from pyfinger.dane.digests import MatchingType, Selector, Usage
from pyfinger.errors import UsageError
from pyfinger.report.sanitise import printable
from pyfinger.tlsa.advice import Advice, advice, meaning, set_advice
from pyfinger.tlsa.material import MAX_FILE, Material, read_material
from pyfinger.tlsa.records import (
    MAX_TEXT,
    OwnedRecord,
    make_record,
    meant_by,
    owner_name,
    read_records,
    zone_line,
)

MOST_SECONDS = 2**31 - 1  # a TTL, RFC 2181 section 8
DEFAULT_TTL = 3600


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command; the exit status."""
    arguments = _parser().parse_args(argv)
    run: Callable[[argparse.Namespace], int] = arguments.run
    try:
        return run(arguments)
    except UsageError as error:
        _say(f"pyfinger-tlsa: {error}")
        return 1
    except BrokenPipeError:
        sys.stdout = None  # nobody reads: nothing is left to be flushed
        return 1


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="pyfinger-tlsa", description="TLSA records, made and explained.")
    parser.add_argument("--version", action="version", version=__version__)
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    make = commands.add_parser("make", help="records from certificates, requests, or keys")
    make.set_defaults(run=_make)
    make.add_argument("files", nargs="+", metavar="FILE", help="PEM or DER; - is standard input")
    make.add_argument("--host", required=True, help="the server's name, as MX records have it")
    make.add_argument("--port", type=int, default=25, help="(25)")
    make.add_argument(
        "--usage", type=int, choices=range(4), default=3, help="3: the server; 2: an authority (3)"
    )
    make.add_argument(
        "--selector", type=int, choices=range(2), default=1, help="1: the key; 0: all of it (1)"
    )
    make.add_argument(
        "--matching", type=int, choices=range(3), default=1, help="1: SHA-256; 2: SHA-512; 0: all (1)"
    )
    make.add_argument("--ttl", type=_seconds, default=DEFAULT_TTL, help=f"seconds ({DEFAULT_TTL})")
    make.add_argument("--format", choices=sorted(_FORMATS), default="zone", help="(zone)")
    show = commands.add_parser("show", help="what records say, and what speaks against them")
    show.set_defaults(run=_show)
    show.add_argument("records", nargs="*", metavar="RECORD", help="zone-file form; none: standard input")
    show.add_argument("--json", action="store_true", help="as JSON")
    return parser


def _make(arguments: argparse.Namespace) -> int:
    owner = owner_name(arguments.host, arguments.port)
    kind = Usage(arguments.usage), Selector(arguments.selector), MatchingType(arguments.matching)
    made: list[OwnedRecord] = []
    for file in arguments.files:
        for material in _meant(file, kind[0]):
            one = OwnedRecord(_of(file, material, kind), owner, arguments.ttl, material.what)
            if one.record not in [other.record for other in made]:  # a key that stays
                made.append(one)
    print(_FORMATS[arguments.format](made), end="")
    for text in dict.fromkeys(f"{each.text} ({each.source})" for one in made for each in advice(one.record)):
        _say(f"note: {text}")
    return 0


def _meant(file: str, usage: Usage) -> tuple[Material, ...]:
    try:
        found = meant_by(read_material(_read(file, MAX_FILE)), usage)
    except UsageError as error:
        raise UsageError(f"{file}: {error}") from error
    if not found:
        raise UsageError(f"{file}: no certificate of an authority behind the first")
    return found


def _of(file: str, material: Material, kind: tuple[Usage, Selector, MatchingType]) -> Any:
    try:
        return make_record(material, *kind)
    except UsageError as error:
        raise UsageError(f"{file}: {error}") from error


def _zone(made: Sequence[OwnedRecord]) -> str:
    return "".join(f"; {_clean(one.of)}\n{zone_line(one)}\n" for one in made)


def _nsupdate(made: Sequence[OwnedRecord]) -> str:
    """For nsupdate(1): added to what is there, never in its place."""
    lines = [f"; {_clean(one.of)}\nupdate add {zone_line(one)}\n" for one in made]
    return "".join([*lines, "send\n"])


def _json(made: Sequence[OwnedRecord]) -> str:
    return json.dumps([_document(one) for one in made], indent=2) + "\n"


_FORMATS: dict[str, Callable[[Sequence[OwnedRecord]], str]] = {
    "zone": _zone,
    "nsupdate": _nsupdate,
    "json": _json,
}


def _show(arguments: argparse.Namespace) -> int:
    text = "\n".join(arguments.records) or _read("-", MAX_TEXT).decode("utf-8", "replace")
    found = read_records(text)
    if not found:
        raise UsageError("no record to show")
    if arguments.json:
        print(_json(found), end="")
    else:
        print("\n".join([*map(_explained, found), *_of_sets(found)]), end="")
    return int(any(each.fatal for one in found for each in advice(one.record)))


def _explained(one: OwnedRecord) -> str:
    record = one.record
    usage, selector, matching = meaning(record)
    lines = [
        f"{_clean(one.owner) or 'record'}: {record}",
        f"  usage {record.usage}      {usage}",
        f"  selector {record.selector}   {selector}",
        f"  matching {record.matching}   {matching}; {len(record.data)} octets",
        *(
            f"  {'UNUSABLE' if each.fatal else 'note'}: {each.text} ({each.source})"
            for each in advice(record)
        ),
    ]
    return "".join(f"{line}\n" for line in lines)


def _of_sets(found: Sequence[OwnedRecord]) -> list[str]:
    """What is wrong with the records of each name taken together."""
    lines = []
    for owner in dict.fromkeys(one.owner for one in found):
        together = [one for one in found if one.owner == owner]
        ttl = max(one.ttl or 0 for one in together)
        said = set_advice([one.record for one in together], ttl)
        lines += [f"{_clean(owner) or 'together'}: {each.text} ({each.source})\n" for each in said]
    return lines


def _document(one: OwnedRecord) -> dict[str, Any]:
    record = one.record
    return {
        "owner": one.owner,
        "ttl": one.ttl,
        "usage": record.usage,
        "selector": record.selector,
        "matching": record.matching,
        "data": record.data.hex(),
        "of": one.of,
        "advice": [_piece(each) for each in advice(record)],
    }


def _piece(each: Advice) -> dict[str, Any]:
    return {"text": each.text, "source": each.source, "fatal": each.fatal}


def _read(file: str, limit: int) -> bytes:
    """A regular file or standard input, up to one octet more than may be."""
    try:
        if file == "-":
            return sys.stdin.buffer.read(limit + 1)
        with open(os.open(file, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC), "rb") as opened:
            if not stat.S_ISREG(os.fstat(opened.fileno()).st_mode):
                raise UsageError("not a regular file")
            return opened.read(limit + 1)
    except OSError as error:
        raise UsageError(error.strerror or str(error)) from error


def _seconds(text: str) -> int:
    if not (text.isascii() and text.isdigit() and int(text) <= MOST_SECONDS):
        raise argparse.ArgumentTypeError(f"no number of seconds: {text}")
    return int(text)


def _clean(text: str) -> str:
    return printable(text, utf8=False).decode("ascii")


def _say(text: str) -> None:
    print(_clean(text), file=sys.stderr)
