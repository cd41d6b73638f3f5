"""A credential judged as if a server had shown it (`--certificate`).

The same steps as in `handshake`, in the same order, with the same events: what has to be proved,
what would be offered, the verdict, and what matched.  What is missing is what only a server can
do: answer, choose a protocol, and sign.  A key that no client would ask for is told apart, since
its handshake would not come about.
"""

from __future__ import annotations

from collections.abc import Sequence

from pyfinger.errors import CredentialError, UsageError
from pyfinger.events import HandshakeFailed
from pyfinger.events.given import (
    CredentialGiven,
    CredentialMissing,
    CredentialUnasked,
    GivenJudged,
)
from pyfinger.model import ConnectionInfo, Credential, Hop, Peer, PublicKey, Verified
from pyfinger.model.given import Given, GivenCredential
from pyfinger.prober.context import Context, Target
from pyfinger.prober.handshake import (
    chain_shown,
    prepare_handshake,
    proof,
    tell_failure,
    trust,
    verifier_for,
)
from pyfinger.prober.verifier import Verifier
from pyfinger.tls.codepoints import TLS12
from pyfinger.tls.config import ClientConfig
from pyfinger.tls.engine import check_offer
from pyfinger.tls.handshake_failures import TlsFailure
from pyfinger.tls.server_certificate import (
    ECDSA_KINDS,
    check_for_signing,
    check_kind,
    credential_failure,
)
from pyfinger.tls.signature_schemes import SCHEMES


def refuse_unclear(given: Given, destination: str, hosts: Sequence[str]) -> None:
    """`UsageError` if it cannot be told which host something is given for, or nothing is for any."""
    names = ", ".join(dict.fromkeys(host.lower() for host in hosts))
    if given.offline and not any(map(given.credentials_of, hosts)):
        raise UsageError(f"--offline: no certificate is given for any host of {destination}: {names}")
    if given.nameless(hosts):
        raise UsageError(f"--records: TLSA data without a name, and {destination} has several hosts: {names}")


def has_credential(context: Context, hop: Hop) -> bool:
    """Whether there is something to judge a server by, which is told if not."""
    given = context.options.given
    if given is not None and given.credentials_of(hop.host):
        return True
    context.emit(CredentialMissing(hop.peer))
    return False


def judge_given(context: Context, target: Target) -> None:
    """Judge what is given for one server; `UsageError` if that is more than one credential."""
    given, host = context.options.given, target.peer.host
    found = given.credentials_of(host) if given is not None else ()
    if len(found) != 1:
        several = ", ".join(each.source for each in found)
        raise UsageError(
            f"--certificate: a server shows one at a time, and for {host} there are {len(found)} ({several});"
            " pyfinger-check takes all of them"
        )
    judge_credential(context, target, found[0])


def judge_credential(context: Context, target: Target, given: GivenCredential) -> None:
    """Tell what comes of one credential."""
    peer, emit = target.peer, context.emit
    emit(CredentialGiven(peer, given.source, len(given.certificates)))
    prepared = prepare_handshake(context, target)
    if prepared is None:
        return
    authentication, config = prepared
    if given.raw_key and not config.raw_keys:
        _unasked(context, peer, "no raw public key is asked for: only -x does, or TLSA records 3 1 x alone")
        return
    try:
        check_offer(config)
        verified = _verified(verifier_for(context, peer, authentication), given)
        key = verified.key.public
        if not _can_sign(config, key):
            _unasked(
                context, peer, f"no signature algorithm offered fits a key {key.kind} {key.curve or key.bits}"
            )
            return
        if max(config.versions) <= TLS12 and key.kind in ECDSA_KINDS:
            check_for_signing(verified.key)
    except TlsFailure as error:
        tell_failure(error, peer, emit)
        return
    info = ConnectionInfo(0, "", 0, "", 0, 0, _credential(given))
    for event in proof(peer, authentication, info, verified):
        emit(event)
    emit(
        GivenJudged(
            peer, trust(authentication.level, verified.verdict, info), given.source, bool(given.raw_key)
        )
    )
    if (chain := chain_shown(verified)) is not None:
        emit(chain)


def _credential(given: GivenCredential) -> Credential:
    return Credential(given.certificates, given.raw_key)


def _verified(verifier: Verifier, given: GivenCredential) -> Verified:
    """As the TLS engine has it verified; `TlsFailure`."""
    try:
        verified = verifier(_credential(given))
    except CredentialError as error:
        raise credential_failure(error) from error
    check_kind(verified.key)
    return verified


def _unasked(context: Context, peer: Peer, reason: str) -> None:
    context.emit(CredentialUnasked(peer, reason))
    context.emit(HandshakeFailed(peer, -1))


def _can_sign(config: ClientConfig, key: PublicKey) -> bool:
    """Whether a server with this key can sign in any way that is offered (RFC 8446 section 4.2.3).

    TLS 1.3 and Suite B tie schemes to curves.
    """
    untied = config.versions[-1] <= TLS12 and config.security.suite_b is None
    fitting = (SCHEMES[code] for code in config.schemes if SCHEMES[code].kind == key.kind)
    return any(untied or scheme.curve in ("", key.curve) for scheme in fitting)
