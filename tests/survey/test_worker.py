"""What a worker does with one task, without a process around it."""

from __future__ import annotations

import asyncio
import json

import pytest

from pyfinger.survey import worker as module
from pyfinger.survey.tasks import Planned, PlanTask, RunOptions, ServerAsked, Visited, VisitTask
from pyfinger.survey.worker import Worker
from tests.survey.world import SurveyWorld, plan


@pytest.mark.slow
def test_a_host_is_found_and_connected_to(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "unprivileged", lambda invocation, emit: invocation)
    with SurveyWorld([plan(0)], 1) as world:
        worker = Worker(RunOptions(json.dumps({"resolver": world.resolver})))

        async def both() -> tuple[object, object, object]:
            nonsense = await worker.plan(PlanTask(2, "unix:/x"))
            planned = await worker.plan(PlanTask(1, world.domains[0]))
            assert isinstance(planned, Planned)
            (host,) = planned.hosts
            key = ServerAsked(host.addresses[0].address, world.port, host.addresses[0].name)
            task = VisitTask(key, "ECDSA", planned.document, host.document, 0)
            return nonsense, planned, await worker.carry_out(task)

        nonsense, planned, visited = asyncio.run(both())
    assert isinstance(nonsense, Planned) and nonsense.problem == "unknown service: /x/tcp"
    assert isinstance(planned, Planned) and planned.hosts[0].host == "mx0.hosts.demo.test"
    assert isinstance(visited, Visited) and not visited.problem and not visited.hopeless
    assert len(visited.certificates) == 2 and json.loads(visited.document)["stage"] == "secured"
