"""A report as metrics (OpenMetrics 1.0), for a textfile collector or a scrape.

Names follow what exporters of certificates use: `ssl_cert_not_after`, and for
TLSA records `ssl_tlsa_record_match`.
"""

from __future__ import annotations

from collections.abc import Iterator

from pyfinger.model import CertificateFacts, RecordOutcome
from pyfinger.report.document.model import Outcome, Report, SessionReport
from pyfinger.report.encoding import word
from pyfinger.report.sanitise import printable
from pyfinger.values import Value

_ESCAPES = str.maketrans({"\\": r"\\", '"': r"\"", "\n": r"\n"})


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
    return printable(text, utf8=False).decode("ascii").translate(_ESCAPES)
