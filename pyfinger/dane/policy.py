"""What one address has to prove: security level, MX security, `-M` and TLSA records.

The only place that decides it.  Each address gets a fresh policy: nothing of
one address's decision carries over to the next.  The rules are Postfix's (in
the spirit of RFC 7672 section 2.2): without TLSA records even `dane-only`
connects, and then trusts nothing but configured CAs.

Fingerprints are TLSA records of the private-use matching type 255: a fingerprint
argument does not say whether it is a certificate's digest or a public key's, so it
becomes a record of each kind, compared like any other.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from pyfinger.dane.digests import MatchingType, Selector, Usage
from pyfinger.dane.lookup import TlsaAnswer
from pyfinger.events import Emit, FingerprintAccepted, FingerprintMalformed, LevelDecided
from pyfinger.model import Exchange, Level, Policy, TlsaRecord, TlsaStatus
from pyfinger.values import Value

_AS_ASKED = None

# -M if the MX (or SRV) records are insecure, else None; and what the TLSA lookup
# found, None without one.  (After an ERROR the address is not used.)
_LEVELS: dict[tuple[Level | None, TlsaStatus | None], Level | None] = {
    (None, TlsaStatus.USABLE): _AS_ASKED,
    (None, TlsaStatus.UNUSABLE): Level.SECURE,
    (None, TlsaStatus.NONE): Level.SECURE,
    (Level.DANE, TlsaStatus.USABLE): Level.HALF_DANE,
    (Level.DANE, TlsaStatus.UNUSABLE): Level.SECURE,
    (Level.DANE, TlsaStatus.NONE): Level.SECURE,
    (Level.ENCRYPT, TlsaStatus.USABLE): Level.ENCRYPT,
    (Level.ENCRYPT, TlsaStatus.UNUSABLE): Level.SECURE,
    (Level.ENCRYPT, TlsaStatus.NONE): Level.SECURE,
    (Level.MAY, None): Level.MAY,
}

# Where match arguments mean something, and what they are if there are none.
_DEFAULT_MATCH: dict[Level, tuple[str, ...]] = {
    Level.FINGERPRINT: (),
    Level.VERIFY: ("hostname",),
    Level.SECURE: ("nexthop", "dot-nexthop"),
}


MAX_LENGTH = 192  # characters: 64 bytes, each "xx:"
_PAIRS = re.compile(r"(?:[0-9A-Fa-f]{2}:?)*(?<!:)")


class RequestedPolicy(Value):
    """What the user asked for."""

    level: Level  # -l; on reconnecting, the level of the session before
    insecure_mx_level: Level = Level.DANE  # -M: MAY, ENCRYPT or DANE
    match: tuple[str, ...] = ()  # match arguments


class Decision(Value):
    """What became of it.

    `policy` is None if the address must not be used (its TLSA lookup failed);
    `event` is None then, if the level is not one of DANE's, and for a
    unix-domain socket, of which there is nothing to say.
    """

    policy: Policy | None
    event: LevelDecided | None = None


def needs_tlsa(demand: RequestedPolicy, exchange: Exchange | None) -> bool:
    """Whether to look up TLSA records: not if they could not raise the level anyway."""
    return demand.level.uses_dane and _ceiling(demand, exchange) is not Level.MAY


def decide(demand: RequestedPolicy, exchange: Exchange | None, tlsa: TlsaAnswer | None) -> Decision:
    """The policy for one address; `tlsa` is None if there was no lookup."""
    ceiling = _ceiling(demand, exchange)
    if not demand.level.uses_dane:
        return Decision(_plain_policy(demand.level, demand))
    if tlsa is None and ceiling is None:  # a unix-domain socket
        return Decision(_plain_policy(Level.SECURE, demand))
    status = tlsa.status if tlsa else None
    if status is TlsaStatus.ERROR:
        return Decision(None)
    level = _LEVELS[ceiling, status] or demand.level
    event = LevelDecided(
        requested=demand.level,
        level=level,
        tlsa=status,
        exchange_secure=exchange is None or exchange.secure,
        records=tlsa.records if tlsa else (),
    )
    if tlsa and level.uses_dane:
        return Decision(_dane_policy(level, exchange, tlsa), event)
    return Decision(_plain_policy(level, demand), event)


def _ceiling(demand: RequestedPolicy, exchange: Exchange | None) -> Level | None:
    """The `-M` level where it applies: the MX records may be forged."""
    return None if exchange is None or exchange.secure else demand.insecure_mx_level


def _plain_policy(level: Level, demand: RequestedPolicy) -> Policy:
    if level not in _DEFAULT_MATCH:
        return Policy(level)
    return Policy(level, demand.match or _DEFAULT_MATCH[level])


def _dane_policy(level: Level, exchange: Exchange | None, tlsa: TlsaAnswer) -> Policy:
    """Names are those of the service, whatever the match arguments (RFC 7672 section 3.2.2)."""
    names = (tlsa.base_domain, *exchange_names(exchange))
    return Policy(level, names, tlsa.records, tlsa.base_domain)


def exchange_names(exchange: Exchange | None) -> tuple[str, ...]:
    """The names of the service that a certificate may have, besides the TLSA base domain."""
    if exchange is None:
        return ()
    if exchange.owner.lower() == exchange.qname.lower():
        return (exchange.qname,)
    return exchange.owner, exchange.qname


def parse_fingerprint(text: str) -> bytes | None:
    """The digest in `text`: pairs of hexadecimal digits, a colon between any two or not.

    None if it is malformed; an empty text is an empty digest.
    """
    if len(text) > MAX_LENGTH or not _PAIRS.fullmatch(text):
        return None
    return bytes.fromhex(text.replace(":", ""))


def read_fingerprints(
    values: Iterable[str], emit: Emit, *, keys_only: bool = False
) -> tuple[TlsaRecord, ...]:
    """The records for fingerprint arguments; malformed ones are told and ignored.

    `keys_only`: a raw public key is expected, no certificate (`-x`).
    """
    selectors = (Selector.SPKI,) if keys_only else (Selector.CERT, Selector.SPKI)
    records: list[TlsaRecord] = []
    for value in values:
        data = parse_fingerprint(value)
        if data is None:
            emit(FingerprintMalformed(value))
            continue
        for selector in selectors if data else ():
            records.append(TlsaRecord(Usage.DANE_EE, selector, MatchingType.PRIV_MATCH, data))
            emit(FingerprintAccepted(records[-1]))
    return tuple(records)
