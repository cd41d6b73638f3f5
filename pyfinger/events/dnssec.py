"""Facts about validation of our own.

`pyfinger.events` does not import this module: a probe that believes its name server
loads nothing of it.
"""

from __future__ import annotations

from enum import Enum

from pyfinger.events.base import Event
from pyfinger.model.dnssec import ProofStep, Security, Validated


class Word(Enum):
    """What somebody says of an answer."""

    SECURE = "secure"
    INSECURE = "insecure"
    FAILED = "failed"  # of a name server: no answer; of our own validation: bogus, or it cannot be told
    ANSWERED = "answered"  # of a name server that was not asked whether it is secure


class DnssecLink(Event):
    """A link of a chain of trust, good or broken, the first time that it is met."""

    step: ProofStep


class DnssecValidated(Event):
    """What came of validating one reply; `decides`: the answer is treated accordingly.

    `again`: the same came of the same question before.
    """

    name: str
    rdtype: str
    validated: Validated
    decides: bool
    again: bool = False


class DnssecDiffers(Event):
    """Name server and own validation are of different opinions (`--dnssec=both`)."""

    name: str
    rdtype: str
    server: str
    word: Word  # the name server's
    security: Security  # ours


class SignaturesEnding(Event):
    """The signatures of a zone have nearly run out, and nobody has renewed them.

    `life` is how long the one that ends first is valid in all; both in seconds.
    """

    zone: str
    owner: str
    rdtype: str
    expiration: int
    left: float
    life: float


class ProofChecked(Event):
    """What came of validating again what a file has on one question (`--check-proof`).

    `outcome` is what the file says came of it, in a word; `when` the time it was validated for.
    """

    name: str
    rdtype: str
    security: Security
    outcome: str
    when: float
