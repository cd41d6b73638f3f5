"""Validation of one reply, from the trust anchor down to it.

    validator = Validator(root_anchors(), fetch, time.time)
    validated = yield from validator.validate("example.com", "MX", reply)

`fetch(name, rdtype)` asks a recursive resolver with DO=1 and CD=1 and gives the
reply's bytes, from TCP where the datagram was cut; None if nobody answered.  Nothing
else of the resolver is believed: neither its AD bit nor its CD.

`validate` never raises: whatever the bytes, and whatever is fetched, an outcome comes of
it, within `ValidationLimits`.  Aliases are followed inside the reply, and beyond it with `fetch`:
the outcome is that of the whole chain, down to the records of the type asked for or to
the proof that there are none.  It holds for the reply's answer section and its code.

One `Validator` serves a process: it remembers what it has found out of zones and
signatures, as long as it is good, within bounds.
"""

from __future__ import annotations

from collections.abc import Iterable

from pyfinger.dnssec.absence import SignedZone, denial_rrsets
from pyfinger.dnssec.anchors import TrustAnchors
from pyfinger.dnssec.authentication_chain import Chain, Fetch, LinkMemory, closest_dname
from pyfinger.dnssec.domain_names import DomainName, from_text, read_name, to_text
from pyfinger.dnssec.message import ParsedMessage, RRset, type_number, type_text
from pyfinger.dnssec.proof import ChainBroken, proof_reply
from pyfinger.dnssec.prover import Prover
from pyfinger.dnssec.rdata import signer_of
from pyfinger.dnssec.signatures import VerifyMemory
from pyfinger.dnssec.validation_budget import TooMuch, ValidationBudget, ValidationLimits
from pyfinger.dnswire import MAX_NAME, Rcode, RdataType, name_wire
from pyfinger.errors import DecodeError
from pyfinger.model.dnssec import (
    Bogus,
    BogusReason,
    Indeterminate,
    IndeterminateReason,
    Insecure,
    InsecureReason,
    ProofKind,
    ProofStep,
    Secure,
    Security,
    Validated,
)
from pyfinger.steps import Clock, Steps


class ValidatorMemory:
    """What was found out of zones and signatures: for validators with the same anchors and resolver."""

    def __init__(self, verifications: VerifyMemory | None = None) -> None:
        self.links = LinkMemory()
        self.verifications = verifications or VerifyMemory()


class Validator:
    """Validates with these anchors; `clock` is the time of day, in seconds since the epoch."""

    def __init__(
        self,
        anchors: TrustAnchors,
        fetch: Fetch,
        clock: Clock,
        limits: ValidationLimits | None = None,
        memory: ValidatorMemory | None = None,
    ) -> None:
        """`memory`: of a validator that there was before."""
        self._anchors = anchors
        self._fetch = fetch
        self._clock = clock
        self._limits = limits or ValidationLimits()
        self._memory = memory or ValidatorMemory()

    def validate(self, name: str, rdtype: str, reply: bytes | None) -> Steps[Validated]:
        """What is to be thought of a reply to the question for `name`, which is as in zone files."""
        now = self._clock()
        budget = ValidationBudget(self._limits, self._clock)
        prover = Prover(self._memory.verifications, budget, now)
        chain = Chain(self._anchors, self._fetch, self._memory.links, prover, now)
        security: Security
        try:
            security = yield from _Validation(chain, prover).run(name, rdtype, reply)
        except ChainBroken as error:
            security = error.failure
        except TooMuch as error:
            security = Indeterminate(error.why, f"{name} {rdtype}", error.detail)
        return Validated(security, prover.log.steps, prover.log.replies)


class _Validation:
    """One question."""

    def __init__(self, chain: Chain, prover: Prover) -> None:
        self._chain = chain
        self._prover = prover
        self._insecure: Insecure | None = None  # the first that was met
        self._code_of_others: DomainName | None = None  # the alias whose target the code is about
        self._seen: set[tuple[DomainName, int]] = set()  # RRsets of the message that were of use

    def run(self, name: str, rdtype: str, wire: bytes | None) -> Steps[Security]:
        """The outcome of the whole chain of aliases."""
        try:
            current, number = from_text(name), type_number(rdtype)
        except DecodeError as error:
            return Indeterminate(IndeterminateReason.MALFORMED, f"{name} {rdtype}", str(error))
        message = self._chain.read(name, rdtype, wire)
        if number == RdataType.RRSIG:
            return Insecure(InsecureReason.UNSIGNABLE, name)
        try:
            yield from self._follow(message, current, number)
        finally:
            self._prover.log.rest_on(proof_reply(name, rdtype, message))
        if self._code_of_others is not None and self._insecure:
            raise self._wrong_code(message, self._code_of_others)
        return self._insecure or Secure(self._prover.log.ends())

    def _follow(self, message: ParsedMessage, current: DomainName, rdtype: int) -> Steps[None]:
        """Each alias, in this message and those that it takes to get to the end."""
        met: set[DomainName] = set()
        limit = self._prover.budget.limits.aliases
        target: DomainName | None = current
        while target is not None:
            if target in met:
                raise ChainBroken(Indeterminate(IndeterminateReason.ALIAS_LOOP, to_text(target)))
            met.add(target)
            if len(met) > limit:
                raise TooMuch(IndeterminateReason.TOO_EXPENSIVE, f"more than {limit} aliases")
            if len(met) > 1 and _ends_early(message, target, rdtype):
                self._no_others(message)
                message = yield from self._chain.ask(target, rdtype)
            target = yield from self._step(message, target, rdtype)
        self._no_others(message)

    def _step(self, message: ParsedMessage, name: DomainName, rdtype: int) -> Steps[DomainName | None]:
        """What the message says of one name: where its alias leads, None at the end."""
        answer, dname = message.answer, closest_dname(message, name)
        own = [
            each for each in answer.values() if each.owner == name and rdtype in (each.rdtype, RdataType.ANY)
        ]
        # Knot signs the CNAME, too, when it signs online; below a DNAME there is nothing else (RFC 6672 2.4).
        made = dname is not None and all(each.rdtype == RdataType.CNAME for each in own)
        if own and not made:
            for rrset in own:
                yield from self._records(message, rrset, ProofKind.RRSET)
            if rdtype == RdataType.CNAME:
                return self._asked_for(message, name, read_name(own[0].rdatas[0], 0)[0])
            self._insist(message, Rcode.NOERROR, name)
            return None
        cname = answer.get((name, RdataType.CNAME))
        if cname is not None and dname is None:
            yield from self._records(message, cname, ProofKind.ALIAS)
            return read_name(cname.rdatas[0], 0)[0]
        if dname is not None:
            yield from self._records(message, dname, ProofKind.ALIAS)
            target = self._renamed(message, dname, name)
            asked_for = rdtype in (RdataType.CNAME, RdataType.ANY)
            return self._asked_for(message, name, target) if asked_for else target
        yield from self._absent(message, name, rdtype)
        return None

    def _asked_for(
        self, message: ParsedMessage, name: DomainName, target: DomainName | None
    ) -> DomainName | None:
        """A CNAME that was asked for: some give it the code of the last name (RFC 6604 section 3)."""
        if message.rcode == Rcode.NXDOMAIN and not self._insecure:
            self._code_of_others = name
            return target
        self._insist(message, Rcode.NOERROR if target is not None else Rcode.YXDOMAIN, name)
        return None

    def _renamed(self, message: ParsedMessage, dname: RRset, name: DomainName) -> DomainName | None:
        """What a DNAME makes of a name, and whether the CNAME says so, too (RFC 6672 section 2.2, 5.3.1)."""
        target = name[: len(name) - len(dname.owner)] + read_name(dname.rdatas[0], 0)[0]
        if len(name_wire(target)) > MAX_NAME:
            self._insist(message, Rcode.YXDOMAIN, name)
            return None
        cname = message.answer.get((name, RdataType.CNAME))
        if cname is not None:
            self._seen.add((name, RdataType.CNAME))
            if cname.rdatas != (name_wire(target),) and not self._insecure:
                raise ChainBroken(Bogus(BogusReason.ALIAS_WRONG, to_text(name), to_text(dname.owner)))
        return target

    def _records(self, message: ParsedMessage, rrset: RRset, kind: ProofKind) -> Steps[None]:
        """Records that are there: signed by their zone, or in one that is not signed."""
        self._seen.add((rrset.owner, rrset.rdtype))
        zone = yield from self._zone(rrset.owner, rrset.rdtype, [rrset])
        if isinstance(zone, Insecure):
            self._note(zone, rrset.owner, rrset.rdtype)
        else:
            self._insecure = self._prover.signed(rrset, zone, message, kind) or self._insecure

    def _absent(self, message: ParsedMessage, name: DomainName, rdtype: int) -> Steps[None]:
        """Records that are not there."""
        soas = [each for each in message.authority.values() if each.rdtype == RdataType.SOA]
        zone = yield from self._zone(name, rdtype, soas or denial_rrsets(message))
        if isinstance(zone, Insecure):
            self._note(zone, name, rdtype)
            return
        if message.rcode == Rcode.YXDOMAIN:
            self._insist(message, Rcode.NOERROR, name)
        self._insecure = self._prover.absent(name, rdtype, zone, message) or self._insecure

    def _zone(self, name: DomainName, rdtype: int, rrsets: Iterable[RRset]) -> Steps[SignedZone | Insecure]:
        """The zone that is said to have signed, or that a name without signatures lies in.

        Of DS it is the parent that has to have signed.
        """
        lowest = name[1:] if rdtype == RdataType.DS else name
        signers = (signer_of(rdata) for rrset in rrsets for rdata in rrset.signatures)
        return self._chain.zone_of(lowest, signers)

    def _note(self, insecure: Insecure, owner: DomainName, rdtype: int) -> None:
        step = ProofStep(ProofKind.UNSIGNED, "", to_text(owner), type_text(rdtype), failure=insecure)
        self._prover.log.add(step)
        self._insecure = self._insecure or insecure

    def _insist(self, message: ParsedMessage, rcode: Rcode, name: DomainName) -> None:
        """The response code is not signed, but follows from what is."""
        if message.rcode != rcode and not self._insecure:
            raise self._wrong_code(message, name)

    def _wrong_code(self, message: ParsedMessage, name: DomainName) -> ChainBroken:
        detail = f"response code {message.rcode}"
        return ChainBroken(Bogus(BogusReason.CODE_WRONG, to_text(name), detail))

    def _no_others(self, message: ParsedMessage) -> None:
        """Nothing more is in the answer: whoever reads it need not know what it was asked for."""
        others = [each for each in message.answer if each not in self._seen]
        if others and not self._insecure:
            owner, rdtype = others[0]
            raise ChainBroken(Bogus(BogusReason.UNRELATED, to_text(owner), type_text(rdtype)))
        self._seen.clear()


def _ends_early(message: ParsedMessage, name: DomainName, rdtype: int) -> bool:
    """Whether a message tells of an alias, and nothing of what is behind it."""
    answers = any(each.owner == name for each in message.answer.values())
    return not (answers or closest_dname(message, name) or message.authority or message.rcode)
