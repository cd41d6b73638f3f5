"""Senders with caches, second by second: what a rehearsal says, found out the hard way.

    .venv/bin/python -m tests.tlsa.simulation 2000

goes through as many random plans.  Nothing of `pyfinger.tlsa.rehearsal` is used to find out:
every sender asks some name server at some second, keeps the answer until some later second,
and meets some server then.  Whether a record vouches for a chain is worked out from digests
and dates alone.  Times of plans are multiples of `TICK` seconds, so that what holds for a
moment holds for several seconds.
"""

from __future__ import annotations

import hashlib
import random
import sys
from collections import Counter
from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any

from pyfinger.demo.certificate_making import Issued, Wish
from pyfinger.model import TlsaRecord
from pyfinger.tlsa.acceptance import ShownChain
from pyfinger.tlsa.planned import (
    Delays,
    PlannedChains,
    PlannedSet,
    PlannedStep,
    RehearsalPlan,
    SenderOutcome,
)
from pyfinger.tlsa.rehearsal import Rehearsal, RehearsalPhase, rehearse
from pyfinger.values import replace
from tests.tlsa.worlds import HOST, ISSUING, NOW, OTHER_ISSUING, leaf, record

TICK = 4  # seconds
START = int(NOW)
LONG = 60 * TICK  # how far steps go

Met = tuple[str, str]  # names of a set and of the chains shown
Outcomes = dict[Met, SenderOutcome]
_ORDER = list(SenderOutcome)


class Server:
    """A certificate with its chain, and when it is valid."""

    def __init__(self, certificate: Issued, begin: int, end: int) -> None:
        self.certificate = certificate
        self.begin, self.end = begin, end
        self.chain = ShownChain("chain", certificate.chain)
        self.vouching = {
            (3, 1, _sha256(certificate.key.spki)),
            (3, 0, _sha256(certificate.der)),
        }
        issuer = certificate.issuer
        assert issuer is not None
        self.authorities = {(2, 1, _sha256(issuer.key.spki)), (2, 0, _sha256(issuer.der))}

    def outcome(self, records: Sequence[TlsaRecord], second: int) -> SenderOutcome:
        """What a sender does who has these records."""
        usable = [(one.usage, one.selector, one.data) for one in records if one.usage > 1]
        if not usable:
            return SenderOutcome.UNPROTECTED
        if any(one in self.vouching for one in usable):
            return SenderOutcome.ACCEPTED
        dated = self.begin <= second < self.end
        if dated and any(one in self.authorities for one in usable):
            return SenderOutcome.ACCEPTED
        return SenderOutcome.REFUSED


def _sha256(data: bytes) -> bytes:
    return hashlib.sha256(data).digest()


@cache
def servers() -> tuple[Server, ...]:
    """Keys a to d of two authorities, one of them twice, and some that are not valid all the time."""
    windows = [(0, 80), (0, 25), (15, 80), (10, 40)]
    found = []
    for name in "abcd":
        for issuer in (ISSUING, OTHER_ISSUING):
            for begin, end in windows if name in "ab" else windows[:1]:
                dates = START - 1000 if not begin else START + begin * TICK, START + end * TICK
                wish = Wish(not_before=dates[0], not_after=dates[1])
                found.append(Server(leaf(name, issuer, wish), *dates))
    return tuple(found)


class World:
    """A plan with its servers; the names of sets and chains are the numbers of steps, from 0."""

    def __init__(self, rng: random.Random) -> None:
        self.rng = rng
        self.shown: dict[str, tuple[Server, ...]] = {}
        self.plan = self._plan()

    def _plan(self) -> RehearsalPlan:
        rng = self.rng
        delays = Delays(*(rng.choice([0, 0, TICK, 3 * TICK, 8 * TICK]) for _ in range(4)))
        first = self._chains("0")
        published = self._set("0", [*self.shown["0"]])
        at, steps = START, []
        for number in range(1, rng.randint(2, 6)):
            at += TICK * rng.choice([0, 1, 3, 8, 12])
            moment = None if rng.random() < 0.4 else float(at)
            if rng.random() < 0.5:
                steps.append(PlannedStep(show=self._chains(str(number)), at=moment))
            else:
                known = [one for servers in self.shown.values() for one in servers]
                steps.append(PlannedStep(publish=self._set(str(number), known), at=moment))
        return RehearsalPlan(HOST, published, first, tuple(steps), float(START), delays)

    def _chains(self, name: str) -> PlannedChains:
        self.shown[name] = tuple(self.rng.sample(servers(), self.rng.choice([1, 1, 1, 2])))
        return PlannedChains(name, tuple(server.chain for server in self.shown[name]))

    def _set(self, name: str, known: Sequence[Server]) -> PlannedSet:
        """Records of what is or was shown, of what may come, or of nothing."""
        rng = self.rng
        records = []
        for server in dict.fromkeys([*known[-2:], rng.choice(servers())]):
            certificate, issuer = server.certificate, server.certificate.issuer
            assert issuer is not None
            choices = [
                record(certificate),
                record(certificate, 3, 0),
                record(issuer, 2),
                record(issuer, 2, 0),
            ]
            records += rng.sample(choices, rng.choice([0, 1, 1, 2]))
        if rng.random() < 0.1:
            records = [record(known[-1].certificate, 1)]
        if rng.random() < 0.05:
            records = []
        until = float(START + TICK * rng.randint(5, 60)) if rng.random() < 0.2 else None
        return PlannedSet(name, tuple(dict.fromkeys(records)), TICK * rng.choice([0, 1, 2, 5, 10]), until)


class Simulation:
    """All senders of a plan whose steps are taken at given moments."""

    def __init__(
        self, plan: RehearsalPlan, times: Sequence[float], shown: Mapping[str, tuple[Server, ...]]
    ) -> None:
        self.plan, self.delays, self.shown = plan, plan.delays, shown
        self.sets = [(-(10**12), plan.published)]
        self.chains = [(-(10**12), plan.shown)]
        for step, at in zip(plan.steps, times, strict=False):
            if step.publish is not None:
                self.sets.append((int(at), step.publish))
            if step.show is not None:
                self.chains.append((int(at), step.show))

    def run(self, until: int) -> dict[int, Outcomes]:
        """Second by second from the start: what meets, and the worst that comes of it."""
        longest = max([self.delays.negative_ttl, *(one.ttl for _, one in self.sets)]) + self.delays.stale
        answers = {
            second: {_current(self.sets, second - lag) for lag in range(self.delays.transfer + 1)}
            for second in range(START - longest, until)
        }
        found: dict[int, Outcomes] = {}
        for second in range(START, until):
            met: Outcomes = {}
            for records, bogus in self._in_hand(answers, second, longest):
                for lag in range(self.delays.switch + 1):
                    chains = _current(self.chains, second - lag)
                    outcome = self._outcome(records, bogus, chains, second)
                    key = records.name, chains.name
                    met[key] = min(outcome, met.get(key, outcome), key=_ORDER.index)
            found[second] = met
        return found

    def _in_hand(
        self, answers: Mapping[int, set[PlannedSet]], second: int, longest: int
    ) -> set[tuple[PlannedSet, bool]]:
        """What senders have, asked for now or out of a cache, and whether its signatures had expired."""
        found = set()
        for asked in range(second - longest, second + 1):
            for records in answers[asked]:
                until = records.signed_until if records.records else None
                bogus = until is not None and asked >= until
                life = records.ttl if records.records else self.delays.negative_ttl
                if until is not None:
                    life = min(life, int(until) - asked)
                if asked == second or (not bogus and second - asked < life + self.delays.stale):
                    found.add((records, bogus))
        return found

    def _outcome(self, records: PlannedSet, bogus: bool, chains: PlannedChains, second: int) -> SenderOutcome:
        if bogus:
            return SenderOutcome.REFUSED
        every = [server.outcome(records.records, second) for server in self.shown[chains.name]]
        return min(every, key=_ORDER.index)


def _current(changes: Sequence[tuple[int, Any]], second: int) -> Any:
    return [one for at, one in changes if at <= second][-1]


def confirm(world: World) -> Rehearsal:
    """Hold a rehearsal against the senders; AssertionError where they see something else."""
    plan = world.plan
    found = rehearse(plan)
    times = [step.at for step in found.steps]
    settled = int(found.settled) + TICK
    worsens = None if found.worsens is None else int(found.worsens)
    seen = Simulation(plan, times, world.shown).run(settled if worsens is None else worsens + 1)
    _confirm_worsening(found, seen)
    seen = {second: met for second, met in seen.items() if second < settled}
    for second, met in seen.items():
        phase = next(one for one in found.phases if one.end is None or second < one.end)
        told = _told(phase)
        assert met.items() <= told.items(), (second - START, met, told)
    for phase in found.phases:
        end = settled if phase.end is None else int(phase.end)
        for key, outcome in _told(phase).items():
            senders = [seen[second].get(key) for second in range(int(phase.begin), end)]
            assert outcome in senders, (phase, key)
    for step in found.steps:
        _confirm_step(world, found, step.number - 1)
    return found


def _told(phase: RehearsalPhase) -> Outcomes:
    """The worst of each set and chains that may meet."""
    told: Outcomes = {}
    for one in phase.encounters:
        key = one.records, one.chain
        told[key] = min(one.outcome, told.get(key, one.outcome), key=_ORDER.index)
    return told


def _confirm_worsening(found: Rehearsal, seen: Mapping[int, Outcomes]) -> None:
    """Later on it gets worse at the moment that is told, and not before."""
    if found.worsens is None:
        return
    last = _ORDER.index(found.phases[-1].outcome)
    for second, met in seen.items():
        if second >= found.settled:
            worse = any(_ORDER.index(outcome) < last for outcome in met.values())
            assert worse == (second >= found.worsens), second - START


def _confirm_step(world: World, found: Rehearsal, index: int) -> None:
    """The earliest moment of a step is safe, and `TICK` seconds before it is not."""
    step = found.steps[index]
    before = [one.at for one in found.steps[:index]]
    least = max([*before, START])
    if step.earliest is None:
        assert _refused(world, index, [*before, least])
        return
    assert not _refused(world, index, [*before, step.earliest])
    if step.earliest > least:
        assert _refused(world, index, [*before, step.earliest - TICK])


def _refused(world: World, index: int, times: Sequence[float]) -> bool:
    """Whether somebody is refused over what the last of these steps brings about."""
    plan = replace(world.plan, steps=world.plan.steps[: index + 1])
    settled = int(rehearse(_fixed(plan, times)).settled)
    seen = Simulation(plan, times, world.shown).run(settled + 1)
    name, published = str(index + 1), plan.steps[index].publish is not None
    return any(
        outcome is SenderOutcome.REFUSED and (records if published else chains) == name
        for met in seen.values()
        for (records, chains), outcome in met.items()
    )


def _fixed(plan: RehearsalPlan, times: Sequence[float]) -> RehearsalPlan:
    steps = (replace(step, at=at) for step, at in zip(plan.steps, times, strict=True))
    return replace(plan, steps=tuple(steps))


def main(count: int, seed: int = 0) -> int:
    """Go through random plans; prints how many were safe and not."""
    verdicts: Counter[SenderOutcome] = Counter()
    unsafe = steps = 0
    for number in range(seed, seed + count):
        found = confirm(World(random.Random(number)))
        verdicts[found.verdict] += 1
        unsafe += sum(phase.outcome is SenderOutcome.REFUSED for phase in found.phases)
        steps += len(found.steps)
    told = ", ".join(f"{verdicts[outcome]} {outcome.value}" for outcome in SenderOutcome)
    print(f"{count} plans with {steps} steps: {told}; {unsafe} unsafe phases, each with a failing sender")
    return 0


if __name__ == "__main__":
    sys.exit(main(*map(int, sys.argv[1:])))
