"""A check for people: the verdict first, then a table for each host; 80 columns.

What comes from servers and name servers is censored as in the log.
"""

from __future__ import annotations

import textwrap
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime

from pyfinger.check.explained_text import explanation_lines
from pyfinger.check.found import FoundDomain, Visit
from pyfinger.check.policy_text import policy_lines
from pyfinger.check.report_model import (
    AddressCheck,
    ChainCheck,
    CheckReport,
    CheckVerdict,
    DomainCheck,
    HostCheck,
    RecordCheck,
)
from pyfinger.dane.remarks import RemarkKind
from pyfinger.model import LookupKind
from pyfinger.report.sanitise import plain
from pyfinger.values import replace

WIDTH = 80
MOST_DIGITS = 16  # of a record's data
_VERDICT_WIDTH = 15

_BOLD, _RED, _GREEN, _YELLOW, _PLAIN = "\x1b[1m", "\x1b[31m", "\x1b[32m", "\x1b[33m", "\x1b[0m"
_COLOURS = {
    CheckVerdict.OK: _GREEN,
    CheckVerdict.FAILED: _RED,
    CheckVerdict.DEGRADED: _YELLOW,
    CheckVerdict.COULD_NOT_TELL: _YELLOW,
    CheckVerdict.NOT_PROTECTED: _YELLOW,
}
_PLURALS = {LookupKind.MX: "MX", LookupKind.SRV: "SRV"}


def text(report: CheckReport, *, colour: bool = False) -> bytes:
    """All of it."""
    lines = [line for domain in report.domains for line in _domain(domain, colour)]
    lines.append(_summary(report))
    return _octets(lines)


def plan_text(
    domains: Sequence[FoundDomain], visits: Sequence[Visit], policy_hosts: Sequence[str] = ()
) -> bytes:
    """What would be connected to."""
    lines = []
    for domain in domains:
        lines.append(f"{domain.destination.typed}: {_count(len(domain.hosts), 'host')}")
        for host in domain.hosts:
            lines.append(f"  {host.host.name}:{host.host.port}  preference {host.host.preference}")
            if not host.addresses:
                lines.append("    no address")
            for address in host.addresses:
                hop = address.hop
                found = [visit for visit in visits if visit.server == (hop.address, hop.port)]
                words = " ".join(visit.algorithm.value for visit in found) or _NOTHING[address.policy is None]
                lines.append(f"    {hop.address:<40}{words}")
    lines += [f"{plain(host)}: the policy of MTA-STS" for host in policy_hosts]
    more = f", and {len(policy_hosts)} for MTA-STS" if policy_hosts else ""
    lines.append(f"{_count(len(visits), 'connection')}{more}")
    return _octets(lines)


_NOTHING = {True: "nothing: TLSA lookup failed", False: "nothing: its certificate is given"}


def _octets(lines: Sequence[str]) -> bytes:
    return b"".join(line.encode("ascii") + b"\n" for line in lines)


def _summary(report: CheckReport) -> str:
    made = f"{report.connections} of {_count(report.planned, 'connection')}"
    rest = f"; {plain(report.interruption)}" if report.interruption else ""
    made += f", and {report.policy_hosts} for MTA-STS" if report.policy_hosts else ""
    if report.records_given:
        made += f"; records as given ({plain(report.records_given)}), not looked up"
    made += "; offline" if report.offline else ""
    return f"{made}, {report.seconds:.1f} seconds{rest}"


def _count(number: int, what: str) -> str:
    return f"{number} {what}{'' if number == 1 else 's'}"


def _wrapped(untrusted: str, indent: str) -> Iterator[str]:
    """A sentence, its first line with the same indentation as the others."""
    yield from textwrap.wrap(plain(untrusted), WIDTH, initial_indent=indent, subsequent_indent=indent)


def _marked(word: str, verdict: CheckVerdict, colour: bool) -> str:
    shade = _COLOURS.get(verdict, "")
    return f"{shade}{word}{_PLAIN}" if colour and shade else word


def _cell(verdict: CheckVerdict, colour: bool) -> str:
    """The verdict in its column."""
    return _marked(verdict.value, verdict, colour) + " " * (_VERDICT_WIDTH - len(verdict.value))


def _domain(domain: DomainCheck, colour: bool) -> Iterator[str]:
    name = plain(domain.domain)
    bold, end = (_BOLD, _PLAIN) if colour else ("", "")
    yield f"{bold}{name}{end}: {_marked(domain.verdict.value, domain.verdict, colour)}"
    yield from _wrapped(domain.reason, "  ")
    if domain.hosts:
        signed = (
            "" if domain.lookup is LookupKind.HOST else f", {'signed' if domain.secure else 'not signed'}"
        )
        kind = _PLURALS.get(domain.lookup, "")
        yield f"  {_count(len(domain.hosts), f'{kind} host'.strip())}{signed}"
    yield ""
    for host in domain.hosts:
        yield from _host(host if domain.explained is None else _bare(host), colour)
    if domain.explained is not None:
        yield from explanation_lines(domain.domain, domain.explained)
    for line in policy_lines(domain):
        yield plain(line)


def _bare(host: HostCheck) -> HostCheck:
    """A host without what the explanation says at length."""
    records = tuple(replace(one, remarks=()) for one in host.records)
    return replace(host, records=records, remarks=(), publish=())


def _host(host: HostCheck, colour: bool) -> Iterator[str]:
    verdict = _marked(host.verdict.value, host.verdict, colour)
    yield f"{plain(host.host)}:{host.port}  {verdict}"
    if host.verdict is not CheckVerdict.OK:
        yield from _wrapped(host.reason, "  ")
    if host.records:
        yield f"  TLSA records of _{host.port}._tcp.{plain(host.base_domain or host.host)}"
    for number, record in enumerate(host.records, start=1):
        yield from _record(number, record, colour)
    for remark in host.remarks:
        yield from _wrapped(f"{remark.text} ({remark.rfc})", "      ")
    if host.addresses:
        yield f"  {'address':<17}{'key':<8}{'verdict':<16}{'TLS':<9}{'record':<8}reason"
    for address in host.addresses:
        yield from _address(address, colour)
    if host.publish:
        yield "  to publish:"
    for line in host.publish:
        head, _, digits = plain(line).rpartition(" ")
        yield f"    {head} ("  # over two lines, as zone files have it
        yield f"      {digits} )"
    yield ""


def _record(number: int, check: RecordCheck, colour: bool) -> Iterator[str]:
    record = check.record
    digits = record.data.hex()
    short = digits if len(digits) <= MOST_DIGITS else f"{digits[:MOST_DIGITS]}..."
    head = f"{number:>4}  {record.usage} {record.selector} {record.matching} {short:<20}"
    verdict = _cell(check.verdict, colour)
    rest = plain(check.reason)
    said = check.reason, RemarkKind.NEVER_MATCHED.value
    told = [remark for remark in check.remarks if remark.text not in said]
    if len(head) + 16 + len(rest) <= WIDTH:
        yield f"{head} {verdict} {rest}".rstrip()
    else:
        yield f"{head} {verdict}".rstrip()
        yield from _wrapped(_with_rfc(check), "      ")
    for remark in told:
        yield from _wrapped(f"{remark.text} ({remark.rfc})", "      ")


def _with_rfc(check: RecordCheck) -> str:
    rfc = [remark.rfc for remark in check.remarks if remark.text == check.reason]
    return f"{check.reason} ({rfc[0]})" if rfc else check.reason


def _address(check: AddressCheck, colour: bool) -> Iterator[str]:
    name = plain(check.address)
    shown = [chain for chain in check.chains if chain.verdict is not CheckVerdict.NOT_OFFERED]
    if not shown:
        yield f"  {name:<24} {_marked(check.verdict.value, check.verdict, colour)}"
        yield from _wrapped(check.reason, "    ")
    if len(name) > 16 and shown:
        yield f"  {name}"
        name = ""
    for place, chain in enumerate(_merged(shown)):
        yield from _chain("" if place else name, chain, colour)
    absent = [chain.algorithm.value for chain in check.chains if chain.verdict is CheckVerdict.NOT_OFFERED]
    if absent:
        yield f"{'':<19}no key of {', '.join(absent)}"


def _merged(chains: Sequence[ChainCheck]) -> list[tuple[str, ChainCheck]]:
    """Those of which there is the same to say, in one row, for as long as nothing was seen."""
    rows: list[tuple[str, ChainCheck]] = []
    for chain in chains:
        if rows and not chain.connected and not rows[-1][1].protocol:
            words, first = rows[-1]
            if first.verdict is chain.verdict and chain.reason.endswith(first.reason):
                rows[-1] = f"{words} {chain.algorithm.value}", first
                continue
        rows.append((chain.algorithm.value, chain))
    return rows


def _chain(name: str, row: tuple[str, ChainCheck], colour: bool) -> Iterator[str]:
    words, chain = row
    records = ",".join(str(place + 1) for place in chain.matched) or ("-" if chain.protocol else "")
    verdict = _cell(chain.verdict, colour)
    first, _, others = words.partition(" ")
    start = f"  {name:<16} {first:<7} "
    rest = f" {chain.protocol:<8} {records:<7} "
    reason = plain(chain.reason)
    if others:
        reason = f"{reason}; so {others.replace(' ', ', ')} was not asked for"
    if len(start) + _VERDICT_WIDTH + len(rest) + len(reason) <= WIDTH:
        yield f"{start}{verdict}{rest}{reason}".rstrip()
    else:
        yield f"{start}{verdict}{rest}".rstrip()
        yield from _wrapped(reason, " " * 19)
    if chain.not_after is not None:
        yield f"{'':<19}{plain(chain.key)}, until {_day(chain.not_after)}"


def _day(moment: int) -> str:
    """The day a certificate ends, as far as the calendar goes."""
    try:
        return datetime.fromtimestamp(moment, UTC).strftime("%Y-%m-%d")
    except (OverflowError, ValueError, OSError):
        return "the end of time"
