"""A report as one JSON document (docs/schema/report-1.json)."""

from __future__ import annotations

import json
from typing import Any

from pyfinger import __version__
from pyfinger.report.document.model import Report
from pyfinger.report.encoding import codec

SCHEMA = "pyfinger-report/1"


def document(report: Report) -> dict[str, Any]:
    """The report as plain values, as `json` takes them."""
    return {"schema": SCHEMA, "version": __version__, **codec(Report).write(report)}


def json_bytes(report: Report) -> bytes:
    """The document, indented, in ASCII, with a newline at its end."""
    return json.dumps(document(report), indent=2).encode("ascii") + b"\n"
