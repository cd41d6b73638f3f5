"""Plans of rehearsals: files in TOML, and the usual ones by name.

    host = "mx.example.com"

    [certificates]                        # names for files: chains, or keys that are to come
    today = "today.pem"
    tomorrow = ["ecdsa.pem", "rsa.pem"]

    [records]                             # names for sets: data as in zones, or what to make it of
    now = ["3 1 1 today"]
    both = ["3 1 1 today", "3 1 1 tomorrow"]
    next = ["3 1 1 tomorrow"]

    [begin]
    published = "now"
    shown = "today"

    [[step]]
    publish = "both"                      # as soon as it is safe; or at = 2026-12-01T10:00:00Z, after = "2h",
    [[step]]                              # done = 2026-12-01T10:00:00Z
    show = "tomorrow"
    [[step]]
    publish = "next"

Beside them may stand `port`, `domains`, `start`, `ttl`, `negative_ttl`, `transfer`, `switch`
and `stale` (seconds, or "1h30m"), and in `[signatures]` until when a set is signed.  `3 1 1 NAME`
is of the server's certificates called so, `2 1 1 NAME` of all the authorities behind them.
"""

from __future__ import annotations

import argparse
import tomllib
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from pyfinger.dane.digests import MatchingType, Selector, Usage
from pyfinger.errors import UsageError
from pyfinger.model import TlsaRecord
from pyfinger.tlsa.acceptance import ShownChain, chain_of
from pyfinger.tlsa.inputs import MOST_SECONDS, material_of, moment, moment_of, read_file, seconds
from pyfinger.tlsa.material import Material
from pyfinger.tlsa.planned import Delays, PlannedChains, PlannedSet, PlannedStep, RehearsalPlan
from pyfinger.tlsa.records import make_record, meant_by, owner_name, record_of
from pyfinger.values import Value

DEFAULT_TTL = 3600
_DIGITS = tuple("0123456789")
MOST_STEPS = 100
_TOP = {
    "host": str,
    "port": int,
    "domains": list,
    "start": object,
    "ttl": object,
    "negative_ttl": object,
    "transfer": object,
    "switch": object,
    "stale": object,
    "certificates": dict,
    "records": dict,
    "signatures": dict,
    "begin": dict,
    "step": list,
}
_STEP = {"publish": str, "show": str, "at": object, "after": object, "done": object}


class NamedFiles(Value):
    """The files behind one name, the server's certificate first in each."""

    name: str
    materials: tuple[tuple[Material, ...], ...]
    files: tuple[str, ...] = ()

    def chains(self, host: str) -> PlannedChains:
        """As what a server shows; `UsageError` if there is but a key."""
        found: list[ShownChain] = []
        for file, materials in zip(self.files, self.materials, strict=True):
            chain = chain_of(file, materials, host)
            if chain is None:
                raise UsageError(f"{file}: a server shows certificates, and there is none")
            found.append(chain)
        return PlannedChains(self.name, tuple(found))

    def records(self, usage: Usage, selector: Selector, matching: MatchingType) -> tuple[TlsaRecord, ...]:
        """The records of a kind for all of it; `UsageError` if it has nothing for that kind."""
        made = [
            make_record(material, usage, selector, matching)
            for materials in self.materials
            for material in meant_by(materials, usage)
        ]
        if not made:
            raise UsageError(f"{self.name}: no certificate of an authority behind the first")
        return tuple(dict.fromkeys(made))


Reads = Callable[[str], tuple[Material, ...]]  # what is in a file; `UsageError`


def named_files(name: str, files: Sequence[str], read: Reads = material_of) -> NamedFiles:
    """Read them; `UsageError`."""
    return NamedFiles(name, tuple(map(read, files)), tuple(files))


def read_plan(file: str, now: float) -> RehearsalPlan:
    """The plan in a file; files that it names are looked for beside it.  `UsageError`."""
    folder = Path(file).parent
    try:
        return plan_in(read_file(file), now, lambda name: material_of(_beside(name, folder)))
    except UsageError as error:
        raise UsageError(f"{file}: {error}") from error


def _beside(name: str, folder: Path) -> str:
    return name if name == "-" else str(folder / name)


def plan_in(text: bytes, now: float, read: Reads) -> RehearsalPlan:
    """The plan that this is; `UsageError`."""
    try:
        document = tomllib.loads(text.decode("utf-8"))
    except UnicodeDecodeError as error:
        raise UsageError("not UTF-8") from error
    except tomllib.TOMLDecodeError as error:
        raise UsageError(f"not TOML: {error}") from error
    except ValueError as error:
        raise UsageError("a number of more digits than can be read") from error
    except RecursionError as error:
        raise UsageError("arrays within arrays, too many to be read") from error
    return _Reading(document, read, now).plan()


class _Reading:
    """One document."""

    def __init__(self, document: Mapping[str, Any], read: Reads, now: float) -> None:
        _known(document, _TOP, "")
        self._document = document
        self._now = now
        self._ttl = self._span("ttl", DEFAULT_TTL)
        self._host = document.get("host", "")
        for name in (self._host, *_texts(document.get("domains", []), "domains")):
            owner_name(name, document.get("port", 25))  # or they are none
        self._files = {
            name: named_files(name, _texts(value, f"certificates.{name}"), read)
            for name, value in document.get("certificates", {}).items()
        }
        self._sets = {name: self._set(name, value) for name, value in document.get("records", {}).items()}
        for name in document.get("signatures", {}):
            self._named(self._sets, name, "signatures")

    def plan(self) -> RehearsalPlan:
        document = self._document
        begin = document.get("begin", {})
        _known(begin, {"published": str, "shown": str}, "begin: ")
        given = document.get("step", [])
        if len(given) > MOST_STEPS:
            raise UsageError(f"more than {MOST_STEPS} steps")
        steps = tuple(self._step(number, step) for number, step in enumerate(given, 1))
        return RehearsalPlan(
            self._host.removesuffix("."),
            self._named(self._sets, begin.get("published"), "begin: published"),
            self._shown(begin.get("shown"), "begin: shown"),
            steps,
            _moment(document["start"], "start") if "start" in document else self._now,
            Delays(*(self._span(name, getattr(Delays(), name)) for name in Delays.__match_args__)),
            tuple(_texts(document.get("domains", []), "domains")),
            document.get("port", 25),
        )

    def _step(self, number: int, step: Any) -> PlannedStep:
        where = f"step {number}"
        if not isinstance(step, dict):
            raise UsageError(f"{where}: not a table")
        _known(step, _STEP, f"{where}: ")
        if ("publish" in step) == ("show" in step):
            raise UsageError(f"{where}: either publish or show")
        if "at" in step and "after" in step:
            raise UsageError(f"{where}: either at or after")
        return PlannedStep(
            self._named(self._sets, step["publish"], f"{where}: publish") if "publish" in step else None,
            self._shown(step["show"], f"{where}: show") if "show" in step else None,
            _moment(step["at"], f"{where}: at") if "at" in step else None,
            _span(step["after"], f"{where}: after") if "after" in step else None,
            _moment(step["done"], f"{where}: done") if "done" in step else None,
        )

    def _set(self, name: str, value: Any) -> PlannedSet:
        where = f"records.{name}"
        records = [record for text in _texts(value, where) for record in self._records(text, where)]
        ends = self._document.get("signatures", {}).get(name)
        until = None if ends is None else _moment(ends, f"signatures.{name}")
        return PlannedSet(name, tuple(dict.fromkeys(records)), self._ttl, until)

    def _records(self, text: str, where: str) -> tuple[TlsaRecord, ...]:
        words = text.split()
        try:
            if len(words) == 4 and words[3] in self._files:
                return self._files[words[3]].records(*_kind(words[:3]))
            return (record_of(words),)
        except ValueError as error:
            raise UsageError(f"{where}: {text}: {error}") from error

    def _shown(self, name: Any, where: str) -> PlannedChains:
        files: NamedFiles = self._named(self._files, name, where)
        return files.chains(self._host)

    def _named(self, known: Mapping[str, Any], name: Any, where: str) -> Any:
        if name not in known:
            raise UsageError(f"{where}: {'nothing given' if name is None else f'nothing is called {name}'}")
        return known[name]

    def _span(self, name: str, default: int) -> int:
        return _span(self._document[name], name) if name in self._document else default


def _kind(words: Sequence[str]) -> tuple[Usage, Selector, MatchingType]:
    """Those that records can be made of; ValueError."""
    usage, selector, matching = (int(word) if word in _DIGITS else -1 for word in words)
    if usage not in tuple(Usage) or selector not in tuple(Selector) or matching not in tuple(MatchingType):
        raise ValueError("usage is 0 to 3, selector 0 or 1, matching type 0 to 2")
    return Usage(usage), Selector(selector), MatchingType(matching)


def _known(table: Mapping[str, Any], kinds: Mapping[str, type], where: str) -> None:
    for name, value in table.items():
        if name not in kinds:
            raise UsageError(f"{where}nobody knows {name}")
        if not isinstance(value, kinds[name]) or (kinds[name] is int and isinstance(value, bool)):
            raise UsageError(f"{where}{name} is not what it should be")


def _texts(value: Any, where: str) -> list[str]:
    found = [value] if isinstance(value, str) else value
    if not isinstance(found, list) or not all(isinstance(one, str) for one in found):
        raise UsageError(f"{where}: not a text, or a list of texts")
    return found


def _moment(value: Any, where: str) -> float:
    """A date and time, UTC unless it says otherwise."""
    if isinstance(value, date) and not isinstance(value, datetime):
        value = datetime(value.year, value.month, value.day, tzinfo=UTC)
    if isinstance(value, datetime):
        return float(_converted(moment_of, value, where))
    return float(_converted(moment, value if isinstance(value, str) else "", where))


def _span(value: Any, where: str) -> int:
    if type(value) is int:
        if not 0 <= value <= MOST_SECONDS:  # a number may have more digits than can be shown
            raise UsageError(f"{where}: seconds are 0 to {MOST_SECONDS}")
        return int(value)
    if not isinstance(value, str):
        raise UsageError(f"{where}: neither a number of seconds nor a text like 1h30m")
    return int(_converted(seconds, value, where))


def _converted(convert: Callable[[Any], Any], value: Any, where: str) -> Any:
    try:
        return convert(value)
    except argparse.ArgumentTypeError as error:
        raise UsageError(f"{where}: {error}") from error
