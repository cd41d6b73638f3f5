"""One probe: find a route, connect to the first address that answers, talk, look.

Everything below this module knows nothing of its neighbours; here they meet.
Nothing here knows a socket or prints a line: input and output are requests to
a driver (`pyfinger.steps`), and what happens is reported as events.
"""

from __future__ import annotations

import errno
from itertools import count

from pyfinger.dane.digests import digest, parse_digests
from pyfinger.dane.lookup import TlsaCache, tlsa_lookup
from pyfinger.dane.policy import Decision, RequestedPolicy, decide, needs_tlsa, read_fingerprints
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
from pyfinger.options import Options, Validation
from pyfinger.prober.context import Context, Dependencies, Target
from pyfinger.prober.session import Session
from pyfinger.prober.session_cache import why_stop
from pyfinger.resolve.destination import parse_destination
from pyfinger.resolve.dns_resolver import DnsResolver
from pyfinger.resolve.hosts import Tools
from pyfinger.resolve.route import find_route
from pyfinger.smtp import SmtpStopped
from pyfinger.steps import Close, Connect, Deadline, Resolver, Sleep, Steps, ask
from pyfinger.tls.sessions import SessionCache
from pyfinger.values import replace

MAX_SOCKET_PATH = 107  # bytes: sun_path of Linux and a null byte (unix(7))


def probe(options: Options, dependencies: Dependencies, emit: Emit) -> Steps[int]:
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
    context = prepare(options, dependencies, emit)
    resolver = name_resolver(options, dependencies, emit)
    context, route = yield from find(context, resolver)
    status = (yield from passes(context, route, resolver)) if route is not None else 0
    emit(ProbeEnded(status))
    return status


def find(context: Context, resolver: DnsResolver) -> Steps[tuple[Context, Route | None]]:
    """Where the destination is; None if that cannot be known, which is told.

    The context has the destination's name as the log has it, which leaves LMTP's `inet:` out.
    """
    options, emit = context.options, context.emit
    destination = parse_destination(options, emit, context.convert)
    tools = Tools(options, resolver, emit, context.dependencies.rng, context.convert)
    route = yield from find_route(destination, tools)
    if not isinstance(route, Route):
        emit(RouteFailed(route))
        return context, None
    emit(RouteFound(route))
    if options.given is not None:
        from pyfinger.prober.given_credential import refuse_unclear

        refuse_unclear(options.given, options.destination, [hop.host for hop in route.hops])
    return replace(context, options=replace(options, destination=destination.typed)), route


def name_resolver(options: Options, dependencies: Dependencies, emit: Emit) -> DnsResolver:
    """What asks the name servers, with our own validation if that is wanted."""
    own = None
    if options.validation is not Validation.RESOLVER:
        from pyfinger.dnssec.anchors import root_anchors
        from pyfinger.dnssec.validator import Validator
        from pyfinger.resolve.validation import OwnValidation

        def now() -> float:
            return dependencies.now().timestamp()

        anchors = dependencies.trust.dnssec or root_anchors()
        memory = dependencies.dnssec_memory
        decides = options.validation is Validation.OWN
        own = OwnValidation(
            lambda fetch: Validator(anchors, fetch, now, memory=memory), emit, now, decides=decides
        )
    explain, bare_ad = options.explain_lookups, dependencies.bare_ad
    resolver = DnsResolver(emit, options.config, own, explain=explain, bare_ad=bare_ad)
    if options.given is not None:
        from pyfinger.resolve.given_records import GivenAnswers

        resolver.take(GivenAnswers(options.given, emit))
    return resolver


def passes(context: Context, route: Route, resolver: Resolver) -> Steps[int]:
    """One session, and with `-r` more of them with the same server; the exit status."""
    options, left = context.options, context.options.reconnect_limit
    for number in count(1):
        context.emit(SessionBegan(number))
        found = yield from connect_first(context, route, resolver)
        if found is None:
            return 0
        hop, policy = found
        target = Target(hop.peer, route.nexthop, policy)
        if options.given is not None and options.given.decides(hop.host):
            from pyfinger.prober.given_credential import judge_given

            judge_given(context, target)
            return 0
        ended = yield from converse(context, target, first=number == 1)
        yield from ask(Close())
        context.emit(Disconnected())
        if ended is not None:
            return int(ended.fatal)
        if options.reconnect_delay <= 0 or context.sessions is None:
            break
        if why := why_stop(context.sessions, left):
            context.emit(ReconnectingDone(why))
            break
        left -= 1
        context.emit(Reconnecting(options.reconnect_delay))
        yield from ask(Sleep(options.reconnect_delay))
        context, route = replace(context, options=replace(options, level=policy.level)), route.pinned(hop)
    return 0


def prepare(options: Options, dependencies: Dependencies, emit: Emit) -> Context:
    """Evaluate what needs no network: digests and fingerprints."""
    private = digest(options.digest)
    digest_agility, remarks = parse_digests(options.config.tls_dane_digests, private)
    fingerprints: tuple[TlsaRecord, ...] = ()
    if options.level is not Level.NONE:
        for remark in remarks:
            emit(remark)
    if options.level is Level.FINGERPRINT:
        fingerprints = read_fingerprints(options.match, emit, keys_only=options.raw_public_keys)
    return Context(
        options,
        dependencies,
        emit,
        digest_agility,
        tlsa=TlsaCache(dependencies.clock),
        sessions=SessionCache() if options.reconnect_delay >= 0 else None,
        fingerprints=fingerprints,
    )


def connect_first(context: Context, route: Route, resolver: Resolver) -> Steps[tuple[Hop, Policy] | None]:
    """Try the addresses in order; the first that accepts, and what it has to prove."""
    for hop in route.hops:
        decision = yield from decide_policy(context, route, hop, resolver)
        if decision.event is not None:
            context.emit(decision.event)
        if decision.policy is None:
            context.emit(AddressSkipped(context.options.destination, hop.peer))
        elif context.options.given is not None and context.options.given.decides(hop.host):
            from pyfinger.prober.given_credential import has_credential

            if has_credential(context, hop):
                return hop, decision.policy
        elif (yield from connect(context, hop)):
            return hop, decision.policy
    return None


def decide_policy(context: Context, route: Route, hop: Hop, resolver: Resolver) -> Steps[Decision]:
    """What one address has to prove, TLSA records looked up if they matter."""
    options = context.options
    demand = RequestedPolicy(options.level, options.insecure_mx_level, options.match)
    tlsa = None
    if hop.port is not None and needs_tlsa(demand, route.exchange):
        tlsa = yield from tlsa_lookup(hop, resolver, context.tlsa, context.emit, force=options.force_tlsa)
    return decide(demand, route.exchange, tlsa)


def connect(context: Context, hop: Hop) -> Steps[bool]:
    """Open the connection to one address; False if it does not accept."""
    if hop.family is Family.UNIX and len(hop.address.encode("utf-8", "surrogateescape")) > MAX_SOCKET_PATH:
        context.emit(SocketPathTooLong(context.options.destination, hop.address))
        return False
    context.emit(Connecting(hop.peer))
    code = 0
    try:
        deadline = Deadline(context.options.connect_timeout)
        endpoints = yield from ask(Connect(hop.address, hop.port, deadline))
    except TimedOut:
        code = errno.ETIMEDOUT
    except LostConnection as error:
        code = error.code
    else:
        context.emit(Connected(hop.peer, endpoints))
        return True
    context.emit(ConnectFailed(context.options.destination, hop.peer, code))
    return False


def converse(context: Context, target: Target, *, first: bool) -> Steps[SmtpStopped | None]:
    """Hold the dialogue over the open connection; what ended it early, if anything did."""
    session = Session(context, target, first=first)
    ended = None
    try:
        yield from session.talk()
    except SmtpStopped as stopped:
        ended = stopped
    yield from session.leave()
    return ended
