"""Packet dumps: rows, transfers, and what is dumped when."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pyfinger.events import (
    BytesReceived,
    BytesSent,
    Disconnected,
    Event,
    HandshakeFailed,
    RecordBytesRead,
    RecordSeen,
    TlsEstablished,
    TlsStarting,
)
from pyfinger.model import Trust
from pyfinger.options import Log
from pyfinger.report.dump import PLACE, PacketDump, application_data, rows, transfer
from tests.report.cases import PEER, SECURED

BOTH = Log.HANDSHAKE_DUMP | Log.SESSION_DUMP
START = TlsStarting(PEER)
ESTABLISHED = TlsEstablished(PEER, Trust.UNTRUSTED, SECURED)
DATA = RecordSeen(False, b"sealed", 23, b"250 ok\r\n")
NOTHING_YET = f"read from {PLACE} (5 bytes => -1)"


def dump(log: Log, *told: Event) -> list[str]:
    renderer = PacketDump()
    return [text for event in told for text in renderer(event, log)]


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (b"", ()),
        (b"\x16\3\3\0z", ("0000 16 03 03 00 7a                                   ....z",)),
        (b"8 octets", ("0000 38 20 6f 63 74 65 74 73|                         8 octets ",)),
        (
            b"sixteen octets.~\x7f",
            (
                "0000 73 69 78 74 65 65 6e 20|6f 63 74 65 74 73 2e 7e  sixteen  octets.~",
                "0010 7f                                               .",
            ),
        ),
        (
            b"x \0y \0 ",
            (
                "0000 78 20 00 79                                      x .y",
                "0004 - <SPACES/NULLS>",
            ),
        ),
        (bytes(3), ("0000 - <SPACES/NULLS>",)),
    ],
)
def test_rows(data: bytes, expected: tuple[str, ...]) -> None:
    assert rows(data) == expected


@given(st.binary(max_size=70))
def test_rows_can_be_read_back(data: bytes) -> None:
    found = b""
    for row in rows(data):
        offset, rest = int(row[:4], 16), row[5:]
        assert offset == len(found)
        if rest == "- <SPACES/NULLS>":
            break
        octets = bytes.fromhex(rest[:48].replace("|", " "))
        assert re.fullmatch(r"[ -~]*", rest[49:]) and len(rest) == 49 + len(octets) + (len(octets) >= 8)
        found += octets
    assert data.startswith(found) and not data[len(found) :].strip(b" \0")


def test_a_transfer_says_how_much_was_wanted_and_moved() -> None:
    assert transfer("read from", 300, b"!" * 17)[0] == f"read from {PLACE} (300 bytes => 17 (0x11))"


@pytest.mark.parametrize(
    ("content", "text"),
    [
        (b"250 ok\r\n", "8 chars: 250 ok\r\n"),
        (b"x" * 41, f"41 chars: {'x' * 40}"),
        (b"a\0b", "3 chars: a"),
        (b"\xff", "1 chars: \udcff"),
    ],
)
def test_application_data_is_shown_in_part(content: bytes, text: str) -> None:
    assert application_data(content, sent=False) == f"Read {text}"
    assert application_data(content, sent=True) == f"Write {text}"


def test_only_tls_is_dumped() -> None:
    plain = [BytesSent(b"STARTTLS\r\n"), BytesReceived(b"220 go\r\n")]
    for end in (Disconnected(), HandshakeFailed(PEER, -1)):
        assert dump(BOTH, *plain, START, end, *plain) == []


def test_the_handshake_dump_ends_with_the_handshake() -> None:
    told = [START, BytesSent(b"hello"), ESTABLISHED, BytesSent(b"data"), DATA]
    assert dump(Log.HANDSHAKE_DUMP, *told) == list(transfer("write to", 5, b"hello"))
    assert dump(Log.NONE, *told) == []


def test_the_session_dump_goes_on() -> None:
    told = [START, ESTABLISHED, BytesSent(b"data"), DATA, RecordSeen(False, b"", 23, b""), Disconnected()]
    assert dump(BOTH, *told) == [*transfer("write to", 4, b"data"), "Read 8 chars: 250 ok\r\n"]


def test_other_records_have_no_characters() -> None:
    assert dump(BOTH, START, ESTABLISHED, RecordSeen(True, b"\x15", 21, b"\1\0")) == []


def test_waiting_shows_as_a_read_that_found_nothing() -> None:
    header, body = b"\x16\3\3\0\3", b"abc"
    told = [
        START,
        BytesReceived(header + b"a"),
        RecordBytesRead(5, header),
        RecordBytesRead(3, b"a"),
        BytesReceived(b"bc"),
        RecordBytesRead(2, b"bc"),
        BytesReceived(b""),
    ]
    assert dump(BOTH, *told) == [
        NOTHING_YET,
        *transfer("read from", 5, header),
        *transfer("read from", 3, body[:1]),
        f"read from {PLACE} (2 bytes => -1)",
        *transfer("read from", 2, body[1:]),
        NOTHING_YET,
        f"read from {PLACE} (5 bytes => 0)",
    ]


def test_half_a_header_and_an_empty_record() -> None:
    told = [
        RecordBytesRead(5, b"\x17\3\3"),
        BytesReceived(b""),
        RecordBytesRead(2, b"\0\0"),
        BytesReceived(b""),
    ]
    wanted = [line for line in dump(BOTH, START, *told) if line.endswith("=> 0)")]
    assert wanted == [f"read from {PLACE} ({size} bytes => 0)" for size in (2, 5)]


def test_a_new_session_starts_with_a_header() -> None:
    assert dump(BOTH, START, RecordBytesRead(5, b"\x16\3"), START, BytesReceived(b"x")) == [
        *transfer("read from", 5, b"\x16\3"),
        NOTHING_YET,
    ]
