"""The command's options as keywords of a function, understood.

What they mean is worked out once: as long as the same options are given, in the same
words, and it takes nothing but the host's name to understand them, what was found the
last time is found again, and told again.  With a file among them nothing is kept.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TypeAlias, TypedDict, cast

from pyfinger import maincf
from pyfinger.cli.evaluate import Invocation, understand
from pyfinger.cli.getopt import NAMES, Scan
from pyfinger.cli.option_values import words_of
from pyfinger.cli.output_options import read_timeout
from pyfinger.cli.parsed_options import take_options
from pyfinger.errors import UsageError
from pyfinger.events import Emit, Event
from pyfinger.maincf.host_environment import HostEnvironment, SystemEnvironment
from pyfinger.model import Family, Level
from pyfinger.values import Value, replace

MOST_UNDERSTOOD = 16

Path: TypeAlias = str | os.PathLike[str]
Understood: TypeAlias = tuple[Invocation, float | None]


class ProbeOptions(TypedDict, total=False):
    """The command's options by their long names; `pyfinger --help` has more about each.

    None is as good as nothing.
    """

    prefer_family: str  # ipv4, ipv6, any
    host_lookup: str  # dns, native, or both with a comma
    srv: bool
    lmtp: bool
    resolver: str | None  # ADDRESS, ADDRESS:PORT, [ADDRESS]:PORT; else the system's

    level: Level | str
    insecure_mx: Level | str
    force_tlsa: bool
    digest: str
    trust_anchors: Sequence[Path]  # files; `--trust-anchor` once for each
    ca_file: Path | None
    ca_path: Path | None
    raw_public_key: bool

    dnssec: str  # resolver, own, both: who says which DNS answers are signed
    validate: bool  # the same as dnssec="own"
    dnssec_anchors: Sequence[Path]  # files; `--dnssec-anchor` once for each

    certificate: Path | Sequence[Path]  # PEM, or files with it: judged as if the host showed it
    records: Path | Sequence[Path]  # zone file text, or files with it: taken as if DNS had it
    unsigned: str | Sequence[str]  # what of the records has no signatures: zones, or ZONE/TYPE
    offline: bool  # neither connect nor look up

    protocols: str
    grade: str
    servername: str
    wrapper: bool
    chain_files: Sequence[Path]
    cert_file: Path | None
    key_file: Path | None

    connect_timeout: int  # seconds
    command_timeout: int  # seconds
    timeout: float | None  # seconds, for the whole probe, which is left unfinished then
    reconnect: int | None  # seconds until the next session; else there is one
    max_reconnects: int

    like: str  # the release of Postfix to be like, such as 3.11
    main_cf: Path | None  # this file's parameters; else Postfix's defaults
    settings: Mapping[str, str]  # main.cf parameters; `--set` once for each


class _Kept(Value):
    """What options meant, where the host had this name, and what was told of them."""

    nodename: str
    invocation: Invocation
    timeout: float | None
    told: tuple[Event, ...]


# By options, and operands without the destination.
_KEPT: dict[tuple[tuple[tuple[str, str], ...], tuple[str, ...]], _Kept] = {}


class _Environment(Mapping[str, str]):
    """The process's environment without Postfix's own variables, which count for nothing here."""

    def __init__(self) -> None:
        self.used = False

    def __getitem__(self, name: str) -> str:
        if name.startswith("MAIL_"):
            raise KeyError(name)
        self.used = True
        return os.environ[name]

    def __iter__(self) -> Iterator[str]:
        self.used = True
        return (name for name in os.environ if not name.startswith("MAIL_"))

    def __len__(self) -> int:
        return sum(1 for _ in self)


class _AttentiveHost:
    """The system, which notes whether it was asked for more than its name."""

    def __init__(self) -> None:
        self._environment = _Environment()
        self._system = SystemEnvironment(self._environment)
        self._asked = False

    @property
    def more_was_asked(self) -> bool:
        """Whether what was understood may be another thing the next time."""
        return self._asked or self._environment.used

    @property
    def environment(self) -> Mapping[str, str]:
        return self._environment

    @property
    def nodename(self) -> str:
        return self._system.nodename

    def addresses(self, family: Family) -> tuple[str, ...]:
        self._asked = True
        return self._system.addresses(family)

    def exists(self, path: str) -> bool:
        self._asked = True
        return self._system.exists(path)

    def read(self, path: str) -> bytes:
        self._asked = True
        return self._system.read(path)

    def read_public(self, path: str) -> bytes:
        self._asked = True
        return self._system.read_public(path)


def understood(operands: Sequence[str], options: Mapping[str, object], emit: Emit) -> Understood:
    """What operands and keywords of `ProbeOptions` ask for, and `timeout`."""
    file = os.fspath(cast("Path", options.get("main_cf") or ""))
    scan = Scan(tuple(_items(options)), tuple(operands))
    if any("\0" in text for text in (file, *scan.operands, *(value for _, value in scan.items))):
        raise UsageError("a null character, which no command line can have")
    if not file:
        return _as_before(scan, emit)
    host = SystemEnvironment({**_Environment(), "MAIL_CONFIG": os.path.dirname(file) or os.curdir})
    return _fresh(scan, host, emit, file)


def _fresh(scan: Scan, host: HostEnvironment, emit: Emit, file: str = "") -> Understood:
    given = take_options(scan)
    main_cf = maincf.read_file(file, host, emit) if file else maincf.BUILT_IN
    timeout = read_timeout(given.last("timeout")) if given.count("timeout") else None
    return understand(given, main_cf, host, emit), timeout


def _as_before(scan: Scan, emit: Emit) -> Understood:
    """The same without a file, from what is kept if that is possible."""
    destination, key = scan.operands[:1], (scan.items, scan.operands[1:])
    host = _AttentiveHost()
    kept = _KEPT.get(key)
    if kept is not None and destination and kept.nodename == host.nodename:
        for event in kept.told:
            emit(event)
        options = replace(kept.invocation.options, destination=destination[0])
        return replace(kept.invocation, options=options), kept.timeout
    told: list[Event] = []

    def tell(event: Event) -> None:
        told.append(event)
        emit(event)

    nodename = host.nodename
    invocation, timeout = _fresh(scan, host, tell)
    if not host.more_was_asked:
        if len(_KEPT) >= MOST_UNDERSTOOD:
            _KEPT.clear()
        _KEPT[key] = _Kept(nodename, invocation, timeout, tuple(told))
    return invocation, timeout


def _items(options: Mapping[str, object]) -> Iterator[tuple[str, str]]:
    """The options in the form of a scanned command line."""
    for name, value in options.items():
        if name not in ProbeOptions.__annotations__:
            raise TypeError(f"probe() got an unexpected keyword argument '{name}'")
        if name != "main_cf" and value is not None:
            option = NAMES[_LONG_NAMES.get(name, name.replace("_", "-"))]
            texts = _texts(name, value) if option.value else [""] if value else []
            yield from ((option.key, text) for text in texts)


# Once for each, so not in the plural.
_LONG_NAMES = {"trust_anchors": "trust-anchor", "dnssec_anchors": "dnssec-anchor", "settings": "set"}


def _texts(name: str, value: object) -> Iterable[str]:
    """An option's value, or values, as words."""
    match value:
        case Mapping():
            return [_setting(str(parameter), str(text)) for parameter, text in value.items()]
        case str() | os.PathLike():
            return [_file(name, value)]
        case Level():
            return [value.word]
        case Sequence():
            return [_file(name, path) for path in value]
        case _:
            return [str(value)]


def _setting(parameter: str, text: str) -> str:
    setting = f"{parameter}={text}"
    try:
        found, _ = maincf.split_pair(setting)
    except ValueError as error:
        raise UsageError(f"settings: {error}: {parameter!r}") from error
    if found != parameter:
        raise UsageError(f"settings: bad parameter name: {parameter!r}")
    return setting


def _file(name: str, given: Path) -> str:
    """A path that stays one where several stand in a list, or where a text may stand as well."""
    path = os.fspath(given)
    if name in ("certificate", "records") and not isinstance(given, str):
        return os.path.abspath(path)
    if name == "chain_files" and words_of(path) != [path]:
        raise UsageError(f"{name}: a path must not have commas or blanks in it: {path!r}")
    return path
