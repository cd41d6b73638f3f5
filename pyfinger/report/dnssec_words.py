"""Words for what our own DNSSEC validation has found: outcomes, links of a proof, keys, dates.

Mnemonics are IANA's ("DNS Security Algorithm Numbers", "DS RR Type Digest Algorithms").
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

from pyfinger.model.dnssec import (
    Bogus,
    BogusReason,
    Indeterminate,
    Insecure,
    ProofKey,
    ProofKind,
    ProofSignature,
    ProofStep,
    Secure,
    Security,
)

ALGORITHMS = {
    1: "RSAMD5",
    3: "DSA",
    5: "RSASHA1",
    6: "DSA-NSEC3-SHA1",
    7: "RSASHA1-NSEC3-SHA1",
    8: "RSASHA256",
    10: "RSASHA512",
    12: "ECC-GOST",
    13: "ECDSAP256SHA256",
    14: "ECDSAP384SHA384",
    15: "ED25519",
    16: "ED448",
    17: "SM2SM3",
    23: "ECC-GOST12",
}
DIGESTS = {1: "SHA-1", 2: "SHA-256", 3: "GOST R 34.11-94", 4: "SHA-384", 5: "GOST R 34.11-2012", 6: "SM3"}

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_LATEST = 253402300799  # the end of the year 9999
_HOUR, _DAY = 3600, 86400  # seconds


def outcome_word(security: Security) -> str:
    """An outcome's name."""
    return type(security).__name__.lower()


def security_text(security: Security) -> str:
    """An outcome as the end of a sentence."""
    match security:
        case Secure(ends):
            return f"secure until {date(ends)}"
        case Insecure(why, where):
            return f"insecure: {why.value}: {where}"
        case Bogus(why, where, detail, disputed):
            text = _with_detail(f"bogus: {why.value}: {where}", detail)
            return f"{text} (some resolvers accept this)" if disputed else text
        case Indeterminate(why, where, detail):
            return _with_detail(f"cannot be told: {why.value}: {where}", detail)


_ROOT = "."
_NOTHING_SIGNED = (BogusReason.SIGNATURES_MISSING, BogusReason.DNSKEY_MISSING)
_OTHER_TIMES = (BogusReason.SIGNATURE_EXPIRED, BogusReason.SIGNATURE_EARLY)


def hint(security: Security) -> str:
    """What may be the matter where not even the root is to be believed; else empty."""
    match security:
        case Bogus(why, where) if where == _ROOT and why in _NOTHING_SIGNED:
            return "does the name server leave out signatures? --resolver asks another one"
        case Bogus(why, where) if where == _ROOT and why in _OTHER_TIMES:
            return "is the clock right?"
        case _:
            return ""


def _with_detail(text: str, detail: str) -> str:
    return f"{text} ({detail})" if detail else text


def step_text(step: ProofStep) -> str:
    """A link of a proof: what it is about, who has signed it, and what is wrong with it."""
    parts = [step_subject(step)]
    if step.keys:
        parts.append(", ".join(map(key_text, step.keys)))
    elif step.detail:
        parts.append(step.detail)
    if step.signatures:
        parts.append(", ".join(_signed(step)))
    if step.failure is not None:
        parts.append(security_text(step.failure))
    return "; ".join(parts)


def step_subject(step: ProofStep) -> str:
    """What a link of a proof is about."""
    return _SUBJECTS[step.kind].format(step=step)


_SUBJECTS = {
    ProofKind.ANCHOR: "trust anchor of {step.owner}",
    ProofKind.DNSKEY: "keys of {step.owner}",
    ProofKind.DS: "delegation of {step.owner}",
    ProofKind.NO_DELEGATION: "no zone begins at {step.owner}",
    ProofKind.INSECURE_DELEGATION: "insecure delegation of {step.owner}",
    ProofKind.RRSET: "{step.owner} {step.rdtype}",
    ProofKind.ALIAS: "{step.owner} {step.rdtype}",
    ProofKind.DENIAL: "no {step.owner} {step.rdtype}",
    ProofKind.UNSIGNED: "{step.owner} {step.rdtype} unsigned",
}


def _signed(step: ProofStep) -> Iterator[str]:
    """Each key that has signed, once, with the first of its dates."""
    signatures = sorted(step.signatures, key=lambda each: each.expiration)
    first: dict[tuple[str, int, bool], ProofSignature] = {}
    for each in signatures:
        first.setdefault((each.signer, each.tag, each.fault is None), each)
    for each in first.values():
        who = f"signed by {each.signer} with {each.tag} ({algorithm(each.algorithm)})"
        if each.fault is None:
            yield f"{who} until {date(each.expiration)}"
        else:
            yield f"{who} from {date(each.inception)} until {date(each.expiration)}: {each.fault.value}"


def key_text(key: ProofKey) -> str:
    """A key by its tag; of a DS record with the digest."""
    digest = f", {DIGESTS.get(key.digest, f'digest {key.digest}')}" if key.digest else ""
    return f"{key.tag} ({algorithm(key.algorithm)}{digest})"


def algorithm(number: int) -> str:
    """An algorithm's mnemonic."""
    return ALGORITHMS.get(number, f"algorithm {number}")


def date(seconds: float) -> str:
    """As RFC 3339 has it."""
    return f"{_EPOCH + timedelta(seconds=int(min(max(0, seconds), _LATEST))):%Y-%m-%dT%H:%M:%SZ}"


def span(seconds: float) -> str:
    """How long, roughly."""
    for unit, name in ((_DAY, "day"), (_HOUR, "hour")):
        if (count := int(seconds / unit)) >= 1:
            return f"{count} {name}{'s' * (count > 1)}"
    return "less than an hour"
