"""What is written, and returned, when the probe is over."""

from __future__ import annotations

from collections.abc import Callable
from typing import BinaryIO

from pyfinger.cli.output_options import OutputOptions
from pyfinger.cli.streams import abandon
from pyfinger.report.document import Outcome, Report
from pyfinger.report.document.builder import ReportBuilder
from pyfinger.report.document.formats import (
    CHECK_STATUS,
    PLUGIN_STATUS,
    json_bytes,
    nagios_line,
    openmetrics,
)
from pyfinger.report.document.timeline import waterfall
from pyfinger.report.expiry import expiry_lines
from pyfinger.report.lines.log_line import Severity
from pyfinger.report.sanitise import printable


class Conclusion:
    """A report, in the forms that were asked for."""

    def __init__(self, choices: OutputOptions, recorder: ReportBuilder, began: float | None = None) -> None:
        """`began`: when the program was started, in seconds since the epoch, if that is known."""
        self._choices = choices
        self._began = began
        self._recorder = recorder
        self._explain: Callable[[Report], Report] = lambda report: report
        if choices.explain:
            from pyfinger.report.explanation import explained

            self._explain = explained

    def report(self) -> Report:
        """What is known by now, explained if that was asked for."""
        return self._explain(self._recorder.report)

    def write_json(self, out: BinaryIO) -> None:
        """The document, in one piece."""
        _write(out, json_bytes(self.report()))

    def write_timing(self, out: BinaryIO) -> None:
        """Where the time went; with bars on a terminal."""
        report = self._recorder.report
        _write(out, waterfall(report.spans, report.seconds, self._startup(report), bars=out.isatty()))

    def write_explanation(self, out: BinaryIO) -> None:
        """What Postfix would do, and why."""
        from pyfinger.report.explanation import explanation_text

        _write(out, explanation_text(self.report()))

    def write_expiry(self, out: BinaryIO, program: str) -> None:
        """What `--warn-days` found, as lines of the log."""
        for soon, text in expiry_lines(self._recorder.report, self._choices.warn_days or 0.0):
            severity = Severity.WARNING if soon else Severity.INFO
            _write(out, printable(f"{program}: {severity.value}{text}", utf8=False) + b"\n")

    def write_summary(self, out: BinaryIO) -> None:
        """For monitoring."""
        report, choices = self._recorder.report, self._choices
        startup = self._startup(report)
        try:
            if choices.format == "nagios":
                _write(out, nagios_line(report, choices.warn_days, startup))
            else:
                _write(out, openmetrics(report, startup))
        except OSError:
            abandon(out)  # from Python 3.13.5 on, what is left in it would make the status 120
            raise

    def _startup(self, report: Report) -> float | None:
        """Seconds the program needed before the probe began, which are none of the probe's."""
        return None if self._began is None or not report.began else report.began - self._began

    def status(self, status: int) -> int:
        """The probe's own, unless another was asked for."""
        if self._choices.format == "nagios":
            return PLUGIN_STATUS[self._recorder.report.outcome]
        outcome = self._recorder.report.outcome
        if self._choices.check and outcome is not Outcome.UNFINISHED:
            return CHECK_STATUS[outcome]
        return status


def _write(out: BinaryIO, data: bytes) -> None:
    out.write(data)
    out.flush()
