"""A domain's policy, fetched over HTTPS from its policy host (RFC 8461 section 3.3).

    fetched = yield from fetch_policy("example.com", web)
    fetched.policy, or why there is none: fetched.problem

A procedure: TLS and HTTP are ours, a driver brings the bytes.  The first address that accepts
a connection is the policy host; what is wrong with it ends the attempt.  Nothing is requested
of a host whose certificate is not good.  All of it has one deadline and a bound for its size.
Redirects are never followed, nothing is cached, and whatever happens is a value.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from enum import Enum
from typing import TypeAlias

from pyfinger.errors import CredentialError, LostConnection, TimedOut
from pyfinger.events import Emit
from pyfinger.model import AddressData, DnsStatus, Family, ResultType, Verdict, VerifyError
from pyfinger.policy.http import HttpExchange, HttpFault, HttpResponse
from pyfinger.policy.mta_sts import PolicyFault, PolicyProblem, StsPolicy, policy_host, read_response
from pyfinger.policy.txt import shown
from pyfinger.policy.webpki import WebVerifier, https_config
from pyfinger.steps import Clock, Close, Connect, Deadline, PlainStream, Resolver, Steps, ask
from pyfinger.tls.engine import Engine
from pyfinger.tls.handshake_failures import TlsFailure
from pyfinger.tls.stream import TlsStream
from pyfinger.values import Value
from pyfinger.x509.failures import X509VErr, text
from pyfinger.x509.trust_store import Store

PATH = "/.well-known/mta-sts.txt"
HTTPS = 443
MAX_ADDRESSES = 8  # tried of one host

_NOTHING_SHOWN = Verdict(aborted=True)
_TYPES = {Family.IPV4: "A", Family.IPV6: "AAAA"}


class FetchFault(Enum):
    """Why nothing was read."""

    LOOKUP = "the addresses of the policy host cannot be looked up"
    NO_ADDRESS = "the policy host has no address"
    CONNECT = "no address of the policy host accepts a connection"
    TIMEOUT = "it takes too long"
    TLS = "TLS cannot be established"
    NAME = "the certificate is for other names"
    CERTIFICATE = "the certificate is not trusted"
    HTTP = "the answer is no HTTP response that can be taken"


class FetchProblem(Value):
    """What was wrong; `detail` is in the words of TLS, OpenSSL or HTTP, or a censored quotation."""

    fault: FetchFault
    detail: str = ""
    http: HttpFault | None = None
    error: VerifyError | None = None  # the one of the certificate's that is nearest the leaf


Problem: TypeAlias = FetchProblem | PolicyProblem


class Attempt(Value):
    """An address that was tried; the errno if it did not accept, 0 if it did."""

    address: str
    code: int = 0


class Fetched(Value):
    """What came of it: a policy or a problem, never both."""

    host: str
    policy: StsPolicy | None = None
    problem: Problem | None = None
    attempts: tuple[Attempt, ...] = ()
    response: HttpResponse | None = None  # as it came

    @property
    def result_type(self) -> ResultType | None:
        """What a report to the domain calls it (RFC 8460 section 4.3)."""
        if self.problem is None:
            return None
        if isinstance(self.problem, PolicyProblem):
            refused = self.problem.fault in (PolicyFault.STATUS, PolicyFault.REDIRECT)
            return ResultType.STS_POLICY_FETCH_ERROR if refused else ResultType.STS_POLICY_INVALID
        if self.problem.fault in (FetchFault.NAME, FetchFault.CERTIFICATE):
            return ResultType.STS_WEBPKI_INVALID
        return ResultType.STS_POLICY_FETCH_ERROR


class Web(Value):
    """What fetching needs at hand; limits are in seconds."""

    resolver: Resolver
    store: Store  # who is trusted: `webpki.web_authorities()`, or files of the user's
    now: Callable[[], datetime]  # with a time zone; judges certificates
    clock: Clock  # monotonic
    random_bytes: Callable[[int], bytes]
    emit: Emit
    families: tuple[Family, ...] = (Family.IPV4, Family.IPV6)
    timeout: float = 60.0  # for all of it, as RFC 8461 section 3.3 suggests
    connect_timeout: float = 10.0  # for each address
    port: int = HTTPS


def fetch_policy(domain: str, web: Web) -> Steps[Fetched]:
    """The policy of a domain."""
    deadline = Deadline(web.timeout)
    deadline.left(web.clock())  # starts it
    addresses = yield from policy_addresses(policy_host(domain), web)
    if isinstance(addresses, FetchProblem):
        return Fetched(policy_host(domain), problem=addresses)
    return (yield from _fetch_from(policy_host(domain), addresses, web, deadline))


def fetch_policy_from(domain: str, addresses: Sequence[str], web: Web) -> Steps[Fetched]:
    """The same, of addresses that were looked up before."""
    deadline = Deadline(web.timeout)
    deadline.left(web.clock())
    return (yield from _fetch_from(policy_host(domain), addresses, web, deadline))


def _fetch_from(host: str, addresses: Sequence[str], web: Web, deadline: Deadline) -> Steps[Fetched]:
    """From the first that accepts."""
    attempts: list[Attempt] = []
    for address in addresses:
        left = deadline.left(web.clock()) or 0.0
        try:
            yield from ask(Connect(address, web.port, Deadline(min(left, web.connect_timeout))))
        except LostConnection as error:
            attempts.append(Attempt(address, error.code))
            continue
        attempts.append(Attempt(address))
        response = yield from _converse(host, web, deadline)
        yield from ask(Close())
        return _read(host, response, tuple(attempts))
    fault = FetchFault.CONNECT if deadline.left(web.clock()) else FetchFault.TIMEOUT
    return Fetched(host, problem=FetchProblem(fault), attempts=tuple(attempts))


def policy_addresses(host: str, web: Web) -> Steps[tuple[str, ...] | FetchProblem]:
    """The addresses in the order of the families; a failed lookup matters only if there are none."""
    found: list[str] = []
    failed = DnsStatus.OK
    for family in web.families:
        answer = yield from web.resolver.query(host, _TYPES[family], dnssec=False)
        found += [record.data.address for record in answer.records if isinstance(record.data, AddressData)]
        if answer.failure is not None and not answer.status.absent:
            failed = answer.status
    if found:
        return tuple(found[:MAX_ADDRESSES])
    if failed is not DnsStatus.OK:
        return FetchProblem(FetchFault.LOOKUP, failed.value)
    return FetchProblem(FetchFault.NO_ADDRESS)


def _converse(host: str, web: Web, deadline: Deadline) -> Steps[HttpResponse | FetchProblem]:
    """TLS, a look at the certificate, and the request; the connection stays open."""
    verifier = WebVerifier(host, web.store, web.now)
    engine = Engine(https_config(host), verifier, web.emit, web.random_bytes)
    stream = TlsStream(PlainStream(web.emit), engine, web.emit)
    try:
        yield from stream.handshake(deadline)
        if problem := _certificate_problem(engine):
            yield from stream.shutdown(deadline)
            return problem
        exchange = HttpExchange(host, PATH)
        yield from stream.send(exchange.request, deadline)
        result: HttpResponse | HttpFault | None = None
        while result is None:
            data = yield from stream.receive(deadline)
            result = exchange.feed(data) if data else exchange.end(clean=engine.closed)
    except TimedOut:
        return FetchProblem(FetchFault.TIMEOUT, "in TLS" if engine.busy else "in HTTP")
    except TlsFailure as error:
        unreadable = error.__cause__
        reason = unreadable.reason if isinstance(unreadable, CredentialError) else error.reason
        return FetchProblem(FetchFault.TLS, str(reason))
    except LostConnection:
        if engine.connection_info is None:
            return FetchProblem(FetchFault.TLS, "lost connection")
        result = HttpFault.INCOMPLETE
    yield from stream.shutdown(deadline)
    return FetchProblem(FetchFault.HTTP, http=result) if isinstance(result, HttpFault) else result


def _certificate_problem(engine: Engine) -> FetchProblem | None:
    """What is wrong with the policy host's certificate."""
    verdict = engine.verified.verdict if engine.verified else _NOTHING_SHOWN
    error = verdict.error
    if verdict.good:
        return None
    if error is None:
        return FetchProblem(FetchFault.CERTIFICATE, text(X509VErr.UNSPECIFIED))
    fault = FetchFault.NAME if error.code == X509VErr.HOSTNAME_MISMATCH else FetchFault.CERTIFICATE
    return FetchProblem(fault, text(error.code), error=error)


def _read(host: str, response: HttpResponse | FetchProblem, attempts: tuple[Attempt, ...]) -> Fetched:
    """What the response says."""
    if isinstance(response, FetchProblem):
        return Fetched(host, problem=response, attempts=attempts)
    reading = read_response(response.status, response.content_type, response.body)
    problem = reading.problem
    if problem is not None and problem.fault is PolicyFault.REDIRECT:
        problem = PolicyProblem(problem.fault, 0, shown(response.location.encode("latin-1")))
    return Fetched(host, reading.policy, problem, attempts, response)
