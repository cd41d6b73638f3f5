"""The proof while it is made: its steps and the replies they rest on, each once; and where it breaks."""

from __future__ import annotations

import math
from typing import TypeAlias

from pyfinger.dnssec.domain_names import to_text
from pyfinger.dnssec.message import ParsedMessage, RRset, type_text
from pyfinger.dnssec.signatures import Checked
from pyfinger.model.dnssec import (
    Bogus,
    BogusReason,
    Indeterminate,
    ProofReply,
    ProofRRset,
    ProofStep,
)

Mark: TypeAlias = tuple[int, int]


class ChainBroken(Exception):
    """The proof has failed, and how; what goes on above is left."""

    def __init__(self, failure: Bogus | Indeterminate) -> None:
        super().__init__(failure)
        self.failure = failure


class ProofLog:
    """What was proven so far, in order."""

    def __init__(self) -> None:
        self._steps: dict[int, ProofStep] = {}
        self._replies: dict[int, ProofReply] = {}

    def add(self, *steps: ProofStep) -> None:
        """Go on by these; those that are there already stay where they are."""
        for step in steps:
            self._steps.setdefault(id(step), step)

    def rest_on(self, *replies: ProofReply) -> None:
        """These replies were of use."""
        for reply in replies:
            self._replies.setdefault(id(reply), reply)

    @property
    def steps(self) -> tuple[ProofStep, ...]:
        """All steps."""
        return tuple(self._steps.values())

    @property
    def replies(self) -> tuple[ProofReply, ...]:
        """All replies."""
        return tuple(self._replies.values())

    def ends(self) -> float:
        """When the first of the good signatures expires; infinite without any."""
        dates = (sig.expiration for step in self.steps for sig in step.signatures if sig.fault is None)
        return min(dates, default=math.inf)

    def mark(self) -> Mark:
        """Where the proof stands."""
        return len(self._steps), len(self._replies)

    def since(self, mark: Mark) -> tuple[tuple[ProofStep, ...], tuple[ProofReply, ...]]:
        """What has come since then."""
        return self.steps[mark[0] :], self.replies[mark[1] :]

    def stop(self, step: ProofStep, failure: Bogus | Indeterminate) -> ChainBroken:
        """The broken link, and the error that ends the walk."""
        self.add(
            ProofStep(
                step.kind,
                step.zone,
                step.owner,
                step.rdtype,
                step.keys,
                step.signatures,
                failure,
                step.detail,
            )
        )
        return ChainBroken(failure)


def proof_reply(name: str, rdtype: str, message: ParsedMessage) -> ProofReply:
    """A reply as the proof has it."""
    return ProofReply(
        name,
        rdtype,
        message.rcode,
        tuple(map(_proof_rrset, message.answer.values())),
        tuple(map(_proof_rrset, message.authority.values())),
    )


def _proof_rrset(rrset: RRset) -> ProofRRset:
    return ProofRRset(to_text(rrset.owner), rrset.rdtype, rrset.ttl, rrset.rdatas, rrset.signatures)


def signature_failure(rrset: RRset, checked: Checked) -> Bogus:
    """What is wrong with an RRset whose signatures were not good."""
    assert checked.fault is not None
    return Bogus(
        checked.fault,
        to_text(rrset.owner),
        _told(type_text(rrset.rdtype), checked.fault, checked),
        checked.disputed,
    )


def _told(rdtype: str, fault: BogusReason, checked: Checked) -> str:
    """The type, and the key of the signature that is told of."""
    for each in checked.signatures:
        if each.fault is fault:
            return f"{rdtype}, key {each.tag}/{each.algorithm} of {each.signer}"
    return rdtype
