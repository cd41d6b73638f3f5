"""When certificates end, in words: what `--warn-days` found, and what `-C` shows of dates.

expires in 9 days          expired 1427 days ago          cannot be read
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

from pyfinger.model import CertificateFacts
from pyfinger.report.document.model import DAY, Report
from pyfinger.report.document.proofs import first_ends

_UNREADABLE = "cannot be read"
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def expiry(not_after: int | None, now: float) -> str:
    """Whether a certificate has expired, and when; both times in seconds since the epoch."""
    if not_after is None:
        return f"has a notAfter that {_UNREADABLE}"
    days = (not_after - now) / DAY
    return f"expired {_days(-days)} ago" if days < 0 else f"expires in {_days(days)}"


def expiry_lines(report: Report, warn_days: float) -> list[tuple[bool, str]]:
    """For each server the certificate it showed that ends first, with whether that is to be warned of."""
    now = report.began + report.seconds
    found: dict[str, tuple[bool, str]] = {}
    for session in report.sessions:
        if session.tls is None or not session.tls.certificates:
            continue
        position, first = min(enumerate(session.tls.certificates), key=lambda pair: _ends(pair[1]))
        soon = (_ends(first) - now) / DAY < warn_days
        text = f"{session.peer}: certificate {position} ({first.subject}) {expiry(first.not_after, now)}"
        found.setdefault(str(session.peer), (soon, text))
    return [*found.values(), *_zone_lines(report, now, warn_days)]


def _zone_lines(report: Report, now: float, warn_days: float) -> Iterator[tuple[bool, str]]:
    """The same for zones and their signatures, where validation is our own."""
    for zone, (step, signature) in first_ends(report.lookups).items():
        days = (signature.expiration - now) / DAY
        soon = signature.ends_soon(now, warn_days * DAY)
        yield soon, f"zone {zone}: signatures end in {_days(days)}, those of {step.owner} {step.rdtype} first"


def date_lines(certificate: CertificateFacts, now: float) -> list[str]:
    """Dates and names of a certificate, below its PEM form."""
    ends = certificate.not_after
    left = "" if ends is None else f" ({expiry(ends, now)})"
    return [
        f"   not before: {rfc3339(certificate.not_before)}",
        f"   not after: {rfc3339(ends)}{left}",
        f"   names: {', '.join(certificate.names) or 'none'}",
    ]


def _ends(certificate: CertificateFacts) -> float:
    """What cannot be read may be over."""
    return float("-inf") if certificate.not_after is None else certificate.not_after


def _days(days: float) -> str:
    whole = int(days)
    return "1 day" if whole == 1 else f"{whole} days" if whole else "less than a day"


def rfc3339(seconds: int | None) -> str:
    """As RFC 3339 has it; years beyond 9999 cannot be written so, nor in a certificate."""
    if seconds is None:
        return _UNREADABLE
    return f"{_EPOCH + timedelta(seconds=seconds):%Y-%m-%dT%H:%M:%SZ}"
