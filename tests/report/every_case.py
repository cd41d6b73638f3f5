"""The examples of all events, those about options that are rarely used included."""

from __future__ import annotations

from tests.report.cases import CASES
from tests.report.dnssec_cases import DNSSEC
from tests.report.given_cases import GIVEN
from tests.report.tolerance_cases import TOLERANCE

EVERY_CASE = [*CASES, *DNSSEC, *GIVEN, *TOLERANCE]
