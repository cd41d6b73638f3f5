"""`pyfinger-tlsa lint`: a set of records held against rules, certificates, and live servers.

pyfinger-tlsa lint zone.txt --certificate chain.pem
pyfinger-tlsa lint --dns mx.example.com --certificate next.pem    would the next one be accepted?
pyfinger-tlsa lint --live mx.example.com                          what is published and shown now
pyfinger-tlsa lint --live-domain example.com                      the same of all its mail exchangers
"""

from __future__ import annotations

import argparse
import json
import textwrap
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

from pyfinger import __version__
from pyfinger.dane.remarks import RemarkKind, remark
from pyfinger.dane.remedies import REMEDIES, RFC
from pyfinger.errors import UsageError
from pyfinger.model.weight import Weight
from pyfinger.report.encoding import codec, word
from pyfinger.report.sanitise import plain
from pyfinger.tlsa.acceptance import ShownChain, chain_of
from pyfinger.tlsa.inputs import BadArguments, material_of, moment, port_number, say
from pyfinger.tlsa.linting import LintFinding, LintReport, lint
from pyfinger.tlsa.material import Material
from pyfinger.tlsa.network import add_network_options, network_options
from pyfinger.tlsa.records import host_name, owner_name
from pyfinger.tlsa.zone import TlsaSet, zone_of
from pyfinger.values import State, Value, field, replace

SCHEMA = "pyfinger-tlsa-lint/1"
WIDTH = 80
STATUS = {None: 0, Weight.NOTE: 0, Weight.WARNING: 3, Weight.FAILURE: 4}
NOT_ALL_SEEN = 5  # nothing is wrong with what was seen


def add_options(parser: argparse.ArgumentParser) -> None:
    """The command's options."""
    parser.set_defaults(run=_lint)
    add = parser.add_argument
    add("zone", nargs="?", metavar="ZONE", help="a file with records in zone-file form; - is standard input")
    add("--dns", action="append", default=[], metavar="HOST[:PORT]", help="records from DNS; may be repeated")
    certificate = "a chain that is or will be shown; may be repeated, HOST= where there are several"
    add("--certificate", action="append", default=[], metavar="[HOST=]FILE", help=certificate)
    add(
        "--key",
        action="append",
        default=[],
        metavar="FILE",
        help="a key to come; may be repeated",
    )
    live = "connect to this server; records, unless given, are those in DNS; may be repeated"
    add("--live", action="append", default=[], metavar="HOST[:PORT]", help=live)
    whole = "the same of every mail exchanger of a domain; may be repeated"
    add("--live-domain", action="append", default=[], metavar="DOMAIN[:PORT]", help=whole)
    add("--srv", action="store_true", help="a domain's hosts are those of its SRV records, not MX")
    add("--host", type=host_name, metavar="NAME", help="whose records these are, if they say nothing of it")
    add("--port", type=port_number, metavar="N", default=25, help="(25)")
    domain = "a domain whose mail the servers take: certificates may have its name; may be repeated"
    add("--domain", type=host_name, action="append", default=[], metavar="NAME", help=domain)
    add("--at", type=moment, metavar="TIME", help="judge as if it were then, in ISO 8601 (now)")
    add("--format", choices=["text", "json"], default="text", help="(text)")
    add("--rules", action="store_true", help="print all rules, and do nothing")
    add_network_options(parser)


class _Collected(State):
    sets: list[TlsaSet] = field(default_factory=list)
    chains: list[ShownChain] = field(default_factory=list)
    keys: list[Material] = field(default_factory=list)
    findings: list[LintFinding] = field(default_factory=list)  # of lookups
    unseen: list[str] = field(default_factory=list)
    names: list[str] = field(default_factory=list)  # domains whose mail is taken


def _lint(arguments: argparse.Namespace) -> int:
    if arguments.rules:
        print("".join(_rules()), end="")
        return 0
    found = _collected(arguments)
    now = datetime.now(UTC).timestamp() if arguments.at is None else arguments.at
    names = tuple(dict.fromkeys((*arguments.domain, *found.names)))
    report = lint(found.sets, found.chains, found.keys, names, now=now)
    findings = (*found.findings, *report.findings)
    verdict = next((weight for weight in Weight if any(one.weight is weight for one in findings)), None)
    report = replace(report, findings=findings, verdict=verdict)
    print(_WRITERS[arguments.format](report), end="")
    for problem in found.unseen:
        say(f"not seen: {problem}")
    status = STATUS[verdict]
    return NOT_ALL_SEEN if not status and found.unseen else status


def _collected(arguments: argparse.Namespace) -> _Collected:
    """All that was given, read and looked up."""
    found = _Collected()
    if not (arguments.zone or arguments.dns or arguments.live or arguments.live_domain):
        raise BadArguments("no records: a file, --dns HOST, --live HOST, or --live-domain DOMAIN")
    _need_names(arguments)
    if arguments.srv and not arguments.live_domain:
        raise BadArguments("--srv is about --live-domain, and there is none")
    if arguments.zone:
        found.sets += _of_file(arguments)
    for file in arguments.key:
        found.keys += material_of(file)
    live = [*arguments.live, *_of_domains(found, arguments)]
    for typed in dict.fromkeys((*arguments.dns, *live)):
        _ask(found, typed, arguments, connect=typed in live)
    hosts = {one.host.lower() for one in found.sets}
    for given in arguments.certificate:
        host, file = _host_and_file(given, hosts)
        materials = material_of(file)
        chain = chain_of(file, materials, host)
        if chain is None:
            raise UsageError(f"{file}: a server shows certificates, and there is none; --key takes keys")
        found.chains.append(chain)
    if not found.sets and not found.findings:
        raise UsageError("; ".join(found.unseen) or "no TLSA record to be looked at")
    return found


def _need_names(arguments: argparse.Namespace) -> None:
    """`UsageError` for addresses in the place of names, before anybody is asked."""
    if not (arguments.dns or arguments.live):
        return
    from pyfinger.tlsa.live_servers import host_and_port, is_address

    why = "TLSA records are looked up by the name of a host, and this is an address"
    for typed in arguments.dns:
        if is_address(host_and_port(typed)[0]):
            raise BadArguments(f"--dns {typed}: {why}: give the name")
    nameless = [typed for typed in arguments.live if is_address(host_and_port(typed)[0])]
    given = arguments.zone or arguments.dns or arguments.live_domain or len(nameless) < len(arguments.live)
    if nameless and not given:
        beside = "give the name, or beside the address the records, by a file or --dns NAME"
        raise BadArguments(f"--live {nameless[0]}: {why}: {beside}")


def _of_file(arguments: argparse.Namespace) -> Iterator[TlsaSet]:
    """The records of the file; those without a name get the host's."""
    for one in zone_of(arguments.zone):
        if one.owner or not arguments.host:
            if not one.owner and arguments.certificate:
                raise BadArguments("--host: whose records are these?")
            yield one
        else:
            yield replace(one, owner=owner_name(arguments.host, arguments.port))


def _host_and_file(given: str, hosts: set[str]) -> tuple[str, str]:
    host, equals, file = given.partition("=")
    return (host, file) if equals and host.lower() in hosts else ("", given)


def _of_domains(found: _Collected, arguments: argparse.Namespace) -> list[str]:
    """The mail exchangers of whole domains."""
    if not arguments.live_domain:
        return []
    from pyfinger.tlsa.live_servers import mail_domain

    options = {**network_options(arguments), **({"srv": True} if arguments.srv else {})}
    hosts: list[str] = []
    for typed in arguments.live_domain:
        domain = mail_domain(typed, options)
        if domain.failure:
            found.unseen.append(f"{domain.domain}: {domain.failure}")
        elif not domain.signed:
            kind = "SRV" if arguments.srv else "MX"
            say(f"note: the {kind} records of {domain.domain} are not signed: anybody could name the hosts")
        hosts += domain.hosts
        found.names += domain.names
    return hosts


def _ask(found: _Collected, typed: str, arguments: argparse.Namespace, *, connect: bool) -> None:
    """One host: its records, and what its servers show."""
    from pyfinger.tlsa.live_servers import host_and_port, is_address, look

    nameless = arguments.host is not None and is_address(host_and_port(typed)[0])
    options = {**({"servername": arguments.host} if nameless else {}), **network_options(arguments)}
    seen = look(typed, options, connect=connect)
    owner = typed if is_address(seen.host) else owner_name(seen.host, seen.port)
    if seen.failure and not seen.servers:
        found.unseen.append(f"{seen.host}: {seen.failure}")
    elif seen.failure:
        found.unseen.append(f"{owner}: {seen.failure}")
    found.unseen += seen.problems
    found.chains += seen.chains
    wanted = not arguments.zone or typed in arguments.dns
    if seen.bogus and wanted:
        told = remark(RemarkKind.BOGUS)
        found.findings.append(LintFinding(owner, told.kind, told.weight, told.text, told.rfc, told.action))
    elif wanted and seen.tlsa is not None:
        found.sets.append(seen.tlsa)
    elif wanted and not seen.failure and not is_address(seen.host):
        found.unseen.append(f"{owner}: no TLSA records")


def _text(report: LintReport) -> str:
    lines = []
    for owner in dict.fromkeys(one.owner for one in report.findings):
        lines.append(f"{plain(owner) or 'records'}")
        for one in report.findings:
            if one.owner == owner:
                lines += _lines(one)
    verdict = word(report.verdict) if report.verdict else "nothing to object to"
    records = f"{report.records} record{'s' if report.records != 1 else ''}"
    chains = f"{report.chains} chain{'s' if report.chains != 1 else ''}"
    lines.append(f"{verdict}: {records}, {chains}")
    return "".join(f"{line}\n" for line in lines)


def _lines(one: LintFinding) -> Iterator[str]:
    """A finding, for people."""
    yield f"  {word(one.weight)} [{word(one.kind)}]"
    for about in filter(None, (one.chain, one.record)):
        yield from textwrap.wrap(plain(about), WIDTH - 4, initial_indent="    ", subsequent_indent="      ")
    detail = f": {plain(one.detail)}" if one.detail else ""
    for text in (f"{one.text}{detail} ({one.rfc})", one.action):
        yield from textwrap.wrap(
            text, WIDTH, initial_indent="    ", subsequent_indent="    ", break_on_hyphens=False
        )
    for record in one.publish:
        if record not in detail:
            yield from textwrap.wrap(record, WIDTH, initial_indent="      ", subsequent_indent="        ")


def document(report: LintReport) -> dict[str, Any]:
    """The report as plain values, as `json` takes them (docs/schema/tlsa-lint-1.json)."""
    return {"schema": SCHEMA, "version": __version__, **codec(LintReport).write(report)}


def _json(report: LintReport) -> str:
    return json.dumps(document(report), indent=2) + "\n"


_WRITERS = {"text": _text, "json": _json}


def _rules() -> Iterator[str]:
    """All that is looked for: its word, weight and section."""
    for kind in RemarkKind:
        remedy = REMEDIES[kind]
        yield f"{word(kind)}: {word(remedy.weight)}; {RFC[kind]}\n"
        for text in (kind.value.format(_ANY), remedy.action):
            yield "\n".join(textwrap.wrap(text, WIDTH, initial_indent="  ", subsequent_indent="  ")) + "\n"


class _AnyRecord(Value):
    """In the place of one."""

    usage: str = "N"
    selector: str = "N"
    matching: str = "N"


_ANY = _AnyRecord()
