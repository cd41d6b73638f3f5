"""MTA-STS of a survey's domains: records with the plan, each policy fetched once, within the budget.

What name servers say belongs to the plan: both TXT records, and the addresses of the policy host.
Fetching is a connection like any other, to one of these addresses: it waits for the budget of the
address, its network and the name behind it.  If an address does not accept, the next one is
tried, and counts.  Lines about the same domain share its policy.

    PlanTask -> PolicyRow -> PolicyTask -> PolicySeen -> StsCheck
    worker      table        worker        table         judging

What workers do is here, and imported only with `--sts`; `policy_table` is the coordinator's part.
"""

from __future__ import annotations

from pyfinger.check.chains import ignore
from pyfinger.check.found import FoundDomain
from pyfinger.check.policies import DomainPolicies, PolicyFinder
from pyfinger.check.report_model import DomainCheck, Extent
from pyfinger.check.request import StsOptions
from pyfinger.check.sts import with_policies
from pyfinger.check.verdicts import Findings
from pyfinger.policy.discovery import StsFound, TlsrptFound
from pyfinger.policy.fetch import (
    Fetched,
    FetchProblem,
    fetch_policy_from,
    policy_addresses,
)
from pyfinger.policy.mta_sts import policy_host
from pyfinger.policy.txt import RecordStatus
from pyfinger.prober.context import Context
from pyfinger.prober.probe import name_resolver
from pyfinger.steps import Steps
from pyfinger.survey.budget import Blocklist
from pyfinger.survey.documents import text_of, value_of
from pyfinger.survey.tasks import PolicyRow, PolicyTask
from pyfinger.values import Value, replace

_ABSENT = (RecordStatus.NONE, RecordStatus.DISCARDED)


class FoundPolicies(Value):
    """What name servers said of one domain; `withheld`: why its policy is not to be fetched."""

    sts: StsFound
    tlsrpt: TlsrptFound
    withheld: str = ""

    @property
    def absent(self) -> bool:
        """There is nothing: so it is for any other domain of which that is true."""
        readings = self.sts.reading, self.tlsrpt.reading
        failures = self.sts.failure, self.tlsrpt.failure
        return all(one.status in _ABSENT for one in readings) and not any(failures)


class PolicyWork:
    """The part of a worker."""

    def __init__(self, context: Context, sts: StsOptions, blocklist: Blocklist) -> None:
        self._context, self._sts, self._blocklist = context, sts, blocklist
        self._resolver = name_resolver(context.options, context.dependencies, ignore)

    def _finder(self) -> PolicyFinder:
        return PolicyFinder(self._context, self._resolver, self._sts.store, self._sts.port)

    def plan(self, number: int, found: FoundDomain) -> Steps[PolicyRow | None]:
        """The records, and where the policy is; None for what is no mail domain."""
        finder = self._finder()
        yield from finder.find(found)
        known = finder.of(found)
        if known is None:
            return None
        policies = FoundPolicies(known.sts, known.tlsrpt)
        addresses: tuple[str, ...] = ()
        if known.fetchable:
            policies, addresses = yield from self._located(policies)
        document = text_of(FoundPolicies, policies)
        return PolicyRow(number, known.sts.domain, document, addresses, absent=policies.absent)

    def _located(self, policies: FoundPolicies) -> Steps[tuple[FoundPolicies, tuple[str, ...]]]:
        name = policies.sts.domain
        host = policy_host(name)
        if self._blocklist.covers_name(host):
            return replace(policies, withheld="on the blocklist"), ()
        try:
            web = self._finder().web()
        except ImportError as error:
            withheld = f"{error.name} is not installed (pip install 'posttls-pyfinger[sts]')"
            return replace(policies, withheld=withheld), ()
        addresses = yield from policy_addresses(host, web)
        if isinstance(addresses, FetchProblem):
            fetched = Fetched(host, problem=addresses)
            return replace(policies, sts=replace(policies.sts, fetched=fetched)), ()
        allowed = tuple(each for each in addresses if not self._blocklist.covers_address(each))
        return (policies if allowed else replace(policies, withheld="on the blocklist")), allowed

    def fetch(self, task: PolicyTask) -> Steps[tuple[str, bool]]:
        """The policy from one address, as JSON; and whether it did not accept, so that others may."""
        fetched = yield from fetch_policy_from(task.name, (task.address,), self._finder().web())
        refused = any(attempt.code for attempt in fetched.attempts)
        return text_of(Fetched, fetched), refused

    def with_stored(self, findings: Findings, check: DomainCheck, document: str) -> DomainCheck:
        """A domain's check with what was stored of its policies, as `pyfinger-check` has it."""
        found: FoundPolicies = value_of(FoundPolicies, document)
        (domain,) = findings.domains
        finder = self._finder()
        finder.remember(domain, DomainPolicies(found.sts, found.tlsrpt, found.withheld))
        (made,) = with_policies(findings, [check], finder, Extent.NOTHING)
        return made
