"""Times of certificates: UTCTime and GeneralizedTime.

OpenSSL reads them in two ways: to verify, only in the form of RFC 5280 section
4.1.2.5 (`Instant.epoch`); to show, in any form of X.680 with a time zone
(`Instant.readable`).  It decodes still others, which nobody can read.
"""

from __future__ import annotations

import re

from pyfinger.values import Value
from pyfinger.x509 import der

_DAYS_BEFORE = (0, 31, 59, 90, 120, 151, 181, 212, 243, 273, 304, 334)
_MONTH_DAYS = (31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)
_ZONE = rb"(?:Z|([+-])([0-9]{2})([0-9]{2}))\Z"
_FORMS = {
    der.UTC_TIME: re.compile(rb"([0-9]{2})" + rb"([0-9]{2})" * 4 + rb"(?:([0-9]{2}))?" + _ZONE),
    der.GENERALIZED_TIME: re.compile(
        rb"([0-9]{4})" + rb"([0-9]{2})" * 4 + rb"(?:([0-9]{2})(?:\.[0-9]+)?)?" + _ZONE
    ),
}
_SHORTEST = {der.UTC_TIME: 13, der.GENERALIZED_TIME: 15}
_MOST_HOURS_AWAY = 12
_YEARS = 10000


class Instant(Value):
    """A Time as written: its ASN.1 type and its content."""

    tag: int
    text: bytes

    @property
    def epoch(self) -> int | None:
        """Seconds since 1970-01-01 UTC; None unless in the form that RFC 5280 demands."""
        size = _SHORTEST[self.tag]
        strict = len(self.text) == size and self.text[-1:] == b"Z" and self.text[:-1].isdigit()
        return self.readable if strict else None

    @property
    def readable(self) -> int | None:
        """The same in all forms that ASN1_TIME_to_tm reads."""
        found = _FORMS[self.tag].match(self.text)
        if found is None or len(self.text) < _SHORTEST[self.tag]:
            return None
        year, month, day, hour, minute, second = (int(part or 0) for part in found.groups()[:6])
        if self.tag == der.UTC_TIME:
            year += 1900 if year >= 50 else 2000
        leap = year % 4 == 0 and (year % 100 != 0 or year % 400 == 0)
        if not (1 <= month <= 12 and hour < 24 and minute < 60 and second < 60):
            return None
        if not 1 <= day <= _MONTH_DAYS[month - 1] + (leap and month == 2):
            return None
        days = _days_to(year) + _DAYS_BEFORE[month - 1] + (leap and month > 2) + day - 1
        away = _zone(*found.groups()[6:])
        if away is None:
            return None
        moment = ((days * 24 + hour) * 60 + minute) * 60 + second - away
        return moment if _days_to(0) <= moment // 86400 < _days_to(_YEARS) else None


def _days_to(year: int) -> int:
    """Days from 1970-01-01 to the first of that year."""
    before = year - 1
    return 365 * before + before // 4 - before // 100 + before // 400 - 719162


def _zone(sign: bytes | None, hours: bytes | None, minutes: bytes | None) -> int | None:
    """Seconds ahead of UTC; None if nobody is that far."""
    if sign is None or hours is None or minutes is None:
        return 0
    if int(hours) > _MOST_HOURS_AWAY or int(minutes) > 59:
        return None
    away = int(hours) * 3600 + int(minutes) * 60
    return away if sign == b"+" else -away
