"""Verdicts per domain, by `pyfinger.check`, from what is in the store.

Certificates are judged as of the beginning of the run, so that it does not matter when, or how
often, a verdict is derived.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from functools import lru_cache

from pyfinger.check.evidence import Evidence, Withheld
from pyfinger.check.model import DomainCheck, KeyAlgorithm
from pyfinger.check.planning import FoundAddress, FoundDomain, FoundHost
from pyfinger.check.verdicts import Findings, assemble
from pyfinger.prober.context import Context
from pyfinger.report.encoding import word
from pyfinger.report.sanitise import printable
from pyfinger.survey.documents import evidence_of, hosts_for, server_name, text_of, value_of
from pyfinger.survey.store import Run, Store
from pyfinger.survey.worker import prepared_check
from pyfinger.values import Value, replace

BATCH = 100  # domains that are judged together, and chains verified once for all of them
_KEPT = 2048  # hosts, certificates and servers in memory

_Results = dict[tuple[str, int | None, KeyAlgorithm], Evidence | Withheld]
VerdictRow = tuple[int, str, str, str, str, str]


class _Seen(Value):
    """All that one server showed, by the name it was asked by."""

    by_name: dict[str, dict[KeyAlgorithm, Evidence]]
    hopeless: dict[str, Evidence]


class Judging:
    """The verdicts of one run."""

    def __init__(self, store: Store, run: Run) -> None:
        self._store = store
        self._run = run
        prepared = prepared_check(run.options)
        context = prepared.checker(lambda: 0.0).context
        began = datetime.fromtimestamp(run.began, UTC)
        dependencies = replace(context.dependencies, now=lambda: began)
        self._context: Context = replace(context, dependencies=dependencies)
        self._algorithms = tuple(dict.fromkeys(prepared.request.algorithms))
        self._host = lru_cache(_KEPT)(self._read_host)
        self._certificate = lru_cache(_KEPT)(store.certificate)
        self._seen = lru_cache(_KEPT)(self._read_seen)

    @property
    def algorithms(self) -> tuple[KeyAlgorithm, ...]:
        """What servers are asked for, in this order."""
        return self._algorithms

    def rows(self, domains: Iterable[tuple[int, str]]) -> Iterator[VerdictRow]:
        """A row for each domain."""
        batch: list[tuple[int, str]] = []
        found: list[FoundDomain] = []
        results: _Results = {}
        for number, name in domains:
            domain, known = self.found(number), self.results(number)
            if any(results.get(key, value) != value for key, value in known.items()):
                yield from self._judged(batch, found, results)  # two names of one server
                batch, found, results = [], [], {}
            batch.append((number, name))
            found.append(domain)
            results.update(known)
        yield from self._judged(batch, found, results)

    def found(self, number: int) -> FoundDomain:
        """A domain with its hosts."""
        run = self._run.number
        domain: FoundDomain = value_of(FoundDomain, self._store.domain(run, number))
        hosts = tuple(self._host(identity)[0] for identity in self._store.hosts_of(run, number))
        return replace(domain, hosts=hosts_for(domain.exchange, hosts))

    def _judged(
        self, batch: list[tuple[int, str]], found: list[FoundDomain], results: _Results
    ) -> Iterator[VerdictRow]:
        checks = assemble(Findings(self._context, found, self._algorithms, results))
        for (number, name), check in zip(batch, checks, strict=True):
            reason = printable(check.reason, utf8=False).decode("ascii")
            outcome = word(check.outcome)
            yield number, name, word(check.verdict), reason, outcome, text_of(DomainCheck, check)

    def results(self, number: int) -> _Results:
        """What the servers of a domain showed."""
        results: _Results = {}
        for identity in self._store.hosts_of(self._run.number, number):
            host, withheld = self._host(identity)
            for address in host.addresses:
                reason = withheld.get(address.hop.address, "")
                for algorithm in self._algorithms:
                    result = self._result(address, algorithm, reason)
                    if result is not None:
                        results.setdefault((address.hop.address, address.hop.port, algorithm), result)
        return results

    def _result(
        self, address: FoundAddress, algorithm: KeyAlgorithm, reason: str
    ) -> Evidence | Withheld | None:
        """What there is to go by, of one address and algorithm."""
        if reason:
            return Withheld(f"not asked: {reason}")
        seen = self._seen(address.hop.address, address.hop.port or 0)
        name = server_name(address)
        if name not in seen.by_name:
            if name or not seen.by_name:
                return None
            name = min(seen.by_name)
        known = seen.by_name[name].get(algorithm)
        if known is None and name in seen.hopeless:
            cause = seen.hopeless[name]
            return Withheld(f"not asked again after: {cause.problem}", cause)
        return known

    def _read_host(self, identity: str) -> tuple[FoundHost, dict[str, str]]:
        run = self._run.number
        host: FoundHost = value_of(FoundHost, self._store.host(run, identity))
        return host, self._store.withheld(run, identity)

    def _read_seen(self, address: str, port: int) -> _Seen:
        by_name: dict[str, dict[KeyAlgorithm, Evidence]] = {}
        last: dict[str, Evidence] = {}
        for name, algorithm, document, hopeless in self._store.evidence(self._run.number, address, port):
            evidence = evidence_of(document, self._certificate)
            by_name.setdefault(name, {})[KeyAlgorithm(algorithm)] = evidence
            if hopeless:
                last[name] = evidence
        return _Seen(by_name, last)
