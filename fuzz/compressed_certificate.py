"""Any Certificate, compressed or not, gives what the server shows, or is refused; never more than is allowed.

Decompressing gives exactly as many bytes as were announced.
"""

from __future__ import annotations

import zlib

from fuzz._bytes import Choices
from fuzz._recorded import zstd_compressed
from pyfinger.errors import DecodeError
from pyfinger.tls.certificate_messages import parse_compressed
from pyfinger.tls.codepoints import TLS12, TLS13, HandshakeType
from pyfinger.tls.handshake_failures import TlsFailure
from pyfinger.tls.messages import message
from pyfinger.tls.record import MAX_CERTIFICATES
from pyfinger.tls.server_certificate import read_credential
from pyfinger.wire import opaque, uint

_CERTIFICATE = bytes(range(256)) * 2
_BODY = b"\0" + opaque(opaque(_CERTIFICATE, 3) + b"\0\0", 3)


def _zlib(body: bytes, size: int) -> bytes:
    return message(
        HandshakeType.COMPRESSED_CERTIFICATE, uint(1, 2) + uint(size, 3) + opaque(zlib.compress(body), 3)
    )


SEEDS: list[bytes] = [
    b"\0" + _zlib(_BODY, len(_BODY)),
    b"\0" + _zlib(_BODY, len(_BODY) - 1),
    b"\0" + _zlib(bytes(1 << 20), 0xFFFFFF),
    b"\0" + _zlib(bytes(1 << 18), MAX_CERTIFICATES),
    b"\0" + zstd_compressed(message(HandshakeType.CERTIFICATE, _BODY)),
    b"\1" + message(HandshakeType.CERTIFICATE, _BODY),
    b"\2" + message(HandshakeType.CERTIFICATE, _BODY[1:]),
    b"\3" + message(HandshakeType.CERTIFICATE, opaque(_CERTIFICATE, 3)),
]


def check(data: bytes) -> None:
    choices = Choices(data)
    version, raw_key = choices.one_of(((TLS13, False), (TLS13, True), (TLS12, False), (TLS12, True)))
    given = choices.rest()
    if len(given) < 4:
        return
    try:
        found = read_credential(message(given[0], given[4:]), version, raw_key=raw_key)
    except (DecodeError, TlsFailure):
        return
    shown = sum(map(len, found.certificates)) + len(found.raw_key)
    assert bool(found.raw_key) == raw_key
    if given[0] == HandshakeType.COMPRESSED_CERTIFICATE:
        announced = parse_compressed(message(given[0], given[4:])).size
        assert shown < announced <= MAX_CERTIFICATES
    else:
        assert shown < len(given)
