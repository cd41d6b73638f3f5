"""What one question may cost: a hostile zone must not keep us busy (KeyTrap, CVE-2023-50387; CVE-2023-50868).

The figures are those of resolvers that were mended then, where they have some:

    signatures of an RRset   8    unbound's MAX_VALIDATE_RRSIGS
    keys for a signature     4    unbound's MAX_DS_MATCH_FAILURES, for keys of one tag
    signatures in all        64   BIND's max-validations-per-fetch is 16, for one zone; we
                                  count a whole chain, with four zones and their denials
    NSEC3 iterations         150  unbound, BIND 9.18, PowerDNS 4.8 (RFC 9276 section 3.2)
    NSEC3 hash blocks        10000  our own: 64 hashes of 150 iterations
    questions                100  unbound's MAX_RESTART_COUNT times its depth comes to more;
                                  a name may have 127 labels, whose DS are asked for one by one
    aliases                  12   unbound's MAX_RESTART_COUNT of 11, and the first name
    seconds                  30   what posttls-finger would wait for a silent name server
"""

from __future__ import annotations

from pyfinger.model.dnssec import IndeterminateReason
from pyfinger.steps import Clock
from pyfinger.values import State, Value


class ValidationLimits(Value):
    """What validating one reply may cost, and where validators differ."""

    rrset_signatures: int = 8
    signature_keys: int = 4
    signatures: int = 64
    iterations: int = 150
    hash_blocks: int = 10_000
    questions: int = 100
    aliases: int = 12
    seconds: float = 30.0
    skew: int = 0  # seconds by which a signature may be early or late


class TooMuch(Exception):
    """Validation was broken off; nothing is known."""

    def __init__(self, why: IndeterminateReason, detail: str) -> None:
        super().__init__(detail)
        self.why = why
        self.detail = detail


class ValidationBudget(State):
    """What is left for one reply."""

    limits: ValidationLimits
    clock: Clock
    signatures: int = 0
    blocks: int = 0
    questions: int = 0
    until: float = 0.0

    def __post_init__(self) -> None:
        self.until = self.clock() + self.limits.seconds

    def spend_signature(self) -> None:
        """Before each verification."""
        self.signatures += 1
        if self.signatures > self.limits.signatures:
            raise TooMuch(
                IndeterminateReason.TOO_EXPENSIVE, f"more than {self.limits.signatures} signature checks"
            )
        self._look_at_the_clock()

    def spend_hash(self, iterations: int) -> None:
        """Before each NSEC3 hash."""
        self.blocks += iterations + 1
        if self.blocks > self.limits.hash_blocks:
            raise TooMuch(
                IndeterminateReason.TOO_EXPENSIVE,
                f"more than {self.limits.hash_blocks} rounds of hashes",
            )
        self._look_at_the_clock()

    def spend_question(self) -> None:
        """Before each question."""
        self.questions += 1
        if self.questions > self.limits.questions:
            raise TooMuch(
                IndeterminateReason.TOO_MANY_QUESTIONS, f"more than {self.limits.questions} questions"
            )
        self._look_at_the_clock()

    def _look_at_the_clock(self) -> None:
        if self.clock() > self.until:
            raise TooMuch(IndeterminateReason.TOO_SLOW, f"more than {self.limits.seconds:g} seconds")
