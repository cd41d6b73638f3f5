"""From events to a `Report`."""

from __future__ import annotations

from collections.abc import Iterator

from pyfinger.events import (
    DisplayChosen,
    DnsExchanged,
    DnssecUnavailable,
    DnssecVouched,
    Emit,
    Event,
    ProbeBegan,
    ProbeEnded,
    ProbeInterrupted,
    ProbeRefused,
    RecordBytesRead,
    RecordSeen,
    RouteFailed,
    SecretDerived,
)
from pyfinger.model import CertificateFacts, Level, LookupFailure
from pyfinger.model.tolerance import Tolerance
from pyfinger.options import Show
from pyfinger.report.document.lookups import Lookups
from pyfinger.report.document.model import DAY, Outcome, Report
from pyfinger.report.document.outcome import Mistakes, OutcomeFacts, decide
from pyfinger.report.document.proofs import zone_days_left, zone_ending
from pyfinger.report.document.timeline import Timeline
from pyfinger.report.document.tls import Sessions
from pyfinger.report.lines import lines_of, of_tolerance
from pyfinger.report.lines.log_line import Severity
from pyfinger.report.visibility import View
from pyfinger.steps import Clock

_MOST_KEPT = 500  # events; from then on they are worked in as they come
# In no report, and large; the first and last of a probe are others.
_NOT_REPORTED = frozenset({DnsExchanged, RecordBytesRead, RecordSeen, SecretDerived})


class ReportBuilder:
    """A timed renderer that makes a report; with `warn_days`, one about certificates that expire by then."""

    def __init__(self, warn_days: float | None = None) -> None:
        self._warn_days = warn_days
        self._view = View(Show())
        self._asked = ProbeBegan("", Level.NONE, Level.NONE)
        self._refusal = ""
        self._interruption = "interrupted"
        self._mistakes = Mistakes()
        self._failure: LookupFailure | None = None
        self._over = False
        self._validates: bool | None = None
        self._tolerance: Tolerance | None = None
        self._warnings: list[str] = []
        self._lookups = Lookups()
        self._sessions = Sessions()
        self._timeline = Timeline()

    def __call__(self, event: Event, at: float) -> None:
        """Take note of one event."""
        self._timeline(event, at)
        self._lookups(event, at)
        self._sessions(event)
        self._mistakes(event)
        self._note_warning(event)
        match event:
            case ProbeBegan():
                self._asked = event
            case ProbeRefused(reason=reason):
                self._refusal, self._over = reason, True
            case RouteFailed(failure=failure):
                self._failure = failure
            case ProbeInterrupted(reason=reason):
                self._interruption = reason
            case DnssecVouched():
                self._validates = True
            case DnssecUnavailable() if self._validates is None:
                self._validates = False
            case ProbeEnded():
                self._over = True
            case _ if of_tolerance(event):
                self._tolerance = getattr(event, "tolerance", self._tolerance)

    @property
    def report(self) -> Report:
        """What is known by now."""
        outcome, explanation = self._outcome()
        timeline, asked = self._timeline, self._asked
        return Report(
            outcome=outcome,
            explanation=explanation,
            destination=asked.destination,
            began=timeline.began or 0.0,
            seconds=timeline.ended - (timeline.began or 0.0),
            level=asked.level,
            match=asked.match,
            lmtp=asked.lmtp,
            srv=asked.srv,
            wrapper=asked.wrapper,
            insecure_mx_level=asked.insecure_mx_level,
            resolver_validates=self._validates,
            lookups=tuple(self._lookups.done),
            addresses=tuple(self._sessions.addresses),
            sessions=tuple(self._sessions.sessions),
            spans=timeline.spans,
            warnings=tuple(self._warnings),
            days_left=self._days_left(),
            dnssec_days_left=zone_days_left(self._lookups.done, timeline.ended),
            tolerance=self._tolerance,
        )

    def _note_warning(self, event: Event) -> None:
        """What the log would warn about."""
        if isinstance(event, DisplayChosen):
            return  # whatever the user hides, a report has it
        self._view.note(event)
        for line in lines_of(event):
            if line.severity is Severity.WARNING and line.when(self._view, event):
                self._warnings += line.texts(event)

    def _outcome(self) -> tuple[Outcome, str]:
        if not self._over:
            return Outcome.UNFINISHED, self._interruption
        sessions = self._sessions
        facts = OutcomeFacts(
            self._asked.level,
            self._refusal or self._mistakes.text,
            self._failure,
            self._lookups.done,
            sessions.addresses,
            sessions.sessions,
        )
        outcome, explanation = decide(facts)
        left = self._days_left()
        unreadable = any(one.tls and one.tls.end_unreadable for one in sessions.sessions)
        if outcome is Outcome.MET and unreadable:
            return Outcome.EXPIRING, f"{explanation}; when a certificate expires cannot be read"
        if outcome is Outcome.MET and left is not None and self._warn_days is not None:
            if left < self._warn_days:
                return Outcome.EXPIRING, f"{explanation}; a certificate expires in {left:.1f} days"
        if outcome is Outcome.MET and self._warn_days is not None:
            zone = zone_ending(self._lookups.done, self._timeline.ended, self._warn_days)
            if zone:
                return Outcome.EXPIRING, f"{explanation}; signatures of zone {zone} end soon"
        return outcome, explanation

    def _days_left(self) -> float | None:
        """Until the first certificate of those shown expires; None if that cannot be said of all."""
        ends = [certificate.not_after for certificate in self._certificates()]
        known = [end for end in ends if end is not None]
        return (min(known) - self._timeline.ended) / DAY if known and len(known) == len(ends) else None

    def _certificates(self) -> Iterator[CertificateFacts]:
        for session in self._sessions.sessions:
            if session.tls is not None:
                yield from session.tls.certificates


class ReportRecorder:
    """A timed renderer that keeps what a report is made of, for one that perhaps nobody looks at."""

    def __init__(self) -> None:
        self._builder = ReportBuilder()
        self._kept: list[tuple[Event, float]] = []
        self._offset = 0.0

    def __call__(self, event: Event, at: float) -> None:
        """Keep one event."""
        if type(event) in _NOT_REPORTED:
            return
        self._kept.append((event, at))
        if len(self._kept) == _MOST_KEPT:
            self._catch_up()

    def timed(self, clock: Clock, offset: float) -> Emit:
        """The same for events as they happen, by a clock that is so many seconds behind."""
        kept, self._offset = self._kept, offset

        def keep(event: Event) -> None:
            if type(event) not in _NOT_REPORTED:
                kept.append((event, clock()))
                if len(kept) == _MOST_KEPT:
                    self._catch_up()

        return keep

    @property
    def report(self) -> Report:
        """What is known by the time it is looked at."""
        return Report.later(self._made)

    def _made(self) -> Report:
        self._catch_up()
        return self._builder.report

    def _catch_up(self) -> None:
        for event, at in self._kept:
            self._builder(event, at + self._offset)
        self._kept.clear()
