"""Any bytes are printed as a handshake message: the first says which, the second what came before."""

from __future__ import annotations

from pyfinger.demo.certificate_making import make_ca, make_leaf
from pyfinger.report.ssl_trace.message_state import Negotiated
from pyfinger.report.ssl_trace.traced_messages import handshake_text
from pyfinger.tls.codepoints import TLS10, TLS12, TLS13
from pyfinger.wire import opaque, uint

_VERSIONS = (0, TLS10, TLS12, TLS13)
_SUITES = (0xC02F, 0x009E, 0x009D, 0x00A8)
_LEAF = make_leaf("mx.example.test", make_ca("CN=Fuzz")).der

SEEDS: list[bytes] = [
    b"\x02\0" + uint(TLS12, 2) + bytes(32) + b"\0\x13\x01\0" + opaque(b"\0\x2b\0\2\3\4", 2),
    b"\x0b\x03\0" + opaque(opaque(_LEAF, 3) + b"\0\0", 3),
    b"\x0c\x02" + b"\3\0\x1d" + opaque(bytes(32), 1) + b"\x08\x04" + opaque(bytes(64), 2),
    b"\x0d\x02" + opaque(b"\1\x40", 1) + opaque(b"\4\3", 2) + opaque(opaque(b"0\0", 2), 2),
    b"\x04\x03" + bytes(8) + opaque(b"n", 1) + opaque(b"ticket", 2) + b"\0\0",
]


def check(data: bytes) -> None:
    """There is a heading, and a blank line at the end."""
    if len(data) < 2:
        return
    kind, how = data[0], data[1]
    so_far = Negotiated(_VERSIONS[how & 3], _SUITES[how >> 2 & 3], how >> 4 & 3, how >> 6)
    text = handshake_text(bytes([kind]) + opaque(data[2:], 3), so_far, sent=bool(how & 0x80))
    assert text.startswith("    ")
    assert text.endswith("\n\n")
