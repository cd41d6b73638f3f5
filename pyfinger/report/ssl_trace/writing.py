"""What is printed, piece by piece, and what it is read from.

OpenSSL prints while it reads, so what came before a mistake stands there, and lines
need not be whole: a `Sheet` is text that grows.  `DecodeError` from a reader is where
OpenSSL's functions return 0.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from pyfinger.errors import DecodeError
from pyfinger.report.ssl_trace.code_names import named
from pyfinger.wire import Reader

_DUMP_WIDTH = 16
_MOST_INDENT = 64  # of a dump


class Sheet:
    """Text that grows; everything is written by octets of ISO 8859-1, as they came."""

    def __init__(self) -> None:
        self._pieces: list[str] = []

    @property
    def text(self) -> str:
        """All of it."""
        return "".join(self._pieces)

    def write(self, text: str) -> None:
        """Whatever it is, as it is."""
        self._pieces.append(text)

    def line(self, indent: int, text: str) -> None:
        """A whole line."""
        self._pieces.append(f"{' ' * indent}{text}\n")

    def octets(self, indent: int, name: str, data: bytes) -> None:
        """Octets and how many there are (ssl_print_hex())."""
        self.line(indent, f"{name} (len={len(data)}): {data.hex().upper()}")

    def dump(self, indent: int, data: bytes) -> None:
        """A dump in rows, which are shorter the further they are indented (BIO_dump_indent())."""
        indent = min(indent, _MOST_INDENT)
        width = _DUMP_WIDTH - (indent - min(indent, 6) + 3) // 4
        for start in range(0, len(data), width):
            row = data[start : start + width]
            cells = "".join(f"{octet:02x}{'-' if place == 7 else ' '}" for place, octet in enumerate(row))
            letters = "".join(chr(octet) if 0x20 <= octet <= 0x7E else "." for octet in row)
            self.line(indent, f"{start:04x} - {cells:<{3 * width}}  {letters}")


def octets_behind_length(sheet: Sheet, indent: int, name: str, size: int, reader: Reader) -> None:
    """Octets behind their length, printed (ssl_print_hexbuf()); if there are too few, none is read."""
    start = reader.position
    try:
        data = reader.opaque(size, name)
    except DecodeError:
        reader.rewind(start)
        raise
    sheet.octets(indent, name, data)


def code_list(sheet: Sheet, indent: int, data: bytes, size: int, names: Mapping[int, str]) -> None:
    """Code points of `size` octets each (ssl_trace_list())."""
    _listed(sheet, indent, data, size, lambda code: f"{named(names, code)} ({code})")


def group_list(sheet: Sheet, indent: int, data: bytes, name: Callable[[int], str]) -> None:
    """The same with a name that is found otherwise."""
    _listed(sheet, indent, data, 2, lambda code: f"{name(code)} ({code})")


def scheme_list(sheet: Sheet, indent: int, data: bytes, name: Callable[[int], str]) -> None:
    """Signature schemes, which are numbered in hexadecimal."""
    _listed(sheet, indent, data, 2, lambda code: f"{name(code)} ({code:#06x})")


def _listed(sheet: Sheet, indent: int, data: bytes, size: int, shown: Callable[[int], str]) -> None:
    if len(data) % size:
        raise DecodeError("a code point cut short", len(data))
    for start in range(0, len(data), size):
        sheet.line(indent, shown(int.from_bytes(data[start : start + size], "big")))
