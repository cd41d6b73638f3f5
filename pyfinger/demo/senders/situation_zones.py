"""Certificates, TLSA records and zones of the situations."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from functools import cache

from pyfinger.demo.certificate_making import Issued, Wish, make_leaf
from pyfinger.demo.fixed_keys import make_key
from pyfinger.demo.senders.situations import (
    SIGNED_SENDERS,
    UNSIGNED_SENDERS,
    DnsFault,
    HostAlias,
    MxKind,
    MxPlan,
    SendingSituation,
    SinkCertificate,
    StsFault,
    TlsaPlace,
)
from pyfinger.demo.vouching import LONG_AGO, authority
from pyfinger.demo.zones import Zone
from pyfinger.values import Value

RETURNS = f"returns.{SIGNED_SENDERS}"  # where bounces go to
_OTHER_PORT = 465
_SHA512 = 2


@cache
def sink_credential(situation: SendingSituation, plan: MxPlan) -> Issued:
    """The key and certificate of a mail exchanger."""
    host = situation.host_name(plan)
    kind = plan.certificate
    names = {
        SinkCertificate.WRONG_NAME: "elsewhere.test",
        SinkCertificate.NEXT_HOP: situation.domain,
        SinkCertificate.WILDCARD: f"*.{host.partition('.')[2]}",
    }
    wish = Wish(not_after=LONG_AGO) if kind is SinkCertificate.EXPIRED else None
    issuer = None if kind is SinkCertificate.SELF_SIGNED else authority().issuing
    return make_leaf(names.get(kind, host), issuer, make_key("p256", host), wish)


def tlsa_data(template: str, issued: Issued) -> str:
    """The record a template stands for, in zone-file form; in the generic one if it is cut."""
    usage, selector, matching, of = template.split()
    if of == "stranger":
        key = make_key("p256", "a stranger")
        issued = make_leaf("stranger.test", None, key)
    elif of in ("issuer", "root"):
        issued = authority().issuing if of == "issuer" else authority().root
    whole = issued.der if selector == "0" else issued.key.spki
    data = {"0": whole, str(_SHA512): hashlib.sha512(whole).digest()}.get(
        matching, hashlib.sha256(whole).digest()
    )
    if of == "cut":
        wire = bytes((int(usage), int(selector), int(matching))) + data[:-1]
        return f"\\# {len(wire)} {wire.hex()}"
    return f"{usage} {selector} {matching} {data.hex()}"


class _Records(Value):
    """Zones in the making: names with their records, and names with something wrong."""

    signed: dict[str, tuple[str, ...]]
    unsigned: dict[str, tuple[str, ...]]
    failing: set[str]
    forged: set[str]
    silent: set[str]

    def add(self, name: str, *lines: str) -> None:
        """More records of a name, in the zone that its end says."""
        zone = self.signed if name.endswith(f".{SIGNED_SENDERS}") else self.unsigned
        zone[name] = (*zone.get(name, ()), *lines)


class SenderDns(Value):
    """The zones of the world, and the names nothing is answered for."""

    zones: tuple[Zone, ...]
    silent: frozenset[str]


class SenderAddresses(Value):
    """Where everything is."""

    hosts: Mapping[str, str]  # mail exchangers, by name
    policies: Mapping[str, str]  # web servers, by situation
    returns: str
    port: int  # of the mail exchangers


def sender_dns(situations: Sequence[SendingSituation], where: SenderAddresses) -> SenderDns:
    """All zones there are."""
    records = _Records({}, {}, set(), set(), set())
    records.add(RETURNS, f"MX 10 mx.{RETURNS}.")
    records.add(f"mx.{RETURNS}", f"A {where.returns}")
    for situation in situations:
        _add_domain(records, situation)
        for plan in situation.hosts:
            _add_host(records, situation, plan, where)
        if situation.policy is not None:
            _add_policy(records, situation, where.policies[situation.name])
    failing, forged = frozenset(records.failing), frozenset(records.forged)
    zones = (
        Zone(".", True, {}),
        Zone(f"{SIGNED_SENDERS}.", True, records.signed, failing, forged),
        Zone(f"{UNSIGNED_SENDERS}.", False, records.unsigned, failing),
    )
    return SenderDns(zones, frozenset(records.silent))


def _add_domain(records: _Records, situation: SendingSituation) -> None:
    if situation.kind is MxKind.NULL:
        records.add(situation.domain, "MX 0 .")
    elif situation.kind is MxKind.RECORDS:
        records.add(
            situation.domain,
            *(f"MX {plan.preference} {situation.host_name(plan)}." for plan in situation.hosts),
        )
    if situation.fault is DnsFault.MX_BOGUS:
        records.forged.add(situation.domain)
    elif situation.fault is DnsFault.MX_FAILS:
        records.failing.add(situation.domain)


def _add_host(records: _Records, situation: SendingSituation, plan: MxPlan, where: SenderAddresses) -> None:
    host = situation.host_name(plan)
    address = where.hosts[host]
    target = _address_name(situation, plan)
    if target != host:
        records.add(host, f"CNAME {target}.")
    records.add(target, f"{'AAAA' if ':' in address else 'A'} {address}")
    if plan.fault is DnsFault.ADDRESS_BOGUS:
        records.forged.add(target)
    base = target if plan.alias is HostAlias.SIGNED else host
    owner = f"_{where.port}._tcp.{base}"
    lines = [f"TLSA {tlsa_data(each, sink_credential(situation, plan))}" for each in plan.tlsa]
    _add_tlsa(records, plan, owner, lines)


def _address_name(situation: SendingSituation, plan: MxPlan) -> str:
    """The name that has the addresses."""
    if plan.alias is HostAlias.NONE:
        return situation.host_name(plan)
    zone = UNSIGNED_SENDERS if plan.alias is HostAlias.UNSIGNED else SIGNED_SENDERS
    return f"target-{plan.name}.{situation.name}.{zone}"


def _add_tlsa(records: _Records, plan: MxPlan, owner: str, lines: Sequence[str]) -> None:
    service, _, base = owner.partition("._tcp.")
    label = base.split(".")[1]
    if plan.place is TlsaPlace.EMPTY:
        records.add(owner, 'TXT "no TLSA record"')
    elif plan.place is TlsaPlace.OTHER_PORT:
        records.add(f"_{_OTHER_PORT}._tcp.{base}", *lines)
    elif plan.place is TlsaPlace.WILDCARD:
        records.add(f"*._tcp.{base}", *lines)
    elif plan.place in (TlsaPlace.ALIAS, TlsaPlace.UNSIGNED_ALIAS):
        zone = SIGNED_SENDERS if plan.place is TlsaPlace.ALIAS else UNSIGNED_SENDERS
        records.add(owner, f"CNAME tlsa.{label}.{zone}.")
        records.add(f"tlsa.{label}.{zone}", *lines)
    elif lines:
        records.add(f"{service}._tcp.{base}", *lines)
    wrong = {
        DnsFault.TLSA_BOGUS: records.forged,
        DnsFault.TLSA_FAILS: records.failing,
        DnsFault.TLSA_SILENT: records.silent,
    }
    if plan.fault in wrong:
        wrong[plan.fault].add(owner)


def _add_policy(records: _Records, situation: SendingSituation, address: str) -> None:
    policy = situation.policy
    assert policy is not None
    ids = {StsFault.NO_RECORD: (), StsFault.TWO_RECORDS: (1, 2)}.get(policy.fault, (1,))
    if ids:
        records.add(f"_mta-sts.{situation.domain}", *(f'TXT "v=STSv1; id=2026112800{each}"' for each in ids))
    records.add(f"mta-sts.{situation.domain}", f"A {address}")
