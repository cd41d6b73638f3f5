"""What one connection proves, to whom: from `Evidence` to a `ChainCheck`.

A connection is made for the first host that needs it.  Other hosts, or domains, that come to the
same address are held against what was shown then: the chain is verified again, without asking
for it.  If that fails, and the server was asked by another name (SNI), nobody can tell what
it would have shown.
"""

from __future__ import annotations

import errno
from collections.abc import Sequence
from typing import Any

from pyfinger.check.evidence import Evidence, EvidenceStage, Withheld, has_no_such_key
from pyfinger.check.report_model import ChainCheck, CheckVerdict, KeyAlgorithm
from pyfinger.events import Event
from pyfinger.model import (
    CertificateFacts,
    Level,
    Peer,
    Policy,
    RecordOutcome,
    RecordVerdict,
    TlsaRecord,
    Verdict,
)
from pyfinger.model.keys import KeyKind
from pyfinger.prober.authentication import authentication_for, reference_identity
from pyfinger.prober.client_config import client_config_for
from pyfinger.prober.context import Context, Target
from pyfinger.prober.verifier import verify_chain, verify_raw_key
from pyfinger.report.document import Outcome
from pyfinger.values import Value, replace
from pyfinger.x509.certificate import read_certificate
from pyfinger.x509.failures import X509VErr
from pyfinger.x509.failures import text as x509_text
from pyfinger.x509.key_structures import read_raw_key

# A connection that never came about for reasons that may well be ours.
_FROM_HERE = {
    errno.ETIMEDOUT,
    errno.ENETUNREACH,
    errno.EHOSTUNREACH,
    errno.EADDRNOTAVAIL,
    errno.EAFNOSUPPORT,
    errno.EACCES,
    errno.EPERM,
}

_OTHER_NAMES = (X509VErr.HOSTNAME_MISMATCH, X509VErr.IP_ADDRESS_MISMATCH)


class Claim(Value):
    """A host at an address, for a domain: what the server there has to prove."""

    peer: Peer
    nexthop: str
    policy: Policy
    published: tuple[TlsaRecord, ...]

    @property
    def protected(self) -> bool:
        """Whether senders demand anything at all."""
        return self.policy.level > Level.MAY

    @property
    def checks_names(self) -> bool:
        """Whether a certificate has to bear one."""
        return self.policy.level.must_match and self.policy.level is not Level.FINGERPRINT

    @property
    def anonymous(self) -> Claim:
        """The same for a domain without a name: what is left is the host's own, the TLSA base domain."""
        if not self.checks_names:
            return replace(self, nexthop="")
        return replace(self, nexthop="", policy=replace(self.policy, names=(self.policy.base_domain,)))


class Judge:
    """Decides what a chain proves; the same chain under the same claim is verified once."""

    def __init__(self, context: Context) -> None:
        self._context = replace(context, emit=ignore)
        self._known: dict[tuple[object, ...], tuple[Verdict, tuple[RecordVerdict, ...]]] = {}
        self._shown: dict[tuple[bytes, ...], ChainCheck] = {}

    def proof(self, evidence: Evidence, claim: Claim) -> tuple[Verdict, tuple[RecordVerdict, ...]]:
        """Verdict and the records' fates of a secured connection."""
        same = evidence.policy is claim.policy or evidence.policy == claim.policy
        if same and evidence.nexthop == claim.nexthop and evidence.verdict:
            return evidence.verdict, evidence.records
        return self._proof(evidence, claim if self.goes_by_names(evidence, claim) else claim.anonymous)

    def goes_by_names(self, evidence: Evidence, claim: Claim) -> bool:
        """Whether the domain's names may decide: with DANE those of others follow the host's own."""
        if evidence.stage is not EvidenceStage.SECURED or not claim.checks_names:
            return False
        if not claim.policy.level.uses_dane:
            return True
        verdict, _ = self._proof(evidence, claim.anonymous)
        return any(error.code in _OTHER_NAMES for error in verdict.errors)

    def _proof(self, evidence: Evidence, claim: Claim) -> tuple[Verdict, tuple[RecordVerdict, ...]]:
        shown = tuple(certificate.der for certificate in evidence.certificates)
        raw = evidence.raw_key.spki if evidence.raw_key else b""
        key = (shown, raw, claim.policy, claim.nexthop, claim.peer.host.lower())
        if key not in self._known:
            self._known[key] = self.verified(shown, raw, claim)
        return self._known[key]

    def facts(self, evidence: Evidence) -> ChainCheck:
        """What is to be said of the certificates, which are mostly the same at every address."""
        key = tuple(certificate.der for certificate in evidence.certificates)
        if key not in self._shown:
            self._shown[key] = _certificate_facts(evidence.certificates)
        return self._shown[key]

    def verified(
        self, shown: Sequence[bytes], raw: bytes, claim: Claim
    ) -> tuple[Verdict, tuple[RecordVerdict, ...]]:
        """The same of a chain (DER, the server's first), or a bare key, from anywhere."""
        context, target = self._context, Target(claim.peer, claim.nexthop, claim.policy)
        authentication = authentication_for(context, claim.policy)
        config = client_config_for(context, claim.peer, authentication.asked, authentication.level)
        if config is not None:
            authentication = replace(authentication, security=config.security)
        if authentication.checks_names:
            authentication = replace(authentication, identity=reference_identity(context, target))
        if raw:
            found = verify_raw_key(raw, read_raw_key(raw)[0], authentication)
        elif shown:
            store, now = context.dependencies.trust.store, context.dependencies.now
            found = verify_chain(tuple(read_certificate(der)[0] for der in shown), authentication, store, now)
        else:
            return Verdict(), ()
        return found.verdict, found.records


def chain_check(
    algorithm: KeyAlgorithm, result: Evidence | Withheld | None, claim: Claim, judge: Judge
) -> ChainCheck:
    """What became of one algorithm; what only shows beside the others is `settled` later."""
    if result is None:
        return ChainCheck(algorithm, CheckVerdict.COULD_NOT_TELL, "not asked", Outcome.UNFINISHED)
    if isinstance(result, Withheld):
        return _withheld(algorithm, result, claim)
    shown = _shown(result)
    if result.given and not (result.certificates or result.raw_key or result.problem):
        verdict = CheckVerdict.NOT_OFFERED
        return replace(_NOTHING_SHOWN, algorithm=algorithm, verdict=verdict, reason="no such key", **shown)
    if result.stage is EvidenceStage.SECURED:
        found = _secured(result, claim, judge)
    else:
        verdict, outcome = _failed(result, claim)
        found = {**_found(verdict, result.problem, outcome, ()), "reply_code": result.reply_code}
    base = judge.facts(result) if result.certificates else _NOTHING_SHOWN
    return replace(base, algorithm=algorithm, **shown, **found)


def _withheld(algorithm: KeyAlgorithm, result: Withheld, claim: Claim) -> ChainCheck:
    if result.cause is None:
        return ChainCheck(algorithm, CheckVerdict.COULD_NOT_TELL, result.reason, Outcome.SMTP_TEMPORARY)
    verdict, outcome = _failed(result.cause, claim)
    return ChainCheck(algorithm, verdict, result.reason, outcome, reply_code=result.cause.reply_code)


def _failed(evidence: Evidence, claim: Claim) -> tuple[CheckVerdict, Outcome]:
    """Of a connection without TLS."""
    failed, unclear = CheckVerdict.FAILED, CheckVerdict.COULD_NOT_TELL
    if evidence.stage is EvidenceStage.CONNECTING:
        return (unclear if evidence.errno in _FROM_HERE else failed), Outcome.CONNECT
    if evidence.stage is EvidenceStage.GREETING and evidence.temporary:
        return unclear, Outcome.SMTP_TEMPORARY
    if evidence.stage is EvidenceStage.GREETING:
        return (unclear if evidence.timed_out else failed), Outcome.SMTP
    if evidence.stage is EvidenceStage.NO_STARTTLS:
        return (failed if claim.protected else CheckVerdict.NOT_PROTECTED), Outcome.NO_STARTTLS
    return (unclear if evidence.timed_out else failed), Outcome.TLS


_NO_PROOF = (CheckVerdict.NOT_PROTECTED, "TLS, unauthenticated", Outcome.MET)
_NOTHING_SHOWN = ChainCheck(KeyAlgorithm.ECDSA, CheckVerdict.COULD_NOT_TELL, "", connected=True)


def _shown(evidence: Evidence) -> dict[str, Any]:
    """The facts besides the certificates'."""
    shown: dict[str, Any] = {"connected": not evidence.given, "given": evidence.given}
    if (info := evidence.info) is not None:
        shown.update(protocol=info.protocol, cipher=info.cipher, group=info.group)
    if (raw := evidence.raw_key) is not None:
        shown.update(key=f"{raw.kind} {raw.curve or raw.bits}", raw_key=True, key_digest=raw.sha256)
    return shown


def _certificate_facts(certificates: Sequence[CertificateFacts]) -> ChainCheck:
    """Those of a chain, the rest left open."""
    leaf = certificates[0]
    ends = [one.not_after for one in certificates if one.not_after is not None]
    return replace(
        _NOTHING_SHOWN,
        key=_key(leaf),
        subject=leaf.subject,
        issuer=leaf.issuer,
        names=leaf.names,
        not_after=min(ends, default=None),
        certificate_digest=leaf.sha256,
        key_digest=leaf.key.sha256,
        certificates=len(certificates),
    )


def _key(leaf: CertificateFacts) -> str:
    kind, size = leaf.key.kind, leaf.key.curve
    if not size and kind in (KeyKind.RSA, KeyKind.RSA_PSS, KeyKind.DSA):
        size = str(leaf.key.bits)
    return f"{kind} {size}".strip()


def _secured(evidence: Evidence, claim: Claim, judge: Judge) -> dict[str, Any]:
    """A TLS session: whether it proves what it has to."""
    level = claim.policy.level
    if level is Level.MAY and not claim.published:
        return _found(*_NO_PROOF, ())
    verdict, fates = judge.proof(evidence, claim)
    matched = {fate.record for fate in fates if fate.outcome is RecordOutcome.MATCHED}
    if verdict.authority is not None:
        matched.add(verdict.authority.record)
    places = tuple(index for index, record in enumerate(claim.published) if record in matched)
    if level is Level.MAY or (level is Level.ENCRYPT and claim.published):
        return _found(*_NO_PROOF, places)
    if verdict.good or level is Level.ENCRYPT:
        return _found(CheckVerdict.OK, _proof(verdict, claim), Outcome.MET, places)
    reasons = dict.fromkeys(x509_text(error.code) for error in verdict.errors)
    why = "; ".join(reasons) or "verification broke off"
    if evidence.policy.base_domain.lower() != claim.policy.base_domain.lower():
        other = evidence.policy.base_domain or "no name"
        why = f"{why}, but it was asked by {other}"
        return _found(CheckVerdict.COULD_NOT_TELL, why, Outcome.NOT_MET, places)
    return _found(CheckVerdict.FAILED, why, Outcome.NOT_MET, places)


def _found(verdict: CheckVerdict, reason: str, outcome: Outcome, matched: tuple[int, ...]) -> dict[str, Any]:
    return {"verdict": verdict, "reason": reason, "outcome": outcome, "matched": matched}


def _proof(verdict: Verdict, claim: Claim) -> str:
    """Why it is good."""
    if verdict.authority is not None and verdict.authority.record in claim.published:
        place = claim.published.index(verdict.authority.record) + 1
        return f"matches record {place}"
    return f"certificate of {verdict.peername}" if verdict.peername else "TLS"


def settled(
    chains: Sequence[ChainCheck], results: Sequence[Evidence | Withheld | None]
) -> tuple[ChainCheck, ...]:
    """The chains of one address, with what shows only when all are seen.

    A server that refuses one algorithm and not another has no such key; one that broke off the
    dialogue once but not always has too many connections to handle.
    """
    if not any(chain.outcome in (Outcome.MET, Outcome.NOT_MET) and chain.protocol for chain in chains):
        return tuple(chains)
    found = []
    for chain, result in zip(chains, results, strict=True):
        if isinstance(result, Evidence) and has_no_such_key(result):
            chain = replace(chain, verdict=CheckVerdict.NOT_OFFERED, reason="no such key", outcome=None)
        elif chain.outcome in (Outcome.SMTP, Outcome.CONNECT):
            chain = replace(chain, verdict=CheckVerdict.COULD_NOT_TELL)
        found.append(chain)
    return tuple(found)


def ignore(event: Event) -> None:
    """For what is told at another moment, or to nobody."""
