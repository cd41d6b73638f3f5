"""One entry of the catalogue: what is said of a situation, and from which demand on it is a failure."""

from __future__ import annotations

from enum import Enum

from pyfinger.model import Level, ResultType
from pyfinger.report.document.findings import Weight
from pyfinger.values import Value


class Demand(Enum):
    """What has to be demanded of a server before a situation counts in full."""

    NOTHING = "at every level"
    TLS = "where TLS is mandatory"
    PROOF = "where the server has to prove who it is"
    DANE = "where TLSA records decide"
    DANE_ONLY = "where only TLSA records will do"

    def made(self, level: Level, in_force: Level) -> bool:
        """Whether it is, where `level` was asked for and `in_force` is what came of it."""
        return {
            Demand.NOTHING: True,
            Demand.TLS: in_force > Level.MAY,
            Demand.PROOF: in_force.must_match,
            Demand.DANE: level.uses_dane,
            Demand.DANE_ONLY: level is Level.DANE_ONLY,
        }[self]


class Entry(Value):
    """What is said: `text` and `advice` are templates, filled from what was seen.

    `weight` counts where `demand` is made, `otherwise` elsewhere.
    """

    weight: Weight
    text: str
    advice: str = ""
    reference: str = ""  # RFC and section, or Postfix's document
    result: ResultType | None = None
    demand: Demand = Demand.NOTHING
    otherwise: Weight = Weight.NOTE
