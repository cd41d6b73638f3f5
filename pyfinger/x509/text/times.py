"""Moments as OpenSSL prints them: `Nov 28 18:00:00 2026 GMT`."""

from __future__ import annotations

from pyfinger.x509 import der
from pyfinger.x509.certificate import Instant

MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


def moment_text(instant: Instant) -> str:
    """`Nov 28 18:00:00 2026 GMT` (ossl_asn1_time_print_ex())."""
    seconds = instant.readable
    if seconds is None:
        return "Bad time value"
    days, rest = divmod(seconds, 86400)
    year, month, day = date(days)
    clock = f"{rest // 3600:02}:{rest // 60 % 60:02}:{rest % 60:02}"
    return f"{MONTHS[month - 1]} {day:2} {clock}{_fraction(instant)} {year} GMT"


def _fraction(instant: Instant) -> str:
    """The fraction of a second that a GeneralizedTime may have, as it stands."""
    if instant.tag != der.GENERALIZED_TIME or instant.text[14:15] != b".":
        return ""
    digits = instant.text[15:]
    return f".{digits[: len(digits) - len(digits.lstrip(b'0123456789'))].decode('ascii')}"


def date(days: int) -> tuple[int, int, int]:
    """A day of the Gregorian calendar, counted from 1970-01-01, as year, month and day."""
    shifted = days + 719468  # from 0000-03-01
    era, of_era = divmod(shifted, 146097)
    year = (of_era - of_era // 1460 + of_era // 36524 - of_era // 146096) // 365
    of_year = of_era - (365 * year + year // 4 - year // 100)
    month = (5 * of_year + 2) // 153
    day = of_year - (153 * month + 2) // 5 + 1
    month = month + 3 if month < 10 else month - 9
    return year + era * 400 + (month <= 2), month, day
