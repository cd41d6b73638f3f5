"""What to offer a server: `-p`, `-g`, main.cf and the level become an `Offer`.

Every word that makes no sense is told; most of them end the session, as they
do in Postfix, which evaluates them only now.
"""

from __future__ import annotations

from dataclasses import replace

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
from pyfinger.tls.cipherlist import CipherList, evaluate
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
from pyfinger.tls.security import Security
from pyfinger.tls.suites import suites

_SSL3 = 0x0300


def offer_for(run: Run, peer: Peer, asked: Level, level: Level) -> Offer | None:
    """The offer for one server; None if the session cannot begin (events have told why).

    `asked` is the policy's level, which excludes cipher suites; `level` what is
    left of it once all TLSA records proved unusable.
    """
    protocols = _protocols(run, peer)
    if protocols is None:
        return None
    ciphers = _ciphers(run, peer, asked)
    if ciphers is None:
        return None
    offer = make_offer(protocols, at_level(ciphers, level), _groups(run))
    if offer is None:
        _fail(run, peer, "no protocols available")
    elif not any(suites()[code].fits(offer.highest) for code in offer.suites):
        _fail(run, peer, "no ciphers available", "No ciphers enabled for max supported SSL/TLS version")
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


def at_level(ciphers: CipherList, level: Level) -> CipherList:
    """The list as Postfix uses it: where the server has to prove itself, at security level 1."""
    if not level.must_match:
        return ciphers
    return replace(ciphers, security=replace(ciphers.security, level=1))


def security_of(options: Options, asked: Level, level: Level) -> Security:
    """The security of a session; the grade must exist."""
    return at_level(evaluate(cipher_text(options, asked)), level).security


def _fail(run: Run, peer: Peer, reason: str, data: str = "") -> None:
    error = failure(reason)
    run.emit(HandshakeFailed(peer, -1))
    run.emit(TlsProblem(error.code, error.reason, data))


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


def _ciphers(run: Run, peer: Peer, asked: Level) -> CipherList | None:
    grade = run.options.grade
    if grade.lower() not in GRADES:
        run.emit(GradeInvalid(peer, grade))
        return None
    text = cipher_text(run.options, asked)
    ciphers = evaluate(text)
    if ciphers.errors:
        run.emit(CipherListRefused(peer, grade))
        for error in map(failure, ciphers.errors):
            run.emit(TlsProblem(error.code, error.reason))
        return None
    run.emit(CipherListChosen(peer, text))
    return ciphers


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
