"""A check as others read it: JSON, a line of it for each domain, metrics, a plugin's line.

The JSON is described by docs/schema/check-1.json, its lines by check-domain-1.json.

Exit statuses are those of `--check` (`report.document.formats`), with one more where some
is well and some is not.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from pyfinger import __version__
from pyfinger.check.report_model import (
    AddressCheck,
    ChainCheck,
    CheckReport,
    CheckVerdict,
    DomainCheck,
    HostCheck,
    worst,
)
from pyfinger.report.document import Outcome
from pyfinger.report.document.formats import (
    CHECK_STATUS,
    CRITICAL,
    OK,
    UNKNOWN,
    WARNING,
    Metric,
    Sample,
)
from pyfinger.report.encoding import codec, word
from pyfinger.report.sanitise import printable
from pyfinger.values import Value

SCHEMA = "pyfinger-check/1"
LINE_SCHEMA = "pyfinger-check-domain/1"

DEGRADED_STATUS = 12  # after those of CHECK_STATUS

_PLUGIN = {
    CheckVerdict.OK: OK,
    CheckVerdict.DEGRADED: WARNING,
    CheckVerdict.FAILED: CRITICAL,
    CheckVerdict.NOT_PROTECTED: CRITICAL,
    CheckVerdict.COULD_NOT_TELL: UNKNOWN,
}
_WORDS = ("OK", "WARNING", "CRITICAL", "UNKNOWN")
_NOTHING_SEEN = (CheckVerdict.NOT_OFFERED, CheckVerdict.COULD_NOT_TELL)  # an alarm needs more than that
_DAY = 86400.0  # seconds
_Labels = tuple[tuple[str, str], ...]


def status(report: CheckReport) -> int:
    """The exit status: that of the worst domain."""
    if report.verdict is CheckVerdict.OK:
        return CHECK_STATUS[Outcome.MET]
    if report.verdict is CheckVerdict.DEGRADED:
        return DEGRADED_STATUS
    if report.verdict is CheckVerdict.COULD_NOT_TELL and report.interruption:
        return CHECK_STATUS[Outcome.UNFINISHED]
    return next(CHECK_STATUS[one.outcome] for one in report.domains if one.verdict is report.verdict)


def plugin_status(report: CheckReport) -> int:
    """The same for monitoring plugins."""
    return _PLUGIN[report.verdict]


def document(report: CheckReport) -> dict[str, Any]:
    """The report as plain values, as `json` takes them."""
    return {"schema": SCHEMA, "version": __version__, **codec(CheckReport).write(report)}


def json_bytes(report: CheckReport) -> bytes:
    """The document, indented, in ASCII, with a newline at its end."""
    return json.dumps(document(report), indent=2).encode("ascii") + b"\n"


def json_lines(report: CheckReport) -> bytes:
    """A line for each domain."""
    head = {"schema": LINE_SCHEMA, "version": __version__, "began": report.began}
    lines = ({**head, **codec(DomainCheck).write(domain)} for domain in report.domains)
    return b"".join(json.dumps(line, separators=(",", ":")).encode("ascii") + b"\n" for line in lines)


def nagios_line(report: CheckReport) -> bytes:
    """The line, in ASCII; `|` stands only before the performance data."""
    told = [domain for domain in report.domains if domain.verdict is report.verdict]
    about = "; ".join(f"{one.domain}: {one.verdict.value}: {one.reason}{_of_policy(one)}" for one in told)
    text = f"PYFINGER-CHECK {_WORDS[plugin_status(report)]} - {about or 'nothing'}".replace("|", "/")
    data = " ".join(_performance(report))
    return printable(f"{text} | {data}", utf8=False) + b"\n"


def _of_policy(domain: DomainCheck) -> str:
    """What is wrong with MTA-STS, unless that is the domain's reason already."""
    sts = domain.sts
    if sts is None or sts.verdict not in (CheckVerdict.FAILED, CheckVerdict.DEGRADED):
        return ""
    return "" if domain.reason.endswith(sts.reason) else f"; MTA-STS {sts.verdict.value}: {sts.reason}"


def _performance(report: CheckReport) -> Iterator[str]:
    yield f"time={report.seconds:.6f}s;;;0"
    yield f"connections={report.connections};;;0;{report.planned}"
    ends = [place.chain.not_after for place in _places(report) if place.chain.not_after is not None]
    if ends:
        yield f"days_left={(min(ends) - report.began) / _DAY:.2f};;;"


def openmetrics(report: CheckReport) -> bytes:
    """The whole exposition, `# EOF` included."""
    lines = [line for metric in _metrics(report) for line in metric.lines()]
    return "".join(f"{line}\n" for line in [*lines, "# EOF"]).encode("ascii")


class _Place(Value):
    """One chain, and where it was seen."""

    domain: DomainCheck
    host: HostCheck
    address: AddressCheck
    chain: ChainCheck

    @property
    def labels(self) -> _Labels:
        """For a sample."""
        where = (("domain", self.domain.domain), ("host", self.host.host), ("address", self.address.address))
        return (*where, ("port", str(self.host.port)), ("algorithm", self.chain.algorithm.value))


def _places(report: CheckReport) -> Iterator[_Place]:
    for domain in report.domains:
        for host in domain.hosts:
            for address in host.addresses:
                for chain in address.chains:
                    yield _Place(domain, host, address, chain)


def _metrics(report: CheckReport) -> Iterator[Metric]:
    verdicts = tuple(
        Sample(float(verdict is domain.verdict), (("domain", domain.domain), ("verdict", word(verdict))))
        for domain in report.domains
        for verdict in _PLUGIN
    )
    yield Metric(
        "pyfinger_check_verdict", "", "What a domain amounts to: 1 for one, 0 for the others.", verdicts
    )
    places = [one for one in _places(report) if one.chain.verdict not in _NOTHING_SEEN]
    chains = tuple(Sample(float(one.chain.verdict is CheckVerdict.OK), one.labels) for one in places)
    yield Metric("pyfinger_check_chain_ok", "", "Whether a chain is authenticated.", chains)
    matches = tuple(sample for domain in report.domains for sample in _records(domain))
    yield Metric("ssl_tlsa_record_match", "", "Whether a TLSA record matched any chain of its host.", matches)
    ends = tuple(
        Sample(float(one.chain.not_after), one.labels) for one in places if one.chain.not_after is not None
    )
    yield Metric("ssl_cert_not_after", "", "When the first certificate of a chain expires.", ends)
    yield from _policy_metrics(report)
    made = (Sample(float(report.connections)),)
    yield Metric("pyfinger_check_connections", "", "Connections that were made.", made)
    took = (Sample(report.seconds),)
    yield Metric("pyfinger_check_duration_seconds", "seconds", "How long the check took.", took)


def _policy_metrics(report: CheckReport) -> Iterator[Metric]:
    """MTA-STS and TLSRPT, where there is something: of what nobody can tell there is no sample."""
    policies = [(one.domain, one.sts) for one in report.domains if one.sts is not None]
    told = tuple(
        Sample(float(sts.verdict is CheckVerdict.OK), (("domain", domain),))
        for domain, sts in policies
        if sts.verdict not in _NOTHING_SEEN
    )
    yield Metric("pyfinger_check_sts_ok", "", "Whether MTA-STS and all hosts of its policy are well.", told)
    hosts = tuple(
        Sample(float(host.verdict is CheckVerdict.OK), (("domain", domain), ("host", host.host)))
        for domain, sts in policies
        for host in sts.hosts
        if host.verdict not in _NOTHING_SEEN
    )
    yield Metric(
        "pyfinger_check_sts_host_ok", "", "Whether a host is as the policy of MTA-STS wants it.", hosts
    )
    reports = tuple(
        Sample(float(one.tlsrpt.verdict is CheckVerdict.OK), (("domain", one.domain),))
        for one in report.domains
        if one.tlsrpt is not None and one.tlsrpt.verdict not in _NOTHING_SEEN
    )
    yield Metric("pyfinger_check_tlsrpt_ok", "", "Whether reports can be sent where TLSRPT says.", reports)


def _records(domain: DomainCheck) -> Iterator[Sample]:
    for host in domain.hosts:
        for check in host.records:
            if check.verdict is CheckVerdict.COULD_NOT_TELL:
                continue
            record = check.record
            labels = (
                ("domain", domain.domain),
                ("host", host.host),
                ("port", str(host.port)),
                ("usage", str(record.usage)),
                ("selector", str(record.selector)),
                ("matching", str(record.matching)),
                ("data", record.data.hex()),
            )
            yield Sample(float(check.verdict is CheckVerdict.OK), labels)


def needs_attention(report: CheckReport) -> bool:
    """Whether there is anything to be said with `--quiet`."""
    return worst(domain.verdict for domain in report.domains) is not CheckVerdict.OK
