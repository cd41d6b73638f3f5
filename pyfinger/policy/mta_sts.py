"""MTA-STS: the policy file, and which MX hosts it allows (RFC 8461 sections 3.2, 3.3 and 4.1).

    read_response(status, type, body)     https://mta-sts.DOMAIN/.well-known/mta-sts.txt
    read_policy(body)                     the same without HTTP
    policy.allows("mx.example.com")

The grammar is taken by its word.  Any bytes at all give a reading, with a policy or
with the reason why there is none; a sender that finds a reason has to go on as
if there were no policy (section 3.3), or with the one it had.

What the text leaves open is decided so: of a field that may stand only once the first
counts, and the later ones need only look like fields; a wrong `mx` makes the
whole policy invalid; a media type other than text/plain, and more than 64 kB, are
refused, which a sender SHOULD and MAY do.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from enum import Enum

from pyfinger.policy.txt import EXTENSION_NAME, WSP, shown
from pyfinger.resolve.idn import to_ascii
from pyfinger.values import State, Value, field

MAX_AGE = 31_557_600  # seconds, a year (section 3.2)
MAX_POLICY = 64 * 1024  # octets (section 3.3)
MEDIA_TYPE = "text/plain"

_AGE = re.compile(rb"[0-9]{1,10}")
_CONTROL = re.compile(r"[\x00-\x1f\x7f]")
_LABEL = r"[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?"
_MX = re.compile(rf"(?:\*\.)?{_LABEL}(?:\.{_LABEL})*")  # ["*."] Domain of RFC 5321 section 4.1.2


def policy_host(domain: str) -> str:
    """Where a domain's policy is; its name is in A-labels."""
    return f"mta-sts.{domain.rstrip('.')}"


class StsMode(Enum):
    """What is to be done with a server that the policy does not allow."""

    ENFORCE = "enforce"
    TESTING = "testing"
    NONE = "none"


class PolicyFault(Enum):
    """Why an answer is no policy."""

    STATUS = "only status 200 makes a policy"
    REDIRECT = "redirects are not followed"
    MEDIA_TYPE = "the media type is not text/plain"
    TOO_LARGE = "larger than 64 kB"
    EMPTY_LINE = "an empty line"
    NO_COLON = "a line without a colon"
    FIELD_NAME = "a field name is 1 to 32 letters, digits, '_', '-' and '.', a letter or digit first"
    FIELD_VALUE = "a value has at least one character, is UTF-8, and has no control characters"
    VERSION = "the version is not STSv1"
    MODE = "the mode is not enforce, testing or none"
    AGE = "max_age is not 1 to 10 digits"
    AGE_TOO_LONG = "max_age is more than 31557600 seconds"
    MX = "an mx is not a domain name, or '*.' and a domain name"
    VERSION_MISSING = "the version is missing"
    MODE_MISSING = "the mode is missing"
    AGE_MISSING = "max_age is missing"
    MX_MISSING = "there is no mx, and the mode is not none"

    @property
    def section(self) -> str:
        """Where that is written."""
        return "RFC 8461 section 3.3" if self in _OF_HTTP else "RFC 8461 section 3.2"


_OF_HTTP = (PolicyFault.STATUS, PolicyFault.REDIRECT, PolicyFault.TOO_LARGE)


class PolicyProblem(Value):
    """What is wrong: `line` counts from 1, 0 is the whole; `text` is quoted, censored and shortened."""

    fault: PolicyFault
    line: int = 0
    text: str = ""


class StsPolicy(Value):
    """A policy; `mx` are patterns as written."""

    mode: StsMode
    mx: tuple[str, ...]
    max_age: int  # seconds
    extensions: tuple[tuple[str, str], ...] = ()
    repeated: tuple[str, ...] = ()  # fields that come again, which does not count

    @property
    def text(self) -> str:
        """The policy in its plainest form, without what nobody has to know."""
        names = "".join(f"mx: {pattern}\r\n" for pattern in self.mx)
        return f"version: STSv1\r\nmode: {self.mode.value}\r\n{names}max_age: {self.max_age}\r\n"

    def allows(self, host: str) -> str | None:
        """The pattern that an MX host's name matches (section 4.1), the first of several."""
        return next((pattern for pattern in self.mx if pattern_matches(pattern, host)), None)


class PolicyReading(Value):
    """A policy, or the reason why there is none."""

    policy: StsPolicy | None
    problem: PolicyProblem | None = None


class _Draft(State):
    """What is known of a policy while it is read."""

    found: dict[str, object] = field(default_factory=dict)  # of the fields that may stand once
    mx: list[str] = field(default_factory=list)
    extensions: list[tuple[str, str]] = field(default_factory=list)
    repeated: list[str] = field(default_factory=list)

    def take(self, name: str, value: bytes) -> PolicyFault | None:
        """One field; what is wrong with it, if anything."""
        again = name in self.found
        read = (_extension if again else _READERS.get(name, _extension))(value)
        if isinstance(read, PolicyFault):
            return read
        if again:
            self.repeated.append(name)
        elif name == "mx":
            self.mx.append(str(read))
        elif name in _READERS:
            self.found[name] = read
        else:
            self.extensions.append((name, str(read)))
        return None

    def finished(self) -> StsPolicy | PolicyFault:
        """The policy, if nothing is missing."""
        mode, age = self.found.get("mode"), self.found.get("max_age")
        if "version" not in self.found:
            return PolicyFault.VERSION_MISSING
        if not isinstance(mode, StsMode):
            return PolicyFault.MODE_MISSING
        if not isinstance(age, int):
            return PolicyFault.AGE_MISSING
        if not self.mx and mode is not StsMode.NONE:
            return PolicyFault.MX_MISSING
        return StsPolicy(mode, tuple(self.mx), age, tuple(self.extensions), tuple(self.repeated))


def _version(value: bytes) -> str | PolicyFault:
    return "STSv1" if value == b"STSv1" else PolicyFault.VERSION


def _mode(value: bytes) -> StsMode | PolicyFault:
    return next((mode for mode in StsMode if mode.value.encode() == value), PolicyFault.MODE)


def _age(value: bytes) -> int | PolicyFault:
    if not _AGE.fullmatch(value):
        return PolicyFault.AGE
    return int(value) if int(value) <= MAX_AGE else PolicyFault.AGE_TOO_LONG


def _pattern(value: bytes) -> str | PolicyFault:
    text = value.decode("latin-1")
    return text if _MX.fullmatch(text) else PolicyFault.MX


def _extension(value: bytes) -> str | PolicyFault:
    try:
        text = value.decode("utf-8")
    except UnicodeDecodeError:
        return PolicyFault.FIELD_VALUE
    return text if text and not _CONTROL.search(text) else PolicyFault.FIELD_VALUE


_READERS: Mapping[str, Callable[[bytes], object]] = {
    "version": _version,
    "mode": _mode,
    "max_age": _age,
    "mx": _pattern,
}


def read_response(status: int, content_type: str | None, body: bytes) -> PolicyReading:
    """What an HTTP response comes to (section 3.3); `content_type` None: it has no such header."""
    if status != 200:
        fault = PolicyFault.REDIRECT if 300 <= status <= 399 and status != 304 else PolicyFault.STATUS
        return _refused(fault, 0, str(status).encode())
    if media_type(content_type) != MEDIA_TYPE:
        return _refused(PolicyFault.MEDIA_TYPE, 0, (content_type or "").encode("latin-1", "replace"))
    return read_policy(body)


def media_type(content_type: str | None) -> str:
    """Type and subtype of a Content-Type, in small letters, without parameters (RFC 9110 section 8.3.1)."""
    return (content_type or "").partition(";")[0].strip(" \t").lower()


def read_policy(body: bytes) -> PolicyReading:
    """What a policy file says."""
    if len(body) > MAX_POLICY:
        return _refused(PolicyFault.TOO_LARGE, 0, str(len(body)).encode())
    lines = body.split(b"\n")
    if len(lines) > 1 and not lines[-1]:
        lines.pop()  # the last line end is optional
    draft = _Draft()
    for number, line in enumerate(lines, start=1):
        text = line.removesuffix(b"\r")
        if fault := _read_line(text, draft):
            return _refused(fault, number, text)
    found = draft.finished()
    return _refused(found, 0, b"") if isinstance(found, PolicyFault) else PolicyReading(found)


def _read_line(line: bytes, draft: _Draft) -> PolicyFault | None:
    name, colon, value = line.partition(b":")
    if not line.strip(WSP):
        return PolicyFault.EMPTY_LINE
    if not colon:
        return PolicyFault.NO_COLON
    if not EXTENSION_NAME.fullmatch(name):
        return PolicyFault.FIELD_NAME
    return draft.take(name.decode(), value.strip(WSP))


def _refused(fault: PolicyFault, line: int, text: bytes) -> PolicyReading:
    return PolicyReading(None, PolicyProblem(fault, line, shown(text)))


def pattern_matches(pattern: str, host: str) -> bool:
    """Whether a host's name matches an `mx` pattern (section 4.1): `*` is exactly one label.

    What is no pattern matches nothing.  A dot at the end of the host's name is only
    notation, and an internationalised name is compared as A-labels (RFC 6125 section 6.4.2).
    """
    if not _MX.fullmatch(pattern):
        return False
    name = (host if host.isascii() else to_ascii(host).ascii).lower().removesuffix(".")
    wanted = pattern.lower()
    if not wanted.startswith("*."):
        return name == wanted
    label, _, parent = name.partition(".")
    return bool(label) and parent == wanted[2:]
