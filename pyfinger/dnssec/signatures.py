"""Whether an RRset is signed by one of a zone's keys (RFC 4035 section 5.3).

One good signature is enough (RFC 6840 section 5.11); of several faults the one is told
that comes nearest to being good.  Each verification is paid for, and none is done
twice: what was found out of key, data and signature stays true, whatever the date.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable

from pyfinger.dnssec import algorithms
from pyfinger.dnssec.domain_names import WILDCARD, DomainName, is_below, to_text
from pyfinger.dnssec.message import RRset
from pyfinger.dnssec.rdata import Dnskey, Rrsig, read_rrsig
from pyfinger.dnssec.validation_budget import ValidationBudget
from pyfinger.dnswire import name_wire
from pyfinger.errors import DecodeError
from pyfinger.model.dnssec import BogusReason, ProofSignature
from pyfinger.values import Value

MAX_REMEMBERED = 4096
"""Verifications; a digest and a truth each."""

_IN = b"\0\1"
_HALF = 1 << 31
_DAY, _HOUR = 86400, 3600

Verify = Callable[[int, bytes, bytes, bytes], bool]

_DATES = (BogusReason.SIGNATURE_EARLY, BogusReason.SIGNATURE_EXPIRED)

# From the least to the most that can be said for a signature.
_RANKS = {
    reason: rank
    for rank, reason in enumerate(
        (
            BogusReason.SIGNATURES_MISSING,
            BogusReason.SIGNATURE_UNFIT,
            BogusReason.KEY_MISSING,
            BogusReason.SIGNATURE_WRONG,
            BogusReason.SIGNATURE_EARLY,
            BogusReason.SIGNATURE_EXPIRED,
        )
    )
}


class VerifyMemory:
    """Verifications that were done before, the youngest of them."""

    def __init__(self, verify: Verify = algorithms.verify) -> None:
        self._verify = verify
        self._known: dict[bytes, bool] = {}

    def verify(self, budget: ValidationBudget, key: Dnskey, data: bytes, signature: bytes) -> bool:
        """Whether the signature is good; spends of the budget if nobody knows yet."""
        mark = hashlib.sha256(
            key.rdata + len(key.rdata).to_bytes(2, "big") + data + signature + len(data).to_bytes(4, "big")
        ).digest()
        found = self._known.get(mark)
        if found is None:
            budget.spend_signature()
            found = self._verify(key.algorithm, key.public, data, signature)
            if len(self._known) >= MAX_REMEMBERED:
                del self._known[next(iter(self._known))]
            self._known[mark] = found
        return found


class Checked(Value):
    """What came of an RRset's signatures; `fault` None: one is good.

    `encloser` is what the records were expanded from, without its `*`, if they were; `disputed`: others
    would look less closely at the dates.
    """

    fault: BogusReason | None
    signatures: tuple[ProofSignature, ...] = ()
    encloser: DomainName | None = None
    disputed: bool = False


class SignatureChecker:
    """Checks at one moment, for one budget."""

    def __init__(self, memory: VerifyMemory, budget: ValidationBudget, now: float) -> None:
        self._memory = memory
        self._budget = budget
        self._now = now

    def check(self, rrset: RRset, zone: DomainName, keys: Iterable[Dnskey]) -> Checked:
        """Whether one of the zone's `keys`, which are fit to sign, has signed the RRset."""
        limits = self._budget.limits
        told: list[ProofSignature] = []
        worst, disputed = BogusReason.SIGNATURES_MISSING, False
        for rdata in rrset.signatures[: limits.rrset_signatures]:
            try:
                rrsig = read_rrsig(rdata)
            except DecodeError:
                continue
            fault = self._fault(rrset, rrsig, zone, keys)
            signer = to_text(rrsig.signer)
            dates = rrsig.inception, rrsig.expiration
            told.append(ProofSignature(signer, rrsig.tag, rrsig.algorithm, *dates, fault))
            if fault is None:
                return Checked(None, tuple(told), _encloser(rrset.owner, rrsig))
            if _RANKS[fault] > _RANKS[worst]:
                worst, disputed = fault, fault in _DATES and self._nearly(rrsig)
        return Checked(worst, tuple(told), disputed=disputed)

    def _fault(
        self, rrset: RRset, rrsig: Rrsig, zone: DomainName, keys: Iterable[Dnskey]
    ) -> BogusReason | None:
        """What is wrong with one signature (RFC 4035 section 5.3.1)."""
        if rrsig.signer != zone or not is_below(rrset.owner, zone):
            return BogusReason.SIGNATURE_UNFIT
        if not len(zone) <= rrsig.labels <= label_count(rrset.owner):
            return BogusReason.SIGNATURE_UNFIT
        candidates = [key for key in keys if (key.tag, key.algorithm) == (rrsig.tag, rrsig.algorithm)]
        if not candidates:
            return BogusReason.KEY_MISSING
        skew = self._budget.limits.skew
        if _before(self._now + skew, rrsig.inception):
            return BogusReason.SIGNATURE_EARLY
        if _before(rrsig.expiration, self._now - skew):
            return BogusReason.SIGNATURE_EXPIRED
        data = signed_data(rrset, rrsig)
        for key in candidates[: self._budget.limits.signature_keys]:
            if self._memory.verify(self._budget, key, data, rrsig.octets):
                return None
        return BogusReason.SIGNATURE_WRONG

    def _nearly(self, rrsig: Rrsig) -> bool:
        """Whether unbound and systemd-resolved would take the dates: a tenth of the time is allowed."""
        skew = min(max((rrsig.expiration - rrsig.inception) // 10, _HOUR), _DAY)
        late, early = self._now - skew, self._now + skew
        return not _before(early, rrsig.inception) and not _before(rrsig.expiration, late)


def _before(one: float, other: float) -> bool:
    """Whether one time is before the other, in serial number arithmetic (RFC 4034 section 3.1.5)."""
    return 0 < (int(other) - int(one)) % (1 << 32) < _HALF


def label_count(owner: DomainName) -> int:
    """Labels as an RRSIG counts them: without the `*` of a wildcard (RFC 4034 section 3.1.3)."""
    return len(owner) - (owner[:1] == (WILDCARD,))


def _encloser(owner: DomainName, rrsig: Rrsig) -> DomainName | None:
    """What is left of the owner's wildcard, if it was made of one."""
    return owner[len(owner) - rrsig.labels :] if rrsig.labels < label_count(owner) else None


def signed_data(rrset: RRset, rrsig: Rrsig) -> bytes:
    """What the signature is made over (RFC 4034 section 3.1.8.1)."""
    owner = rrset.owner
    if (encloser := _encloser(owner, rrsig)) is not None:
        owner = (WILDCARD, *encloser)
    head = name_wire(owner) + rrset.rdtype.to_bytes(2, "big") + _IN + rrsig.original_ttl.to_bytes(4, "big")
    parts = [rrsig.head]
    for rdata in sorted(rrset.rdatas):
        parts += head, len(rdata).to_bytes(2, "big"), rdata
    return b"".join(parts)
