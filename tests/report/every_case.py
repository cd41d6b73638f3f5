"""The examples of all events, those about validation of our own included."""

from __future__ import annotations

from tests.report.cases import CASES
from tests.report.dnssec_cases import DNSSEC

EVERY_CASE = [*CASES, *DNSSEC]
