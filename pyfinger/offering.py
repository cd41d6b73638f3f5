"""What to offer a server: `-p`, `-g`, main.cf and the level become an `Offer`.

Every word that makes no sense is told; most of them end the session, as they
do in Postfix, which evaluates them only now.
"""

from __future__ import annotations

from pyfinger.errors import UsageError
from pyfinger.events import (
    CipherListChosen,
    CipherListRefused,
    GradeInvalid,
    GroupsRefused,
    HandshakeFailed,
    ProtocolBoundRefused,
    ProtocolListInvalid,
    TlsProblem,
)
from pyfinger.model import Level, Peer
from pyfinger.options import GRADES, Config, Options
from pyfinger.run import Run
from pyfinger.tls.cipherlist import evaluate
from pyfinger.tls.key_exchange import available
from pyfinger.tls.names import TLS13, Group
from pyfinger.tls.profile import (
    OPENSSL_GROUPS,
    Offer,
    Protocols,
    make_offer,
    parse_groups,
    parse_protocols,
    with_options,
)
from pyfinger.tls.reasons import failure
from pyfinger.tls.suites import Suite

_SSL3 = 0x0300


def offer_for(run: Run, peer: Peer, asked: Level, level: Level) -> Offer | None:
    """The offer for one server; None if the session cannot begin (events have told why).

    `asked` is the policy's level, which excludes cipher suites; `level` what is
    left of it once all TLSA records proved unusable.
    """
    protocols = _protocols(run, peer)
    if protocols is None:
        return None
    suites = _suites(run, peer, asked)
    if suites is None:
        return None
    offer = make_offer(protocols, suites, _groups(run), 1 if level.must_match else 0)
    if offer is None:
        _fail(run, peer, "no protocols available")
    elif offer.highest == TLS13 and not offer.shared_groups:
        _fail(run, peer, "no suitable groups")
    else:
        return with_options(
            offer, run.options.config.tls_ssl_options, run.options.config.tls_disable_workarounds
        )
    return None


def cipher_text(options: Options, asked: Level) -> str:
    """The cipher string of a grade, with what the level excludes; the grade must exist."""
    listed = getattr(options.config, GRADES[options.grade.lower()])
    return f"{listed}:{'!aNULL' if asked.must_match else '!eNULL'}"


def _fail(run: Run, peer: Peer, reason: str) -> None:
    error = failure(reason)
    run.emit(HandshakeFailed(peer, -1))
    run.emit(TlsProblem(error.code, error.reason))


def _protocols(run: Run, peer: Peer) -> Protocols | None:
    parsed = parse_protocols(run.options.protocols)
    if parsed is None:
        run.emit(ProtocolListInvalid(peer, run.options.protocols))
        return None
    floor, ceiling = parsed.floor, parsed.ceiling
    if floor and not _SSL3 <= floor <= TLS13:
        run.emit(ProtocolBoundRefused(peer, "minimum", floor))
        floor = 0
    if ceiling and not _SSL3 <= ceiling <= TLS13:
        run.emit(ProtocolBoundRefused(peer, "maximum", ceiling))
        ceiling = 0
    return Protocols(floor, ceiling, parsed.excluded)


def _suites(run: Run, peer: Peer, asked: Level) -> tuple[Suite, ...] | None:
    grade = run.options.grade
    if grade.lower() not in GRADES:
        run.emit(GradeInvalid(peer, grade))
        return None
    text = cipher_text(run.options, asked)
    suites = evaluate(text)
    if not suites:
        error = failure("no cipher match")
        run.emit(CipherListRefused(peer, grade))
        run.emit(TlsProblem(error.code, error.reason))
        return None
    run.emit(CipherListChosen(peer, text))
    return suites


def _groups(run: Run) -> tuple[Group, ...]:
    config, default = run.options.config, Config()
    configured = (config.tls_eecdh_auto_curves, config.tls_ffdhe_auto_groups)
    if not any(configured):
        return _computable(OPENSSL_GROUPS)
    groups = parse_groups(*configured)
    if not groups:
        run.emit(GroupsRefused("configured", blank=not "".join(configured).strip(" ,:\t")))
        groups = parse_groups(default.tls_eecdh_auto_curves, default.tls_ffdhe_auto_groups)
    return _computable(groups)


def _computable(groups: tuple[Group, ...]) -> tuple[Group, ...]:
    """The groups, if this installation can compute with all of them."""
    for group in groups:
        if not available(group.code):
            raise UsageError(f'key exchange group {group.name} needs the extra "pq" (kyber-py)')
    return groups
