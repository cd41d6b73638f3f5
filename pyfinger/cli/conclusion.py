"""What is written, and returned, when the probe is over."""

from __future__ import annotations

from typing import BinaryIO

from pyfinger.cli.choices import Choices
from pyfinger.report.document import Recorder
from pyfinger.report.document.asjson import json_bytes
from pyfinger.report.document.nagios import nagios_line
from pyfinger.report.document.openmetrics import openmetrics
from pyfinger.report.document.status import CHECK_STATUS, PLUGIN_STATUS
from pyfinger.report.document.waterfall import waterfall


class Conclusion:
    """A report, in the forms that were asked for."""

    def __init__(self, choices: Choices, recorder: Recorder) -> None:
        self._choices = choices
        self._recorder = recorder

    def write_json(self, out: BinaryIO) -> None:
        """The document, in one piece."""
        _write(out, json_bytes(self._recorder.report))

    def write_timing(self, out: BinaryIO) -> None:
        """Where the time went; with bars on a terminal."""
        report = self._recorder.report
        _write(out, waterfall(report.spans, report.seconds, bars=out.isatty()))

    def write_summary(self, out: BinaryIO) -> None:
        """For monitoring."""
        report, choices = self._recorder.report, self._choices
        line = nagios_line(report, choices.warn_days) if choices.format == "nagios" else openmetrics(report)
        _write(out, line)

    def status(self, status: int) -> int:
        """The probe's own, unless another was asked for."""
        if self._choices.format == "nagios":
            return PLUGIN_STATUS[self._recorder.report.outcome]
        if self._choices.check:
            return CHECK_STATUS[self._recorder.report.outcome]
        return status


def _write(out: BinaryIO, data: bytes) -> None:
    out.write(data)
    out.flush()
