"""What was found, as JSON and back: plans in parts that domains share, and evidence.

Certificates stand beside the evidence, by their digests, since many servers send the same.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Sequence
from functools import cache
from typing import Any

from pyfinger.check.evidence import Evidence
from pyfinger.check.found import FoundAddress, FoundDomain, FoundHost, Visit, with_names
from pyfinger.check.report_model import KeyAlgorithm
from pyfinger.errors import DecodeError
from pyfinger.model import CertificateFacts, DnsStatus, TlsaStatus
from pyfinger.report.encoding import Codec, annotations_of, codec
from pyfinger.survey.budget import Blocklist, operator_of
from pyfinger.survey.database import spoilt
from pyfinger.survey.tasks import AddressRow, HostRow, Planned, VisitTask
from pyfinger.values import replace

_CERTIFICATES = "certificates"
_KEPT = 4096  # hosts
_ENCODER = json.JSONEncoder(separators=(",", ":"))
Lookup = Callable[[str], CertificateFacts]


@cache
def _evidence_codecs() -> dict[str, Codec]:
    """By the names of the fields; certificates stand apart."""
    found = annotations_of(Evidence).items()
    return {name: codec(annotation) for name, annotation in found if name != _CERTIFICATES}


def text_of(annotation: Any, value: Any) -> str:
    """A value as JSON text."""
    return _text(codec(annotation).write(value))


def value_of(annotation: Any, text: str) -> Any:
    """And back; `DecodeError` or ValueError for what is no such text."""
    return codec(annotation).read(json.loads(text))


def object_of(text: str) -> dict[str, Any]:
    """A stored document as plain values; `UsageError` if it is none that a survey has written."""
    try:
        document = json.loads(text)
    except (ValueError, TypeError, RecursionError) as error:
        raise spoilt() from error
    if not isinstance(document, dict):
        raise spoilt()
    return document


class PlanDocuments:
    """Domains as they are stored; a host that many of them share is written once."""

    def __init__(self, blocklist: Blocklist) -> None:
        self._blocklist = blocklist
        self._rows: dict[tuple[int, bool], tuple[FoundHost, HostRow]] = {}  # by id(), so it has to be kept

    def planned(self, number: int, found: FoundDomain) -> Planned:
        """One domain; of one without names, as `Finder.shared` has it."""
        blocked = self._blocklist.covers_name(found.destination.host)
        hosts = tuple(self._row(host, blocked=blocked) for host in found.hosts)
        return Planned(number, text_of(FoundDomain, replace(found, hosts=())), hosts)

    def _row(self, host: FoundHost, *, blocked: bool) -> HostRow:
        key = id(host), blocked
        if key not in self._rows:
            if len(self._rows) >= _KEPT:
                self._rows.clear()
            self._rows[key] = host, _host_row(host, self._blocklist, blocked=blocked)
        return self._rows[key][1]


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


def server_name(found: FoundAddress) -> str:
    """The name of SNI that DANE wants (RFC 7672 section 2.2), lower case; else empty."""
    return found.policy.base_domain.lower() if found.policy else ""


def _why_not(found: FoundAddress, *, blocked: bool) -> str:
    if blocked:
        return "on the blocklist"
    return "" if found.policy else "no mail is sent there"


def visit_of(task: VisitTask) -> Visit:
    """The connection that a task asks for."""
    domain: FoundDomain = value_of(FoundDomain, task.domain)
    host: FoundHost = value_of(FoundHost, task.host)
    address = with_names(replace(domain, hosts=(host,))).hosts[0].addresses[task.place]
    if address.policy is None:
        raise ValueError("an address without a policy is not connected to")
    return Visit(address.hop, domain.destination.host, address.policy, KeyAlgorithm(task.algorithm))


def evidence_text(evidence: Evidence) -> tuple[str, tuple[tuple[str, str], ...]]:
    """Evidence with digests for certificates, and these."""
    document = {name: one.write(getattr(evidence, name)) for name, one in _evidence_codecs().items()}
    shown: Sequence[CertificateFacts] = evidence.certificates
    certificates = tuple((one.sha256.hex(), text_of(CertificateFacts, one)) for one in shown)
    document[_CERTIFICATES] = [digest for digest, _ in certificates]
    return _text(document), certificates


def evidence_of(text: str, certificate: Lookup) -> Evidence:
    """The same; `certificate` gives that of a digest.  `UsageError` for what is no evidence."""
    document, codecs = object_of(text), _evidence_codecs()
    try:
        digests = document.pop(_CERTIFICATES)
        fields = {name: codecs[name].read(value) for name, value in document.items() if name in codecs}
        return Evidence(**fields, certificates=tuple(map(certificate, digests)))
    except (DecodeError, ValueError, KeyError, TypeError, RecursionError) as error:
        raise spoilt() from error


def certificate_digests(text: str) -> list[str]:
    """Those of the certificates that evidence speaks of."""
    found: list[str] = json.loads(text)[_CERTIFICATES]
    return found


def facts_of(text: str) -> CertificateFacts:
    """A certificate."""
    facts: CertificateFacts = value_of(CertificateFacts, text)
    return facts


def _text(document: Any) -> str:
    return _ENCODER.encode(document)
