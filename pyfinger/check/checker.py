"""The check itself: a plan, then one connection for each address and algorithm, politely.

Like a probe it is a procedure that asks a driver for input and output.  What is known at any
moment is in the `Checker`, so that a check whose time is over still has a report.

A server is left alone once it does not answer, or has no TLS: asking for the next algorithm would
teach nothing.  Once it said: not now (4yz, RFC 5321 section 4.2.1) it is left alone as well, and if
there is a time for the whole that is long enough, it is asked once more in the end, after
`Limits.back_off`, and from then on no more often than that.  In the same way connections that would
be too many within a minute wait for the next one if there is time, and are not made if there is none.

Unless algorithms are chosen, the usual two are asked for.  A server without the first is offered all
others along with the second: so two connections tell of any server with one key whether it is good.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING

from pyfinger.check.chains import ignore
from pyfinger.check.evidence import (
    OF_CONNECTIONS,
    OF_LOOKUPS,
    TELLING,
    Evidence,
    EvidenceStage,
    Heard,
    Withheld,
    has_no_such_key,
    hopeless,
    shown_algorithm,
)
from pyfinger.check.found import FoundDomain, Visit, visits
from pyfinger.check.pacing import Pacing
from pyfinger.check.planning import Finder
from pyfinger.check.report_model import CheckReport, DomainCheck, Extent, KeyAlgorithm, worst
from pyfinger.check.request import CheckRequest
from pyfinger.check.verdicts import Findings, assemble, is_spotless
from pyfinger.errors import UsageError
from pyfinger.events import Disconnected, Emit, Event
from pyfinger.model import Level, Peer
from pyfinger.prober.client_config import client_config_for
from pyfinger.prober.context import Context, Dependencies, Target
from pyfinger.prober.handshake_memory import HandshakeMemory
from pyfinger.prober.probe import connect, converse, name_resolver, prepare
from pyfinger.steps import Close, Sleep, Steps, ask
from pyfinger.values import replace

if TYPE_CHECKING:
    from pyfinger.check.policies import PolicyFinder

_NOBODY = Peer("", "", None)


class Checker:
    """One check."""

    def __init__(self, request: CheckRequest, dependencies: Dependencies, emit: Emit) -> None:
        """`UsageError` if there is nothing to be checked."""
        if request.options.level is Level.NONE:
            raise UsageError("at level none there is nothing to check")
        if request.options.tls_disabled:
            raise UsageError("TLS is disabled, and there is nothing to check")
        self.request = request
        self.context = replace(
            prepare(replace(request.options, explain_lookups=True), dependencies, emit),
            sessions=None,
            awaits_quit_reply=False,
            memory=HandshakeMemory(),
        )
        self.domains: list[FoundDomain] = []
        self.plan: tuple[Visit, ...] = ()
        self.results: dict[tuple[str, int | None, KeyAlgorithm], Evidence | Withheld] = {}
        self.policies: PolicyFinder | None = None
        self._heard = Heard()
        self.began = dependencies.now()
        self._pacing = Pacing(request.limits, dependencies.clock)

    def steps(self) -> Steps[CheckReport]:
        """All of it."""
        yield from self.find()
        for visit in self.plan:
            yield from self._carry_out(visit, self.request.limits.pause)
        if self.policies is not None:
            yield from self.policies.fetch_all(self._pacing)
        yield from self._ask_again()
        return self.report()

    def _carry_out(self, visit: Visit, pause: float) -> Steps[None]:
        """One visit of the plan, unless there is a reason against it."""
        offered = self._offered_with(visit)
        found = yield from self._visited(visit, pause, offered)
        shown = shown_algorithm(found) if isinstance(found, Evidence) else None
        if (
            isinstance(found, Evidence) and shown is not None and shown in offered
        ):  # one that nobody had planned for
            found.algorithm = shown
            self.results[*visit.server, shown] = found
            heard = self._heard.connections
            heard[*visit.server, shown] = heard.pop((*visit.server, visit.algorithm), [])
            found = yield from self._visited(visit, pause, ())
        self.results[*visit.server, visit.algorithm] = found

    def _visited(
        self, visit: Visit, pause: float, offered: Sequence[KeyAlgorithm]
    ) -> Steps[Evidence | Withheld]:
        withheld = self._why_not(visit)
        if withheld is None and (wait := self._pacing.wait(visit.server, pause)) > 0:
            yield from ask(Sleep(wait))
            withheld = self._why_not(visit)
        return withheld or (yield from self._visit(visit, offered))

    def _offered_with(self, visit: Visit) -> Sequence[KeyAlgorithm]:
        """What else a server is offered that has no key of the algorithms before this, the last one."""
        *before, last = self.request.algorithms
        if visit.algorithm is not last or not before or self._is_given(visit):
            return ()
        known = [self.results.get((*visit.server, algorithm)) for algorithm in before]
        absent = all(isinstance(one, Evidence) and has_no_such_key(one) for one in known)
        return self.request.others if absent else ()

    def _ask_again(self) -> Steps[None]:
        """A second attempt at the servers that said: not now, those that said so first at first."""
        limits, pacing = self.request.limits, self._pacing
        busy = [visit for visit in self.plan if self._was_busy(visit)]
        for server in sorted({visit.server for visit in busy}, key=pacing.ended):
            wait = pacing.wait(server, limits.back_off)
            if limits.seconds is None or self.elapsed + wait >= limits.seconds:
                continue
            if self.connections >= limits.total:
                continue
            mine = [visit for visit in busy if visit.server == server]
            for visit in mine:
                del self.results[*server, visit.algorithm]
            for visit in mine:
                yield from self._carry_out(visit, limits.back_off)

    def _was_busy(self, visit: Visit) -> bool:
        """Whether nothing but a temporary refusal is known."""
        result = self.results[*visit.server, visit.algorithm]
        evidence = result.cause if isinstance(result, Withheld) else result
        return evidence is not None and evidence.temporary and evidence.stage < EvidenceStage.NO_STARTTLS

    def find(self) -> Steps[None]:
        """The plan: no server is connected to, name servers are asked."""
        finder = Finder(replace(self.context, emit=self._looking_up))
        self.policies = self._policy_finder()
        for typed in dict.fromkeys(self.request.domains):
            domain = yield from finder.domain(typed)
            self.domains.append(domain)
            if self.policies is not None:
                yield from self.policies.find(domain)
        if self.context.options.given is not None:
            from pyfinger.check.given_credentials import refuse_contradictions

            refuse_contradictions(self.context.options.given, self.domains)
        self.plan = visits(self.domains, self._offerable(self.request.algorithms))
        rare = visits(self.domains, self._offerable(self.request.others))
        self.plan += tuple(filter(self._is_given, rare))  # which costs no connection

    def report(self, interruption: str = "") -> CheckReport:
        """What is known by now."""
        given = self.context.options.given
        request = self.request
        findings = Findings(
            self.context, self.domains, request.algorithms, self.results, request.others, interruption
        )
        domains: Sequence[DomainCheck] = assemble(findings)
        extent = request.extent
        if self.policies is not None:
            from pyfinger.check.sts import with_policies

            domains = with_policies(findings, domains, self.policies, extent)
        if extent is Extent.ALL or (extent is Extent.PROBLEMS and not all(map(is_spotless, domains))):
            from pyfinger.check.explanations import explained  # most often there is nothing to explain

            domains = explained(findings, domains, self._heard, extent)
        return CheckReport(
            verdict=worst(domain.verdict for domain in domains),
            level=self.context.options.level,
            began=self.began.timestamp(),
            seconds=self.elapsed,
            planned=len(self.to_connect),
            connections=self.connections,
            policy_hosts=self._pacing.policy_hosts,
            interruption=interruption,
            records_given=given.records.source if given is not None else "",
            offline=given is not None and given.offline,
            domains=tuple(domains),
        )

    def _policy_finder(self) -> PolicyFinder | None:
        """What asks for MTA-STS and TLSRPT, if that is wanted."""
        sts = self.request.sts
        if sts is None or self.context.options.lmtp:
            return None
        from pyfinger.check.policies import PolicyFinder

        context = self.context
        resolver = name_resolver(context.options, context.dependencies, context.emit)
        return PolicyFinder(context, resolver, sts.store, sts.port)

    def _looking_up(self, event: Event) -> None:
        if type(event) in OF_LOOKUPS:
            self._heard.lookups.append((event, self.context.dependencies.now().timestamp()))
        self.context.emit(event)

    @property
    def to_connect(self) -> tuple[Visit, ...]:
        """The plan without hosts of which everything is given."""
        return tuple(visit for visit in self.plan if not self._is_given(visit))

    def _is_given(self, visit: Visit) -> bool:
        given = self.context.options.given
        return given is not None and given.decides(visit.hop.host)

    @property
    def policy_hosts(self) -> tuple[str, ...]:
        """Those that are to be connected to, besides the plan."""
        found = self.policies.fetchable() if self.policies is not None else ()
        return tuple(f"mta-sts.{one.sts.domain}" for one in found)

    @property
    def elapsed(self) -> float:
        """Seconds since it began."""
        return self._pacing.elapsed

    @property
    def connections(self) -> int:
        """How many were made."""
        return self._pacing.connections

    def _offerable(self, algorithms: Sequence[KeyAlgorithm]) -> Sequence[KeyAlgorithm]:
        """Those that a hello can ask for at all: ML-DSA is of TLS 1.3 alone."""
        found = []
        for algorithm in dict.fromkeys(algorithms):
            context = replace(self.context, emit=ignore, key_kinds=algorithm.kinds)
            level = context.options.level
            config = client_config_for(context, _NOBODY, level, level)
            if config is None or config.versions:
                found.append(algorithm)
        return found

    def _why_not(self, visit: Visit) -> Withheld | None:
        for algorithm in self.request.algorithms:
            known = self.results.get((*visit.server, algorithm))
            if isinstance(known, Evidence) and hopeless(known):
                return Withheld(f"not asked again after: {known.problem}", known)
        if self._is_given(visit):
            return None
        enough = self._pacing.enough(visit.server)
        return Withheld(enough) if enough else None

    def _visit(self, visit: Visit, offered: Sequence[KeyAlgorithm]) -> Steps[Evidence | Withheld]:
        """One connection, unless what the server shows is given."""
        evidence = Evidence(visit.algorithm, visit.nexthop, visit.policy)
        context = self._context_of(visit, evidence, offered)
        if self._is_given(visit):
            from pyfinger.check.given_credentials import judge_visit

            return judge_visit(context, visit, evidence, self.request.algorithms[0])
        self._pacing.begin(visit.server)
        if (yield from connect(context, visit.hop)):
            target = Target(visit.hop.peer, visit.nexthop, visit.policy)
            yield from converse(context, target, first=False)
            yield from ask(Close())
            context.emit(Disconnected())
        evidence.settled()
        self._pacing.end(visit.server)
        return evidence

    def _context_of(self, visit: Visit, evidence: Evidence, offered: Sequence[KeyAlgorithm]) -> Context:
        outer = self.context.emit
        heard: list[Event] = []
        self._heard.connections[*visit.server, visit.algorithm] = heard
        keep = heard.append

        def emit(event: Event) -> None:
            kind = type(event)
            if kind in OF_CONNECTIONS:
                keep(event)
                if kind in TELLING:
                    evidence(event)
            if outer is not ignore:
                outer(event)

        options = self.context.options
        if self.request.limits.seconds is not None:
            left = max(1, math.ceil(self.request.limits.seconds - self.elapsed))
            options = replace(
                options,
                connect_timeout=min(options.connect_timeout, left),
                command_timeout=min(options.command_timeout, left),
            )
        kinds = visit.algorithm.kinds.union(*(algorithm.kinds for algorithm in offered))
        return replace(self.context, emit=emit, options=options, key_kinds=kinds)
