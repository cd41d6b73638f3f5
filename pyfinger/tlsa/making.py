"""`pyfinger-tlsa make`: records of files, or of what live servers show."""

from __future__ import annotations

import argparse
import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from pyfinger.dane.digests import MatchingType, Selector, Usage
from pyfinger.errors import DecodeError, UsageError
from pyfinger.report.sanitise import plain
from pyfinger.tlsa.advising import advice
from pyfinger.tlsa.inputs import BadArguments, material_of, port_number, say, seconds
from pyfinger.tlsa.material import Material, material_of_certificate, material_of_raw_key
from pyfinger.tlsa.network import add_network_options, network_options
from pyfinger.tlsa.records import OwnedRecord, host_name, make_record, meant_by, owner_name, zone_line
from pyfinger.tlsa.showing import document_of

NOT_ALL_SEEN = 3  # exit status
DEFAULT_TTL = 3600

Kind = tuple[Usage, Selector, MatchingType]


def add_options(make: argparse.ArgumentParser) -> None:
    """The command's options."""
    make.set_defaults(run=_make)
    add = make.add_argument
    add("files", nargs="*", metavar="FILE", help="PEM or DER; - is standard input")
    live = "a server to be connected to, once for each kind of key; may be repeated"
    add("--live", action="append", default=[], metavar="HOST[:PORT]", help=live)
    host = "the server's name, as MX records have it (the live one)"
    add("--host", type=host_name, metavar="NAME", help=host)
    add("--port", type=port_number, metavar="N", help="(25, or the live one)")
    usage = "3: the server; 2: an authority (3)"
    add("--usage", type=int, choices=range(4), default=3, help=usage)
    selector = "1: the key; 0: all of it (1)"
    add("--selector", type=int, choices=range(2), default=1, help=selector)
    matching = "1: SHA-256; 2: SHA-512; 0: all (1)"
    add("--matching", type=int, choices=range(3), default=1, help=matching)
    add("--ttl", type=seconds, default=DEFAULT_TTL, help=f"seconds, or as 1h30m ({DEFAULT_TTL})")
    add("--format", choices=sorted(_FORMATS), default="zone", help="(zone)")
    add_network_options(make)


def _make(arguments: argparse.Namespace) -> int:
    if not (arguments.files or arguments.live):
        raise BadArguments("nothing to make records of: a file, or --live HOST")
    if arguments.files and not arguments.host:
        raise BadArguments("--host: whose records?")
    kind = Usage(arguments.usage), Selector(arguments.selector), MatchingType(arguments.matching)
    _need_names(arguments)
    made: list[OwnedRecord] = []
    for file in arguments.files:
        for material in _meant(file, material_of(file), kind[0]):
            owner = owner_name(arguments.host, arguments.port or 25)
            _add(made, OwnedRecord(_record(file, material, kind), owner, arguments.ttl, material.what))
    problems = [problem for host in arguments.live for problem in _add_live(made, host, arguments)]
    for problem in problems:
        say(f"not seen: {problem}")
    if not made:
        raise UsageError("no server has shown anything")
    print(_FORMATS[arguments.format](made), end="")
    notes = [f"{each.text} ({each.source})" for one in made for each in advice(one.record)]
    if arguments.live:
        notes.append("made of what was shown to this machine; compare it with the server's own files")
    for text in dict.fromkeys(notes):
        say(f"note: {text}")
    return NOT_ALL_SEEN if problems else 0


def _need_names(arguments: argparse.Namespace) -> None:
    """`UsageError` for a live server that is but an address, before it is connected to."""
    if arguments.live and not arguments.host:
        from pyfinger.tlsa.live_servers import host_and_port, is_address

        for typed in arguments.live:
            host, port = host_and_port(typed)
            if is_address(host):
                told = "TLSA records stand under the name of a host, and this is an address"
                raise BadArguments(f"--live {typed}: {told}: --host NAME says whose")
            owner_name(host, port)


def _add(made: list[OwnedRecord], one: OwnedRecord) -> None:
    """Unless it is there already: a key that stays."""
    if (one.owner, one.record) not in [(other.owner, other.record) for other in made]:
        made.append(one)


def _add_live(made: list[OwnedRecord], host: str, arguments: argparse.Namespace) -> Iterator[str]:
    """What a live server shows; what could not be seen is told."""
    from pyfinger.tlsa.live_servers import host_and_port, is_address, look

    named = {"servername": arguments.host} if is_address(host_and_port(host)[0]) else {}
    options: Mapping[str, Any] = {"level": "encrypt", **named, **network_options(arguments)}
    found = look(host, options)
    kind = Usage(arguments.usage), Selector(arguments.selector), MatchingType(arguments.matching)
    if found.failure and not found.servers:
        yield f"{found.host}: {found.failure}"
    for chain in found.chains:
        materials = [material_of_raw_key(chain.raw_key)] if chain.raw_key else []
        try:
            materials += [material_of_certificate(der) for der in chain.certificates]
        except DecodeError as error:
            yield f"{chain.name}: {error.what}"
            continue
        for material in _meant(chain.name, tuple(materials), kind[0]):
            record = _record(chain.name, material, kind)
            of = f"{material.what}, shown by {chain.name}"
            owner = owner_name(arguments.host or found.host, arguments.port or found.port)
            _add(made, OwnedRecord(record, owner, arguments.ttl, of))
    yield from found.problems


def _meant(source: str, found: tuple[Material, ...], usage: Usage) -> tuple[Material, ...]:
    meant = meant_by(found, usage)
    if not meant:
        raise UsageError(f"{source}: no certificate of an authority behind the first")
    return meant


def _record(source: str, material: Material, kind: Kind) -> Any:
    try:
        return make_record(material, *kind)
    except UsageError as error:
        raise UsageError(f"{source}: {error}") from error


def _zone(made: Sequence[OwnedRecord]) -> str:
    return "".join(f"; {plain(one.of)}\n{zone_line(one)}\n" for one in made)


def _nsupdate(made: Sequence[OwnedRecord]) -> str:
    """For nsupdate(1): added to what is there, never in its place."""
    lines = [f"; {plain(one.of)}\nupdate add {zone_line(one)}\n" for one in made]
    return "".join([*lines, "send\n"])


def _json(made: Sequence[OwnedRecord]) -> str:
    return json.dumps([document_of(one) for one in made], indent=2) + "\n"


_FORMATS: dict[str, Callable[[Sequence[OwnedRecord]], str]] = {
    "zone": _zone,
    "nsupdate": _nsupdate,
    "json": _json,
}
