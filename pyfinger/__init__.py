"""Probe the TLS of mail servers: what posttls-finger(1) does, in pure Python, without OpenSSL.

    report = pyfinger.probe("example.com")

What stands in `__all__` is the library, see docs/library.md; it is loaded when
first used.  Everything else may change from one version to the next.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pyfinger.api import ProbeOptions, probe, probe_async
    from pyfinger.check.library import CheckOptions, check, check_async
    from pyfinger.check.report_model import CheckReport, CheckVerdict, KeyAlgorithm
    from pyfinger.errors import PyfingerError, UsageError
    from pyfinger.events import Event
    from pyfinger.model import Level
    from pyfinger.report.document import Outcome, Report
    from pyfinger.report.explanation import explain

__version__ = "0.1.0"

__all__ = [
    "CheckOptions",
    "CheckReport",
    "CheckVerdict",
    "Event",
    "KeyAlgorithm",
    "Level",
    "Outcome",
    "ProbeOptions",
    "PyfingerError",
    "Report",
    "UsageError",
    "__version__",
    "check",
    "check_async",
    "explain",
    "probe",
    "probe_async",
]

_HOMES = {
    "CheckOptions": "pyfinger.check.library",
    "CheckReport": "pyfinger.check.report_model",
    "CheckVerdict": "pyfinger.check.report_model",
    "KeyAlgorithm": "pyfinger.check.report_model",
    "check_async": "pyfinger.check.library",
    "Event": "pyfinger.events",
    "Level": "pyfinger.model",
    "Outcome": "pyfinger.report.document",
    "ProbeOptions": "pyfinger.api",
    "PyfingerError": "pyfinger.errors",
    "Report": "pyfinger.report.document",
    "UsageError": "pyfinger.errors",
    "explain": "pyfinger.report.explanation",
    "probe": "pyfinger.api",
    "probe_async": "pyfinger.api",
}


def __getattr__(name: str) -> object:
    """A public name that was not needed before (PEP 562)."""
    if name == "check":  # the package, which can be called: importing it makes it an attribute of this one
        return import_module("pyfinger.check")
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value: object = getattr(import_module(_HOMES[name]), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
