"""The story of a probe: find a route, connect to the first address that answers, talk, look.

Everything below this module knows nothing of its neighbours; here they meet.
Nothing here knows a socket or prints a line: input and output are requests to
a driver (`pyfinger.steps`), and what happens is told as events.
"""

from __future__ import annotations

import errno
from dataclasses import replace
from itertools import count

from pyfinger.dane.digests import digest
from pyfinger.dane.fingerprint import read_fingerprints
from pyfinger.dane.lookup import TlsaCache, tlsa_lookup
from pyfinger.dane.policy import Decision, Demand, decide, needs_tlsa
from pyfinger.dane.preferences import parse_digests
from pyfinger.errors import LostConnection, TimedOut
from pyfinger.events import (
    AddressSkipped,
    Connected,
    ConnectFailed,
    Connecting,
    Disconnected,
    Emit,
    ProbeBegan,
    ProbeEnded,
    Reconnecting,
    ReconnectingDone,
    RouteFailed,
    RouteFound,
    SessionBegan,
    SocketPathTooLong,
)
from pyfinger.model import Family, Hop, Level, Policy, Route, TlsaRecord
from pyfinger.options import Options
from pyfinger.prober.context import Run, Services
from pyfinger.prober.session import Session, Visit
from pyfinger.prober.session_cache import why_stop
from pyfinger.resolve.destination import parse_destination
from pyfinger.resolve.hosts import Tools
from pyfinger.resolve.resolver import DnsResolver
from pyfinger.resolve.route import find_route
from pyfinger.smtp import SmtpStopped
from pyfinger.steps import Close, Connect, Deadline, Resolver, Sleep, Steps, ask
from pyfinger.tls.sessions import SessionCache

__all__ = ["Services", "probe"]

MAX_SOCKET_PATH = 107  # bytes: sun_path of Linux and a null byte (unix(7))


def probe(options: Options, services: Services, emit: Emit) -> Steps[int]:
    """Probe one destination; the exit status posttls-finger would give.

    Raises `UsageError` for a destination that makes no sense.
    """
    emit(
        ProbeBegan(
            options.destination,
            options.level,
            options.insecure_mx_level,
            options.match,
            lmtp=options.lmtp,
            srv=options.srv,
            wrapper=options.wrapper,
        )
    )
    run = prepare(options, services, emit)
    explain, bare_ad = options.explain_lookups, services.bare_ad
    resolver = DnsResolver(emit, options.config, explain=explain, bare_ad=bare_ad)
    destination = parse_destination(options, emit, run.convert)
    route = yield from find_route(destination, Tools(options, resolver, emit, services.rng, run.convert))
    status = 0
    if isinstance(route, Route):
        emit(RouteFound(route))
        spelled = replace(options, destination=destination.typed)  # the log leaves LMTP's `inet:` out
        status = yield from visits(replace(run, options=spelled), route, resolver)
    else:
        emit(RouteFailed(route))
    emit(ProbeEnded(status))
    return status


def visits(run: Run, route: Route, resolver: Resolver) -> Steps[int]:
    """One session, and with `-r` more of them with the same server; the exit status."""
    options, left = run.options, run.options.reconnect_limit
    for number in count(1):
        run.emit(SessionBegan(number))
        found = yield from connect_first(run, route, resolver)
        if found is None:
            return 0
        hop, policy = found
        ended = yield from converse(run, Visit(number, route.nexthop, hop, policy))
        yield from ask(Close())
        run.emit(Disconnected())
        if ended is not None:
            return int(ended.fatal)
        if options.reconnect_delay <= 0 or run.sessions is None:
            break
        if why := why_stop(run.sessions, left):
            run.emit(ReconnectingDone(why))
            break
        left -= 1
        run.emit(Reconnecting(options.reconnect_delay))
        yield from ask(Sleep(options.reconnect_delay))
        run, route = replace(run, options=replace(options, level=policy.level)), route.pinned(hop)
    return 0


def prepare(options: Options, services: Services, emit: Emit) -> Run:
    """Evaluate what needs no network: digests and fingerprints."""
    private = digest(options.digest)
    preferences, remarks = parse_digests(options.config.tls_dane_digests, private)
    fingerprints: tuple[TlsaRecord, ...] = ()
    if options.level is not Level.NONE:
        for remark in remarks:
            emit(remark)
    if options.level is Level.FINGERPRINT:
        fingerprints = read_fingerprints(options.match, emit, keys_only=options.raw_public_keys)
    return Run(
        options,
        services,
        emit,
        preferences,
        tlsa=TlsaCache(services.clock),
        sessions=SessionCache() if options.reconnect_delay >= 0 else None,
        fingerprints=fingerprints,
    )


def connect_first(run: Run, route: Route, resolver: Resolver) -> Steps[tuple[Hop, Policy] | None]:
    """Try the addresses in order; the first that accepts, and what it has to prove."""
    for hop in route.hops:
        decision = yield from decide_policy(run, route, hop, resolver)
        if decision.event is not None:
            run.emit(decision.event)
        if decision.policy is None:
            run.emit(AddressSkipped(run.options.destination, hop.peer))
        elif (yield from connect(run, hop)):
            return hop, decision.policy
    return None


def decide_policy(run: Run, route: Route, hop: Hop, resolver: Resolver) -> Steps[Decision]:
    """What one address has to prove, TLSA records looked up if they matter."""
    options = run.options
    demand = Demand(options.level, options.insecure_mx_level, options.match)
    tlsa = None
    if hop.port is not None and needs_tlsa(demand, route.exchange):
        tlsa = yield from tlsa_lookup(hop, resolver, run.tlsa, run.emit, force=options.force_tlsa)
    return decide(demand, route.exchange, tlsa)


def connect(run: Run, hop: Hop) -> Steps[bool]:
    """Open the connection to one address; False if it does not accept."""
    if hop.family is Family.UNIX and len(hop.address.encode("utf-8", "surrogateescape")) > MAX_SOCKET_PATH:
        run.emit(SocketPathTooLong(run.options.destination, hop.address))
        return False
    run.emit(Connecting(hop.peer))
    code = 0
    try:
        deadline = Deadline(run.options.connect_timeout)
        endpoints = yield from ask(Connect(hop.address, hop.port, deadline))
    except TimedOut:
        code = errno.ETIMEDOUT
    except LostConnection as error:
        code = error.code
    else:
        run.emit(Connected(hop.peer, endpoints))
        return True
    run.emit(ConnectFailed(run.options.destination, hop.peer, code))
    return False


def converse(run: Run, visit: Visit) -> Steps[SmtpStopped | None]:
    """Hold the dialogue over the open connection; what ended it early, if anything did."""
    session = Session(run, visit)
    ended = None
    try:
        yield from session.talk()
    except SmtpStopped as stopped:
        ended = stopped
    yield from session.leave()
    return ended
