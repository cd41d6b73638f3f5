"""What the lab's name server has: a signed root, "test." below it, and the scenarios' zones."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum, auto

from tests.lab.places import DEAD_SERVER, NAME_SERVER
from tests.lab.zones.dane import DANE
from tests.lab.zones.example import EXAMPLE, TOP
from tests.lab.zones.unsigned import BOGUS, ISLAND, PLAIN, TLSABOGUS

_HEAD = """$ORIGIN {origin}
$TTL 3600
@ SOA ns. hostmaster.ns. 1 3600 600 864000 300
@ NS ns.
"""


class Link(Enum):
    """How the parent zone refers to a zone."""

    SIGNED = auto()  # by a DS record
    WRONG_KEY = auto()  # by a DS record that does not fit
    UNSIGNED = auto()
    ISLAND = auto()  # not at all; it is signed, and has a trust anchor of its own


@dataclass(frozen=True, slots=True)
class Zone:
    """A zone by name, without what signing adds."""

    origin: str
    records: Sequence[str]
    link: Link = Link.SIGNED

    @property
    def stem(self) -> str:
        """Its name in the names of files."""
        return self.origin.strip(".") or "root"

    def text(self, *more: str) -> str:
        """The zone file, with some more records."""
        return _HEAD.format(origin=self.origin) + "".join(f"{line}\n" for line in (*self.records, *more))


ZONES = (
    Zone("example.test.", EXAMPLE),
    Zone("dane.test.", DANE),
    Zone("tlsabogus.test.", TLSABOGUS),
    Zone("bogus.test.", BOGUS, Link.WRONG_KEY),
    Zone("plain.test.", PLAIN, Link.UNSIGNED),
    Zone("_tcp.mx-island.plain.test.", ISLAND, Link.ISLAND),
)
# lame.test. is referred to a server that is none.
TEST = Zone(
    "test.",
    (
        *TOP,
        "lame NS dead.",
        *(f"{zone.origin.removesuffix('.test.')} NS ns." for zone in ZONES if zone.link is not Link.ISLAND),
    ),
)
ROOT = Zone(".", (f"ns. A {NAME_SERVER}", f"dead. A {DEAD_SERVER}", "test. NS ns."))
