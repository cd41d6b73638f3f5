"""From what was found to the report: pure, and the only place that weighs one thing against another."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TypeVar

from pyfinger.check.chains import Claim, Judge, chain_check, settled
from pyfinger.check.evidence import Evidence, Withheld
from pyfinger.check.found import FoundAddress, FoundDomain, FoundHost, TlsaFound
from pyfinger.check.record_checks import Shown, record_checks, records_to_publish
from pyfinger.check.report_model import (
    AddressCheck,
    ChainCheck,
    CheckVerdict,
    DomainCheck,
    HostCheck,
    KeyAlgorithm,
    combined,
)
from pyfinger.dane.remarks import set_remarks
from pyfinger.model import DnsStatus, Level, LookupKind, Policy, TlsaStatus
from pyfinger.options import Options
from pyfinger.prober.context import Context
from pyfinger.report.document import Outcome
from pyfinger.report.words import lookup_failure
from pyfinger.values import Value, replace

Part = TypeVar("Part", HostCheck, AddressCheck)

_NOT_NOW = (DnsStatus.RETRY, DnsStatus.NATIVE, DnsStatus.FAIL, DnsStatus.MALFORMED, DnsStatus.BAD_NAMES)
_INSECURE_MX = (
    "its {kind} records are not signed: whoever forges them names the hosts (RFC 7672 section 2.2.1)"
)
_NOTHING_DELIVERED = (
    "its {kind} records are not signed: nothing is delivered at level dane-only (RFC 7672 section 2.2.1)"
)
_UNFOUND = {
    LookupKind.MX: "the signatures of its MX records do not hold: no mail is sent there",
    LookupKind.SRV: "the signatures of its SRV records do not hold: no mail is sent there",
    LookupKind.HOST: "the signatures of its address do not hold: no mail is sent there",
}


class Findings(Value):
    """All that is known."""

    context: Context
    domains: Sequence[FoundDomain]
    algorithms: Sequence[KeyAlgorithm]
    results: Mapping[tuple[str, int | None, KeyAlgorithm], Evidence | Withheld]
    others: Sequence[KeyAlgorithm] = ()  # told of where something is known of them
    interruption: str = ""  # why there is no more


def assemble(findings: Findings, judge: Judge | None = None) -> tuple[DomainCheck, ...]:
    """Every domain, with all below it; a judge of the same context may know some chains already."""
    judge = judge or Judge(findings.context)
    return tuple(_domain(domain, findings, judge) for domain in findings.domains)


def claim_on(domain: FoundDomain, found: FoundAddress, policy: Policy) -> Claim:
    """What an address has to prove."""
    return Claim(found.hop.peer, domain.destination.host, policy, found.protection.published)


def _domain(domain: FoundDomain, findings: Findings, judge: Judge) -> DomainCheck:
    typed, lookup = domain.destination.typed, domain.destination.lookup
    secure = domain.exchange is None or domain.exchange.secure
    if domain.failure is not None:
        verdict, outcome = _unfound(domain.failure.status, bogus=domain.bogus)
        reason = _UNFOUND[lookup] if domain.bogus else lookup_failure(domain.failure)
        return DomainCheck(typed, lookup, verdict, reason, outcome)
    hosts = tuple(_host(domain, host, findings, judge) for host in domain.hosts)
    verdict = combined(host.verdict for host in hosts)
    options = findings.context.options
    reason = _first_reason(hosts, verdict, options.level)
    if verdict is CheckVerdict.OK and not secure and _trusts_exchangers(options):
        only = options.level is Level.DANE_ONLY
        verdict = CheckVerdict.FAILED if only else CheckVerdict.NOT_PROTECTED
        reason = (_NOTHING_DELIVERED if only else _INSECURE_MX).format(kind=lookup.value)
    bogus = [host.bogus for host in domain.hosts]
    return DomainCheck(typed, lookup, verdict, reason, _outcome(hosts, bogus, verdict), secure, hosts)


def _trusts_exchangers(options: Options) -> bool:
    """Whether what a server has to prove hangs on MX or SRV records (posttls-finger(1), `-l`)."""
    if options.level.uses_dane:
        return True
    names = options.match or (("hostname",) if options.level is Level.VERIFY else ())
    return options.level in (Level.VERIFY, Level.SECURE) and "hostname" in names


def _unfound(status: DnsStatus, *, bogus: bool) -> tuple[CheckVerdict, Outcome]:
    """Of a name that led nowhere."""
    if bogus:
        return CheckVerdict.FAILED, Outcome.DNS_BOGUS
    if status in _NOT_NOW:
        return CheckVerdict.COULD_NOT_TELL, Outcome.DNS_TEMPORARY
    return CheckVerdict.FAILED, Outcome.NO_DESTINATION


def _outcome(hosts: Sequence[HostCheck], bogus: Sequence[bool], verdict: CheckVerdict) -> Outcome:
    """That of the first chain the verdict is due to; `bogus`: a host's addresses do not validate."""
    if verdict is CheckVerdict.OK:
        return Outcome.MET
    if verdict is CheckVerdict.NOT_PROTECTED:
        return Outcome.NOT_MET
    wanted = CheckVerdict.FAILED if verdict is CheckVerdict.DEGRADED else verdict
    for host, forged in zip(hosts, bogus, strict=True):
        for address in host.addresses:
            for chain in address.chains:
                if chain.verdict is wanted and chain.outcome is not None:
                    return chain.outcome
        if host.verdict is wanted and host.tlsa_status is TlsaStatus.ERROR:
            return Outcome.DNS_BOGUS if wanted is CheckVerdict.FAILED else Outcome.DNS_TEMPORARY
        if host.verdict is wanted and forged:
            return Outcome.DNS_BOGUS
        if host.verdict is wanted and not host.addresses:
            return Outcome.NO_DESTINATION if wanted is CheckVerdict.FAILED else Outcome.DNS_TEMPORARY
    return Outcome.NOT_MET


_SPOILING = (
    CheckVerdict.FAILED,
    CheckVerdict.DEGRADED,
    CheckVerdict.NOT_PROTECTED,
    CheckVerdict.COULD_NOT_TELL,
)


def _first_reason(hosts: Sequence[HostCheck], verdict: CheckVerdict, level: Level) -> str:
    if not hosts:
        return "no host"
    if verdict is CheckVerdict.OK and level is Level.ENCRYPT:
        return "TLS at every address of every host: level encrypt demands nothing else"
    if verdict is CheckVerdict.OK:
        return "every chain of every host is authenticated"
    spoiling = _spoiling(hosts, verdict)
    return f"{spoiling.host}: {spoiling.reason}" if spoiling else hosts[0].reason


def _spoiling(parts: Sequence[Part], verdict: CheckVerdict) -> Part | None:
    """The part that is to blame for the verdict on all of them, the first of the worst."""
    for wanted in _SPOILING:
        if wanted is CheckVerdict.COULD_NOT_TELL and verdict is not wanted:
            continue
        for part in parts:
            if part.verdict is wanted:
                return part
    return None


def _host(domain: FoundDomain, found: FoundHost, findings: Findings, judge: Judge) -> HostCheck:
    host = found.host
    name, port, preference = host.name, host.port, host.preference
    if not found.addresses:
        status = found.failure.status if found.failure else DnsStatus.NO_DATA
        verdict, _ = _unfound(status, bogus=found.bogus)
        reason = lookup_failure(found.failure) if found.failure else "no address"
        reason = _UNFOUND[LookupKind.HOST] if found.bogus else reason
        return HostCheck(name, port, preference, verdict, reason)
    addresses = tuple(_address(domain, address, findings, judge) for address in found.addresses)
    best = _best(found.addresses)
    records = record_checks(best.protection.published, _shown(found, addresses, findings), findings.context)
    unusable = any(record.verdict is CheckVerdict.FAILED for record in records)
    verdict = combined(address.verdict for address in addresses)
    reason = _host_reason(addresses, verdict)
    if verdict is CheckVerdict.OK and unusable:
        verdict = CheckVerdict.DEGRADED
        reason = next(one.reason for one in records if one.verdict is CheckVerdict.FAILED)
    answer = best.protection.answer
    base = answer.base_domain if answer else ""
    usable = [one.record for one in records if one.verdict is not CheckVerdict.FAILED]
    published = best.protection.published
    return HostCheck(
        name,
        port,
        preference,
        verdict,
        reason,
        level=best.policy.level if best.policy else None,
        tlsa_status=answer.status if answer else None,
        base_domain=base,
        records=records,
        remarks=tuple(set_remarks(published, usable, best.protection.ttl, ending=best.protection.ending)),
        publish=tuple(records_to_publish(base or best.hop.host, port, addresses)),
        addresses=addresses,
    )


def _shown(found: FoundHost, checks: Sequence[AddressCheck], findings: Findings) -> Shown:
    """All that came of the host's addresses."""
    servers = {(address.hop.address, address.hop.port) for address in found.addresses}
    results = [
        (algorithm, result)
        for (address, port, algorithm), result in findings.results.items()
        if (address, port) in servers
    ]
    seen = tuple(result for _, result in results if isinstance(result, Evidence))
    return Shown(checks, seen, {algorithm for algorithm, _ in results})


def _best(addresses: Sequence[FoundAddress]) -> FoundAddress:
    """The address whose TLSA records stand for the host's."""
    return max(addresses, key=lambda one: len(one.protection.published))


def _host_reason(addresses: Sequence[AddressCheck], verdict: CheckVerdict) -> str:
    spoiling = _spoiling(addresses, verdict)
    return f"{spoiling.address}: {spoiling.reason}" if spoiling else addresses[0].reason


def _address(domain: FoundDomain, found: FoundAddress, findings: Findings, judge: Judge) -> AddressCheck:
    hop, policy = found.hop, found.policy
    if policy is None:
        bogus = found.protection.bogus
        verdict = CheckVerdict.FAILED if bogus else CheckVerdict.COULD_NOT_TELL
        reason = "TLSA records do not validate" if bogus else "TLSA lookup failed"
        return AddressCheck(hop.address, hop.family, hop.secure, verdict, f"{reason}: no mail is sent there")
    claim = claim_on(domain, found, policy)
    server = hop.address, hop.port
    others = (one for one in findings.others if (*server, one) in findings.results)
    algorithms = (*findings.algorithms, *others)
    results = [findings.results.get((*server, algorithm)) for algorithm in algorithms]
    raw = [
        chain_check(algorithm, result, claim, judge)
        for algorithm, result in zip(algorithms, results, strict=True)
    ]
    if findings.interruption:
        raw = [
            chain if result is not None else replace(chain, reason=f"not known: {findings.interruption}")
            for chain, result in zip(raw, results, strict=True)
        ]
    chains = settled(raw, results)
    if findings.context.options.level is Level.DANE_ONLY and not policy.level.uses_dane:
        chains = tuple(map(_not_dane, chains))
    verdict = combined(chain.verdict for chain in chains)
    reason = _address_reason(chains, verdict, policy, found.protection)
    return AddressCheck(hop.address, hop.family, hop.secure, verdict, reason, chains)


def _not_dane(chain: ChainCheck) -> ChainCheck:
    """At level dane-only there is no going on without records."""
    if chain.verdict is not CheckVerdict.NOT_PROTECTED:
        return chain
    return replace(
        chain, verdict=CheckVerdict.FAILED, reason="no usable TLSA records", outcome=Outcome.NOT_MET
    )


def _address_reason(
    chains: Sequence[ChainCheck], verdict: CheckVerdict, policy: Policy, protection: TlsaFound
) -> str:
    for wanted in (CheckVerdict.FAILED, CheckVerdict.NOT_PROTECTED, CheckVerdict.COULD_NOT_TELL):
        for chain in chains:
            if chain.verdict is wanted and (verdict is wanted or wanted is not CheckVerdict.COULD_NOT_TELL):
                if wanted is CheckVerdict.NOT_PROTECTED and chain.protocol:
                    return _no_protection(policy, protection)
                return f"{chain.algorithm.value}: {chain.reason}"
    good = [chain.algorithm.value for chain in chains if chain.verdict is CheckVerdict.OK]
    return f"{' and '.join(good)}: authenticated" if good else "no connection"


def _no_protection(policy: Policy, protection: TlsaFound) -> str:
    if protection.answer is None:
        return "no TLSA records were looked up"
    if protection.answer.status is TlsaStatus.UNUSABLE or policy.level is Level.ENCRYPT:
        return "no TLSA record is usable"
    return "no signed TLSA records"


def is_spotless(check: DomainCheck) -> bool:
    """Whether there is nothing that anybody would want to be explained."""
    return check.verdict is CheckVerdict.OK and all(map(host_is_spotless, check.hosts))


def host_is_spotless(host: HostCheck) -> bool:
    """The same of a host."""
    fine = (CheckVerdict.OK, CheckVerdict.NOT_LOOKED_AT)
    good = all(one.verdict in fine and not one.remarks for one in host.records)
    return host.verdict is CheckVerdict.OK and good and not host.remarks
