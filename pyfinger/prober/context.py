"""What the parts of one probe need at hand: dependencies from outside, the server it is with."""

from __future__ import annotations

import os
import random
from collections.abc import Callable
from datetime import UTC, datetime
from functools import cache
from typing import TYPE_CHECKING

from pyfinger.dane.digests import DigestAgility
from pyfinger.dane.lookup import TlsaCache
from pyfinger.events import Emit
from pyfinger.model import KeyKind, OwnCredential, Peer, Policy, TlsaRecord
from pyfinger.options import Options
from pyfinger.prober.session_cache import CachedSession
from pyfinger.resolve.idn import Conversion, to_ascii
from pyfinger.steps import Clock, Deadline
from pyfinger.tls.hello_variant import HelloVariant
from pyfinger.tls.sessions import SessionCache
from pyfinger.values import Value
from pyfinger.x509.trust_store import EMPTY, Store

if TYPE_CHECKING:
    from pyfinger.dnssec.anchors import TrustAnchors
    from pyfinger.dnssec.validator import ValidatorMemory
    from pyfinger.prober.handshake_memory import HandshakeMemory


class TrustSources(Value):
    """What is trusted beforehand.

    With `anchors` the store is out of play (posttls-finger(1), `-A`).
    """

    store: Store = EMPTY  # -F, -P, and the system's
    anchors: tuple[TlsaRecord, ...] = ()  # -A, of levels `verify` and `secure`
    dnssec: TrustAnchors | None = None  # of our own validation of DNS; None: there is none


class Dependencies(Value):
    """Chance, time, trust and our own keys, as arguments: a replay brings its own."""

    rng: random.Random
    now: Callable[[], datetime]  # with a time zone; judges certificates
    clock: Clock  # seconds, monotonic; ages caches
    random_bytes: Callable[[int], bytes]  # for keys and nonces
    trust: TrustSources = TrustSources()
    credentials: tuple[OwnCredential, ...] = ()  # -k, -H; the last loaded is the last
    to_ascii: Callable[[str, bool], Conversion] = to_ascii  # names; true: transitional
    dnssec_memory: ValidatorMemory | None = None  # of earlier probes with our own validation
    bare_ad: bool = False  # an AD bit without signatures is believed: in replays of what was recorded so


def system_dependencies(
    clock: Clock, trust: TrustSources, credentials: tuple[OwnCredential, ...]
) -> Dependencies:
    """Real chance and time: whoever wants a probe to be repeatable brings other ones."""
    return Dependencies(
        rng=_chance(),
        now=lambda: datetime.now(UTC),
        clock=clock,
        random_bytes=os.urandom,
        trust=trust,
        credentials=credentials,
    )


@cache
def _chance() -> random.Random:
    """One for all probes: seeding takes longer than all that is asked of it."""
    return random.Random()


class Context(Value):
    """One probe: its options, its dependencies, and where its facts go."""

    options: Options
    dependencies: Dependencies
    emit: Emit
    digest_agility: DigestAgility  # which digests TLSA records may use
    tlsa: TlsaCache
    sessions: SessionCache[CachedSession] | None  # None: sessions are not resumed
    fingerprints: tuple[TlsaRecord, ...] = ()  # of level `fingerprint`
    key_kinds: frozenset[KeyKind] = frozenset()  # the server's key has to be of these; none: of any
    variant: HelloVariant | None = None  # of the hello, to see whether the server takes it
    awaits_quit_reply: bool = True  # smtp(8) does not (smtp_skip_quit_response), posttls-finger(1) does
    memory: HandshakeMemory | None = None  # of what handshakes of one check have in common

    def limit(self) -> Deadline:
        """Until when one command, or a handshake, has to be done."""
        return Deadline(self.options.command_timeout)

    def convert(self, name: str) -> Conversion:
        """The A-label form of an internationalised name (enable_idna2003_compatibility)."""
        return self.dependencies.to_ascii(name, self.options.config.enable_idna2003_compatibility)


class Target(Value):
    """The server a session is with, and how it has to prove itself."""

    peer: Peer
    nexthop: str
    policy: Policy
