"""The walk from a trust anchor down to a zone, delegation by delegation (RFC 4035 section 5).

At each name below a zone known to be secure its DS is asked for.  What comes of it is

    a signed DS         a zone begins here; its keys are those that DNSKEY shows and DS vouches for
    no DS, and no NS    no zone begins here, the one above goes on
    no DS, but NS       a zone without signatures begins here: all below is insecure
    opt-out             one may begin here, and would be without signatures
    anything else       the chain is broken
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Protocol, TypeAlias, runtime_checkable

from pyfinger.dnssec.absence import SignedZone
from pyfinger.dnssec.algorithms import ALGORITHMS
from pyfinger.dnssec.anchors import TrustAnchors
from pyfinger.dnssec.domain_names import DomainName, is_below, to_text
from pyfinger.dnssec.message import ParsedMessage, RRset, read_message, type_text
from pyfinger.dnssec.proof import ChainBroken, proof_reply, signature_failure
from pyfinger.dnssec.prover import Prover
from pyfinger.dnssec.rdata import read_dnskey, read_ds
from pyfinger.dnssec.zone_keys import Voucher, choose, keys_of, read_all, trusted_keys, unknown
from pyfinger.dnswire import Rcode, RdataType
from pyfinger.errors import DecodeError
from pyfinger.model.dnssec import (
    Bogus,
    BogusReason,
    Indeterminate,
    IndeterminateReason,
    Insecure,
    InsecureReason,
    ProofKind,
    ProofReply,
    ProofStep,
)
from pyfinger.steps import Steps
from pyfinger.values import Value, replace

Fetch: TypeAlias = Callable[[str, str], Steps[bytes | None]]
"""Asks a resolver with CD=1 and DO=1, and again over TCP where the reply is cut off."""


@runtime_checkable
class FetchesAhead(Protocol):
    """A `Fetch` that can be told what will be asked for, so as to ask for all of it at once."""

    def __call__(self, name: str, rdtype: str) -> Steps[bytes | None]:
        """As any `Fetch`."""
        ...

    def ahead(self, questions: Sequence[tuple[str, str]]) -> Steps[None]:
        """What was asked for ahead is there when it is asked for; it need not be asked for at all."""
        ...


MAX_AHEAD = 16  # questions at a time
UNSIGNED_DEPTH = 2  # labels below the anchor that are asked about where nobody says who has signed

MAX_LINKS = 1000
MAX_AGE = 900.0
"""Seconds for which a link is remembered, if its signatures last as long."""

MAX_AGE_OF_FAILURES = 60.0
"""Of one that is broken, or could not be had: not to wait for it again each time (Unbound: NULL_KEY_TTL)."""

_USABLE = (Rcode.NOERROR, Rcode.NXDOMAIN, Rcode.YXDOMAIN)

_KINDS = {"DS": ProofKind.DS, "DNSKEY": ProofKind.DNSKEY}

LinkOutcome: TypeAlias = "SignedZone | Insecure | Bogus | Indeterminate | None"


class ZoneLink(Value):
    """What begins at a name: a zone, what is insecure, or nothing (None); or what is wrong there.

    With the proof of it.
    """

    outcome: LinkOutcome
    steps: tuple[ProofStep, ...]
    replies: tuple[ProofReply, ...]
    begins: float
    ends: float


class LinkMemory:
    """What was found out of links, the youngest of them."""

    def __init__(self) -> None:
        self._known: dict[DomainName, ZoneLink] = {}

    def get(self, name: DomainName, now: float) -> ZoneLink | None:
        """The link, if it is still good."""
        found = self._known.get(name)
        return found if found is not None and found.begins <= now <= found.ends else None

    def put(self, name: DomainName, link: ZoneLink) -> None:
        """Remember a link."""
        self._known.pop(name, None)
        if len(self._known) >= MAX_LINKS:
            del self._known[next(iter(self._known))]
        self._known[name] = link


class Chain:
    """The walks for one question; `ChainBroken`, `TooMuch`."""

    def __init__(
        self, anchors: TrustAnchors, fetch: Fetch, links: LinkMemory, prover: Prover, now: float
    ) -> None:
        self._anchors = anchors
        self._fetch = fetch
        self._links = links
        self._prover = prover
        self._log = prover.log
        self._now = now

    def zone_of(self, name: DomainName, signers: Iterable[DomainName] = ()) -> Steps[SignedZone | Insecure]:
        """The secure zone that a name lies in, or from where on nothing is signed.

        The walk ends at the lowest of those who are said to have signed, if one is above the
        name and not above its trust anchor.
        """
        anchor = self._anchors.closest(name)
        if anchor is None:
            return Insecure(InsecureReason.NO_ANCHOR, to_text(name))
        possible = [each for each in signers if is_below(name, each) and is_below(each, anchor)]
        name = max(possible, key=len, default=name)
        if isinstance(self._fetch, FetchesAhead):
            depth = MAX_AHEAD if possible else UNSIGNED_DEPTH
            yield from self._fetch.ahead(self._wanted(name, anchor, depth))
        zone = yield from self._link(anchor, None)
        for start in range(len(name) - len(anchor) - 1, -1, -1):
            if not isinstance(zone, SignedZone):
                break
            below = yield from self._link(name[start:], zone)
            zone = zone if below is None else below
        assert zone is not None, "an anchor is a zone's, or insecure"
        return zone

    def _wanted(self, name: DomainName, anchor: DomainName, depth: int) -> list[tuple[str, str]]:
        """What the walk to a name will ask for, as far as it can be known before it begins."""
        wanted: list[tuple[str, str]] = []
        for start in range(len(name) - len(anchor), -1, -1)[: depth + 1]:
            below = name[start:]
            known = self._links.get(below, self._now)
            if known is not None and isinstance(known.outcome, Insecure):
                break
            if known is None:
                types = (RdataType.DNSKEY,) if below == anchor else (RdataType.DS, RdataType.DNSKEY)
                wanted += [(to_text(below), type_text(rdtype)) for rdtype in types]
        return wanted[:MAX_AHEAD]

    def _link(self, name: DomainName, above: SignedZone | None) -> Steps[SignedZone | Insecure | None]:
        """What begins at a name; by heart, if it was found out before."""
        known = self._links.get(name, self._now)
        if known is not None:
            self._log.add(*known.steps)
            self._log.rest_on(*known.replies)
        else:
            known = yield from self._find_out(name, above)
            self._links.put(name, known)
        if isinstance(known.outcome, Bogus | Indeterminate):
            raise ChainBroken(known.outcome)
        return known.outcome

    def _find_out(self, name: DomainName, above: SignedZone | None) -> Steps[ZoneLink]:
        """The link and how long it is good: as long as its signatures, if it is good, but not for ever."""
        mark, ends = self._log.mark(), self._now + MAX_AGE
        try:
            if above is None:
                outcome: LinkOutcome = yield from self._anchored(name)
            else:
                outcome = yield from self._delegated(name, above)
        except ChainBroken as error:
            outcome, ends = error.failure, self._now + MAX_AGE_OF_FAILURES
        steps, replies = self._log.since(mark)
        dates = (sig.expiration for step in steps for sig in step.signatures if sig.fault is None)
        return ZoneLink(outcome, steps, replies, self._now, min((ends, *dates)))

    def ask(self, name: DomainName, rdtype: int) -> Steps[ParsedMessage]:
        """A reply with something to prove."""
        owner, word = to_text(name), type_text(rdtype)
        self._prover.budget.spend_question()
        message = self.read(owner, word, (yield from self._fetch(owner, word)))
        self._log.rest_on(proof_reply(owner, word, message))
        return message

    def read(self, owner: str, rdtype: str, wire: bytes | None) -> ParsedMessage:
        """The reply to a question, if it can have something to prove."""
        if wire is None:
            raise self._unusable(owner, rdtype, IndeterminateReason.NO_REPLY)
        try:
            message = read_message(wire)
        except DecodeError as error:
            raise self._unusable(owner, rdtype, IndeterminateReason.MALFORMED, str(error)) from error
        if message.truncated:
            raise self._unusable(owner, rdtype, IndeterminateReason.TRUNCATED)
        if message.rcode not in _USABLE:
            detail = f"response code {message.rcode}"
            raise self._unusable(owner, rdtype, IndeterminateReason.REFUSED, detail)
        return message

    def _unusable(self, owner: str, rdtype: str, why: IndeterminateReason, detail: str = "") -> ChainBroken:
        """The proof ends at a reply that nothing can be had of."""
        step = ProofStep(_KINDS.get(rdtype, ProofKind.RRSET), "", owner, rdtype)
        return self._log.stop(step, Indeterminate(why, f"{owner} {rdtype}", detail))

    def _anchored(self, name: DomainName) -> Steps[SignedZone | Insecure]:
        """The zone of a trust anchor."""
        anchors, owner = self._anchors.of(name), to_text(name)
        self._log.add(ProofStep(ProofKind.ANCHOR, owner, owner, "DS", keys_of(anchors)))
        return (yield from self._keys(name, anchors))

    def _delegated(self, name: DomainName, above: SignedZone) -> Steps[SignedZone | Insecure | None]:
        """What the zone above says of a name."""
        message = yield from self.ask(name, RdataType.DS)
        if (found := message.answer.get((name, RdataType.DS))) is not None:
            vouchers = read_all(found, read_ds)
            self._prover.signed(found, above, message, ProofKind.DS, vouchers)
            return (yield from self._keys(name, vouchers))
        if (alias := _alias(message, name, above)) is not None:
            return self._prover.signed(alias, above, message, ProofKind.ALIAS)
        return self._prover.no_delegation(name, above, message)

    def _keys(self, name: DomainName, vouchers: Sequence[Voucher]) -> Steps[SignedZone | Insecure]:
        """A zone's keys, vouched for by DS records or anchors (RFC 4035 section 5.2)."""
        owner = to_text(name)
        step = ProofStep(ProofKind.DNSKEY, owner, owner, "DNSKEY")
        if (why := unknown(vouchers)) is not None:
            insecure = Insecure(why, owner)
            kind, keys = ProofKind.INSECURE_DELEGATION, keys_of(vouchers)
            self._log.add(ProofStep(kind, "", owner, "DS", keys, failure=insecure))
            return insecure
        message = yield from self.ask(name, RdataType.DNSKEY)
        found = message.answer.get((name, RdataType.DNSKEY))
        if found is None:
            raise self._log.stop(step, Bogus(BogusReason.DNSKEY_MISSING, owner))
        dnskeys = read_all(found, read_dnskey)
        trusted = trusted_keys(name, dnskeys, choose(vouchers))
        if not trusted:
            zone_key = any(key.is_zone_key for key in dnskeys)
            bogus = BogusReason.DNSKEY_MISMATCH if zone_key else BogusReason.NO_ZONE_KEY
            weaker = trusted_keys(name, dnskeys, vouchers)
            raise self._log.stop(step, Bogus(bogus, owner, disputed=bool(weaker)))
        checked = self._prover.checker.check(found, name, trusted)
        step = replace(step, keys=keys_of(trusted), signatures=checked.signatures)
        if checked.fault is not None:
            raise self._log.stop(step, signature_failure(found, checked))
        self._log.add(step)
        fit = (
            key for key in dnskeys if key.is_zone_key and not key.is_revoked and key.algorithm in ALGORITHMS
        )
        return SignedZone(name, tuple(fit))


def _alias(message: ParsedMessage, name: DomainName, zone: SignedZone) -> RRset | None:
    """What makes a name an alias, so that no zone begins at it."""
    dname = closest_dname(message, name, zone.name)
    return message.answer.get((name, RdataType.CNAME)) if dname is None else dname


def closest_dname(message: ParsedMessage, name: DomainName, zone: DomainName = ()) -> RRset | None:
    """The DNAME nearest above a name, in a zone or below."""
    for start in range(1, len(name) - len(zone) + 1):
        if (found := message.answer.get((name[start:], RdataType.DNAME))) is not None:
            return found
    return None
