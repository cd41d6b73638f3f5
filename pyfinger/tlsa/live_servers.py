"""What live servers show, and what DNS says of them: lookups and connections of `pyfinger.check`.

One connection is made for each address and key algorithm, as politely as a check makes them.
What a server shows is not verified here: whoever can redirect connections chooses it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from pyfinger.check.checker import Checker
from pyfinger.check.evidence import Evidence, Withheld, has_no_such_key
from pyfinger.check.found import FoundAddress
from pyfinger.check.library import PreparedCheck
from pyfinger.dane.chain_rules import SignatureDates
from pyfinger.dane.policy import exchange_names
from pyfinger.decimals import decimal
from pyfinger.dnswire import RdataType
from pyfinger.drive.blocking import BlockingDriver
from pyfinger.errors import OutOfTime, UsageError
from pyfinger.events import LookedUp
from pyfinger.events.dnssec import DnssecValidated
from pyfinger.model import TlsaRecord, TlsaStatus
from pyfinger.report.words import lookup_failure
from pyfinger.resolve.destination import split_destination
from pyfinger.resolve.hostname import address_of
from pyfinger.tlsa.acceptance import ShownChain
from pyfinger.tlsa.inputs import BadArguments
from pyfinger.tlsa.zone import TlsaSet
from pyfinger.values import State, Value, field


class LiveServer(Value):
    """One address of a host."""

    address: str
    chains: tuple[ShownChain, ...] = ()
    problems: tuple[str, ...] = ()  # algorithms that could not be asked for, and why


class LiveHost(Value):
    """A host as it is in DNS and on the network; an address is one without a name."""

    host: str
    port: int
    servers: tuple[LiveServer, ...] = ()
    tlsa: TlsaSet | None = None  # None: there are no records, or nobody asked
    failure: str = ""  # why there are no addresses, or no records although somebody asked
    bogus: bool = False

    @property
    def chains(self) -> tuple[ShownChain, ...]:
        """All that was shown, each once."""
        return tuple(chain for server in self.servers for chain in server.chains)

    @property
    def problems(self) -> tuple[str, ...]:
        """What could not be seen, and where."""
        name = "" if is_address(self.host) else f"{self.host} "
        return tuple(f"{name}{one.address}: {problem}" for one in self.servers for problem in one.problems)


class _Heard(State):
    """What lookups told besides their results, by the name asked for."""

    # by validation of our own
    signatures: dict[str, tuple[SignatureDates, ...]] = field(default_factory=dict)
    unsigned: dict[str, TlsaSet] = field(default_factory=dict)

    def __call__(self, event: Any, at: float) -> None:
        """Follow the events of a check."""
        if isinstance(event, DnssecValidated) and event.rdtype == RdataType.TLSA.name:
            steps = [step for step in event.validated.steps if step.rdtype == RdataType.TLSA.name]
            self.signatures[event.name.lower()] = tuple(
                SignatureDates(one.inception, one.expiration)
                for step in steps[-1:]
                for one in step.signatures
            )
        elif (
            isinstance(event, LookedUp)
            and event.answer.rdtype == RdataType.TLSA.name
            and not event.answer.secure
        ):
            answer = event.answer
            records = tuple(one.data for one in answer.records if isinstance(one.data, TlsaRecord))
            if records:
                ttls = (answer.records[0].ttl,)
                self.unsigned[answer.qname.lower()] = TlsaSet(answer.qname, records, ttls, unsigned=True)


class MailDomain(Value):
    """Where mail for a domain goes."""

    domain: str
    hosts: tuple[str, ...] = ()  # `name:port`, the preferred one first
    names: tuple[str, ...] = ()  # that certificates may have besides their host's (RFC 7672 section 3.2.2)
    signed: bool = True  # whether its MX records are; without any there is nothing to be signed
    failure: str = ""  # why there are no hosts


def mail_domain(typed: str, options: Mapping[str, Any]) -> MailDomain:
    """The mail exchangers of a domain, `name` or `name:port`; options as for `look`."""
    prepared = PreparedCheck.of((typed,), (), {"sts": False, **options}, None)
    driver = BlockingDriver(prepared.invocation.resolver)
    checker = prepared.checker(driver.clock)
    try:
        driver.run(checker.find(), prepared.request.limits.seconds)
    except OutOfTime as error:
        raise UsageError(f"{typed}: {prepared.out_of_time}") from error
    (found,) = checker.domains
    domain = found.destination.host
    if not found.hosts:
        return MailDomain(domain, failure=lookup_failure(found.failure) if found.failure else "no host")
    hosts = tuple(_place(one.host.name, one.host.port) for one in found.hosts)
    names = exchange_names(found.exchange) or (domain,)
    signed = found.exchange is None or found.exchange.secure
    return MailDomain(domain, tuple(dict.fromkeys(hosts)), names, signed)


def look(typed: str, options: Mapping[str, Any], *, connect: bool = True) -> LiveHost:
    """Look a host up, typed as for `host_and_port`, and connect to it unless told not to.

    `options` are keywords of `pyfinger.check`; `UsageError` if they make no sense.
    """
    host, port = host_and_port(typed)
    heard = _Heard()
    named = {} if is_address(host) else {"servername": host}  # SNI has no addresses, RFC 6066 section 3
    given = {**named, "force_tlsa": True, **options}
    prepared = PreparedCheck.of((f"[{host}]:{port}",), (), given, heard)
    driver = BlockingDriver(prepared.invocation.resolver)
    checker = prepared.checker(driver.clock)
    steps = checker.steps() if connect else checker.find()
    try:
        driver.run(steps, prepared.request.limits.seconds)
    except OutOfTime as error:
        if not checker.domains:
            raise UsageError(f"{host}: {prepared.out_of_time}") from error
    return _seen(host, port, checker, heard)


def host_and_port(typed: str) -> tuple[str, int]:
    """A name or address, in brackets or not, with `:port` or not; `UsageError`.

    An IPv6 address has its port behind brackets: what is one as a whole has none.
    """
    if is_address(typed):
        return typed, 25
    try:
        host, port = split_destination(typed)
    except UsageError:
        host, port = "", ""
    if not typed.endswith(":"):
        port = port or "25"
    number = decimal(port, 0xFFFF, least=1)
    if not host or (":" in host and not is_address(host)) or number is None:
        raise BadArguments(f"no host and port: {typed or 'nothing was given'}")
    return host, number


def _place(host: str, port: int) -> str:
    return f"[{host}]:{port}" if ":" in host else f"{host}:{port}"


def is_address(host: str) -> bool:
    """Whether it has no name, and so neither SNI nor TLSA records."""
    return address_of(host) is not None


def _seen(host: str, port: int, checker: Checker, heard: _Heard) -> LiveHost:
    (domain,) = checker.domains
    if not domain.hosts or not domain.hosts[0].addresses:
        failure = domain.hosts[0].failure if domain.hosts else domain.failure
        bogus = domain.hosts[0].bogus if domain.hosts else domain.bogus
        return LiveHost(host, port, failure=lookup_failure(failure) if failure else "no address", bogus=bogus)
    addresses = domain.hosts[0].addresses
    whose = "" if is_address(host) else host
    servers = tuple(LiveServer(found.hop.address, *_shown(found, checker, whose)) for found in addresses)
    best = max(addresses, key=lambda found: len(found.protection.published))
    protection = best.protection
    status = protection.answer.status if protection.answer else TlsaStatus.NONE
    bogus = any(found.protection.bogus for found in addresses)
    if not protection.published:
        missing = "TLSA lookup failed" if status is TlsaStatus.ERROR else ""
        unsigned = heard.unsigned.get(f"_{port}._tcp.{host}".lower())
        return LiveHost(host, port, servers, unsigned, missing, bogus)
    base = protection.answer.base_domain if protection.answer else ""
    owner = f"_{port}._tcp.{base or host}"
    ttls = (protection.ttl,)
    tlsa = TlsaSet(owner, protection.published, ttls, heard.signatures.get(owner.lower(), ()))
    return LiveHost(host, port, servers, tlsa, bogus=bogus)


def _shown(
    found: FoundAddress, checker: Checker, host: str
) -> tuple[tuple[ShownChain, ...], tuple[str, ...]]:
    """The chains of one address, of `host` unless that is empty, and why others are missing."""
    chains: list[ShownChain] = []
    problems: list[str] = []
    results = [
        (algorithm.value, checker.results.get((found.hop.address, found.hop.port, algorithm)))
        for algorithm in (*checker.request.algorithms, *checker.request.others)
    ]
    for word, result in results:
        if isinstance(result, Evidence) and (result.certificates or result.raw_key):
            if any(_same_key(result, chain) for chain in chains):
                continue  # a server that shows what it has, whatever it is asked for
            ders = tuple(one.der for one in result.certificates)
            raw = result.raw_key.spki if result.raw_key else b""
            chains.append(ShownChain(f"{found.hop.address} {word}", ders, raw, host))
        elif isinstance(result, Withheld):
            problems.append(f"{word}: {result.reason}")
        elif result is not None and not _no_such_key(result, results):
            problems.append(f"{word}: {result.problem or 'nothing was shown'}")
    return tuple(chains), tuple(problems)


def _same_key(result: Evidence, chain: ShownChain) -> bool:
    if result.raw_key is not None:
        return result.raw_key.spki == chain.raw_key
    return bool(result.certificates) and tuple(one.der for one in result.certificates) == chain.certificates


def _no_such_key(result: Evidence, results: Sequence[tuple[str, Evidence | Withheld | None]]) -> bool:
    """A handshake that failed where another did not: the server has no key of that kind."""
    others = [other for _, other in results if isinstance(other, Evidence) and other.info is not None]
    return bool(others) and has_no_such_key(result)
