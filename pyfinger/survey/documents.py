"""What was found, as JSON and back: plans in parts that domains share, and evidence.

Certificates stand beside the evidence, by their digests, since many servers send the same.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Sequence
from typing import Any

from pyfinger.check.evidence import Evidence
from pyfinger.check.planning import FoundAddress, FoundDomain, FoundHost, Visit
from pyfinger.dane.policy import exchange_names
from pyfinger.model import CertificateFacts, DnsStatus, Exchange, TlsaStatus
from pyfinger.report.encoding import annotations_of, codec
from pyfinger.survey.budget import Blocklist, operator_of
from pyfinger.survey.model import AddressRow, HostRow, Planned
from pyfinger.values import replace

_CERTIFICATES = "certificates"
Lookup = Callable[[str], str]


def text_of(annotation: Any, value: Any) -> str:
    """A value as JSON text."""
    return _text(codec(annotation).write(value))


def value_of(annotation: Any, text: str) -> Any:
    """And back; `DecodeError` or ValueError for what is no such text."""
    return codec(annotation).read(json.loads(text))


def planned(number: int, found: FoundDomain, blocklist: Blocklist) -> Planned:
    """A domain as it is stored."""
    blocked = blocklist.covers_name(found.destination.host)
    hosts = tuple(_host_row(_shareable(host), blocklist, blocked=blocked) for host in found.hosts)
    return Planned(number, text_of(FoundDomain, replace(found, hosts=())), hosts)


def is_unsure(found: FoundDomain) -> bool:
    """Whether name servers may say something else a moment later."""
    failures = [found.failure, *(host.failure for host in found.hosts)]
    answers = [each.protection.answer for host in found.hosts for each in host.addresses]
    return any(one is not None and one.status is DnsStatus.RETRY for one in failures) or any(
        one is not None and one.status is TlsaStatus.ERROR for one in answers
    )


def _host_row(found: FoundHost, blocklist: Blocklist, *, blocked: bool) -> HostRow:
    blocked = blocked or blocklist.covers_name(found.host.name)
    document = text_of(FoundHost, found)
    rows = tuple(
        AddressRow(
            address.hop.address,
            server_name(address),
            _why_not(address, blocked=blocked or blocklist.covers_address(address.hop.address)),
        )
        for address in found.addresses
    )
    identity = hashlib.sha256(f"{document} {blocked}".encode()).hexdigest()[:32]
    return HostRow(identity, found.host.name, found.host.port, operator_of(found.host.name), document, rows)


def _shareable(found: FoundHost) -> FoundHost:
    """A host without the names that it has to prove for one domain and not for another."""
    return replace(found, addresses=tuple(_named(address, ()) for address in found.addresses))


def hosts_for(exchange: Exchange | None, hosts: Sequence[FoundHost]) -> tuple[FoundHost, ...]:
    """And with them again."""
    names = exchange_names(exchange)
    return tuple(
        replace(host, addresses=tuple(_named(address, names) for address in host.addresses)) for host in hosts
    )


def _named(found: FoundAddress, names: tuple[str, ...]) -> FoundAddress:
    """As `dane.policy` has them where DANE is in force (RFC 7672 section 3.2.2)."""
    policy = found.policy
    if policy is None or not policy.level.uses_dane:
        return found
    return replace(found, policy=replace(policy, names=(policy.base_domain, *names)))


def server_name(found: FoundAddress) -> str:
    """The name of SNI that DANE wants (RFC 7672 section 2.2), lower case; else empty."""
    return found.policy.base_domain.lower() if found.policy else ""


def _why_not(found: FoundAddress, *, blocked: bool) -> str:
    if blocked:
        return "on the blocklist"
    return "" if found.policy else "no mail is sent there"


def visit_text(visit: Visit) -> str:
    """A connection to be made."""
    return text_of(Visit, visit)


def visit_of(text: str) -> Visit:
    """The same."""
    visit: Visit = value_of(Visit, text)
    return visit


def evidence_text(evidence: Evidence) -> tuple[str, tuple[tuple[str, str], ...]]:
    """Evidence with digests for certificates, and these."""
    document = {
        name: codec(annotation).write(getattr(evidence, name))
        for name, annotation in annotations_of(Evidence).items()
        if name != _CERTIFICATES
    }
    shown: Sequence[CertificateFacts] = evidence.certificates
    certificates = tuple((one.sha256.hex(), text_of(CertificateFacts, one)) for one in shown)
    document[_CERTIFICATES] = [digest for digest, _ in certificates]
    return _text(document), certificates


def evidence_of(text: str, certificate: Lookup) -> Evidence:
    """The same; `certificate` gives the document of a digest."""
    document = json.loads(text)
    digests = document.pop(_CERTIFICATES)
    fields = {
        name: codec(annotation).read(document[name])
        for name, annotation in annotations_of(Evidence).items()
        if name in document
    }
    shown = tuple(value_of(CertificateFacts, certificate(digest)) for digest in digests)
    return Evidence(**fields, certificates=shown)


def _text(document: Any) -> str:
    return json.dumps(document, separators=(",", ":"))
