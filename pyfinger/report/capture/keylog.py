"""TLS secrets as an NSS key log, which wireshark and others decrypt with.

    LABEL CLIENT_RANDOM SECRET

in hexadecimal, one line for each secret, written and flushed when it is known
(draft-ietf-tls-keylogfile).  Whoever has them can read the session, and nothing
else: they are no keys of the server's or ours.
"""

from __future__ import annotations

from typing import BinaryIO

from pyfinger import __version__
from pyfinger.events import Event, ProbeEnded, SecretDerived


class KeyLog:
    """Writes the secrets of all sessions to `out`; give it every event, in order.

    What `out` raises is not caught.
    """

    def __init__(self, out: BinaryIO) -> None:
        self._out = out
        self._begun = False

    def __call__(self, event: Event) -> None:
        """Write the event's line, if it has one; a probe without secrets leaves an empty log."""
        if isinstance(event, SecretDerived):
            self._write(key_log_line(event))
        elif isinstance(event, ProbeEnded):
            self._write(b"")

    def _write(self, line: bytes) -> None:
        if not self._begun:
            self._begun = True
            line = f"# TLS secrets, by pyfinger {__version__}\n".encode() + line
        if line:
            self._out.write(line)
            self._out.flush()


def key_log_line(event: SecretDerived) -> bytes:
    """One secret as a line."""
    return f"{event.label} {event.client_random.hex()} {event.secret.hex()}\n".encode()
