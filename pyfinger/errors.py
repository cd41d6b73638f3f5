"""Every error pyfinger raises, named after the guilty party.

`UsageError`   the caller: a bad option, an unreadable file.
`PeerError`    the other side: a server, a resolver, or the network.
Anything else that escapes a public function is a bug of ours.

Ordinary answers (no such domain, no match, expired) are values, not errors.
"""

from __future__ import annotations

from enum import Enum
from typing import NamedTuple


class PyfingerError(Exception):
    """The root: catch this to catch all that pyfinger raises on purpose."""


class UsageError(PyfingerError):
    """The caller asked for something that cannot be done.

    The text is one line and becomes the command's `fatal:` line.
    """


class SyntaxProblem(UsageError):
    """The command line itself is malformed; the usage text is owed.

    The text is getopt's complaint, or empty when only a destination is missing.
    """


class PeerError(PyfingerError):
    """The other side misbehaved or went away; ends one step of the probe."""


class LibraryError(NamedTuple):
    """One entry of OpenSSL's error queue: its number, its words, and what it is about."""

    code: int
    reason: str
    data: str = ""


class DecodeError(PeerError):
    """Bytes from outside do not have the form their protocol prescribes.

    `what` names the field, `offset` is where in the message reading stopped;
    `queue` is what OpenSSL has to say of it, oldest first, if that is known.
    """

    def __init__(self, what: str, offset: int = 0, queue: tuple[LibraryError, ...] = ()) -> None:
        super().__init__(f"{what} at byte {offset}")
        self.what = what
        self.offset = offset
        self.queue = queue


class CredentialFault(Enum):
    """How far reading got of a certificate or raw public key."""

    UNDECODABLE = "does not decode"
    EXCESS = "has octets behind it"
    UNUSABLE_KEY = "has a key that cannot be used"


class CredentialError(DecodeError):
    """What a server showed of itself cannot be read.

    `place` counts the certificates as sent from 0, the server's own; None is a
    raw public key.  `reason` is in our words.
    """

    def __init__(self, fault: CredentialFault, place: int | None, cause: DecodeError | None = None) -> None:
        self.fault = fault
        self.place = place
        self.reason = fault.value if cause is None else cause.what
        what = "raw public key" if place is None else f"certificate {place}"
        super().__init__(f"{what}: {self.reason}", cause.offset if cause else 0, cause.queue if cause else ())


class KeyUnusable(PeerError):
    """A key of the peer's that nothing can be computed with; `queue` as in `DecodeError`."""

    def __init__(self, *queue: LibraryError) -> None:
        super().__init__(queue[0].reason)
        self.queue = queue


class TransportError(PeerError):
    """The connection cannot be used any more; `str()` is the log's word for it."""


class TimedOut(TransportError):
    """The deadline of a step passed."""

    def __init__(self) -> None:
        super().__init__("timeout")


class OutOfTime(PyfingerError):
    """The limit of a whole probe passed, which is left unfinished; nobody is guilty."""


class LostConnection(TransportError):
    """End of file, or an operating system error.

    `code` is the errno value, 0 for a plain end of file.
    """

    def __init__(self, code: int = 0) -> None:
        super().__init__("lost connection")
        self.code = code
