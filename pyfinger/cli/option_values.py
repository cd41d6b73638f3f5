"""Option values: words to what they mean, in Postfix's words where they mean nothing."""

from __future__ import annotations

import re
from collections.abc import Mapping

from pyfinger.errors import UsageError
from pyfinger.model import Family, Level
from pyfinger.options import LEVEL_WORDS, LOG_WORDS, Effort, Log, Validation
from pyfinger.references import DEFAULT_REFERENCE, REFERENCES, Reference

SEPARATORS = re.compile(r"[, \t\r\n]+")

FORMATS = ("text", "nagios", "openmetrics")  # --format
COLOURS = ("auto", "always", "never")  # --color
FAMILIES: dict[str, Family | None] = {"ipv4": Family.IPV4, "ipv6": Family.IPV6, "any": None}
INSECURE_MX_LEVELS = (Level.MAY, Level.ENCRYPT, Level.DANE)
LOOKUPS = frozenset({"dns", "native"})

MOST_CONNECTIONS = 1000  # --max-connections
LONGEST_PAUSE = 3600  # --pause, seconds

_COUNT = re.compile(r"[0-9]{1,4}")
_NUMBER = re.compile(r"[ \t\n\v\f\r]*([+-]?)0*([0-9]+)")
_LARGEST = 2**31 - 1


def words_of(value: str) -> list[str]:
    """A list's words."""
    return [word for word in SEPARATORS.split(value) if word]


def number(value: str) -> int:
    """A number as C's atoi() reads it: leading digits, else 0; kept to 31 bits."""
    found = _NUMBER.match(value)
    if found is None:
        return 0
    sign, digits = found.groups()
    amount = _LARGEST if len(digits) > len(str(_LARGEST)) else min(_LARGEST, int(digits))
    return -amount if sign == "-" else amount


def time_limit(letter: str, value: str) -> int:
    """A limit in seconds; it has to be positive (posttls-finger panics otherwise)."""
    seconds = number(value)
    if seconds <= 0:
        raise UsageError(f"bad '-{letter}' option value: {value}")
    return seconds


def effort(most: str, pause: str) -> Effort:
    """What `--max-connections` and `--pause` say; `UsageError`."""
    if not _COUNT.fullmatch(most) or not 1 <= int(most) <= MOST_CONNECTIONS:
        raise UsageError(f"bad '--max-connections' option value: {most} (1 to {MOST_CONNECTIONS})")
    try:
        seconds = float(pause)
    except ValueError:
        seconds = -1.0
    if not 0 <= seconds <= LONGEST_PAUSE:
        raise UsageError(f"bad '--pause' option value: {pause} (seconds, 0 to {LONGEST_PAUSE})")
    return Effort(int(most), seconds)


def family(value: str) -> Family | None:
    """The address family of `-a`; None is any."""
    if value.lower() not in FAMILIES:
        raise UsageError(f"bad '-a' option value: {value}")
    return FAMILIES[value.lower()]


def level(value: str) -> Level:
    """The security level of `-l`."""
    found = LEVEL_WORDS.get(value.lower())
    if found is None:
        raise UsageError(f'Invalid TLS level "{value}"')
    return found


def insecure_mx_level(value: str) -> Level:
    """The security level of `-M`."""
    found = LEVEL_WORDS.get(value.lower())
    if found not in INSECURE_MX_LEVELS:
        raise UsageError(f"bad '-M' option value: {value}")
    return found


def lookups(value: str) -> frozenset[str]:
    """The lookup methods of `-h`."""
    for word in words_of(value):
        if word not in LOOKUPS:
            raise UsageError(f'unknown -h option value "{word}" in "{value}"')
    return frozenset(words_of(value))


def validation(value: str) -> Validation:
    """Whom `--dnssec` believes."""
    words = [who.value for who in Validation]
    if value.lower() not in words:
        raise UsageError(f"bad '--dnssec' option value: {value} (one of: {', '.join(words)})")
    return Validation(value.lower())


def like(value: str) -> Reference:
    """The release that `--like` names."""
    if value not in REFERENCES:
        raise UsageError(f"bad '--like' option value: {value} (one of: {', '.join(REFERENCES)})")
    return REFERENCES[value]


def log_words(reference: Reference) -> Mapping[str, Log]:
    """The words of `-L` that a release knows."""
    if reference.trace_file:
        return LOG_WORDS
    return {word: flags for word, flags in LOG_WORDS.items() if flags is not Log.TRACE}


def log_mask(value: str, reference: Reference = DEFAULT_REFERENCE) -> Log | str:
    """The flags of `-L`; the first unknown word, if there is one, makes them void."""
    mask, known = Log.NONE, log_words(reference)
    for word in words_of(value):
        flags = known.get(word.lower())
        if flags is None:
            return word
        mask |= flags
    return mask
