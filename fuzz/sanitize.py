"""Any text makes one printable line, and what is printable already stays as it is."""

from __future__ import annotations

from pyfinger.report.sanitise import cut, octets, printable

SEEDS: list[bytes] = [
    b"plain text",
    "bücher 本 😀".encode(),
    b"250-tab\there\r\n\x1b[31mred\x07",
    b"\xc3\x28 \xe2\x82 \xf0\x9f\x98\x80 \xed\xa0\x80 \xc0\xaf \xff",
]


def check(data: bytes) -> None:
    text = data.decode("utf-8", "surrogateescape")
    assert octets(text) == data
    for utf8 in (False, True):
        line = printable(text, utf8=utf8)
        assert all(byte >= 0x20 and byte != 0x7F for byte in line)
        assert len(line) == len(data)
        assert printable(line.decode("utf-8", "surrogateescape"), utf8=utf8) == line
    assert printable(text, utf8=False).isascii()
    printable(text, utf8=True).decode("utf-8")
    assert octets(cut(text, 10)) == data[:10]
