"""Records and messages of TLS, as bytes, and what is said of bad ones."""

from __future__ import annotations

from pyfinger.wire import opaque, uint
from tests.tls.server import Rewrite

SERVER_HELLO, TICKET, ENCRYPTED_EXTENSIONS, CERTIFICATE, KEY_EXCHANGE = 2, 4, 8, 11, 12
COMPRESSED_CERTIFICATE = 25
HELLO_RETRY = "cf21ad74e59a6111be1d8c021e65b891c2a211167abb8c5e079e09e2c8a8339c"  # RFC 8446 section 4.1.3

UNPROVED = ("-l", "may")  # options


def problem(reason: str) -> str:
    """The line about a failure of TLS, as a regular expression."""
    return f"^warning: TLS library problem: error:0A.*:SSL routines::{reason}:"


def record(kind: int, content: bytes, version: int = 0x0303) -> bytes:
    """A record in clear."""
    return bytes([kind]) + uint(version, 2) + opaque(content, 2)


def message(kind: int, body: bytes) -> bytes:
    """A handshake message."""
    return bytes([kind]) + opaque(body, 3)


HELLO_REQUEST = message(0, b"")


def instead(body: bytes, kind: int, *kinds: int) -> Rewrite:
    """This message for those of some kinds, by default its own."""
    return lambda whole: message(kind, body) if whole[0] in (kinds or (kind,)) else whole
