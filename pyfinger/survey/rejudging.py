"""What a site would amount to under another policy, by what a run has seen of it: nobody is asked again.

`pyfinger.check` decides as it does for any check; what changes is the question.  Two things were
settled when the servers were asked, and no other question changes that: what our hello offered,
and which name it asked for.  A server that took TLS 1.3 may know nothing else.  Where the
other policy's hello would have been another one, what was agreed on stands for it if it is on
offer there, too; a version below all of the offer is the server's highest, and fails; of
anything else nobody can tell.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any, TypeAlias

from pyfinger.check.evidence import Evidence, EvidenceStage, Withheld
from pyfinger.check.found import FoundAddress, FoundDomain, TlsaFound
from pyfinger.check.library import PreparedCheck
from pyfinger.check.planning import policy_as_sent
from pyfinger.check.report_model import CheckVerdict, DomainCheck, KeyAlgorithm
from pyfinger.check.verdicts import Findings, assemble
from pyfinger.dane.policy import RequestedPolicy
from pyfinger.maincf.tls_policy import MapPolicy, exclusions
from pyfinger.model import Level, Peer
from pyfinger.options import GRADES
from pyfinger.policy.mta_sts import pattern_matches
from pyfinger.prober.client_config import client_config_for
from pyfinger.prober.context import Context
from pyfinger.report.document import Outcome
from pyfinger.survey.tasks import RunOptions
from pyfinger.survey.worker import PLACEHOLDER
from pyfinger.values import Value, replace
from pyfinger.x509.trust_store import EMPTY

Results: TypeAlias = Mapping[tuple[str, int | None, KeyAlgorithm], Evidence | Withheld]
_KEPT = 256  # policies
_NOBODY = Peer("", "", None)


class Site(Value):
    """A destination as a run found it, and what its servers showed."""

    found: FoundDomain
    results: Results


class Rejudging:
    """One run's evidence, held against other policies."""

    def __init__(self, options: RunOptions, began: float) -> None:
        """Certificates are judged as of `began`."""
        self._keywords: Mapping[str, Any] = options.check
        moment = datetime.fromtimestamp(began, UTC)
        self._now = lambda: moment
        self._algorithms = self._prepared(MapPolicy(Level.MAY)).request.algorithms
        self._context = lru_cache(_KEPT)(self._make_context)

    def check(self, site: Site, policy: MapPolicy) -> DomainCheck:
        """The verdict under that policy; `UsageError` if the policy names files that cannot be read."""
        context = self._context(policy)
        found = _as_demanded(site.found, context)
        results = self._results(site.results, context, policy)
        (one,) = assemble(Findings(context, [found], self._algorithms, results))
        return _by_patterns(one, policy)

    def _results(self, known: Results, context: Context, policy: MapPolicy) -> Results:
        """Where one key of a server cannot be told, what it said to hellos for others means nothing."""
        found = {key: self._as_asked(result, context, policy) for key, result in known.items()}
        open_at = {key[:2]: result for key, result in found.items() if result is not known[key]}
        for key, result in found.items():
            cause = open_at.get(key[:2])
            if isinstance(cause, Withheld) and isinstance(result, Evidence) and result.info is None:
                found[key] = cause
        return found

    def _as_asked(
        self, result: Evidence | Withheld, context: Context, policy: MapPolicy
    ) -> Evidence | Withheld:
        """What would have come of a connection."""
        wanted = policy.servername
        if wanted and policy.level.must_match and not policy.level.uses_dane and isinstance(result, Evidence):
            asked = result.policy.base_domain or self._keywords.get("servername", "")
            if result.info and asked.lower() != wanted.lower():
                return Withheld(f"not asked by the name {wanted}")
        return _as_offered(result, context, policy)

    def trusts_nobody(self, policy: MapPolicy) -> bool:
        """Whether no certificate can be good, since no authority is known."""
        trust = self._context(policy).dependencies.trust
        return not trust.anchors and trust.store is EMPTY

    def _make_context(self, policy: MapPolicy) -> Context:
        context = self._prepared(policy).checker(lambda: 0.0).context
        return replace(context, dependencies=replace(context.dependencies, now=self._now))

    def _prepared(self, policy: MapPolicy) -> PreparedCheck:
        keywords = {**self._keywords, **keywords_for(policy)}
        match = keywords.pop("match", ())
        prepared = PreparedCheck.of([PLACEHOLDER], match, keywords, None)
        if policy.exclude:
            prepared = _without(prepared, policy.exclude)
        return prepared


def keywords_for(policy: MapPolicy) -> dict[str, Any]:
    """Those of `pyfinger.check` that ask for what a policy asks for."""
    level = Level.DANE if policy.level is Level.HALF_DANE else max(policy.level, Level.MAY)
    found: dict[str, Any] = {"level": level.word, "match": list(policy.match)}
    if policy.ciphers:
        found["grade"] = policy.ciphers
    if policy.protocols is not None:
        found["protocols"] = policy.protocols
    if policy.servername:
        found["servername"] = policy.servername
    if policy.anchor_files:
        found["trust_anchors"] = list(policy.anchor_files)
    return found


def excluding(listed: str, exclude: str) -> str:
    """A cipher list without what `exclude` names (tls_set_ciphers)."""
    return ":".join((listed, *(f"!{each}" for each in exclusions(exclude))))


def _without(prepared: PreparedCheck, exclude: str) -> PreparedCheck:
    options = prepared.request.options
    lists = {name: excluding(getattr(options.config, name), exclude) for name in set(GRADES.values())}
    options = replace(options, config=replace(options.config, **lists))
    return replace(prepared, request=replace(prepared.request, options=options))


def _as_demanded(found: FoundDomain, context: Context) -> FoundDomain:
    """A domain whose servers have to prove what this context asks for; only DANE minds who signs what."""
    options = context.options
    demand = RequestedPolicy(options.level, options.insecure_mx_level, options.match)
    if not options.level.uses_dane:
        found = replace(found, exchange=None)

    def demanded(address: FoundAddress) -> FoundAddress:
        protection = address.protection if options.level.uses_dane else TlsaFound()
        policy = policy_as_sent(demand, found.exchange, protection.answer, context.digest_agility)
        return replace(address, policy=policy, protection=protection)

    hosts = (replace(host, addresses=tuple(map(demanded, host.addresses))) for host in found.hosts)
    return replace(found, hosts=tuple(hosts))


def _as_offered(result: Evidence | Withheld, context: Context, policy: MapPolicy) -> Evidence | Withheld:
    """What came of a connection, had the hello been that of this policy."""
    if isinstance(result, Withheld) or result.info is None or not any(policy.hello[:3]):
        return result
    config = client_config_for(context, _NOBODY, policy.level, policy.level)
    info = result.info
    if config is None or (config.versions and info.version < min(config.versions)):
        return _refused(result, f"{info.protocol} is its highest version, which is not enough")
    if info.version not in config.versions:
        return Withheld(f"not asked without {info.protocol}")
    return result if info.suite in config.suites else Withheld(f"not asked without {info.cipher}")


def _refused(evidence: Evidence, problem: str) -> Evidence:
    """A handshake that would have come to nothing."""
    return Evidence(
        evidence.algorithm,
        evidence.nexthop,
        evidence.policy,
        stage=EvidenceStage.HANDSHAKE,
        problem=problem,
        complaint=True,
        capabilities=evidence.capabilities,
    )


def _by_patterns(check: DomainCheck, policy: MapPolicy) -> DomainCheck:
    """Hosts that no `mx_host_pattern` allows get no mail (smtp_tls_authorize_mx_hostname)."""
    if not policy.mx_patterns:
        return check
    barred = [
        host.host
        for host in check.hosts
        if not any(pattern_matches(pattern, host.host) for pattern in policy.mx_patterns)
    ]
    if not barred:
        return check
    reason = f"{barred[0]}: matches no mx_host_pattern"
    verdict = CheckVerdict.FAILED if len(barred) == len(check.hosts) else CheckVerdict.DEGRADED
    return replace(check, verdict=verdict, reason=reason, outcome=Outcome.NOT_MET)
