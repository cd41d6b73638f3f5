"""Any bytes are walked through as ASN.1 or refused; what was read lies inside what was given.

The parts of a constructed element fill it exactly, and none reaches past it.
"""

from __future__ import annotations

from pyfinger.errors import DecodeError
from pyfinger.x509 import der
from pyfinger.x509 import der_encoding as encoding

MAX_DEPTH = 20

SEEDS: list[bytes] = [
    encoding.sequence(encoding.integer(1), encoding.oid("1.2.3"), encoding.element(der.NULL, b"")),
    bytes.fromhex("3080 2480 040141 0000 0603550403 0000"),
    bytes.fromhex("bf8a050a 3003 0101ff 0303040ff0"),
    encoding.set_of(
        encoding.element(der.UTF8_STRING, b"text" * 60), encoding.element(der.BMP_STRING, b"\0x")
    ),
]

_VALUES = (
    der.Element.string,
    der.Element.text,
    der.Element.integer,
    der.Element.boolean,
    der.Element.bits,
    der.Element.oid,
    der.Element.null,
)


def check(data: bytes) -> None:
    """Walk the tree and read every element in every way."""
    _walk(der.DerCursor(data), 0)


def _walk(cursor: der.DerCursor, depth: int) -> None:
    while cursor:
        before = cursor.position
        try:
            found = cursor.element("anything")
        except DecodeError:
            return
        assert before == found.begin < found.start <= found.stop <= found.end <= cursor.stop
        assert cursor.position == found.end
        for value in _VALUES:
            try:
                value(found)
            except DecodeError:
                continue
        if found.constructed and depth < MAX_DEPTH:
            _walk(found.inside(), depth + 1)
