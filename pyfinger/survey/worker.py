"""What a worker does: lookups, connections and verdicts, one task at a time or many.

A worker knows no budget and no store: it does what it is told at once, as many things at a
time as it is told.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from contextlib import nullcontext
from typing import TYPE_CHECKING, Any

from pyfinger.check.chains import ignore
from pyfinger.check.evidence import TELLING, Evidence, EvidenceStage, hopeless
from pyfinger.check.found import FoundDomain, Visit
from pyfinger.check.library import PreparedCheck
from pyfinger.check.planning import Finder
from pyfinger.cli.runner import unprivileged
from pyfinger.dane.lookup import TlsaCache
from pyfinger.drive.aio import AsyncDriver
from pyfinger.drive.socket_watch import socket_watch
from pyfinger.drive.wall_clock import WallClock
from pyfinger.errors import OutOfTime, UsageError
from pyfinger.events import Event
from pyfinger.options import Validation
from pyfinger.prober.context import Context, Target
from pyfinger.prober.probe import connect, converse
from pyfinger.steps import Close, Steps, ask
from pyfinger.survey.budget import Blocklist
from pyfinger.survey.documents import PlanDocuments, evidence_text, is_unsure, visit_of
from pyfinger.survey.judging import Judging
from pyfinger.survey.tasks import (
    Planned,
    PlanTask,
    PolicyRow,
    PolicySeen,
    PolicyTask,
    Result,
    RunOptions,
    Task,
    Visited,
    VisitTask,
)
from pyfinger.values import replace

if TYPE_CHECKING:
    from pyfinger.survey.policy_stage import PolicyWork

PLACEHOLDER = "survey.invalid"  # a destination, where the options are to be understood without one
SECOND_TRY = 2.0  # seconds, after which lookups that failed are made once more
_MOST_HOSTS = 4096  # of which is known what was looked up, before all is forgotten


def prepared_check(options: RunOptions) -> PreparedCheck:
    """The options of `pyfinger.check`, understood."""
    keywords: Mapping[str, Any] = options.check
    given = {name: value for name, value in keywords.items() if name != "match"}
    return PreparedCheck.of([PLACEHOLDER], keywords.get("match", ()), given, None)


class Worker:
    """All that one process needs."""

    def __init__(self, options: RunOptions, *, as_started: bool = False) -> None:
        """`UsageError` if the options make no sense here; `as_started`: the process is not ours to change."""
        prepared = prepared_check(options)
        if not as_started:
            prepared = replace(prepared, invocation=unprivileged(prepared.invocation, prepared.tee))
        self._seconds = options.seconds
        self._documents = PlanDocuments(Blocklist(options.blocked))
        self._driver = AsyncDriver(prepared.invocation.resolver, watch=socket_watch(), packets=False)
        self._context: Context = replace(prepared.checker(self._driver.clock).context, emit=ignore)
        self._clock = WallClock()
        self._own = self._context.options.validation is not Validation.RESOLVER
        self._finder = self._new_finder()
        self._one_at_a_time = asyncio.Lock()
        self._policies = self._policy_work(options, prepared)
        judge = self._policies.with_stored if self._policies else None
        self._judging = Judging(self._context, prepared.request.algorithms, judge)

    def _policy_work(self, options: RunOptions, prepared: PreparedCheck) -> PolicyWork | None:
        """None: MTA-STS is not looked at."""
        sts = prepared.request.sts if options.check.get("sts") else None
        if sts is None:
            return None
        from pyfinger.survey.policy_stage import PolicyWork

        return PolicyWork(self._context, sts, Blocklist(options.blocked))

    async def carry_out(self, task: Task) -> Result:
        """Whatever it is."""
        match task:
            case PlanTask():
                return await self.plan(task)
            case VisitTask():
                return await self.visit(task)
            case PolicyTask():
                return await self.fetch(task)
        return self._judging.judged(task)

    async def plan(self, task: PlanTask) -> Result:
        """Find a domain's hosts."""
        try:
            found = await self._found(task.domain)
            if is_unsure(found):
                self._finder.forget(found)
                await asyncio.sleep(SECOND_TRY)
                found = await self._found(task.domain)
            policies = await self._said(task.number, found)
        except UsageError as error:
            return Planned(task.number, problem=str(error))
        except OutOfTime:
            return Planned(task.number, problem=f"lookups not done within {self._seconds:g} seconds")
        except Exception as error:
            return Planned(task.number, problem=f"an error of ours: {error!r}")
        planned = self._documents.planned(task.number, found)
        return planned if policies is None else replace(planned, policies=policies)

    async def _said(self, number: int, found: FoundDomain) -> PolicyRow | None:
        """What a domain says of MTA-STS, if that is wanted."""
        if self._policies is None:
            return None
        async with self._one_at_a_time if self._own else nullcontext():
            return await self._driver.run(self._policies.plan(number, found), self._seconds)

    async def fetch(self, task: PolicyTask) -> Result:
        """Fetch a policy."""
        assert self._policies is not None, "nobody else has policies to be fetched"
        seen = PolicySeen(task.name, task.address, self._clock())
        try:
            document, refused = await self._driver.run(self._policies.fetch(task), self._seconds)
        except OutOfTime:
            return replace(seen, problem=f"not done within {self._seconds:g} seconds")
        except Exception as error:
            return replace(seen, problem=f"an error of ours: {error!r}")
        return replace(seen, document=document, refused=refused)

    async def _found(self, domain: str) -> FoundDomain:
        if self._finder.remembered > _MOST_HOSTS:
            self._finder = self._new_finder()
        steps = self._finder.shared(domain)
        if not self._own:
            return await self._driver.run(steps, self._seconds)
        async with self._one_at_a_time:  # a validation in progress has no room for a second one
            return await self._driver.run(steps, self._seconds)

    def _new_finder(self) -> Finder:
        """One that remembers nothing."""
        return Finder(replace(self._context, tlsa=TlsaCache(self._driver.clock)))

    async def visit(self, task: VisitTask) -> Result:
        """Make one connection."""
        visit = visit_of(task)
        evidence = Evidence(visit.algorithm, visit.nexthop, visit.policy)
        visited = Visited(task.key, task.algorithm, self._clock())
        began = self._driver.clock()
        try:
            await self._driver.run(_session(self._context, visit, evidence), self._seconds)
        except OutOfTime:
            evidence.problem = evidence.problem or f"not done within {self._seconds:g} seconds"
            evidence.timed_out = True
        except Exception as error:
            return replace(visited, problem=f"an error of ours: {error!r}")
        evidence.settled()
        document, certificates = evidence_text(evidence)
        return replace(
            visited,
            seconds=self._driver.clock() - began,
            document=document,
            certificates=certificates,
            temporary=evidence.stage is EvidenceStage.GREETING and evidence.temporary,
            hopeless=hopeless(evidence),
        )


def _session(context: Context, visit: Visit, evidence: Evidence) -> Steps[None]:
    def emit(event: Event) -> None:
        if type(event) in TELLING:
            evidence(event)

    context = replace(context, emit=emit, key_kinds=visit.algorithm.kinds)
    if (yield from connect(context, visit.hop)):
        yield from converse(context, Target(visit.hop.peer, visit.nexthop, visit.policy), first=False)
        yield from ask(Close())
