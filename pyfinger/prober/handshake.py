"""From an open connection to a judged TLS session: the handshake, and what to say of it."""

from __future__ import annotations

import errno
from collections.abc import Iterator
from dataclasses import dataclass, replace

from pyfinger.errors import CredentialError, LostConnection, TimedOut
from pyfinger.events import (
    AuthorityMatched,
    ChainPresented,
    CredentialUnreadable,
    Event,
    HandshakeFailed,
    NothingToOffer,
    PeernameMatched,
    ServernameChosen,
    ServernameTooLong,
    SessionReused,
    StepBegan,
    TlsEstablished,
    TlsProblem,
    TlsStarting,
    UntrustedReused,
    VerificationFailed,
)
from pyfinger.model import HOSTNAME_MISMATCH, Level, Peer, Policy, Secured, Trust, Verdict
from pyfinger.prober.certificate_info import exhibit
from pyfinger.prober.client_config import cipher_text, offer_for
from pyfinger.prober.context import Run
from pyfinger.prober.own_chain import as_shown
from pyfinger.prober.session_cache import Recall, Remembered, Terms, session_key
from pyfinger.prober.verifier import Judge, judge_for
from pyfinger.resolve.idn import name_to_ask
from pyfinger.steps import Deadline, Steps, Stream
from pyfinger.tls.engine import Engine, Resumption
from pyfinger.tls.reasons import OfferFailure, TlsFailure
from pyfinger.tls.sessions import SavedSession
from pyfinger.tls.stream import TlsStream

_MAX_SERVERNAME = 255


@dataclass(frozen=True, slots=True)
class Leg:
    """The server a session is with, and what it has to prove."""

    peer: Peer
    nexthop: str
    policy: Policy
    server_name: str = ""  # as its EHLO reply has it


@dataclass(frozen=True, slots=True)
class TlsSession:
    """An established TLS session; `chain` is None if no certificates were shown."""

    stream: TlsStream
    secured: Secured
    chain: ChainPresented | None


def secure(run: Run, leg: Leg, outer: Stream) -> Steps[TlsSession | None]:
    """Handshake and judge; None if no TLS session came of it (events have told why)."""
    run.emit(StepBegan("TLS", run.options.command_timeout))
    run.emit(TlsStarting(leg.peer))
    judge = judge_for(run, leg.peer, leg.nexthop, leg.policy)
    offer = offer_for(run, leg.peer, leg.policy.level, judge.level)
    if offer is None:
        return None
    name = _servername(run, leg)
    judge.take_names()
    if not _fits_servername(run, leg.peer, name):
        return None
    judge.tell_records()
    services = run.services
    now = int(services.now().timestamp())
    credentials = tuple(as_shown(one, services.trust.store, now) for one in services.credentials)
    offer = replace(offer, raw_keys=judge.wants_raw_keys, servername=_octets(name), credentials=credentials)
    recall = _recall(run, leg, judge, offer.servername)
    remembered = recall.look() if recall else None
    resumption = _resumption(run, judge, recall, remembered)
    engine = Engine(offer, judge, run.emit, run.services.random_bytes, resumption)
    stream = TlsStream(outer, engine, run.emit)
    if not (yield from _handshake(run, leg.peer, stream)) or engine.secured is None:
        if recall:
            recall.forget()
        return None
    if engine.secured.resumed and remembered:
        judge.verdict = remembered.verdict
        run.emit(SessionReused(leg.peer))
    return TlsSession(stream, engine.secured, tell(run, leg.peer, judge, engine.secured))


def _recall(run: Run, leg: Leg, judge: Judge, servername: bytes) -> Recall | None:
    """The session cache for this handshake, if sessions are to be resumed."""
    if run.sessions is None:
        return None
    options = run.options
    terms = Terms(
        server_name=leg.server_name,
        protocols=options.protocols,
        ciphers=cipher_text(options, leg.policy.level),
        raw_keys=options.raw_public_keys,
        forced_failure=judge.must_fail,
        must_match=judge.level.must_match,
        records=judge.records,
        servername=servername,
    )
    return Recall(run.sessions, session_key(leg.peer, terms), run.services.clock, run.emit)


def _resumption(
    run: Run, judge: Judge, recall: Recall | None, remembered: Remembered | None
) -> Resumption | None:
    if recall is None:
        return None

    def save(session: SavedSession) -> None:
        recall.save(session, judge.verdict)

    return Resumption(run.services.clock, save, remembered.session if remembered else None)


def _servername(run: Run, leg: Leg) -> str:
    """The SNI name, empty for none (RFC 7672 section 8.1, tls_auth_enable()).

    Where there is no ASCII form of it, it is sent as it is.
    """
    name = run.options.servername
    name = {"hostname": leg.peer.host, "nexthop": leg.nexthop}.get(name, name)
    if name:
        name = name_to_ask(name, run.emit, run.convert, for_match=True) or name
    return leg.policy.base_domain if leg.policy.level.uses_dane else name


def _fits_servername(run: Run, peer: Peer, name: str) -> bool:
    """Whether the name can be sent, which is told."""
    if len(_octets(name)) > _MAX_SERVERNAME:
        run.emit(ServernameTooLong(peer, name))
        return False
    if name:
        run.emit(ServernameChosen(peer, name))
    return True


def _octets(name: str) -> bytes:
    return name.encode("utf-8", "surrogateescape")


def _handshake(run: Run, peer: Peer, stream: TlsStream) -> Steps[bool]:
    try:
        yield from stream.handshake(Deadline(run.options.command_timeout))
    except TlsFailure as error:
        if isinstance(error, OfferFailure):
            run.emit(NothingToOffer(peer, error.reason))
        run.emit(HandshakeFailed(peer, -1))
        for problem in error.queue:
            run.emit(TlsProblem(problem.code, problem.reason, problem.data))
        if isinstance(error.__cause__, CredentialError):
            run.emit(CredentialUnreadable(peer, error.__cause__.place, error.__cause__.reason))
    except TimedOut:
        run.emit(HandshakeFailed(peer, errno.ETIMEDOUT))
    except LostConnection as error:
        run.emit(HandshakeFailed(peer, error.code))
    else:
        return True
    return False


def tell(run: Run, peer: Peer, judge: Judge, secured: Secured) -> ChainPresented | None:
    """Tell what was shown and what the verdict is, in Postfix's order; the chain for `-C`."""
    verdict = judge.verdict
    shown = exhibit(secured.credential, judge.digest, judge.certificates)
    judge.conclude(resumed=secured.resumed)
    findings = _findings(peer, judge, secured) if secured.credential else ()
    for event in shown.events(peer, findings, verdict.peername):
        run.emit(event)
    run.emit(TlsEstablished(peer, trust(judge.level, verdict, secured), secured))
    return shown.chain


def _findings(peer: Peer, judge: Judge, secured: Secured) -> Iterator[Event]:
    """What matched, or else why nothing did; of a resumed session only that nothing did."""
    verdict, raw_key = judge.verdict, bool(secured.credential.raw_key)
    if verdict.error is not None:
        if secured.resumed:
            yield UntrustedReused(peer, judge.asked, raw_key)
        else:
            yield VerificationFailed(peer, judge.asked, verdict.error)
    # Of DANE with nothing but unusable records is left what demands no match: verify_x509().
    if verdict.error is not None or secured.resumed or not judge.level.must_match:
        return
    if verdict.peername:
        yield PeernameMatched(peer, verdict.peername)
    if verdict.authority is not None:
        yield AuthorityMatched(peer, judge.level, verdict.authority, raw_key)


def trust(level: Level, verdict: Verdict, secured: Secured) -> Trust:
    """The first word of the summary line (tls_client_start() of Postfix)."""
    if not secured.credential:
        return Trust.ANONYMOUS
    if verdict.good:
        return Trust.VERIFIED if level.must_match and level is not Level.HALF_DANE else Trust.TRUSTED
    if verdict.error is not None and verdict.error.code == HOSTNAME_MISMATCH and level.must_match:
        return Trust.TRUSTED
    return Trust.UNTRUSTED
