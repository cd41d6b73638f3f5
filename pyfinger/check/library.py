"""The library: check domains from a program, and get a `CheckReport`.

    report = pyfinger.check("example.com", "example.org")
    report = await pyfinger.check_async("example.com")

Keywords are those of `pyfinger.probe` that make sense for more than one server, and a few
about how much of their time may be taken.  What raises, and what never does, is the same.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypedDict, Unpack

from pyfinger.api import OnEvent
from pyfinger.check.chains import ignore
from pyfinger.check.checker import Checker
from pyfinger.check.report_model import CheckReport, Extent, KeyAlgorithm
from pyfinger.check.request import COMMON, RARE, CheckRequest, Limits, StsOptions
from pyfinger.cli.evaluate import Invocation
from pyfinger.cli.keywords import Path, understood
from pyfinger.drive.wall_clock import WallClock
from pyfinger.errors import OutOfTime, UsageError
from pyfinger.model import Level
from pyfinger.options import GRADES, Options
from pyfinger.prober.context import system_dependencies
from pyfinger.report.log import Tee
from pyfinger.steps import Clock
from pyfinger.tls.protocols import parse_protocols
from pyfinger.values import Value

MOST = 100_000  # connections


class CheckOptions(TypedDict, total=False):
    """Those of `ProbeOptions` with the same meaning, and more."""

    host_lookup: str
    srv: bool
    lmtp: bool
    resolver: str | None
    dnssec: str
    validate: bool
    dnssec_anchors: Sequence[Path]

    level: Level | str
    insecure_mx: Level | str
    force_tlsa: bool
    trust_anchors: Sequence[Path]
    ca_file: Path | None
    ca_path: Path | None

    certificate: Path | Sequence[Path]
    records: Path | Sequence[Path]
    unsigned: str | Sequence[str]
    offline: bool

    protocols: str
    grade: str
    servername: str
    wrapper: bool

    connect_timeout: int
    command_timeout: int
    timeout: float | None  # seconds, for all of it; what is not known by then could not be told

    main_cf: Path | None
    settings: Mapping[str, str]

    algorithms: Sequence[KeyAlgorithm | str]  # ecdsa, rsa, eddsa, ml-dsa, or any; one connection for each
    max_connections: int  # to one address within a minute
    max_total: int  # connections in all
    pause: float  # seconds between two connections to one address
    back_off: float  # seconds until a server that said: not now is asked again, within `timeout`

    explain: bool | None  # everything, or nothing; None: whatever is not ok
    sts: bool  # MTA-STS and TLSRPT, too (the default); certifi or ca_file and ca_path are trusted
    sts_port: int  # of policy hosts, if it is not 443: in a laboratory


_OWN = ("algorithms", "back_off", "explain", "max_connections", "max_total", "pause", "sts", "sts_port")
_EXTENTS = {None: Extent.PROBLEMS, True: Extent.ALL, False: Extent.NOTHING}
_WORDS = {algorithm.value.lower(): algorithm for algorithm in KeyAlgorithm}


def check(
    *domains: str, match: Sequence[str] = (), on_event: OnEvent | None = None, **options: Unpack[CheckOptions]
) -> CheckReport:
    """Check every host, address, key algorithm and TLSA record of some domains.

    `match` is what servers have to prove at levels that go by names or fingerprints.
    """
    from pyfinger.drive.blocking import BlockingDriver

    prepared = PreparedCheck.of(domains, match, options, on_event)
    driver = BlockingDriver(prepared.invocation.resolver)
    checker = prepared.checker(driver.clock)
    try:
        return driver.run(checker.steps(), prepared.request.limits.seconds)
    except OutOfTime:
        return checker.report(prepared.out_of_time)


async def check_async(
    *domains: str, match: Sequence[str] = (), on_event: OnEvent | None = None, **options: Unpack[CheckOptions]
) -> CheckReport:
    """The same in an asyncio event loop, beside other tasks."""
    from pyfinger.drive.aio import AsyncDriver

    prepared = PreparedCheck.of(domains, match, options, on_event)
    driver = AsyncDriver(prepared.invocation.resolver)
    checker = prepared.checker(driver.clock)
    try:
        return await driver.run(checker.steps(), prepared.request.limits.seconds)
    except OutOfTime:
        return checker.report(prepared.out_of_time)


class PreparedCheck(Value):
    """A check that only wants a driver."""

    invocation: Invocation
    request: CheckRequest
    tee: Tee
    watched: bool  # by `on_event`

    @classmethod
    def of(
        cls,
        domains: Sequence[str],
        match: Sequence[str],
        options: Mapping[str, Any],
        on_event: OnEvent | None,
    ) -> PreparedCheck:
        """Evaluate the options; `UsageError` or `TypeError` if they make no sense."""
        if not domains:
            raise UsageError("no domain to check")
        for name in options:
            if name not in CheckOptions.__annotations__:
                raise TypeError(f"check() got an unexpected keyword argument '{name}'")
        tee = Tee([], [on_event] if on_event else [], WallClock())
        plain = {name: value for name, value in options.items() if name not in _OWN}
        invocation, seconds = understood((domains[0], *match), plain, tee)
        _refuse_what_offers_nothing(invocation.options, options)
        limits = Limits(
            each=_number(options, "max_connections", Limits().each, 1),
            total=_number(options, "max_total", Limits().total, 1),
            pause=_number(options, "pause", Limits().pause, 0.0),
            seconds=seconds,
            back_off=_number(options, "back_off", Limits().back_off, 0.0),
        )
        chosen = tuple(map(_algorithm, options.get("algorithms") or ()))
        extent = _EXTENTS[options.get("explain")]
        store = invocation.trust.store if options.get("ca_file") or options.get("ca_path") else None
        sts = StsOptions(store, _number(options, "sts_port", StsOptions().port, 1, 65535))
        asked = sts if options.get("sts", True) and not options.get("offline") else None
        algorithms, others = (chosen, ()) if chosen else (COMMON, RARE)
        request = CheckRequest(tuple(domains), invocation.options, algorithms, others, limits, extent, asked)
        return cls(invocation, request, tee, on_event is not None)

    def checker(self, clock: Clock) -> Checker:
        """The check; `clock` is the driver's."""
        dependencies = system_dependencies(clock, self.invocation.trust, self.invocation.credentials)
        return Checker(self.request, dependencies, self.tee if self.watched else ignore)

    @property
    def out_of_time(self) -> str:
        """Why a check is unfinished, if its time was over."""
        return f"not done within {self.request.limits.seconds:g} seconds"


def _refuse_what_offers_nothing(options: Options, given: Mapping[str, Any]) -> None:
    """`UsageError` for words that would end each session before it begins."""
    if options.tls_disabled and (given.get("ca_file") or given.get("ca_path")):
        files = [str(given[name]) for name in ("ca_file", "ca_path") if given.get(name)]
        raise UsageError(f"no certificates to trust can be loaded from {' and '.join(files)}")
    if parse_protocols(options.protocols) is None:
        raise UsageError(f'no such TLS protocols: "{options.protocols}"')
    if options.grade.lower() not in GRADES:
        raise UsageError(f'no such cipher grade: "{options.grade}" ({", ".join(GRADES)})')


def _number(options: Mapping[str, Any], name: str, default: Any, least: Any, most: int = MOST) -> Any:
    value = options.get(name, default)
    convert: Callable[[Any], Any] = type(least)
    try:
        number = convert(value)
    except (TypeError, ValueError):
        number = -1
    if not least <= number <= most:
        raise UsageError(f"bad {name}: {value} ({least:g} to {most})")
    return number


def _algorithm(word: KeyAlgorithm | str) -> KeyAlgorithm:
    if isinstance(word, KeyAlgorithm):
        return word
    if word.lower() not in _WORDS:
        raise UsageError(f'no such key algorithm: "{word}" ({", ".join(_WORDS)})')
    return _WORDS[word.lower()]
