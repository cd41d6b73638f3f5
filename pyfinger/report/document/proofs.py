"""Validation of our own as reports have it: what came of a lookup, and which zones' signatures end when."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from pyfinger.events.dnssec import DnssecValidated
from pyfinger.model.dnssec import Bogus, Indeterminate, Insecure, ProofSignature, ProofStep, Secure, Security
from pyfinger.report.dnssec_words import security_text
from pyfinger.report.document.model import DAY, DnssecOutcome, Lookup, LookupProof
from pyfinger.report.encoding import word
from pyfinger.values import replace

# From good to bad: a lookup is as good as the worst of its questions.
_OUTCOMES: tuple[tuple[type[Security], DnssecOutcome], ...] = (
    (Secure, DnssecOutcome.SECURE),
    (Insecure, DnssecOutcome.INSECURE),
    (Indeterminate, DnssecOutcome.INDETERMINATE),
    (Bogus, DnssecOutcome.BOGUS),
)
_RANKS = {kind: rank for rank, (kind, _) in enumerate(_OUTCOMES)}


def lookup_proof(validated: Sequence[DnssecValidated], differs: bool) -> LookupProof | None:
    """What came of validating a lookup's replies, the worst of it; None if nothing was validated."""
    if not validated:
        return None
    security = max((each.validated.security for each in validated), key=lambda each: _RANKS[type(each)])
    steps = tuple(dict.fromkeys(step for each in validated for step in each.validated.steps))
    ends = [each.validated.ends for each in validated if each.validated.ends is not None]
    decides = validated[0].decides
    proof = LookupProof(
        outcome=_OUTCOMES[_RANKS[type(security)]][1],
        explanation=security_text(security),
        decides=decides,
        ends=min(ends, default=None),
        zones=tuple(dict.fromkeys(step.zone for step in steps if step.zone)),
        steps=steps,
        differs=None if decides else differs,
    )
    if isinstance(security, Secure):
        return proof
    return replace(
        proof,
        reason=word(security.why),
        where=security.where,
        detail="" if isinstance(security, Insecure) else security.detail,
        extended_error=security.why.code,
        disputed=isinstance(security, Bogus) and security.disputed,
    )


def first_ends(lookups: Iterable[Lookup]) -> dict[str, tuple[ProofStep, ProofSignature]]:
    """For each zone the good signature that ends first, of those needed, and the link it belongs to."""
    found: dict[str, tuple[ProofStep, ProofSignature]] = {}
    for lookup in lookups:
        for step in lookup.dnssec.steps if lookup.dnssec else ():
            for signature in step.signatures:
                if signature.fault is None and _is_earlier(signature, found.get(step.zone)):
                    found[step.zone] = step, signature
    return found


def _is_earlier(signature: ProofSignature, known: tuple[ProofStep, ProofSignature] | None) -> bool:
    return known is None or signature.expiration < known[1].expiration


def zone_days_left(lookups: Iterable[Lookup], now: float) -> float | None:
    """Until the first signature ends; None if none was needed."""
    ends = [signature.expiration for _, signature in first_ends(lookups).values()]
    return (min(ends) - now) / DAY if ends else None


def zone_ending(lookups: Iterable[Lookup], now: float, days: float) -> str:
    """The zone whose signatures end first within so many days, and should be new by now; empty if none."""
    ending = [
        (signature.expiration, zone)
        for zone, (_, signature) in first_ends(lookups).items()
        if signature.ends_soon(now, days * DAY)
    ]
    return min(ending)[1] if ending else ""
