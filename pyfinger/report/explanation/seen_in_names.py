"""What there is to say of lookups: name servers, the domain, its hosts, and where TLSA records stand."""

from __future__ import annotations

import re
from collections.abc import Iterator

from pyfinger.dnswire import RdataType
from pyfinger.model import DnsStatus, Level, MxData, SrvData, TlsaStatus
from pyfinger.report.document.findings import Situation
from pyfinger.report.document.model import AddressReport, Lookup, Report
from pyfinger.report.explanation.publishing import to_publish
from pyfinger.report.explanation.seen import (
    Seen,
    alias_target,
    bogus,
    exchanges,
    host_lookups,
    in_brackets,
    lookups_of,
    reason,
    silent,
)

_LOCAL = ("127.", "[::1]", "::1")
_ADDRESS = re.compile(r"[0-9.]+|.*:.*")
_SOON = 3  # days before a signature ends
_PROPER = (DnsStatus.OK, DnsStatus.NULL_MX, DnsStatus.NULL_SRV)  # answers, for which no lookup is to blame
_RULES = {
    Level.DANE: "With TLSA records the server has to match them all the same, which is logged as "
    "Trusted instead of Verified; level dane-only does not take that.",
    Level.ENCRYPT: "With smtp_tls_dane_insecure_mx_policy = encrypt, TLS is mandatory then where there "
    "are TLSA records, and nobody verifies the server.",
    Level.MAY: "With smtp_tls_dane_insecure_mx_policy = may, no TLSA records are asked for then.",
}


def seen_in_names(report: Report) -> Iterator[Seen]:
    """All that lookups say, in the order of a probe."""
    yield from _name_servers(report)
    yield from _domain(report)
    yield from _hosts(report)
    for address in _first_of_each_host(report):
        yield from _alias(report, address)
        if address.tlsa_status is TlsaStatus.NONE:
            yield from _no_records(report, address)
    yield from _failed_tlsa(report)


def _name_servers(report: Report) -> Iterator[Seen]:
    left = report.dnssec_days_left
    if left is not None and left < _SOON:
        yield Seen(Situation.SIGNATURES_END_SOON, report.destination, {"days": f"{max(left, 0):.1f}"})
    if report.resolver_validates is False:
        yield Seen(Situation.RESOLVER_DOES_NOT_VALIDATE, report.destination)
    for lookup in report.lookups:
        if lookup.unsigned:
            facts = {"server": lookup.server, "name": lookup.name, "rdtype": lookup.rdtype}
            yield Seen(Situation.ANSWER_WITHOUT_SIGNATURES, lookup.name, facts)
    believed = [one for one in report.lookups if one.secure and not (one.dnssec and one.dnssec.decides)]
    trusted = dict.fromkeys(lookup.server for lookup in believed if lookup.server)
    for server in trusted:
        if not server.startswith(_LOCAL):
            yield Seen(Situation.RESOLVER_FAR_AWAY, server, {"server": server})


def _domain(report: Report) -> Iterator[Seen]:
    lookup = exchanges(report)
    if lookup is None:
        return
    facts: dict[str, object] = {"name": lookup.name, "rdtype": lookup.rdtype}
    match lookup.status:
        case DnsStatus.NULL_MX | DnsStatus.NULL_SRV:
            yield Seen(Situation.NO_MAIL_HERE, lookup.name, facts)
        case DnsStatus.OK if lookup.secure:
            pass
        case DnsStatus.OK:
            rule = _RULES.get(report.insecure_mx_level or Level.DANE, "")
            yield Seen(Situation.MX_UNSIGNED, lookup.name, {**facts, "rule": rule})
        case DnsStatus.LOOP:
            yield Seen(Situation.ALIAS_LOOP, lookup.name, {"host": lookup.name})
        case status if not status.absent:
            yield _failed(lookup, Situation.DOMAIN_BOGUS, Situation.DOMAIN_LOOKUP_FAILED)
        case _ if lookup.rdtype == RdataType.SRV.name:
            yield Seen(Situation.NO_SUCH_SERVICE, lookup.name, facts)
        case _ if lookup.given:
            pass  # offline: nobody has asked whether there are any
        case _ if report.addresses:
            yield Seen(Situation.NO_MX, lookup.name, facts)
        case _ if all(one.status.absent for one in host_lookups(report, lookup.name)):
            yield Seen(Situation.NO_SUCH_DOMAIN, lookup.name, facts)


def _failed(lookup: Lookup, broken: Situation, other: Situation) -> Seen:
    facts = {"name": lookup.name, "host": lookup.name, "rdtype": lookup.rdtype, "owner": lookup.name}
    if bogus(lookup):
        return Seen(broken, lookup.name, {**facts, "why": in_brackets(lookup)})
    if silent(lookup):
        return Seen(Situation.NAME_SERVER_SILENT, lookup.name, facts)
    return Seen(other, lookup.name, {**facts, "why": reason(lookup)})


def _hosts(report: Report) -> Iterator[Seen]:
    """What is wrong with hosts that cannot be connected to for their names."""
    lookup = exchanges(report)
    named = list(_named(lookup)) if lookup else []
    if lookup and lookup.status is DnsStatus.OK and not report.addresses and named:
        if all(_absent(host_lookups(report, host)) and not _looping(report, host) for host in named):
            yield Seen(Situation.NO_ADDRESS_AT_ALL, lookup.name, {"name": lookup.name})
            return
    alone = not lookup or lookup.status not in _PROPER  # the destination is the only host
    for host in named or ([_asked(report)] if alone else []):
        if _ADDRESS.fullmatch(host):
            yield Seen(Situation.MX_IS_ADDRESS, host, {"host": host})
        yield from _host(report, host, only=not named)


def _named(lookup: Lookup) -> Iterator[str]:
    for record in lookup.records:
        match record.data:
            case MxData(exchange=host) | SrvData(target=host) if host:
                yield host


def _asked(report: Report) -> str:
    """The name whose addresses were asked for, without MX or SRV records."""
    found = lookups_of(report, "A", "AAAA")
    return found[0].name if found else ""


def _absent(found: list[Lookup]) -> bool:
    return all(one.status.absent for one in found)


def _looping(report: Report, host: str) -> bool:
    return any(one.status is DnsStatus.LOOP for one in host_lookups(report, host))


def _host(report: Report, host: str, *, only: bool) -> Iterator[Seen]:
    found = host_lookups(report, host)
    if not found or any(one.status is DnsStatus.OK for one in found):
        return
    failed = [one for one in found if not one.status.absent]
    if _looping(report, host):
        yield Seen(Situation.ALIAS_LOOP, host, {"host": host})
    elif failed:
        worst = next((one for one in failed if bogus(one)), failed[0])
        yield _failed(worst, Situation.HOST_BOGUS, Situation.HOST_LOOKUP_FAILED)
    elif not only:
        yield Seen(Situation.HOST_WITHOUT_ADDRESS, host, {"host": host})
    elif exchanges(report) is None:
        yield Seen(Situation.NO_SUCH_DOMAIN, host, {"name": host})


def _first_of_each_host(report: Report) -> list[AddressReport]:
    found: dict[str, AddressReport] = {}
    for address in report.addresses:
        if address.peer.port is not None:
            found.setdefault(address.peer.host.lower(), address)
    return list(found.values())


def _alias(report: Report, address: AddressReport) -> Iterator[Seen]:
    host = address.peer.host
    target = alias_target(report, host)
    if not target:
        return
    facts = {"host": host, "target": target, "owner": address.tlsa_owner}
    if any(host in _named(lookup) for lookup in lookups_of(report, "MX")):
        yield Seen(Situation.HOST_IS_ALIAS, host, facts)
    if not address.tlsa_owner:
        return
    asked = [lookup.name.lower() for lookup in lookups_of(report, "TLSA") if lookup.records]
    at_target = f"_{address.peer.port}._tcp.{target.lower()}"
    situation = Situation.TLSA_AT_ALIAS_TARGET if at_target in asked else Situation.TLSA_AT_ALIAS
    yield Seen(situation, host, {**facts, "owner": next(iter(asked), address.tlsa_owner)})


def _no_records(report: Report, address: AddressReport) -> Iterator[Seen]:
    """Why there are none that count."""
    host = address.peer.host
    asked = lookups_of(report, "TLSA")
    mine = [one for one in asked if one.name.lower() in _owners(report, address)]
    signed = any(one.secure and one.records for one in host_lookups(report, host))
    facts = {"host": host, "target": alias_target(report, host), "owner": f"_{address.peer.port}._tcp.{host}"}
    if not signed:
        aliased = [one for one in lookups_of(report, "CNAME") if one.name.lower() == host.lower()]
        if any(one.secure for one in aliased):
            yield Seen(Situation.ALIAS_LEAVES_SIGNED_ZONE, host, facts)
        elif not mine and not _ADDRESS.fullmatch(host):
            yield Seen(Situation.HOST_UNSIGNED, host, facts)
    unsigned = [one for one in mine if one.records and not one.secure]
    for lookup in unsigned:
        yield Seen(Situation.TLSA_UNSIGNED, lookup.name, {**facts, "owner": lookup.name})
    if mine and not unsigned:
        owner = mine[-1].name
        publish = to_publish(report, owner) if address.chosen else ()  # only that server's key is known
        yield Seen(Situation.TLSA_ABSENT, owner, {**facts, "owner": owner}, publish)


def _owners(report: Report, address: AddressReport) -> set[str]:
    host = address.peer.host.lower()
    bases = {host, alias_target(report, host).lower()} - {""}
    return {f"_{address.peer.port}._tcp.{base}" for base in bases}


def _failed_tlsa(report: Report) -> Iterator[Seen]:
    for lookup in lookups_of(report, "TLSA"):
        if lookup.status is not DnsStatus.OK and not lookup.status.absent:
            if silent(lookup):
                facts = {"owner": lookup.name, "why": "no reply"}
                yield Seen(Situation.TLSA_LOOKUP_FAILED, lookup.name, facts)
            else:
                yield _failed(lookup, Situation.TLSA_BOGUS, Situation.TLSA_LOOKUP_FAILED)
    for lookup in lookups_of(report, "CNAME"):
        if lookup.status is not DnsStatus.OK and any(not one.chosen for one in report.addresses):
            yield Seen(Situation.ALIAS_STATUS_FAILED, lookup.name, {"host": lookup.name})
