"""From STARTTLS to a verified TLS session, and what is reported of it (Postfix's
tls_client_start()).
"""

from __future__ import annotations

import errno
from collections.abc import Iterator

from pyfinger.dane.digests import digest
from pyfinger.errors import CredentialError, LostConnection, TimedOut
from pyfinger.events import (
    AuthorityMatched,
    ChainPresented,
    CredentialUnreadable,
    Emit,
    Event,
    HandshakeFailed,
    HandshakeReady,
    NothingToOffer,
    PeernameMatched,
    SessionReused,
    StepBegan,
    TlsEstablished,
    TlsProblem,
    TlsStarting,
    UntrustedReused,
    VerificationFailed,
    VerificationFinished,
)
from pyfinger.model import (
    HOSTNAME_MISMATCH,
    ConnectionInfo,
    Level,
    OwnCredential,
    Peer,
    Trust,
    Verdict,
    Verified,
)
from pyfinger.prober.authentication import (
    Authentication,
    authentication_for,
    complete,
)
from pyfinger.prober.certificate_info import events_of
from pyfinger.prober.client_config import as_shown, cipher_text, client_config_for
from pyfinger.prober.context import Context, Dependencies, Target
from pyfinger.prober.session_cache import HandshakeCache, SessionKeyInputs, session_key
from pyfinger.prober.verifier import Verifier
from pyfinger.steps import Deadline, Steps, Stream
from pyfinger.tls.config import ClientConfig
from pyfinger.tls.engine import Engine, Resumption
from pyfinger.tls.handshake_failures import ConfigFailure, TlsFailure
from pyfinger.tls.stream import TlsStream
from pyfinger.values import Value, replace


class TlsSession(Value):
    """An established TLS session, and what its server proved; None if it showed nothing."""

    stream: TlsStream
    connection_info: ConnectionInfo
    verified: Verified | None


def start_tls(context: Context, target: Target, ehlo_name: str, outer: Stream) -> Steps[TlsSession | None]:
    """Handshake and verify; None if no TLS session came of it (events have said why).

    `ehlo_name` is the server's name in its EHLO reply: a part of the session's key.
    """
    context.emit(StepBegan("TLS", context.options.command_timeout))
    context.emit(TlsStarting(target.peer))
    prepared = prepare_handshake(context, target)
    if prepared is None:
        return None
    authentication, config = prepared
    cache = _cache(context, target, ehlo_name, authentication)
    engine = _engine(context, target.peer, authentication, config, cache)
    cuts = context.variant.segments if context.variant is not None else ()
    stream = TlsStream(outer, engine, context.emit, cuts)
    done = yield from _shake_hands(stream, target.peer, context.limit(), context.emit)
    if not done or engine.connection_info is None:
        if cache:
            cache.forget()
        return None
    if engine.connection_info.resumed:
        context.emit(SessionReused(target.peer))
    session = TlsSession(stream, engine.connection_info, engine.verified)
    for event in report(target.peer, authentication, session):
        context.emit(event)
    return session


def prepare_handshake(context: Context, target: Target) -> tuple[Authentication, ClientConfig] | None:
    """What the server is verified by and what is offered to it, reported in Postfix's order."""
    if context.memory is None:
        return _prepared(context, target)
    key = target.policy, target.nexthop, target.peer.host, context.key_kinds, context.variant
    return context.memory.recall(
        key, target.peer, context.emit, lambda emit: _prepared(replace(context, emit=emit), target)
    )


def _prepared(context: Context, target: Target) -> tuple[Authentication, ClientConfig] | None:
    authentication = authentication_for(context, target.policy)
    config = client_config_for(context, target.peer, authentication.asked, authentication.level)
    if config is None:
        return None
    completed = complete(context, target, authentication, config.security)
    if completed is None:
        return None
    return completed, replace(
        config,
        raw_keys=completed.wants_raw_keys,
        servername=completed.servername,
        credentials=_credentials(context.dependencies),
        variant=context.variant,
    )


def _credentials(dependencies: Dependencies) -> tuple[OwnCredential, ...]:
    """Our own as a server that asks will see them."""
    now = int(dependencies.now().timestamp())
    return tuple(as_shown(one, dependencies.trust.store, now) for one in dependencies.credentials)


def _cache(
    context: Context, target: Target, ehlo_name: str, authentication: Authentication
) -> HandshakeCache | None:
    """The session cache for this handshake, if sessions are to be resumed."""
    if context.sessions is None:
        return None
    options = context.options
    inputs = SessionKeyInputs(
        server_name=ehlo_name,
        protocols=options.protocols,
        ciphers=cipher_text(options, authentication.asked),
        raw_keys=options.raw_public_keys,
        forced_failure=authentication.must_fail,
        must_match=authentication.level.must_match,
        records=authentication.records.usable,
        servername=authentication.servername,
        library=options.like.openssl,
    )
    key = session_key(target.peer, inputs)
    most = 1 if options.like.one_ticket else None
    return HandshakeCache(context.sessions, key, context.dependencies.clock, context.emit, most)


def _engine(
    context: Context,
    peer: Peer,
    authentication: Authentication,
    config: ClientConfig,
    cache: HandshakeCache | None,
) -> Engine:
    """The TLS client for this handshake, with the session it may take up again."""
    resumption, clock = None, context.dependencies.clock
    if cache is not None:
        found = cache.look()
        resumption = Resumption(
            clock,
            cache.save,
            found.session if found else None,
            found.verified if found else None,
        )
    verifier = verifier_for(context, peer, authentication)
    if context.options.like.trace_file:
        context.emit(HandshakeReady(peer))
    return Engine(config, verifier, context.emit, context.dependencies.random_bytes, resumption)


def verifier_for(context: Context, peer: Peer, authentication: Authentication) -> Verifier:
    """What judges the server's credential."""
    fingerprints = digest(context.options.digest)
    if fingerprints is None:
        raise ValueError("TLS is off without a known digest")
    dependencies = context.dependencies
    return Verifier(
        peer,
        authentication,
        dependencies.trust.store,
        dependencies.now,
        fingerprints,
        context.emit,
        context.memory,
    )


def _shake_hands(stream: TlsStream, peer: Peer, limit: Deadline, emit: Emit) -> Steps[bool]:
    try:
        yield from stream.handshake(limit)
    except TlsFailure as error:
        tell_failure(error, peer, emit)
    except TimedOut:
        emit(HandshakeFailed(peer, errno.ETIMEDOUT))
    except LostConnection as error:
        emit(HandshakeFailed(peer, error.code))
    else:
        return True
    return False


def tell_failure(error: TlsFailure, peer: Peer, emit: Emit) -> None:
    """Why there is no TLS session, with what OpenSSL's error queue has."""
    if isinstance(error, ConfigFailure):
        emit(NothingToOffer(peer, error.reason))
    emit(HandshakeFailed(peer, -1))
    for problem in error.queue:
        emit(TlsProblem(problem.code, problem.reason, problem.data))
    if isinstance(error.__cause__, CredentialError):
        emit(CredentialUnreadable(peer, error.__cause__.place, error.__cause__.reason))


def report(peer: Peer, authentication: Authentication, session: TlsSession) -> Iterator[Event]:
    """What was shown and what the verdict is, in Postfix's order."""
    connection_info, verified = session.connection_info, session.verified
    yield from proof(peer, authentication, connection_info, verified)
    verdict = verified.verdict if verified else Verdict()
    yield TlsEstablished(peer, trust(authentication.level, verdict, connection_info), connection_info)


def proof(
    peer: Peer, authentication: Authentication, connection_info: ConnectionInfo, verified: Verified | None
) -> Iterator[Event]:
    """All of it but the summary."""
    verdict = verified.verdict if verified else Verdict()
    records = verified.records if verified and not connection_info.resumed else ()
    yield VerificationFinished(
        peer,
        authentication.level,
        verdict,
        connection_info.resumed,
        records,
        authentication.identity.names,
    )
    if verified:
        matches = _matches(peer, authentication, verdict, connection_info)
        yield from events_of(peer, verified.info, matches, verdict.peername)


def chain_of(session: TlsSession) -> ChainPresented | None:
    """The certificates as sent, for `-C`; None without any."""
    return chain_shown(session.verified)


def chain_shown(verified: Verified | None) -> ChainPresented | None:
    """The same of what was verified."""
    shown = verified.info.chain if verified else ()
    return ChainPresented(shown) if shown else None


def _matches(
    peer: Peer, authentication: Authentication, verdict: Verdict, connection_info: ConnectionInfo
) -> Iterator[Event]:
    """What matched, or else why nothing did; of a resumed session only that nothing did."""
    asked, raw_key = authentication.asked, bool(connection_info.credential.raw_key)
    if verdict.error is not None:
        if connection_info.resumed:
            yield UntrustedReused(peer, asked, raw_key)
        else:
            yield VerificationFailed(peer, asked, verdict.error)
    # Of DANE with nothing but unusable records is left what demands no match: verify_x509().
    if verdict.error is not None or connection_info.resumed or not authentication.level.must_match:
        return
    if verdict.peername:
        yield PeernameMatched(peer, verdict.peername)
    if verdict.authority is not None:
        yield AuthorityMatched(peer, authentication.level, verdict.authority, raw_key)


def trust(level: Level, verdict: Verdict, connection_info: ConnectionInfo) -> Trust:
    """The first word of the summary line (tls_client_start() of Postfix)."""
    if not connection_info.credential:
        return Trust.ANONYMOUS
    if verdict.good:
        return Trust.VERIFIED if level.must_match and level is not Level.HALF_DANE else Trust.TRUSTED
    if verdict.error is not None and verdict.error.code == HOSTNAME_MISMATCH and level.must_match:
        return Trust.TRUSTED
    return Trust.UNTRUSTED
