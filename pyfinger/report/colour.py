"""Colours of the log for somebody at a terminal: verdicts and errors; the text itself stays as it is.

https://no-color.org: with NO_COLOR in the environment, none.
"""

from __future__ import annotations

from collections.abc import Mapping

from pyfinger.events import (
    AddressSkipped,
    AuthorityMatched,
    ConnectFailed,
    DialogueBroken,
    Event,
    HandshakeFailed,
    PeernameMatched,
    ReplyRefused,
    RouteFailed,
    ServerAnonymous,
    TlsEstablished,
    UntrustedReused,
    VerificationFailed,
)
from pyfinger.model import Trust
from pyfinger.report.lines.table import Severity

RED, GREEN, YELLOW = b"\x1b[31m", b"\x1b[32m", b"\x1b[33m"  # ECMA-48, SELECT GRAPHIC RENDITION
RESET = b"\x1b[0m"

_OF_SEVERITY: Mapping[Severity, bytes] = {
    Severity.WARNING: YELLOW,
    Severity.ERROR: RED,
    Severity.FATAL: RED,
}
_OF_TRUST: Mapping[Trust, bytes] = {
    Trust.VERIFIED: GREEN,
    Trust.TRUSTED: b"",  # by its chain, perhaps under another name
    Trust.UNTRUSTED: RED,
    Trust.ANONYMOUS: YELLOW,
}
_OF_EVENT: Mapping[type[Event], bytes] = {
    AuthorityMatched: GREEN,
    PeernameMatched: GREEN,
    ServerAnonymous: YELLOW,
    VerificationFailed: RED,
    UntrustedReused: RED,
    HandshakeFailed: RED,
    ConnectFailed: RED,
    AddressSkipped: RED,
    RouteFailed: RED,
    ReplyRefused: RED,
    DialogueBroken: RED,
}


def colour(event: Event, severity: Severity) -> bytes:
    """What switches to the colour of an event's line; empty for the ordinary one."""
    if severity in _OF_SEVERITY:
        return _OF_SEVERITY[severity]
    if isinstance(event, TlsEstablished):
        return _OF_TRUST[event.trust]
    return _OF_EVENT.get(type(event), b"")


def is_wanted(when: str, environment: Mapping[str, str], *, interactive: bool) -> bool:
    """Whether to use colour; `when` is `auto`, `always` or `never`.

    `interactive`: somebody is there to see it.  A log into a terminal is not
    enough, as programs that read logs often make the writer believe in one.
    """
    if when == "auto":
        return interactive and not environment.get("NO_COLOR") and environment.get("TERM") != "dumb"
    return when == "always"
