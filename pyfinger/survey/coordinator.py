"""A run, from stage to stage: decides what happens next, and writes what came of it.

What is in the store is done, what is not is to be done: taking a run up again is running it.
Of the last minute before it broke off, those connections count that came to their end.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING, TypeAlias

from pyfinger.check.report_model import KeyAlgorithm
from pyfinger.errors import UsageError
from pyfinger.survey.budget import MINUTE, Ledger, Scope, groups_of
from pyfinger.survey.local_engine import SurveyEngine, worker_of
from pyfinger.survey.policy_table import PolicyJob, PolicyTable
from pyfinger.survey.schedule import Scheduler, Waiting
from pyfinger.survey.store import SurveyStore
from pyfinger.survey.tasks import (
    Broken,
    FoundServer,
    Judged,
    Lost,
    Planned,
    PlanTask,
    PolicySeen,
    PolicyTask,
    Progress,
    Result,
    Run,
    ServerAsked,
    Stage,
    Task,
    Visited,
    VisitTask,
    failed,
)
from pyfinger.survey.verdict_stage import VerdictSharing
from pyfinger.survey.worker import prepared_check
from pyfinger.values import State, Value

if TYPE_CHECKING:
    from pyfinger.steps import Clock

AT_ONCE = 32  # domains that are planned or judged, for each worker
_BATCH = 1000  # domains that are looked at together, and whose verdicts are written together
_LONGEST_WAIT = 1.0  # seconds, so that progress is told
_WRITE_EVERY = 0.5  # seconds, in which lookups may get lost


class Clocks(Value):
    """Time, as an argument."""

    steady: Clock
    wall: Clock  # seconds since the epoch


class _Job(State):
    """What is left to be asked of one server."""

    server: FoundServer
    left: list[KeyAlgorithm]
    put_off: int = 0

    @property
    def key(self) -> ServerAsked:
        return self.server.key

    @property
    def address(self) -> str:
        return self.server.key.address


_AnyJob: TypeAlias = _Job | PolicyJob


class Coordinator:
    """One run on one engine."""

    def __init__(
        self, store: SurveyStore, run: Run, clocks: Clocks, tell: Callable[[Progress], None]
    ) -> None:
        """`UsageError` if its options make no sense."""
        self._store = store
        self._run = run
        self._clocks = clocks
        self._tell = tell
        algorithms = prepared_check(run.options).request.algorithms
        self._algorithms = tuple(dict.fromkeys(algorithms))
        self._policies = PolicyTable(store)
        self.progress = Progress()

    def finish(self, engine: SurveyEngine) -> None:
        """All that is left of the run."""
        if self._run.stage is Stage.PLAN:
            self.plan(engine)
        if self._run.stage in (Stage.PLAN, Stage.PROBE):
            self.probe(engine)
        if self._run.stage is not Stage.DONE:
            self.judge(engine)

    def plan(self, engine: SurveyEngine) -> None:
        """Ask name servers about every domain."""
        number = self._run.number
        total = self._store.count(number, "domains", "domain != ''")
        done = self._store.count(number, "domains", "domain != '' AND found IS NOT NULL")
        self._begin(Stage.PLAN, total, done)
        lines: deque[tuple[int, str]] = deque()
        after, plans, written = 0, list[Planned](), self._clocks.steady()

        def tasks(most: int) -> list[Task]:
            nonlocal after
            if len(lines) < most:
                found = self._store.unplanned(number, after, _BATCH)
                after = max([after, *(line for line, _ in found)])
                lines.extend(found)
            return [PlanTask(*lines.popleft()) for _ in range(min(most, len(lines)))]

        for results in self._carried_out(engine, tasks):
            plans += [result for result in results if isinstance(result, Planned)]
            self.progress.done += len(results)
            self._tell(self.progress)
            if len(plans) >= _BATCH or self._clocks.steady() >= written + _WRITE_EVERY:
                self._write_plans(plans)
                plans, written = [], self._clocks.steady()
        self._write_plans(plans)
        self._store.set_stage(number, Stage.PROBE)

    def _write_plans(self, plans: Sequence[Planned]) -> None:
        """Policies first: what has a plan is not looked up again."""
        self._policies.add(self._run.number, plans)
        self._store.add_plans(self._run.number, plans)

    def _carried_out(
        self, engine: SurveyEngine, tasks: Callable[[int], Sequence[Task]]
    ) -> Iterator[list[Result]]:
        """What came of tasks that any worker may do, as it comes; `tasks` gives up to so many."""
        room, running, turn = AT_ONCE * engine.workers, 0, 0
        again: list[Task] = []
        while True:
            fresh = [*again, *tasks(max(0, room - running - len(again)))]
            for worker in range(engine.workers):
                engine.send((worker + turn) % engine.workers, fresh[worker :: engine.workers])
            turn, running = turn + len(fresh), running + len(fresh)
            if not running:
                return
            results = self._results(engine, _LONGEST_WAIT)
            running -= len(results)
            again = [one.task for one in results if isinstance(one, Lost)]
            self.progress.running = running
            yield [one for one in results if not isinstance(one, Lost)]

    def jobs(self) -> Scheduler[_AnyJob]:
        """Everything that is to be connected to, and has not been."""
        run = self._run
        scheduler: Scheduler[_AnyJob] = Scheduler(self._ledger())
        self._begin(Stage.PROBE, 0, 0)
        for server in self._store.servers(run.number):
            known = self._store.observed(run.number, server.key)
            asked = {algorithm for algorithm, _ in known}
            self.progress.total += 1
            left = [one for one in self._algorithms if one.value not in asked]
            if left and not any(hopeless for _, hopeless in known):
                groups = groups_of(server.key.address, server.operator)
                scheduler.add(_Job(server, left), groups, len(left))
            else:
                self.progress.done += 1
        for policy in self._policies.jobs(run.number):
            self.progress.total += 1
            scheduler.add(policy, policy.groups)
        return scheduler

    def _ledger(self) -> Ledger:
        """What of the last minute counts."""
        ledger = Ledger(self._run.options.budget)
        recent = self._policies.begun_since(self._clocks.wall() - MINUTE)
        addresses = {address for address, _ in recent}
        servers = self._store.servers(self._run.number) if recent else ()
        found = (server for server in servers if server.key.address in addresses)
        operators = {server.key.address: server.operator for server in found}
        offset = self._clocks.steady() - self._clocks.wall()
        for address, began in recent:
            groups = groups_of(address, operators.get(address, ""))
            ledger.begin(groups, began + offset)
            ledger.end(groups, began + offset)
        return ledger

    def probe(self, engine: SurveyEngine) -> None:
        """Connect to every server, as the budget allows it."""
        scheduler = self.jobs()
        running: dict[ServerAsked | str, Waiting[_AnyJob]] = {}
        while scheduler.waiting or running:
            now = self._clocks.steady()
            while (waiting := scheduler.take(now)) is not None:
                job = waiting.job
                running[job.key] = waiting
                engine.send(worker_of(job.address, engine.workers), [self._task(job)])
            until = scheduler.next_time()
            wait = _LONGEST_WAIT if until is None else min(_LONGEST_WAIT, max(0.0, until - now))
            kept = []
            for each in self._results(engine, wait):
                if isinstance(each, Lost):
                    assert isinstance(each.task, VisitTask | PolicyTask)
                    self._made_again(running.pop(each.task.key), scheduler)
                elif isinstance(each, PolicySeen):
                    self._fetched(each, running.pop(each.name), scheduler)
                elif isinstance(each, Visited) and self._visited(each, running.pop(each.key), scheduler):
                    kept.append(each)
            if kept:
                self._store.add_observations(self._run.number, kept)
            self.progress.running = scheduler.running
            self.progress.waiting_for_budget = scheduler.waiting
            self.progress.least_seconds = scheduler.least_seconds(self._clocks.steady())
            self._tell(self.progress)
        self._store.set_stage(self._run.number, Stage.JUDGE)

    def _fetched(self, seen: PolicySeen, waiting: Waiting[_AnyJob], scheduler: Scheduler[_AnyJob]) -> None:
        job = waiting.job
        assert isinstance(job, PolicyJob), "only policies are fetched"
        done = job.take(seen)
        scheduler.end(waiting, self._clocks.steady())
        if not done:
            scheduler.add(job, job.groups)
            return
        self.progress.done += 1
        if seen.problem:
            subject = f"{seen.address} {seen.name}"
            self._store.add_error(self._run.number, Stage.PROBE.value, subject, seen.problem)
        self._policies.fetched(self._run.number, seen)

    def _task(self, job: _AnyJob) -> VisitTask | PolicyTask:
        if isinstance(job, PolicyJob):
            return PolicyTask(job.name, job.address)
        server, run = job.server, self._run.number
        domain, host = self._store.domain(run, server.number), self._store.host(run, server.host_id)
        return VisitTask(job.key, job.left[0].value, domain, host, server.place)

    def _made_again(self, waiting: Waiting[_AnyJob], scheduler: Scheduler[_AnyJob]) -> None:
        """A connection that nobody knows what became of counts as one."""
        scheduler.end(waiting, self._clocks.steady())
        scheduler.add(waiting.job, waiting.groups, waiting.connections)

    def _visited(self, result: Visited, waiting: Waiting[_AnyJob], scheduler: Scheduler[_AnyJob]) -> bool:
        """What follows from it; whether it is to be kept."""
        job, now, budget = waiting.job, self._clocks.steady(), self._run.options.budget
        assert isinstance(job, _Job), "policies are not visited"
        again = result.temporary and job.put_off < budget.retries
        if again:
            pause = budget.back_off * 2**job.put_off
            job.put_off += 1
            self.progress.put_off += 1
            scheduler.leave_alone((Scope.ADDRESS, job.key.address), now + pause)
        else:
            job.left = [] if result.hopeless else job.left[1:]
            if result.problem:
                key = result.key
                subject = f"{key.address}:{key.port} {key.name} {result.algorithm}"
                self._store.add_error(self._run.number, Stage.PROBE.value, subject, result.problem)
        scheduler.end(waiting, now)
        if job.left:
            scheduler.add(job, waiting.groups, len(job.left))
        else:
            self.progress.done += 1
        return not again and not result.problem

    def judge(self, engine: SurveyEngine) -> None:
        """Derive the verdicts."""
        number = self._run.number
        total = self._store.count(number, "domains", "found IS NOT NULL")
        self._begin(Stage.JUDGE, total, self._store.count(number, "verdicts"))
        sharing = VerdictSharing(self._store, self._run)
        after = 0
        while domains := self._store.unjudged(number, after, _BATCH):
            after = domains[-1].number
            sharing.add(self._policies.with_policies(number, domains))
            for results in self._carried_out(engine, sharing.tasks):
                for result in results:
                    assert isinstance(result, Judged)
                    sharing.done(result)
                self._tell(self.progress)
            rows, problems = sharing.taken()
            self._store.add_verdicts(number, rows, problems)
            self.progress.verdicts.update(verdict for _, _, verdict, *_ in rows)
            self.progress.done += len(domains)
            self._tell(self.progress)
        self._store.set_stage(number, Stage.DONE, self._clocks.wall())

    def _begin(self, stage: Stage, total: int, done: int) -> None:
        self.progress.stage = stage
        self.progress.total, self.progress.done, self.progress.running = total, done, 0
        self.progress.waiting_for_budget, self.progress.least_seconds = 0, 0.0

    def _results(self, engine: SurveyEngine, seconds: float) -> list[Result]:
        results = engine.results(seconds)
        for result in results:
            if isinstance(result, Broken):
                raise UsageError(result.reason)
        return [failed(one.task) if isinstance(one, Lost) and one.for_good else one for one in results]
