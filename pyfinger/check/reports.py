"""Each connection of a check as the probe that it was: a `Report`, for what explains probes.

`Heard` keeps events while a check goes on, and nothing is made of them before somebody asks.
The lookups of a check serve many hosts, each question is asked once; a report has those that
a probe of its host would have made.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from pyfinger.check.chains import Claim, Judge, ignore
from pyfinger.check.evidence import Evidence, Heard
from pyfinger.check.found import FoundAddress, FoundDomain, FoundHost
from pyfinger.check.report_model import ChainCheck, DomainCheck
from pyfinger.dane.usability import is_decodable, usability
from pyfinger.events import (
    DnssecUnavailable,
    DnssecVouched,
)
from pyfinger.model import Level, LookupKind, RecordOutcome, RecordVerdict, TlsaStatus, Usability
from pyfinger.prober.context import Context
from pyfinger.report.document import AddressReport, Lookup, Outcome, Problem, Report, SessionReport, TlsReport
from pyfinger.report.document.lookups import Lookups
from pyfinger.report.document.proofs import zone_days_left
from pyfinger.report.document.tls import Sessions
from pyfinger.resolve.idn import name_to_ask
from pyfinger.resolve.route import srv_name
from pyfinger.values import replace
from pyfinger.x509.failures import text as x509_text


class Reports:
    """The reports of one check."""

    def __init__(self, context: Context, heard: Heard, judge: Judge, now: float) -> None:
        self._context, self._heard, self._judge, self._now = context, heard, judge, now
        told = Lookups()
        kinds = set()
        for event, at in heard.lookups:
            told(event, at)
            kinds.add(type(event))
        self._lookups: dict[tuple[str, str], list[Lookup]] = {}
        for lookup in told.done:
            self._lookups.setdefault((lookup.name.lower(), lookup.rdtype), []).append(lookup)
        self._validates = True if DnssecVouched in kinds else False if DnssecUnavailable in kinds else None

    def of_domain(self, domain: FoundDomain, check: DomainCheck) -> Report:
        """All lookups of a domain, and no session."""
        lookups = [*self._exchangers(domain)]
        addresses: list[AddressReport] = []
        for host, found in zip(domain.hosts, check.hosts, strict=True):
            lookups += self._of_host(host)
            for address, one in zip(host.addresses, found.addresses, strict=True):
                connected = any(
                    (chain.connected or chain.given) and chain.outcome is not Outcome.CONNECT
                    for chain in one.chains
                )
                addresses.append(self._address(domain, address, connected=connected))
        bogus = any(host.bogus for host in domain.hosts)
        outcome = Outcome.DNS_BOGUS if bogus else check.outcome
        return self._report(domain, outcome, tuple(dict.fromkeys(lookups)), tuple(addresses))

    def of_address(self, domain: FoundDomain, host: FoundHost, address: FoundAddress) -> Report:
        """An address that was not connected to."""
        lookups = (*self._exchangers(domain), *self._of_host(host))
        return self._report(domain, Outcome.DNS_BOGUS, lookups, (self._address(domain, address),))

    def of_chain(
        self, domain: FoundDomain, host: FoundHost, address: FoundAddress, seen: tuple[ChainCheck, Evidence]
    ) -> Report:
        """One connection."""
        chain, evidence = seen
        sessions = Sessions()
        for event in self._heard.connections.get(
            (address.hop.address, address.hop.port, chain.algorithm), ()
        ):
            sessions(event)
        lookups = (*self._exchangers(domain), *self._of_host(host))
        code = evidence.errno
        tried = self._address(domain, address, connected=bool(sessions.sessions))
        tried = replace(tried, code=code, error=evidence.problem if code else "")
        found = tuple(self._claimed(domain, address, evidence, one) for one in sessions.sessions)
        return self._report(domain, chain.outcome or Outcome.TLS, lookups, (tried,), found)

    def _claimed(
        self, domain: FoundDomain, address: FoundAddress, evidence: Evidence, session: SessionReport
    ) -> SessionReport:
        """A session as it is for this host, which may not be the one that it was held for."""
        tls, policy = session.tls, address.policy
        if tls is not None and tls.concluded and policy is not None:
            claim = Claim(address.hop.peer, domain.destination.host, policy, address.protection.published)
            tls = self._judged(tls, evidence, claim)
        if tls is not None and policy is not None and not policy.level.uses_dane:
            tls = replace(tls, records=self._unusable(address))
            if self._context.options.level is Level.DANE_ONLY:
                tls = replace(tls, level=Level.DANE_ONLY, proved=False)
        return replace(session, peer=address.hop.peer, tls=tls)

    def _judged(self, tls: TlsReport, evidence: Evidence, claim: Claim) -> TlsReport:
        verdict, records = self._judge.proof(evidence, claim)
        if verdict is evidence.verdict:
            return tls
        problems = tuple(Problem(error.code, error.depth, x509_text(error.code)) for error in verdict.errors)
        return replace(
            tls,
            level=claim.policy.level,
            proved=verdict.good,
            matched_name=verdict.peername,
            authority=verdict.authority,
            records=records,
            problems=problems,
            names=claim.policy.names if claim.policy.level.uses_dane else tls.names,
        )

    def _unusable(self, address: FoundAddress) -> tuple[RecordVerdict, ...]:
        """The fates of records because of which nothing but TLS is demanded."""
        answer, digests = address.protection.answer, self._context.digest_agility
        fates = ((one, usability(one, digests, is_decodable)) for one in answer.records) if answer else ()
        unusable = RecordOutcome.UNUSABLE
        return tuple(
            RecordVerdict(one, unusable, fate) for one, fate in fates if fate is not Usability.USABLE
        )

    def _address(
        self, domain: FoundDomain, address: FoundAddress, *, connected: bool = False
    ) -> AddressReport:
        answer, policy = address.protection.answer, address.policy
        base = answer.base_domain if answer else ""
        return AddressReport(
            address.hop.peer,
            connected,
            level=policy.level if policy else None,
            exchange_secure=domain.exchange is None or domain.exchange.secure,
            tlsa_status=answer.status if answer else TlsaStatus.NONE,
            tlsa_owner=f"_{address.hop.port}._tcp.{base}" if base else "",
            tlsa=answer.records if answer else (),
            error="" if policy else "TLSA lookup failed",
        )

    def _report(
        self,
        domain: FoundDomain,
        outcome: Outcome,
        lookups: tuple[Lookup, ...],
        addresses: tuple[AddressReport, ...],
        sessions: tuple[SessionReport, ...] = (),
    ) -> Report:
        options = self._context.options
        return Report(
            outcome=outcome,
            explanation="",
            destination=domain.destination.typed,
            began=self._now,
            seconds=0.0,
            level=options.level,
            match=options.match,
            lmtp=options.lmtp,
            srv=options.srv,
            wrapper=options.wrapper,
            insecure_mx_level=options.insecure_mx_level,
            resolver_validates=self._validates,
            lookups=lookups,
            addresses=addresses,
            sessions=sessions,
            dnssec_days_left=zone_days_left(lookups, self._now),
        )

    def _exchangers(self, domain: FoundDomain) -> Sequence[Lookup]:
        destination = domain.destination
        if destination.lookup is LookupKind.HOST:
            return ()
        name = srv_name(destination) if destination.lookup is LookupKind.SRV else destination.host
        asked = name_to_ask(name, ignore, self._context.convert) or name
        return self._named(asked, destination.lookup.value)

    def _of_host(self, found: FoundHost) -> Iterator[Lookup]:
        """The lookups of its addresses, and of TLSA records for any of them."""
        for rdtype in ("A", "AAAA", "CNAME"):
            yield from self._named(found.host.name, rdtype)
        names = dict.fromkeys(name for address in found.addresses for name in _bases(address))
        for name in names:
            yield from self._named(f"_{found.host.port}._tcp.{name}", "TLSA")

    def _named(self, name: str, rdtype: str) -> Sequence[Lookup]:
        return self._lookups.get((name.lower(), rdtype), ())


def _bases(address: FoundAddress) -> Iterator[str]:
    """The names below which TLSA records may have been asked for, in the order of asking."""
    yield address.hop.owner.lower()
    yield address.hop.host.lower()
