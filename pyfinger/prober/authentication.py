"""How one server has to prove itself in one handshake (tls_auth_enable() of Postfix).

Settled before the hello goes out: which TLSA records (or fingerprints, or trust
anchors) count, what is left of the level without any, which names matter, and how
strong keys and digests have to be.
"""

from __future__ import annotations

from pyfinger.dane.digests import Usage
from pyfinger.dane.usability import UsableRecords, is_decodable, usable_records
from pyfinger.events import (
    MatchNameInvalid,
    MatchNameRefused,
    MatchNamesMissing,
    ServernameChosen,
    ServernameTooLong,
    TlsaAllUnusable,
    TlsaUnusable,
)
from pyfinger.model import Level, Policy, TlsaRecord
from pyfinger.prober.context import Context, Target
from pyfinger.resolve.idn import name_to_ask
from pyfinger.tls.security import SecurityLevel
from pyfinger.values import Value, replace
from pyfinger.x509.reference_identity import (
    ANY,
    InvalidReference,
    ReferenceFault,
    ReferenceIdentity,
    reference_identity_of,
)

_MAX_SERVERNAME = 255  # octets
_NO_DEMANDS = SecurityLevel()
_RAW_KEY_LEVELS = (Level.MAY, Level.ENCRYPT, Level.FINGERPRINT)


class Authentication(Value):
    """What a server is verified by."""

    asked: Level  # the policy's level; decides whether failures are reported
    level: Level  # what is left of it
    records: UsableRecords
    sought: bool  # whether there were records at all, usable or not
    raw_keys_asked: bool = False  # -x
    security: SecurityLevel = _NO_DEMANDS
    identity: ReferenceIdentity = ANY
    servername: bytes = b""  # SNI; empty: none

    @property
    def checks_names(self) -> bool:
        """Whether a name of the certificate has to match."""
        return self.asked.must_match and self.asked is not Level.FINGERPRINT

    @property
    def must_fail(self) -> bool:
        """Whether nothing usable is left to prove the server by."""
        if self.sought and not self.records.usable:
            return self.level.must_match
        return self.checks_names and self.identity.missing

    @property
    def wants_raw_keys(self) -> bool:
        """Whether to solicit a raw public key (RFC 7250)."""
        if self.raw_keys_asked and self.asked in _RAW_KEY_LEVELS:
            return True
        return self.sought and self.records.wants_raw_keys

    @property
    def builds_chain(self) -> bool:
        """Whether a chain is verified at all: records of end entities alone decide at once (dane_verify)."""
        usable = self.records.usable
        return not usable or any(record.usage != Usage.DANE_EE for record in usable)


def authentication_for(context: Context, policy: Policy) -> Authentication:
    """What a policy comes to; how strong keys have to be, and the names, are added when they are known."""
    records = _records(context, policy)
    usable = usable_records(records, context.digest_agility, is_decodable)
    level = policy.level
    if records and not usable.usable and level in (Level.DANE, Level.HALF_DANE):
        level = Level.ENCRYPT  # RFC 7672 section 2.2: unusable records still demand TLS
    return Authentication(
        policy.level,
        level,
        usable,
        bool(records),
        context.options.raw_public_keys,
    )


def complete(
    context: Context, target: Target, authentication: Authentication, security: SecurityLevel
) -> Authentication | None:
    """With the SNI name, the names that have to match, and how strong keys have to be.

    What cannot be used is told, in Postfix's order; None if the SNI name is too long to be sent.
    """
    name = _servername(context, target)
    identity = reference_identity(context, target) if authentication.checks_names else ANY
    octets = name.encode("utf-8", "surrogateescape")
    if len(octets) > _MAX_SERVERNAME:
        context.emit(ServernameTooLong(target.peer, name))
        return None
    if name:
        context.emit(ServernameChosen(target.peer, name))
    for record in authentication.records.unusable:
        context.emit(TlsaUnusable(target.peer, record))
    if authentication.sought and not authentication.records.usable:
        context.emit(TlsaAllUnusable(target.peer, target.policy.level))
    return replace(authentication, security=security, identity=identity, servername=octets)


def _records(context: Context, policy: Policy) -> tuple[TlsaRecord, ...]:
    """What takes the place of trusted certificates: TLSA records, or what is treated like them."""
    if policy.level is Level.FINGERPRINT:
        return context.fingerprints
    return policy.tlsa if policy.level.uses_dane else context.dependencies.trust.anchors


def reference_identity(context: Context, target: Target) -> ReferenceIdentity:
    """The names to match, reporting which cannot be used (RFC 9525)."""
    emit, peer = context.emit, target.peer

    def to_ascii(name: str) -> str | None:
        return name_to_ask(name, emit, context.convert, for_match=True)

    def report(invalid: InvalidReference) -> None:
        event = MatchNameInvalid if invalid.why is ReferenceFault.INVALID else MatchNameRefused
        emit(event(peer, invalid.name))

    identity = reference_identity_of(target.policy.names, target.nexthop, peer.host, to_ascii, report)
    if identity.missing:
        emit(MatchNamesMissing(peer))
    return identity


def _servername(context: Context, target: Target) -> str:
    """The SNI name, empty for none (RFC 7672 section 8.1, tls_auth_enable()).

    Where there is no ASCII form of it, it is sent as it is.
    """
    name = context.options.servername
    name = {"hostname": target.peer.host, "nexthop": target.nexthop}.get(name, name)
    if name:
        name = name_to_ask(name, context.emit, context.convert, for_match=True) or name
    return target.policy.base_domain if target.policy.level.uses_dane else name
