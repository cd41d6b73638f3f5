"""What the looking is done with: a situation that was seen, and what all of it need of a report."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from pyfinger.dnswire import ADDRESS_TYPES
from pyfinger.model import AddressData, DnsStatus, OtherData, TlsaRecord
from pyfinger.report.document.findings import Situation
from pyfinger.report.document.model import BOGUS, AddressReport, DnssecOutcome, Lookup, Report, SessionReport
from pyfinger.values import Value, field

_EXCHANGES = ("MX", "SRV")
_LONGEST = 200  # characters of what others wrote


class Seen(Value):
    """A situation that applies to `subject`; `facts` fill the catalogue's words."""

    situation: Situation
    subject: str
    facts: Mapping[str, object] = field(default_factory=dict)
    publish: tuple[str, ...] = ()


def brief(text: str) -> str:
    """What somebody else wrote, in one line and not too long."""
    line = " ".join(text.split())
    return line if len(line) <= _LONGEST else f"{line[: _LONGEST - 3]}..."


def exchanges(report: Report) -> Lookup | None:
    """The lookup of MX or SRV records, if there was one."""
    return next((lookup for lookup in report.lookups if lookup.rdtype in _EXCHANGES), None)


def host_lookups(report: Report, host: str) -> list[Lookup]:
    """The lookups of a host's addresses."""
    name = host.lower()
    return [one for one in report.lookups if one.rdtype in ADDRESS_TYPES and one.name.lower() == name]


def lookups_of(report: Report, *rdtypes: str) -> list[Lookup]:
    """All lookups of these types, one for each name: Postfix asks again at once for TLSA records that failed.

    The last counts, unless an earlier one has what was found out about its failure.
    """
    found: dict[tuple[str, str], Lookup] = {}
    for lookup in report.lookups:
        key = lookup.name.lower(), lookup.rdtype
        if lookup.rdtype in rdtypes and not (key in found and found[key].answers_unvalidated is not None):
            found[key] = lookup
    return list(found.values())


def bogus(lookup: Lookup) -> bool:
    """Whether validation is what failed, the name server's or our own."""
    if lookup.dnssec is not None and lookup.dnssec.decides:
        return lookup.dnssec.outcome is DnssecOutcome.BOGUS
    return lookup.answers_unvalidated is True or bool(BOGUS.intersection(lookup.extended_errors))


def silent(lookup: Lookup) -> bool:
    """Whether nobody replied."""
    return lookup.rcode is None and lookup.status is DnsStatus.RETRY


def reason(lookup: Lookup) -> str:
    """Why a lookup failed, in brief."""
    said = "; ".join((*lookup.extended_error_names, *lookup.explanations))
    code = lookup.rcode or "no reply"
    if lookup.status in (DnsStatus.MALFORMED, DnsStatus.BAD_NAMES):
        code = "a reply that makes no sense"
    return brief(f"{code}: {said}" if said else code)


def in_brackets(lookup: Lookup) -> str:
    """What is said of broken signatures, by us or the name server, if anything."""
    own = lookup.dnssec.explanation if lookup.dnssec else ""
    said = brief("; ".join(filter(None, (own, *lookup.extended_error_names, *lookup.explanations))))
    return f" ({said})" if said else ""


def records_of(lookup: Lookup) -> Iterator[bytes]:
    """TLSA records as they stand in DNS: their octets."""
    for record in lookup.records:
        match record.data:
            case TlsaRecord(usage, selector, matching, data):
                yield bytes((usage, selector, matching)) + data
            case OtherData(wire):
                yield wire
            case _:
                pass


def address_owner(lookup: Lookup) -> str:
    """The name that has the addresses, at the end of the aliases."""
    owners = [record.owner for record in lookup.records if isinstance(record.data, AddressData)]
    return (owners or [*lookup.aliases, lookup.name])[-1]


def alias_target(report: Report, host: str) -> str:
    """What a host's name is an alias of; empty if it is none."""
    for lookup in host_lookups(report, host):
        owner = address_owner(lookup)
        if owner.lower() != host.lower():
            return owner
    return ""


def judged(report: Report) -> SessionReport | None:
    """The session everything is judged by: the first, which is the one with a full handshake."""
    return next(iter(report.sessions), None)


def used(report: Report) -> AddressReport | None:
    """The address that was connected to; else the last that was tried."""
    connected = [address for address in report.addresses if address.chosen]
    return next(iter(connected or report.addresses[-1:]), None)


def tlsa_owner(report: Report, address: AddressReport) -> str:
    """The name TLSA records of an address stand at, or would have to."""
    host = address.peer.host.lower()
    names = [lookup.name.lower() for lookup in lookups_of(report, "TLSA")]
    for base in (alias_target(report, host).lower(), host):
        owner = f"_{address.peer.port}._tcp.{base}"
        if base and owner in names and _has_records(report, owner):
            return owner
    return f"_{address.peer.port}._tcp.{host}"


def _has_records(report: Report, owner: str) -> bool:
    return any(one.records for one in lookups_of(report, "TLSA") if one.name.lower() == owner)
