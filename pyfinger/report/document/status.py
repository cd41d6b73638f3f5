"""Exit statuses that follow the verdict: of `--check`, and of monitoring plugins."""

from __future__ import annotations

from collections.abc import Mapping

from pyfinger.report.document.model import Outcome

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
