"""What goes to workers and comes back, and what a run was asked to do.

Everything here can be pickled; documents are JSON text, written where there is time for it.
"""

from __future__ import annotations

import json
from collections import Counter
from enum import Enum
from typing import Any, TypeAlias

from pyfinger.survey.budget import SurveyBudget
from pyfinger.values import State, Value, field


class Stage(Enum):
    """How far a run is."""

    PLAN = "plan"
    PROBE = "probe"
    JUDGE = "judge"
    DONE = "done"


class Progress(State):
    """How far it is, for whoever shows it."""

    stage: Stage = Stage.PLAN
    done: int = 0
    total: int = 0
    running: int = 0
    waiting_for_budget: int = 0
    least_seconds: float = 0.0  # until the stage is done: the budget allows no earlier
    put_off: int = 0  # servers that said: not now
    verdicts: Counter[str] = field(default_factory=Counter)  # those that were derived by now


class RunOptions(Value):
    """What a run was asked to do; kept with it, so that it can be taken up again."""

    keywords: str = "{}"  # of `pyfinger.check`, as JSON
    budget: SurveyBudget = SurveyBudget()
    blocked: tuple[str, ...] = ()
    contact: str = ""
    seconds: float = 120.0  # for one connection, or all lookups of one domain

    @property
    def check(self) -> dict[str, Any]:
        """The keywords of `pyfinger.check`."""
        found: dict[str, Any] = json.loads(self.keywords)
        return found


class Run(Value):
    """One run."""

    number: int
    began: float
    ended: float | None
    stage: Stage
    options: RunOptions


class ServerAsked(Value):
    """What is asked once for each algorithm; `name` is that of SNI, if DANE wants one."""

    address: str
    port: int
    name: str


class HostRow(Value):
    """A mail exchanger as found, with all that was found of it; the same for many domains.

    `identity` is a digest of the rest, so it is the same whoever finds it.
    """

    identity: str
    host: str
    port: int
    operator: str
    document: str
    addresses: tuple[AddressRow, ...]


class AddressRow(Value):
    """One of its addresses."""

    address: str
    name: str
    withheld: str  # why it is not connected to; empty: it is


class PlanTask(Value):
    """Find a domain's hosts."""

    number: int
    domain: str


class Planned(Value):
    """They were found; or `problem` says why the line makes no sense."""

    number: int
    document: str = ""  # without hosts
    hosts: tuple[HostRow, ...] = ()
    problem: str = ""
    policies: PolicyRow | None = None  # if MTA-STS is looked at, and applies


class PolicyRow(Value):
    """What name servers said of a domain's MTA-STS and TLSRPT, and the addresses of its policy host."""

    number: int
    name: str  # in A-labels
    found: str  # as JSON
    addresses: tuple[str, ...]  # empty: there is no policy to be fetched
    absent: bool  # nothing is there at all


class PolicyTask(Value):
    """Fetch a policy from an address of its host."""

    name: str
    address: str

    @property
    def key(self) -> str:
        """What names it among all that is running."""
        return self.name


class PolicySeen(Value):
    """That was done; `refused`: the address did not accept, others may."""

    name: str
    address: str
    began: float = 0.0
    document: str = ""
    refused: bool = False
    problem: str = ""  # what kept us, and is our fault


class FoundServer(Value):
    """An address to be connected to, and the first domain and host that lead there."""

    key: ServerAsked
    operator: str
    number: int
    host_id: str
    place: int


class FoundRow(Value):
    """A domain that is to be judged, and its hosts by their identities."""

    number: int
    domain: str
    document: str
    hosts: tuple[str, ...]
    policies: str = ""  # of MTA-STS, as JSON; empty: they were not looked at
    shareable: bool = True  # what there is of them is the same for other domains


class VisitTask(Value):
    """Make one connection: to an address of a host, for a domain it serves."""

    key: ServerAsked
    algorithm: str
    domain: str  # as `Planned` has it
    host: str  # as `HostRow` has it
    place: int  # of the address


class Visited(Value):
    """It was made; `problem` says what kept us, and is our fault."""

    key: ServerAsked
    algorithm: str
    began: float = 0.0  # seconds since the epoch
    seconds: float = 0.0
    document: str = ""
    certificates: tuple[tuple[str, str], ...] = ()  # digest and document
    temporary: bool = False  # the server said: not now
    hopeless: bool = False  # it would say the same to any hello
    problem: str = ""


class HostDossier(Value):
    """A host, and all that its servers showed."""

    document: str
    withheld: tuple[tuple[str, str], ...]  # addresses, and why they were not connected to
    observations: tuple[SeenRow, ...]


class SeenRow(Value):
    """What one connection showed."""

    address: str
    port: int
    name: str
    algorithm: str
    document: str
    hopeless: bool


class JudgeTask(Value):
    """Derive the verdict on a domain, as of the time the run began."""

    number: int
    began: float
    domain: str
    hosts: tuple[HostDossier, ...]
    certificates: tuple[tuple[str, str], ...]  # digest and document
    policies: str = ""  # as `FoundRow` has them


class Judged(Value):
    """The verdict; `alike`: it is the same for all domains with these hosts, whatever their names."""

    number: int
    verdict: str = ""
    reason: str = ""
    outcome: str = ""
    report: str = ""
    alike: bool = False
    problem: str = ""  # why there is none, which is our fault


class Broken(Value):
    """A worker cannot work at all, and why."""

    reason: str


class Lost(Value):
    """The worker that was at this task is gone; `for_good`: it was not the first."""

    task: PlanTask | VisitTask | PolicyTask | JudgeTask
    for_good: bool = False


VerdictRow: TypeAlias = tuple[int, str, str, str, str, str]
"""Number, domain, verdict, reason, outcome, report."""

Task: TypeAlias = PlanTask | VisitTask | PolicyTask | JudgeTask
Result: TypeAlias = Planned | Visited | PolicySeen | Judged | Lost | Broken

_KILLER = "an error of ours: every worker was lost that tried"


def failed(task: Task) -> Result:
    """Of what no worker survives."""
    match task:
        case PlanTask():
            return Planned(task.number, problem=_KILLER)
        case VisitTask():
            return Visited(task.key, task.algorithm, problem=_KILLER)
        case PolicyTask():
            return PolicySeen(task.name, task.address, problem=_KILLER)
    return Judged(task.number, problem=_KILLER)
