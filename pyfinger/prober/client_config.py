"""What to offer a server: `-p`, `-g`, main.cf and the level become a `ClientConfig`.

Every word that makes no sense is told; most of them end the session, as they
do in Postfix, which evaluates them only now.

Our own certificates are shown with their issuers added and their keys weighed.  A
certificate that came alone is followed by those that lead to an authority of the store,
as far as there are any (ssl_add_cert_chain()); nobody asks whether that chain is
good.  What is weighed are keys and nothing else: OpenSSL 3.5.9 shows certificates with
any signature at any security level.
"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from functools import lru_cache

from pyfinger.events import (
    CipherListChosen,
    CipherListRefused,
    GradeInvalid,
    ProtocolBoundRefused,
    ProtocolListInvalid,
    TlsProblem,
)
from pyfinger.model import KeyKind, Level, OwnCredential, Peer
from pyfinger.options import GRADES, Options
from pyfinger.prober.context import Context
from pyfinger.references import Reference
from pyfinger.tls.cipherlist import CipherList, evaluate
from pyfinger.tls.config import ClientConfig, make_client_config, narrowed, with_options
from pyfinger.tls.group_list import auto_groups
from pyfinger.tls.handshake_failures import failure
from pyfinger.tls.protocols import Protocols, parse_protocols, set_bounds
from pyfinger.values import Value, replace
from pyfinger.x509.certificate import Certificate, read_certificate
from pyfinger.x509.trust_store import Store
from pyfinger.x509.verify_context import Aborted, BudgetSpent, VerifyContext, VerifyParams

_DEPTH = 100  # of a store's parameters
_NO_KEY = -1  # EVP_PKEY_get_security_bits()


def client_config_for(context: Context, peer: Peer, asked: Level, level: Level) -> ClientConfig | None:
    """The offer for one server; None if the session cannot begin (events have told why).

    `asked` is the policy's level, which excludes cipher suites; `level` what is
    left of it once all TLSA records proved unusable.  What is missing in the
    offer ends the session later, when the hello is made.
    """
    parsed = parse_protocols(context.options.protocols)
    if parsed is None:
        context.emit(ProtocolListInvalid(peer, context.options.protocols))
        return None
    text = _cipher_text(context, peer, asked)
    if text is None:
        return None
    config = context.options.config
    words = _Words(
        text,
        (config.tls_eecdh_auto_curves, config.tls_ffdhe_auto_groups),
        config.tls_ssl_options,
        config.tls_disable_workarounds,
        context.key_kinds,
        context.options.like,
    )
    return _made(_bounded(context, peer, parsed), level, words)


class _Words(Value):
    """What an offer is described by, apart from protocols."""

    ciphers: str
    groups: tuple[str, str]
    ssl_options: str
    workarounds: str
    key_kinds: frozenset[KeyKind]
    like: Reference


@lru_cache(maxsize=16)
def _made(protocols: Protocols, level: Level, words: _Words) -> ClientConfig:
    groups = auto_groups(*words.groups, words.like).chosen
    made = make_client_config(protocols, at_level(evaluate(words.ciphers), level), groups)
    made = replace(made, compressed_points=words.like.compressed_points)
    if words.key_kinds:
        made = narrowed(made, words.key_kinds)
    return with_options(made, words.ssl_options, words.workarounds)


def cipher_text(options: Options, asked: Level) -> str:
    """The cipher string of a grade, with what the level excludes; the grade must exist."""
    listed = getattr(options.config, GRADES[options.grade.lower()])
    return f"{listed}:{'!aNULL' if asked.must_match else '!eNULL'}"


def at_level(ciphers: CipherList, level: Level) -> CipherList:
    """The list as Postfix uses it: where the server has to prove itself, at security level 1."""
    if not level.must_match:
        return ciphers
    return replace(ciphers, security=replace(ciphers.security, level=1))


def _bounded(context: Context, peer: Peer, parsed: Protocols) -> Protocols:
    """The protocols within the bounds OpenSSL takes; the others are told."""
    bounds = set_bounds(parsed)
    if bounds.refused_floor is not None:
        context.emit(ProtocolBoundRefused(peer, "minimum", bounds.refused_floor))
    if bounds.refused_ceiling is not None:
        context.emit(ProtocolBoundRefused(peer, "maximum", bounds.refused_ceiling))
    return bounds.protocols


def _cipher_text(context: Context, peer: Peer, asked: Level) -> str | None:
    """The cipher string; None if there is no such grade, or it is refused, which is told."""
    grade = context.options.grade
    if grade.lower() not in GRADES:
        context.emit(GradeInvalid(peer, grade))
        return None
    text = cipher_text(context.options, asked)
    ciphers = evaluate(text)
    if ciphers.errors:
        context.emit(CipherListRefused(peer, grade))
        for error in map(failure, ciphers.errors):
            context.emit(TlsProblem(error.code, error.reason))
        return None
    context.emit(CipherListChosen(peer, text))
    return text


def as_shown(credential: OwnCredential, store: Store, now: int) -> OwnCredential:
    """With all certificates that a server will see; `now` in seconds since 1970."""
    chain: Sequence[Certificate] = [read_certificate(one)[0] for one in credential.certificates]
    if len(chain) == 1:
        chain = _with_issuers(chain[0], store, now)
    return replace(
        credential,
        certificates=tuple(one.der for one in chain),
        strengths=tuple(one.key.strength if one.key else _NO_KEY for one in chain),
    )


def _with_issuers(leaf: Certificate, store: Store, now: int) -> Sequence[Certificate]:
    from pyfinger.x509.build_chain import build_chain

    params = VerifyParams(now, depth=_DEPTH, purpose=None)
    context = VerifyContext(leaf, (), store, params)
    with suppress(Aborted, BudgetSpent):  # as much of a chain as there is
        build_chain(context)
    return context.certificates
