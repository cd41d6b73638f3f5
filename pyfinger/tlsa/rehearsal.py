"""Records and certificates while they change, as senders see them.

A sender has the records of some moment ago, out of a cache, and meets the chain that one of
the servers shows now.  So two things are asked of each moment: which record sets may be in
somebody's cache, and which chains may be shown.

    a set is in use     from when it is published, until the next one is, the last name server
                        has that one (`transfer`), and what was fetched there just before has run
                        out of caches (its TTL; `negative_ttl` where there were no records; never
                        past its signatures' end; `stale` where resolvers serve what has run out)
    a chain is shown    from when it is switched to, until the next one is and the last process
                        has that one (`switch`)

Every set in use may meet every chain shown.  What becomes of it is a probe's verdict
(`judging`).  Moments are in seconds since the epoch; a phase ends before its end.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence

from pyfinger.tlsa.planned import (
    Delays,
    Encounter,
    Encounters,
    PlannedChains,
    PlannedSet,
    PlannedStep,
    RehearsalPlan,
    SenderOutcome,
)
from pyfinger.values import State, Value, field, replace

FOREVER = math.inf


class RehearsalPhase(Value):
    """A span of time in which the same may meet."""

    begin: float
    end: float | None  # null: from then on
    outcome: SenderOutcome
    encounters: tuple[Encounter, ...]


class _Span(Value):
    """A set in use, or chains shown, by somebody."""

    begin: float
    end: float
    records: PlannedSet | None = None
    chains: PlannedChains | None = None
    bogus: bool = False  # the set's signatures have expired
    last: bool = False  # nothing comes after it

    def covers(self, moment: float) -> bool:
        """Whether it is in use then."""
        return self.begin <= moment < self.end


class _Meetings(State):
    """All that may meet, if the first steps are taken at some moments."""

    plan: RehearsalPlan
    times: tuple[float, ...]
    encounters: Encounters
    sets: tuple[_Span, ...] = field(default=(), init=False)
    chains: tuple[_Span, ...] = field(default=(), init=False)

    def __post_init__(self) -> None:
        plan, delays = self.plan, self.plan.delays
        sets: list[tuple[float, PlannedSet]] = [(-FOREVER, plan.published)]
        chains: list[tuple[float, PlannedChains]] = [(-FOREVER, plan.shown)]
        for step, at in zip(plan.steps, self.times, strict=False):
            if step.publish is not None:
                sets = [*(one for one in sets if one[0] < at), (at, step.publish)]
            if step.show is not None:
                chains = [*(one for one in chains if one[0] < at), (at, step.show)]
        ends = [at + delays.transfer for at, _ in sets[1:]] + [FOREVER]
        self.sets = tuple(
            span
            for (begin, one), gone in zip(sets, ends, strict=True)
            for span in _in_use(one, begin, gone, delays)
        )
        ends = [at + delays.switch for at, _ in chains[1:]] + [FOREVER]
        self.chains = tuple(
            _Span(begin, end, chains=one, last=end == FOREVER)
            for (begin, one), end in zip(chains, ends, strict=True)
        )

    def at(self, moment: float) -> Iterator[tuple[_Span, _Span, Encounter]]:
        """What meets then, and what becomes of it."""
        for records in self.sets:
            for shown in self.chains:
                if records.covers(moment) and shown.covers(moment):
                    yield records, shown, self._outcome(records, shown, moment)

    def _outcome(self, records: _Span, shown: _Span, moment: float) -> Encounter:
        """The worst that may come of a set and the chains a server has."""
        one, chains = records.records, shown.chains
        if one is None or chains is None:
            raise ValueError("a span of the other kind")
        if records.bogus:
            reason = "the signatures of the records have expired"
            return Encounter(one.name, chains.name, SenderOutcome.REFUSED, reason)
        found = [self.encounters.of(one.records, chain, moment) for chain in chains.chains]
        outcome, reason = min(found, key=lambda each: _ORDER[each[0]])
        return Encounter(one.name, chains.name, outcome, reason)

    @property
    def settled(self) -> float:
        """From when on nothing changes any more by what was done."""
        every = (*self.sets, *self.chains)
        edges = [span.begin if span.last else span.end for span in every if not (span.last and span.bogus)]
        return max([self.plan.start, *self.times, *filter(math.isfinite, edges)])

    @property
    def edges(self) -> set[float]:
        """When something begins or ceases to be in use, or certificates to be valid."""
        every = (*self.sets, *self.chains)
        found = {edge for span in every for edge in (span.begin, span.end) if math.isfinite(edge)}
        for shown in self.chains:
            for chain in shown.chains.chains if shown.chains else ():
                found.update(self.encounters.dates(chain))
        return found


def _in_use(one: PlannedSet, begin: float, gone: float, delays: Delays) -> Iterator[_Span]:
    """A set while name servers have it, and caches."""
    until = FOREVER if one.signed_until is None or not one.records else one.signed_until
    ttl = one.ttl if one.records else delays.negative_ttl
    last = gone == FOREVER
    if begin < until:
        yield _Span(begin, min(gone + ttl, until) + delays.stale, one, last=last)
    if until < gone:
        yield _Span(max(begin, until), gone, one, bogus=True, last=last)


def phases(meetings: _Meetings) -> tuple[RehearsalPhase, ...]:
    """From the plan's start until nothing changes any more by what was done, and then on."""
    start, settled = meetings.plan.start, meetings.settled
    moments = sorted({start, *(edge for edge in meetings.edges if start < edge <= settled)})
    found: list[RehearsalPhase] = []
    for begin, end in zip(moments, [*moments[1:], None], strict=True):
        together = tuple(dict.fromkeys(encounter for _, _, encounter in meetings.at(begin)))
        if found and found[-1].encounters == together:
            found[-1] = replace(found[-1], end=end)
        else:
            found.append(RehearsalPhase(begin, end, worst(together), together))
    return tuple(found)


def worst(encounters: Sequence[Encounter]) -> SenderOutcome:
    """What may happen at all, at worst."""
    return min((one.outcome for one in encounters), key=_ORDER.__getitem__)


_ORDER = {outcome: place for place, outcome in enumerate(SenderOutcome)}


class RehearsedStep(Value):
    """A step with its moment; `safe` if nothing it brings about is refused."""

    number: int  # from 1
    words: str
    at: float
    safe: bool
    done: bool
    earliest: float | None  # from when on it is safe; null: never
    waits_for: tuple[Encounter, ...] = ()  # why not earlier: what would meet
    changes: bool = True  # false: all is so already


class Rehearsal(Value):
    """What a plan comes to."""

    verdict: SenderOutcome
    host: str
    port: int
    start: float
    settled: float  # from when on nothing changes any more by what was done
    steps: tuple[RehearsedStep, ...]
    phases: tuple[RehearsalPhase, ...]
    worsens: float | None = None  # later: certificates or signatures that end, and nobody renews them
    worsens_to: Encounter | None = None

    @property
    def changes(self) -> bool:
        """Whether any step brings about anything."""
        return any(step.changes for step in self.steps)


def rehearse(plan: RehearsalPlan) -> Rehearsal:
    """Go through a plan; steps without a moment of their own are taken as soon as they are safe."""
    encounters = Encounters(plan.host, plan.domains)
    steps: list[RehearsedStep] = []
    for index in range(len(plan.steps)):
        steps.append(_rehearsed(plan, index, [one.at for one in steps], encounters))
    meetings = _Meetings(plan, tuple(one.at for one in steps), encounters)
    found = phases(meetings)
    later, why = _worsening(meetings, found[-1].outcome)
    verdict = min((phase.outcome for phase in found), key=_ORDER.__getitem__)
    settled = meetings.settled
    return Rehearsal(verdict, plan.host, plan.port, plan.start, settled, tuple(steps), found, later, why)


def _rehearsed(
    plan: RehearsalPlan, index: int, times: Sequence[float], encounters: Encounters
) -> RehearsedStep:
    """When a step can be taken, and when it is, if those before it are taken as they are."""
    step = plan.steps[index]
    least = max([*times, plan.start]) if step.done is None else max([*times, step.done])
    before = _Meetings(plan, tuple(times), encounters)
    candidates = sorted(
        {least, *(edge for edge in before.edges | _dates_of(step, encounters) if edge > least)}
    )
    first: tuple[Encounter, ...] = ()
    earliest = None
    for moment in candidates:
        refused = _refused(plan, index, (*times, moment), encounters)
        if not refused:
            earliest = moment
            break
        first = first or refused
    at = step.done if step.done is not None else step.at
    if at is None and step.after is not None:
        at = (times[-1] if times else plan.start) + step.after
    if at is None:
        at = least if earliest is None else earliest
    at = max([at, *times])
    safe = not _refused(plan, index, (*times, at), encounters)
    done, changes = step.done is not None, plan.changes(index)
    return RehearsedStep(index + 1, step.words, at, safe, done, earliest, first, changes)


def _dates_of(step: PlannedStep, encounters: Encounters) -> set[float]:
    chains = step.show.chains if step.show else ()
    return {date for chain in chains for date in encounters.dates(chain)}


def _refused(
    plan: RehearsalPlan, index: int, times: tuple[float, ...], encounters: Encounters
) -> tuple[Encounter, ...]:
    """What would be refused of all that meets what a step, the last taken, brings about."""
    meetings = _Meetings(plan, times, encounters)
    begin, settled = times[-1], meetings.settled
    published = plan.steps[index].publish is not None
    found: dict[Encounter, None] = {}
    for moment in sorted({begin, *(edge for edge in meetings.edges if begin < edge <= settled)}):
        for records, shown, encounter in meetings.at(moment):
            ours = records if published else shown
            if ours.last and encounter.outcome is SenderOutcome.REFUSED:
                found[encounter] = None
    return tuple(found)


def _worsening(meetings: _Meetings, outcome: SenderOutcome) -> tuple[float | None, Encounter | None]:
    """When it gets worse although nobody does anything."""
    for moment in sorted(edge for edge in meetings.edges if edge > meetings.settled):
        for _, _, encounter in meetings.at(moment):
            if _ORDER[encounter.outcome] < _ORDER[outcome]:
                return moment, encounter
    return None, None
