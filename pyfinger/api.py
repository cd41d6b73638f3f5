"""The library: probe a destination from a program, and get a `Report`.

    report = pyfinger.probe("example.com", level="dane-only")
    report = await pyfinger.probe_async("example.com")

It is the command without its output: the same options, by their long names,
with the same meaning and defaults, and the same checks (`cli.evaluate`).  Other
than the command it reads no main.cf unless told to, prints nothing, touches no
signals, and goes on under whatever account it is called.

What servers, name servers and networks do never raises: it is in the report.
These do, all of them before the first packet:

* `UsageError` for what makes no sense: a word that is no level, a file that
  cannot be read, a destination that cannot be one.
* `TypeError`, as of any function, for an argument it does not have.

What `on_event` raises ends the probe and goes to the caller, as does being
interrupted or cancelled; the connection is closed in any case.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, TypeAlias, TypedDict, Unpack, cast

from pyfinger import maincf
from pyfinger.cli.evaluate import Invocation, understand
from pyfinger.cli.getopt import NAMES, Scan
from pyfinger.cli.output_options import read_timeout
from pyfinger.cli.parsed_options import take_options
from pyfinger.cli.words import words_of
from pyfinger.drive.wall_clock import WallClock
from pyfinger.errors import OutOfTime, UsageError
from pyfinger.events import Emit, Event, ProbeInterrupted
from pyfinger.maincf.host_environment import SystemEnvironment
from pyfinger.model import Level
from pyfinger.options import Validation
from pyfinger.prober.context import system_dependencies
from pyfinger.prober.probe import probe as story
from pyfinger.report.text import Tee
from pyfinger.steps import Clock, Steps
from pyfinger.values import Value, replace

if TYPE_CHECKING:
    from pyfinger.dnssec.validator import ValidatorMemory
    from pyfinger.drive.resolv_conf import NameService
    from pyfinger.report.document import Report
    from pyfinger.report.document.builder import ReportRecorder

MOST_MEMORIES = 8  # of different name servers, in one thread
_THREAD = threading.local()

Path: TypeAlias = str | os.PathLike[str]
OnEvent: TypeAlias = Callable[[Event, float], None]


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


def probe(
    destination: str, *match: str, on_event: OnEvent | None = None, **options: Unpack[ProbeOptions]
) -> Report:
    """Probe one destination, and say what was found.

    `match` is what the server has to prove, in the terms of the level: names,
    or fingerprints.  `on_event` is called with each event of `pyfinger.events`,
    and its time in seconds since the epoch, at the moment it happens.
    """
    from pyfinger.drive.blocking import BlockingDriver

    prepared = _prepare(destination, match, options, on_event)
    driver = BlockingDriver(prepared.invocation.resolver)
    try:
        driver.run(prepared.steps(driver.clock), prepared.timeout)
    except OutOfTime:
        prepared.leave_unfinished()
    return prepared.recorder.report


async def probe_async(
    destination: str, *match: str, on_event: OnEvent | None = None, **options: Unpack[ProbeOptions]
) -> Report:
    """The same in an asyncio event loop, beside other tasks.

    Waiting holds nobody up, computing does: a handshake takes some tens of milliseconds.
    """
    from pyfinger.drive.aio import AsyncDriver

    prepared = _prepare(destination, match, options, on_event)
    driver = AsyncDriver(prepared.invocation.resolver)
    try:
        await driver.run(prepared.steps(driver.clock), prepared.timeout)
    except OutOfTime:
        prepared.leave_unfinished()
    return prepared.recorder.report


class _Prepared(Value):
    """A probe that only wants a driver."""

    invocation: Invocation
    recorder: ReportRecorder
    tee: Tee
    timeout: float | None

    def leave_unfinished(self) -> None:
        """Its time is over."""
        self.tee(ProbeInterrupted(f"not done within {self.timeout:g} seconds"))

    def steps(self, clock: Clock) -> Steps[int]:
        invocation = self.invocation
        services = system_dependencies(clock, invocation.trust, invocation.credentials)
        services = replace(services, dnssec_memory=_dnssec_memory(invocation))
        return story(replace(invocation.options, explain_lookups=True), services, self.tee)


def _dnssec_memory(invocation: Invocation) -> ValidatorMemory | None:
    """What earlier probes in this thread have found out of zones, from the root's keys, by this resolver."""
    options = invocation.options
    if options.validation is Validation.RESOLVER or options.dnssec_anchor_files:
        return None
    from pyfinger.dnssec.validator import ValidatorMemory

    memories: dict[NameService | None, ValidatorMemory] = _THREAD.__dict__.setdefault("memories", {})
    if invocation.resolver not in memories:
        if len(memories) == MOST_MEMORIES:
            memories.clear()
        memories[invocation.resolver] = ValidatorMemory()
    return memories[invocation.resolver]


def _prepare(
    destination: str, match: Sequence[str], options: ProbeOptions, on_event: OnEvent | None
) -> _Prepared:
    """Evaluate the options, as the command does its words."""
    from pyfinger.report.document.builder import ReportRecorder

    recorder = ReportRecorder()
    tee = Tee([], [recorder, *([on_event] if on_event else [])], WallClock())
    invocation, timeout = understood((destination, *match), options, tee)
    return _Prepared(invocation, recorder, tee, timeout)


def understood(
    operands: Sequence[str], options: Mapping[str, object], emit: Emit
) -> tuple[Invocation, float | None]:
    """What operands and keywords of `ProbeOptions` ask for, and `timeout`."""
    file = os.fspath(cast("Path", options.get("main_cf") or ""))
    scan = Scan(tuple(_items(options)), tuple(operands))
    if any("\0" in text for text in (file, *scan.operands, *(value for _, value in scan.items))):
        raise UsageError("a null character, which no command line can have")
    given = take_options(scan)
    host = SystemEnvironment(_environment(file))
    main_cf = maincf.read_file(file, host, emit) if file else maincf.BUILT_IN
    timeout = read_timeout(given.last("timeout")) if given.count("timeout") else None
    return understand(given, main_cf, host, emit), timeout


def _environment(main_cf: str) -> dict[str, str]:
    """The process's environment, where Postfix's own variables count for nothing."""
    ours = {name: value for name, value in os.environ.items() if not name.startswith("MAIL_")}
    return {**ours, "MAIL_CONFIG": os.path.dirname(main_cf) or os.curdir} if main_cf else ours


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
