"""Whether senders accept a chain under TLSA records: the verdict is that of a probe (`check.chains`).

    judge = ChainJudge()
    judge.accepts(records, chain, "mx.example.com", moment).accepted

Names are those of the server and of the domains whose mail it takes (RFC 7672 section 3.2.2);
certificates are judged at any moment one likes.
"""

from __future__ import annotations

import os
import random
from collections.abc import Sequence

from pyfinger.check.chains import Claim, Judge, ignore
from pyfinger.dane.digests import parse_digests
from pyfinger.dane.remarks import why_unusable
from pyfinger.dane.usability import is_decodable
from pyfinger.errors import PeerError
from pyfinger.model import Level, Peer, Policy, TlsaRecord
from pyfinger.options import Config, Options
from pyfinger.prober.context import Dependencies
from pyfinger.prober.probe import prepare
from pyfinger.tlsa.inputs import date_at
from pyfinger.tlsa.material import Material
from pyfinger.values import State, Value, field
from pyfinger.x509.failures import text as x509_text

DIGESTS, _ = parse_digests(Config().tls_dane_digests)


class ShownChain(Value):
    """What a server shows, or is to show: certificates in DER, its own first, or a bare key."""

    name: str  # a file, or an address with an algorithm
    certificates: tuple[bytes, ...] = ()
    raw_key: bytes = b""  # SubjectPublicKeyInfo, RFC 7250
    host: str = ""  # whose it is; empty: of any that is looked at


def chain_of(name: str, materials: Sequence[Material], host: str = "") -> ShownChain | None:
    """The chain in a file, the server's certificate first; None if there are but keys."""
    certificates = tuple(one.certificate for one in materials if one.certificate is not None)
    return ShownChain(name, certificates, host=host) if certificates else None


class Acceptance(Value):
    """What senders make of a chain, why not, and which record vouched for it."""

    accepted: bool
    reason: str = ""
    anchor: TlsaRecord | None = None


class ChainJudge(State):
    """Verifies chains as a probe does; `domains` are those whose mail is taken."""

    domains: tuple[str, ...] = ()
    moment: float = 0.0  # of the verification that goes on, in seconds since the epoch
    _judge: Judge | None = field(default=None, init=False)

    def accepts(
        self, records: Sequence[TlsaRecord], chain: ShownChain, host: str, moment: float
    ) -> Acceptance:
        """Whether a chain is accepted by who has these records, of which some are usable."""
        self.moment = moment
        if self._judge is None:
            self._judge = Judge(prepare(Options("", level=Level.DANE), self._dependencies(), ignore))
        policy = Policy(Level.DANE, (host, *self.domains), tuple(usable(records)), host)
        nexthop = self.domains[0] if self.domains else host
        claim = Claim(Peer(host, "", None), nexthop, policy, policy.tlsa)
        try:
            verdict, _ = self._judge.verified(chain.certificates, chain.raw_key, claim)
        except PeerError as error:
            return Acceptance(False, str(error))
        anchor = verdict.authority.record if verdict.authority else None
        if verdict.good:
            return Acceptance(True, "", anchor)
        reasons = dict.fromkeys(x509_text(error.code) for error in verdict.errors)
        return Acceptance(False, "; ".join(reasons) or "verification broke off", anchor)

    def _dependencies(self) -> Dependencies:
        return Dependencies(
            rng=random.Random(),
            now=lambda: date_at(self.moment),
            clock=lambda: 0.0,
            random_bytes=os.urandom,
        )


def usable(records: Sequence[TlsaRecord]) -> list[TlsaRecord]:
    """Those that senders go by, each once."""
    return [
        record
        for record in dict.fromkeys(records)
        if why_unusable(record, DIGESTS, decodable=is_decodable(record)) is None
    ]
