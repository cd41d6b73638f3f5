"""Any bytes under any cipher are a record of ours or TlsFailure; what was sealed opens as it was, once.

One byte changed anywhere, another type or another place in the order, and it
does not open any more.
"""

from __future__ import annotations

from fuzz._bytes import Choices
from pyfinger.tls.codepoints import TLS10, TLS11, TLS12, TLS13
from pyfinger.tls.handshake13 import protection
from pyfinger.tls.handshake_failures import TlsFailure
from pyfinger.tls.key_schedule import Schedule13
from pyfinger.tls.protection import RecordProtection, key_sizes, protections
from pyfinger.tls.suites import Suite, suites

SUITES = [suite for suite in suites().values() if suite.fits(TLS13) or suite.fits(TLS12) or suite.fits(TLS10)]
ALERT, HANDSHAKE, DATA = 21, 22, 23

SEEDS: list[bytes] = [
    bytes((number, version, etm, 3)) + b"content" + bytes((1, 0, 0, 1, 3, 1, 255))
    for number in range(0, len(SUITES), 3)
    for version, etm in ((0, 0), (1, 1), (2, 1))
]


def check(data: bytes) -> None:
    choices = Choices(data)
    suite = choices.one_of(SUITES)
    version = choices.one_of([v for v in (TLS12, TLS11, TLS10, TLS13) if suite.fits(v)])
    etm = choices.flag()
    writer, reader = (_protection(suite, version, etm) for _ in range(2))
    content = choices.octets(64)
    if writer.hides_type:
        content += bytes([HANDSHAKE])
    sealed = writer.seal(DATA, content)
    assert reader.open(DATA, sealed) == content
    _refused(reader, DATA, sealed)
    fresh = _protection(suite, version, etm)
    changed = choices.spoilt(sealed)
    kind = choices.one_of((DATA, ALERT))
    if (kind, changed) != (DATA, sealed):
        _refused(fresh, kind, changed)


def _protection(suite: Suite, version: int, etm: bool) -> RecordProtection:
    """A direction from its start."""
    if version == TLS13:
        return protection(suite, bytes(32), Schedule13(suite.prf))
    block = bytes(range(256))[: 2 * sum(key_sizes(suite))]
    return protections(suite, version, block, etm=etm)[1]


def _refused(reader: RecordProtection, kind: int, body: bytes) -> None:
    try:
        reader.open(kind, body)
    except TlsFailure:
        return
    raise AssertionError("opened")
