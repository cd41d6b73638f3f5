"""A report as others read it: JSON (docs/schema/report-1.json), OpenMetrics 1.0, a plugin's line.

Metrics are for a textfile collector or a scrape.  Names follow what exporters of
certificates use: `ssl_cert_not_after`, and for TLSA records `ssl_tlsa_record_match`.

Exit statuses that follow the verdict are those of `--check` and of monitoring plugins,
whose line is that of the Monitoring Plugins Development Guidelines ("Plugin Output",
"Performance data").
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

from pyfinger import __version__
from pyfinger.model import CertificateFacts, RecordOutcome
from pyfinger.report.document.model import Outcome, Report, SessionReport
from pyfinger.report.document.proofs import first_ends
from pyfinger.report.encoding import codec, word
from pyfinger.report.sanitise import plain, printable
from pyfinger.values import Value

# Documented in the manual page and the README; scripts rely on them.
CHECK_STATUS: Mapping[Outcome, int] = {
    Outcome.MET: 0,
    Outcome.REFUSED: 1,  # as without --check
    Outcome.NOT_MET: 2,
    Outcome.DNS_TEMPORARY: 3,
    Outcome.DNS_BOGUS: 4,
    Outcome.NO_DESTINATION: 5,
    Outcome.CONNECT: 6,
    Outcome.SMTP: 7,
    Outcome.NO_STARTTLS: 8,
    Outcome.TLS: 9,
    Outcome.EXPIRING: 10,
    Outcome.SMTP_TEMPORARY: 11,
    Outcome.UNFINISHED: 130,  # 128 + SIGINT
}

OK, WARNING, CRITICAL, UNKNOWN = range(4)  # monitoring-plugins.org, "Plugin Return Codes"

PLUGIN_STATUS: Mapping[Outcome, int] = {
    Outcome.MET: OK,
    Outcome.EXPIRING: WARNING,
    Outcome.NOT_MET: CRITICAL,
    Outcome.DNS_BOGUS: CRITICAL,
    Outcome.NO_DESTINATION: CRITICAL,
    Outcome.CONNECT: CRITICAL,
    Outcome.SMTP: CRITICAL,
    Outcome.NO_STARTTLS: CRITICAL,
    Outcome.TLS: CRITICAL,
    Outcome.DNS_TEMPORARY: UNKNOWN,
    Outcome.SMTP_TEMPORARY: UNKNOWN,
    Outcome.REFUSED: UNKNOWN,
    Outcome.UNFINISHED: UNKNOWN,
}

_ESCAPES = str.maketrans({"\\": r"\\", '"': r"\"", "\n": r"\n"})


_WORDS = ("OK", "WARNING", "CRITICAL", "UNKNOWN")
SCHEMA = "pyfinger-report/1"


class Sample(Value):
    """One value with its labels."""

    value: float
    labels: tuple[tuple[str, str], ...] = ()

    def line(self, name: str) -> str:
        """As the text format has it."""
        pairs = ",".join(f'{label}="{_escaped(text)}"' for label, text in self.labels)
        return f"{name}{{{pairs}}} {self.value!r}" if pairs else f"{name} {self.value!r}"


class Metric(Value):
    """A gauge: its name, unit and meaning, and its samples."""

    name: str
    unit: str
    help: str
    samples: tuple[Sample, ...]

    def lines(self) -> Iterator[str]:
        """Metadata and samples; nothing without samples."""
        if not self.samples:
            return
        yield f"# TYPE {self.name} gauge"
        if self.unit:
            yield f"# UNIT {self.name} {self.unit}"
        yield f"# HELP {self.name} {self.help}"
        for sample in self.samples:
            yield sample.line(self.name)


def openmetrics(report: Report, startup: float | None = None) -> bytes:
    """The whole exposition, `# EOF` included; `startup`: seconds before the probe, if known."""
    lines = [line for family in families(report, startup) for line in family.lines()]
    return "".join(f"{line}\n" for line in [*lines, "# EOF"]).encode("ascii")


def families(report: Report, startup: float | None = None) -> Iterator[Metric]:
    """All metrics of a report."""
    where = (("destination", report.destination),)
    level = report.level.word if report.level is not None else ""
    met = Sample(float(report.met), (*where, ("level", level)))
    yield Metric("pyfinger_policy_met", "", "Whether the server proved what it had to.", (met,))
    states = tuple(
        Sample(float(outcome is report.outcome), (*where, ("outcome", word(outcome)))) for outcome in Outcome
    )
    yield Metric("pyfinger_outcome", "", "What the probe amounts to: 1 for one, 0 for the others.", states)
    seconds = Sample(report.seconds, where)
    yield Metric("pyfinger_probe_duration_seconds", "seconds", "How long the probe took.", (seconds,))
    started = () if startup is None else (Sample(startup, where),)
    yield Metric(
        "pyfinger_startup_duration_seconds", "seconds", "How long the program took to start, before.", started
    )
    steps = tuple(_steps(report, where))
    yield Metric("pyfinger_step_duration_seconds", "seconds", "How long its steps took in all.", steps)
    sessions = tuple(_session(session, where) for session in report.sessions)
    yield Metric("pyfinger_session_info", "", "The sessions held, as labels.", sessions)
    records = tuple(sample for session in report.sessions for sample in _records(session, where))
    yield Metric("ssl_tlsa_record_match", "", "Whether a TLSA record matched what the server sent.", records)
    ends = tuple(sample for session in report.sessions for sample in _ends(session, where))
    yield Metric("ssl_cert_not_after", "", "When a certificate expires, in seconds since the epoch.", ends)
    unread = tuple(sample for session in report.sessions for sample in _unreadable_ends(session, where))
    yield Metric("ssl_cert_not_after_unreadable", "", "Whether that cannot be read.", unread)
    zones = tuple(
        Sample(float(signature.expiration), (*where, ("zone", zone)))
        for zone, (_, signature) in first_ends(report.lookups).items()
    )
    yield Metric("dnssec_signature_not_after", "", "When the first signature of a zone expires.", zones)


def _steps(report: Report, where: tuple[tuple[str, str], ...]) -> Iterator[Sample]:
    totals: dict[str, float] = {}
    for span in report.spans:
        totals[span.what] = totals.get(span.what, 0.0) + span.seconds
    for what, seconds in totals.items():
        yield Sample(seconds, (*where, ("step", what)))


def _at(session: SessionReport, where: tuple[tuple[str, str], ...]) -> tuple[tuple[str, str], ...]:
    peer = session.peer
    port = "" if peer.port is None else str(peer.port)
    number = str(session.number)
    return (*where, ("session", number), ("host", peer.host), ("address", peer.address), ("port", port))


def _session(session: SessionReport, where: tuple[tuple[str, str], ...]) -> Sample:
    tls = session.tls
    facts = {
        "protocol": tls.protocol if tls else "",
        "cipher": tls.cipher if tls else "",
        "group": tls.group if tls else "",
        "trust": tls.trust.value if tls and tls.trust else "",
        "resumed": str(bool(tls and tls.resumed)).lower(),
    }
    return Sample(1.0, (*_at(session, where), *facts.items()))


def _records(session: SessionReport, where: tuple[tuple[str, str], ...]) -> Iterator[Sample]:
    for verdict in session.tls.records if session.tls else ():
        record = verdict.record
        labels = (
            ("usage", str(record.usage)),
            ("selector", str(record.selector)),
            ("matching", str(record.matching)),
            ("data", record.data.hex()),
        )
        yield Sample(float(verdict.outcome is RecordOutcome.MATCHED), (*_at(session, where), *labels))


def _ends(session: SessionReport, where: tuple[tuple[str, str], ...]) -> Iterator[Sample]:
    for certificate, labels in _certificates(session, where):
        if certificate.not_after is not None:
            yield Sample(float(certificate.not_after), labels)


def _unreadable_ends(session: SessionReport, where: tuple[tuple[str, str], ...]) -> Iterator[Sample]:
    """A date that is not there makes no alert fire: this does."""
    for certificate, labels in _certificates(session, where):
        yield Sample(float(certificate.not_after is None), labels)


def _certificates(
    session: SessionReport, where: tuple[tuple[str, str], ...]
) -> Iterator[tuple[CertificateFacts, tuple[tuple[str, str], ...]]]:
    for position, certificate in enumerate(session.tls.certificates if session.tls else ()):
        yield certificate, (*_at(session, where), ("position", str(position)), *_names(certificate))


def _names(certificate: CertificateFacts) -> Iterator[tuple[str, str]]:
    yield "subject", certificate.subject
    yield "issuer", certificate.issuer
    yield "serial", certificate.serial


def _escaped(text: str) -> str:
    """A label's value; control characters and what is not ASCII censored as in the log."""
    return plain(text).translate(_ESCAPES)


def nagios_line(report: Report, warn_days: float | None, startup: float | None = None) -> bytes:
    """The line, in ASCII; `|` stands only before the performance data.

    `startup`: seconds the program took before the probe, if known.
    """
    word = _WORDS[PLUGIN_STATUS[report.outcome]]
    text = f"PYFINGER {word} - {report.outcome.value}: {report.explanation}".replace("|", "/")
    figures = _performance(report, warn_days)
    if startup is not None:
        figures.append(f"startup={startup:.6f}s;;;0")
    data = " ".join(figures)
    return printable(f"{text} | {data}", utf8=False) + b"\n"


def _performance(report: Report, warn_days: float | None) -> list[str]:
    data = [f"time={report.seconds:.6f}s;;;0"]
    warn = "" if warn_days is None else f"{warn_days:g}:"  # a range: less than that is a warning
    if report.end_unreadable:
        data.append(f"days_left=U;{warn};;")  # undetermined
    elif report.days_left is not None:
        data.append(f"days_left={report.days_left:.2f};{warn};;")
    if report.dnssec_days_left is not None:  # what is too little depends on the zone
        data.append(f"dnssec_days_left={report.dnssec_days_left:.2f};;;")
    return data


def document(report: Report) -> dict[str, Any]:
    """The report as plain values, as `json` takes them."""
    return {"schema": SCHEMA, "version": __version__, **codec(Report).write(report)}


def json_bytes(report: Report) -> bytes:
    """The document, indented, in ASCII, with a newline at its end."""
    return json.dumps(document(report), indent=2).encode("ascii") + b"\n"
