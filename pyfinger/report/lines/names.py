"""Lines about names and addresses."""

from __future__ import annotations

from pyfinger.dnswire import ADDRESS_TYPES
from pyfinger.events import (
    AddressesWanted,
    AddressLengthBad,
    ClassUnexpected,
    CnameFollowed,
    DestinationParsed,
    DnsQuery,
    DnsReply,
    DnssecUnavailable,
    DnssecVouched,
    IdnConverted,
    IdnFailed,
    LookedUp,
    NameInvalid,
    NameMalformed,
    NameServerLoop,
    NoHostAddress,
    NumericName,
    RecordLimitExceeded,
    RouteFailed,
    ValidationOff,
)
from pyfinger.report.dns_words import software, troubles, validation_off
from pyfinger.report.lines.log_line import LineTable, Severity
from pyfinger.report.sanitise import cut, octets
from pyfinger.report.visibility import View, first_time, verbose, very_verbose
from pyfinger.report.words import dns_record, dns_status, lookup_failure

TABLE = LineTable()

NAME_LIMIT = 100  # bytes of a name that is quoted because it is bad


@TABLE.line(DestinationParsed, when=verbose)
def _(event: DestinationParsed) -> str:
    return f"parse_destination: {event.destination} {event.service}"


def _idn_converted(view: View, event: IdnConverted) -> bool:
    """Names to look up always, match names and SNI with `-v`."""
    return not event.for_match or verbose(view, event)


@TABLE.line(IdnConverted, when=_idn_converted)
def _(event: IdnConverted) -> str:
    return f"{event.name} asciified to {event.ascii}"


@TABLE.line(IdnFailed, Severity.WARNING, when=first_time)
def _(event: IdnFailed) -> str:
    return (
        "midna_domain_to_ascii_create: Problem translating domain"
        f' "{cut(event.name, NAME_LIMIT)}" to ASCII form: {event.problem}'
    )


@TABLE.line(AddressesWanted, when=verbose)
def _(event: AddressesWanted) -> str:
    return f"addr_one: host {event.host}"


@TABLE.line(DnsQuery, when=verbose)
def _(event: DnsQuery) -> str | None:
    if event.rdtype not in ADDRESS_TYPES or event.aliases:
        return None
    return f"lookup {event.name} type {event.rdtype} flags {'RES_USE_DNSSEC' if event.dnssec else ''}"


@TABLE.line(DnsReply, when=verbose)
def _(event: DnsReply) -> str:
    return f"dns_query: {event.name} ({event.rdtype}): {dns_status(event.failure)}"


@TABLE.line(DnsReply, when=very_verbose)
def _(event: DnsReply) -> str | None:
    if event.rcode or not event.answer_count:
        return None
    return f"dns_query: reply len={event.size} ancount={event.answer_count} nscount={event.authority_count}"


@TABLE.line(DnsReply, when=verbose)
def _(event: DnsReply) -> tuple[str, ...]:
    return tuple(f"dns_get_answer: type {rdtype} for {owner}" for owner, rdtype in event.types)


@TABLE.line(DnsReply, when=verbose)
def _(event: DnsReply) -> tuple[str, ...]:
    return troubles(event)


@TABLE.line(DnsReply, when=verbose)
def _(event: DnsReply) -> tuple[str, ...]:
    return tuple(
        f"name server {event.server}: its AD bit is not believed: no RRSIG with {owner} {rdtype}"
        for owner, rdtype in event.unsigned
    )


@TABLE.line(ValidationOff, when=verbose)
def _(event: ValidationOff) -> str:
    return validation_off(event)


@TABLE.line(DnssecVouched, when=verbose)
def _(event: DnssecVouched) -> str:
    where = "on this machine" if event.local else "not on this machine, and so is the way there"
    return f"DNSSEC status as told by {event.server}, which is trusted: {where}"


@TABLE.line(DnssecVouched, when=verbose)
def _(event: DnssecVouched) -> str | None:
    if not software(event.server):
        return None
    return (
        f"{event.server} is {software(event.server)}:"
        " that it does not call an answer secure is no proof that it is unsigned"
    )


@TABLE.line(CnameFollowed, when=verbose)
def _(event: CnameFollowed) -> str:
    return f"dns_lookup: {event.name} aliased to {event.target}"


@TABLE.line(LookedUp, when=verbose)
def _(event: LookedUp) -> str:
    answer = event.answer
    count = len(answer.records)
    what = dns_status(answer.failure) if answer.failure else f"{count} record{'s' * (count > 1)}"
    return f"answer: {answer.qname} ({answer.rdtype}): {'secure' if answer.secure else 'insecure'}: {what}"


@TABLE.line(LookedUp, when=very_verbose)
def _(event: LookedUp) -> tuple[str, ...]:
    return tuple(f"answer: {dns_record(record, event.answer.rdtype)}" for record in event.answer.records)


@TABLE.line(NumericName, Severity.WARNING)
def _(event: NumericName) -> str:
    return f"numeric domain name in {_place(event)}"


@TABLE.line(NameMalformed, Severity.WARNING)
def _(event: NameMalformed) -> str:
    return f"malformed domain name in {_place(event)}"


def _place(event: NumericName | NameMalformed) -> str:
    return f"{event.where} of {event.rdtype} record for {event.qname}: {cut(event.text, NAME_LIMIT)}"


@TABLE.line(NameInvalid, Severity.WARNING)
def _(event: NameInvalid) -> str:
    if not event.name:
        return f"valid_hostname: {event.problem}"
    if event.problem.startswith("bad length"):
        more = "..." if len(octets(event.name)) > NAME_LIMIT else ""
        return f"valid_hostname: {event.problem} for {cut(event.name, NAME_LIMIT)}{more}"
    return f"valid_hostname: {event.problem}: {cut(event.name, NAME_LIMIT)}"


@TABLE.line(ClassUnexpected, Severity.WARNING)
def _(event: ClassUnexpected) -> str:
    return f"dns_get_fixed: bad class: {event.rdclass}"


@TABLE.line(AddressLengthBad, Severity.WARNING)
def _(event: AddressLengthBad) -> str:
    return f"extract_answer: bad address length: {event.length}"


@TABLE.line(RecordLimitExceeded, Severity.WARNING)
def _(event: RecordLimitExceeded) -> str:
    return (
        f"DNS record count limit ({event.limit}) exceeded -- dropping excess record(s)"
        f" after qname={event.qname} qtype={event.rdtype}"
    )


@TABLE.line(NameServerLoop, Severity.WARNING)
def _(event: NameServerLoop) -> str:
    return f"dns_lookup: Name server loop for {event.name}"


@TABLE.line(NoHostAddress, Severity.WARNING)
def _(event: NoHostAddress) -> str:
    return f"no {event.rdtype} host for {event.domain} has a valid address record"


@TABLE.line(DnssecUnavailable, Severity.WARNING)
def _(event: DnssecUnavailable) -> tuple[str, str]:
    received = (
        f"no response: {lookup_failure(event.failure)}"
        if event.failure
        else "a response that is not DNSSEC validated"
    )
    return (
        "DNSSEC validation may be unavailable",
        f"reason: dnssec_probe '{event.probe}' received {received}",
    )


@TABLE.line(DnssecUnavailable, when=verbose)
def _(event: DnssecUnavailable) -> str | None:
    if not event.server:
        return None
    if software(event.server):
        who = f"{event.server} is {software(event.server)}, which validates only if its DNSSEC= says so"
    else:
        who = f"name server {event.server} has validated nothing so far"
    return f"{who}; --resolver asks another one"


@TABLE.line(RouteFailed)
def _(event: RouteFailed) -> str:
    reason = lookup_failure(event.failure) if event.failure else ""
    return f"Destination address lookup failed: {reason}"
