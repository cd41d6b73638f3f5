"""What is planned, and what becomes of a sender: the values of a rehearsal, and one decision.

A plan says how things are (records that have been published for long, chains that are shown)
and the steps to come.  `Encounters` decides what becomes of a sender whose cache has one set
of records and who meets one chain: a probe's verdict (`judging`).  Moments are in seconds
since the epoch, time spans in seconds.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from enum import Enum

from pyfinger.errors import DecodeError
from pyfinger.model import TlsaRecord
from pyfinger.tlsa.acceptance import ChainJudge, ShownChain, usable
from pyfinger.values import State, Value, field
from pyfinger.x509.certificate import read_certificate


class SenderOutcome(Enum):
    """What becomes of mail, the worst first."""

    REFUSED = "unsafe"  # senders with DANE do not deliver
    UNPROTECTED = "unprotected"  # they deliver, without knowing to whom
    ACCEPTED = "safe"  # they deliver to a server that has proved who it is


class PlannedSet(Value):
    """Records as they are, or will be, published; none at all: no DANE."""

    name: str
    records: tuple[TlsaRecord, ...]
    ttl: int  # seconds
    signed_until: float | None = None  # unless they are signed anew; null: they always are

    def is_as(self, other: PlannedSet) -> bool:
        """Whether nobody could tell them apart."""
        same = (self.ttl, self.signed_until) == (other.ttl, other.signed_until)
        return same and set(self.records) == set(other.records)


class PlannedChains(Value):
    """What servers show, or will show: a chain for each kind of key."""

    name: str
    chains: tuple[ShownChain, ...]

    def is_as(self, other: PlannedChains) -> bool:
        """Whether nobody could tell them apart, whatever files they are in."""
        return {(one.certificates, one.raw_key) for one in self.chains} == {
            (one.certificates, one.raw_key) for one in other.chains
        }


class Delays(Value):
    """How long changes take, in seconds."""

    negative_ttl: int = 3600  # of "no such record": the smaller of the SOA record's TTL and its last number
    transfer: int = 0  # until the last name server has what was published
    switch: int = 0  # until the last server, or process, shows the new chain
    stale: int = 0  # how long resolvers serve what has run out (RFC 8767)


class PlannedStep(Value):
    """One change: records are published, or a chain is shown from then on."""

    publish: PlannedSet | None = None
    show: PlannedChains | None = None
    at: float | None = None  # null: as soon as it is safe
    after: float | None = None  # seconds after the step before; null: as `at` has it
    done: float | None = None  # when it was done

    @property
    def words(self) -> str:
        """What is done."""
        return (
            f"publish {self.publish.name}" if self.publish else f"show {self.show.name if self.show else ''}"
        )


class RehearsalPlan(Value):
    """How things are, and what is to be done about it."""

    host: str
    published: PlannedSet  # for long, when it begins
    shown: PlannedChains
    steps: tuple[PlannedStep, ...]
    start: float
    delays: Delays = Delays()
    domains: tuple[str, ...] = ()  # whose mail is taken: certificates may have their names
    port: int = 25

    def changes(self, index: int) -> bool:
        """Whether a step brings about anything that was not so before it."""
        step, published, shown = self.steps[index], self.published, self.shown
        for one in self.steps[:index]:
            published, shown = one.publish or published, one.show or shown
        if step.publish is not None:
            return not step.publish.is_as(published)
        return step.show is not None and not step.show.is_as(shown)


class Encounter(Value):
    """Records out of a cache meet a chain."""

    records: str  # the set's name
    chain: str
    outcome: SenderOutcome
    reason: str = ""


class Encounters(State):
    """Decides what becomes of a set that meets a chain; remembers what was decided."""

    host: str
    domains: tuple[str, ...] = ()
    _judge: ChainJudge | None = field(default=None, init=False)
    _known: dict[tuple[object, ...], tuple[SenderOutcome, str]] = field(default_factory=dict)
    _dates: dict[tuple[bytes, ...], tuple[float, ...]] = field(default_factory=dict)

    def of(
        self, records: Sequence[TlsaRecord], chain: ShownChain, moment: float
    ) -> tuple[SenderOutcome, str]:
        """What becomes of mail of a sender with these records, and why."""
        good = tuple(usable(records))
        if not good:
            return SenderOutcome.UNPROTECTED, "no record is usable" if records else "there are no records"
        passed = sum(date <= moment for date in self.dates(chain))
        key = (good, chain.certificates, chain.raw_key, passed)
        if key not in self._known:
            self._judge = self._judge or ChainJudge(self.domains)
            found = self._judge.accepts(good, chain, self.host, moment)
            outcome = SenderOutcome.ACCEPTED if found.accepted else SenderOutcome.REFUSED
            self._known[key] = outcome, found.reason
        return self._known[key]

    def dates(self, chain: ShownChain) -> tuple[float, ...]:
        """When its certificates begin to be valid, and cease to be."""
        if chain.certificates not in self._dates:
            found = {moment for der in chain.certificates for moment in _validity(der)}
            self._dates[chain.certificates] = tuple(sorted(found))
        return self._dates[chain.certificates]


def _validity(der: bytes) -> Iterator[float]:
    """The last second does not count, as in OpenSSL."""
    try:
        certificate = read_certificate(der)[0]
    except DecodeError:
        return
    begin, end = certificate.not_before.epoch, certificate.not_after.epoch
    yield from () if begin is None else (float(begin),)
    yield from () if end is None else (float(end),)
