"""What the commands read and say: files, moments, numbers; one clear line for a mistake."""

from __future__ import annotations

import argparse
import os
import re
import stat
import sys
from datetime import UTC, datetime

from pyfinger.decimals import decimal
from pyfinger.errors import UsageError
from pyfinger.report.sanitise import plain
from pyfinger.tlsa.material import MAX_FILE, Material, read_material

LATEST = 253402300799  # the end of the year 9999
MOST_SECONDS = 2**31 - 1  # a TTL, RFC 2181 section 8

_DURATION = re.compile(r"(?:[0-9]{1,10}[smhdw]?)+")
_PART = re.compile(r"([0-9]{1,10})([smhdw]?)")
_SECONDS = {"": 1, "s": 1, "m": 60, "h": 3600, "d": 86400, "w": 7 * 86400}


class BadArguments(UsageError):
    """A command line that cannot be carried out, whatever is in its files."""


def read_file(file: str, limit: int = MAX_FILE) -> bytes:
    """A regular file or standard input (`-`), up to one octet more than may be."""
    try:
        if not file:
            raise UsageError("no file name")
        if file == "-":
            return sys.stdin.buffer.read(limit + 1)
        with open(os.open(file, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC), "rb") as opened:
            if not stat.S_ISREG(os.fstat(opened.fileno()).st_mode):
                raise UsageError("not a regular file")
            return opened.read(limit + 1)
    except OSError as error:
        raise UsageError(error.strerror or str(error)) from error


def material_of(file: str) -> tuple[Material, ...]:
    """Certificates and keys of a file; `UsageError` names it."""
    try:
        return read_material(read_file(file))
    except UsageError as error:
        raise UsageError(f"{file}: {error}") from error


def port_number(text: str) -> int:
    """A port that somebody can listen on."""
    number = decimal(text, 0xFFFF, least=1)
    if number is None:
        raise argparse.ArgumentTypeError(f"no port: {text}")
    return number


def seconds(text: str) -> int:
    """A TTL or another time span, in seconds or as `1h30m`."""
    lower = text.lower()
    if text.isascii() and _DURATION.fullmatch(lower):
        found = sum(int(number) * _SECONDS[unit] for number, unit in _PART.findall(lower))
        if found <= MOST_SECONDS:
            return found
    raise argparse.ArgumentTypeError(f"no number of seconds: {text}")


def moment(text: str) -> float:
    """A moment in ISO 8601, UTC unless it says otherwise; seconds since the epoch."""
    try:
        found = datetime.fromisoformat(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(f"no date or time: {text}") from error
    return moment_of(found)


def moment_of(found: datetime) -> float:
    """The same of what has been read."""
    at = (found if found.tzinfo else found.replace(tzinfo=UTC)).timestamp()
    if not 0 <= at <= LATEST:
        raise argparse.ArgumentTypeError(f"not from 1970 to 9999: {found.isoformat()}")
    return at


def date_at(at: float) -> datetime:
    """A moment as a date; what is later than all dates is the last one."""
    return datetime.fromtimestamp(min(at, LATEST), UTC)


def say(text: str) -> None:
    """One line to standard error."""
    print(plain(text), file=sys.stderr)
