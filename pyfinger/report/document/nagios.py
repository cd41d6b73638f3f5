"""A report as monitoring plugins print it: status, one line, performance data.

Monitoring Plugins Development Guidelines, "Plugin Output" and "Performance data".
"""

from __future__ import annotations

from pyfinger.report.document.model import Report
from pyfinger.report.document.status import PLUGIN_STATUS
from pyfinger.report.sanitise import printable

_WORDS = ("OK", "WARNING", "CRITICAL", "UNKNOWN")


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
    return data
