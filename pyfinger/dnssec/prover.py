"""Single links of a proof: a signed RRset, a denial; each becomes a step, or breaks the proof."""

from __future__ import annotations

from collections.abc import Sequence

from pyfinger.dnssec.absence import Absence, SignedZone
from pyfinger.dnssec.denial import Denial, is_delegation
from pyfinger.dnssec.domain_names import DomainName, to_text
from pyfinger.dnssec.message import ParsedMessage, RRset, type_text
from pyfinger.dnssec.proof import ProofLog, signature_failure
from pyfinger.dnssec.signatures import SignatureChecker, VerifyMemory
from pyfinger.dnssec.validation_budget import ValidationBudget
from pyfinger.dnssec.zone_keys import Voucher, keys_of
from pyfinger.dnswire import Rcode, RdataType
from pyfinger.model.dnssec import Bogus, BogusReason, Insecure, InsecureReason, ProofKind, ProofStep
from pyfinger.values import replace

# Where no wildcard stands for anything: RFC 6672 section 3.3, RFC 4592 section 4.2.
_NEVER_EXPANDED = (RdataType.DNAME, RdataType.DS, RdataType.NS)


class Prover:
    """Proves for one question, at one moment; `ChainBroken`, `TooMuch`."""

    def __init__(self, verifications: VerifyMemory, budget: ValidationBudget, now: float) -> None:
        self.log = ProofLog()
        self.budget = budget
        self.checker = SignatureChecker(verifications, budget, now)

    def signed(
        self,
        rrset: RRset,
        zone: SignedZone,
        message: ParsedMessage,
        kind: ProofKind,
        keys: Sequence[Voucher] = (),
    ) -> Insecure | None:
        """A signed RRset of a zone: None if it is good, `Insecure` if it comes of a wildcard by opt-out."""
        checked = self.checker.check(rrset, zone.name, zone.keys)
        step = ProofStep(
            kind,
            to_text(zone.name),
            to_text(rrset.owner),
            type_text(rrset.rdtype),
            keys_of(keys),
            checked.signatures,
        )
        if checked.fault is not None:
            raise self.log.stop(step, signature_failure(rrset, checked))
        if checked.encloser is not None and rrset.rdtype in _NEVER_EXPANDED:
            words = f"{step.rdtype} of a wildcard"
            raise self.log.stop(step, Bogus(BogusReason.SIGNATURE_UNFIT, step.owner, words))
        self.log.add(step)
        if checked.encloser is None:
            return None
        absence = self._absence(message, zone)
        denial = absence.no_closer(rrset.owner, checked.encloser)
        step = replace(step, kind=ProofKind.DENIAL, keys=(), signatures=absence.signatures)
        if denial is None and not (absence.flaw or absence.too_costly):
            raise self.log.stop(step, Bogus(BogusReason.WILDCARD_UNPROVEN, step.owner, step.rdtype))
        return self._conclude(step, absence, denial)

    def no_delegation(self, name: DomainName, above: SignedZone, message: ParsedMessage) -> Insecure | None:
        """A name without DS: `Insecure` if an unsigned zone begins there, or may."""
        absence = self._absence(message, above)
        denial = absence.no_data(name, RdataType.DS) or absence.no_name(name)
        owner, signatures = to_text(name), absence.signatures
        step = ProofStep(ProofKind.NO_DELEGATION, to_text(above.name), owner, "DS", signatures=signatures)
        if absence.flaw is None and denial is not None and is_delegation(denial.types):
            insecure = Insecure(InsecureReason.UNSIGNED_DELEGATION, owner)
            kind = ProofKind.INSECURE_DELEGATION
            self.log.add(replace(step, kind=kind, failure=insecure, detail=denial.words))
            return insecure
        return self._conclude(step, absence, denial)

    def absent(
        self, name: DomainName, rdtype: int, zone: SignedZone, message: ParsedMessage
    ) -> Insecure | None:
        """What the message's code says: that a name does not exist, or has no such records."""
        absence = self._absence(message, zone)
        missing = message.rcode == Rcode.NXDOMAIN
        denial = absence.no_name(name) if missing else absence.no_data(name, rdtype)
        owner, word = to_text(name), type_text(rdtype)
        step = ProofStep(ProofKind.DENIAL, to_text(zone.name), owner, word, signatures=absence.signatures)
        if not (absence.flaw or denial) and missing and absence.no_data(name, rdtype) is not None:
            words = "the name exists, without such records"
            raise self.log.stop(step, Bogus(BogusReason.DENIAL_WRONG, owner, words, disputed=True))
        return self._conclude(step, absence, denial)

    def _absence(self, message: ParsedMessage, zone: SignedZone) -> Absence:
        return Absence(message, zone, self.checker, self.budget)

    def _conclude(self, step: ProofStep, absence: Absence, denial: Denial | None) -> Insecure | None:
        """What a denial comes to, or its lack."""
        insecure: Insecure | None = None
        if absence.flaw is not None:
            raise self.log.stop(step, absence.flaw)
        if denial is not None:
            insecure = Insecure(InsecureReason.OPT_OUT, step.owner) if denial.opt_out else None
        elif absence.too_costly:
            insecure = Insecure(InsecureReason.ITERATIONS, step.owner)
        else:
            raise self.log.stop(step, Bogus(absence.fault, step.owner, step.rdtype))
        self.log.add(replace(step, failure=insecure, detail=denial.words if denial else ""))
        return insecure
