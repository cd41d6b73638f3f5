"""The record layer: framing, limits, alerts."""

from __future__ import annotations

import itertools
from collections.abc import Iterable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pyfinger.events import (
    AlertSeen,
    CipherChangeSeen,
    Emit,
    Event,
    HandshakeMessageAccepted,
    HandshakeMessageBegan,
    HandshakeMessageSeen,
    RecordBytesRead,
    RecordSeen,
)
from pyfinger.tls.names import TLS12, TLS13
from pyfinger.tls.reasons import TlsFailure
from pyfinger.tls.record import (
    ALERT,
    APPLICATION_DATA,
    CHANGE_CIPHER_SPEC,
    HANDSHAKE,
    MAX_PLAIN,
    Channel,
    Closed,
)
from pyfinger.wire import opaque


def record(kind: int, body: bytes, version: int = TLS12) -> bytes:
    return bytes([kind]) + version.to_bytes(2, "big") + opaque(body, 2)


def message(kind: int, body: bytes) -> bytes:
    return bytes([kind]) + opaque(body, 3)


def read(
    data: bytes,
    version: int = TLS12,
    pieces: Iterable[int] = (),
    emit: Emit = lambda event: None,
) -> list[tuple[int, bytes]]:
    """All that `next` yields from `data`, fed in pieces, until it wants more."""
    channel = Channel(emit)
    channel.version = version
    cuts = sorted({*pieces, 0, len(data)})
    found: list[tuple[int, bytes]] = []
    step = channel.next()
    for start, end in itertools.pairwise(cuts):
        channel.feed(data[start:end])
        while True:
            try:
                next(step)
            except StopIteration as stop:
                found.append(stop.value)
                step = channel.next()
            else:
                break
    return found


def refusal(data: bytes, version: int = TLS12) -> TlsFailure:
    with pytest.raises(TlsFailure) as caught:
        read(data, version)
    return caught.value


HELLO = message(2, b"x" * 40)
DATA = record(HANDSHAKE, HELLO[:10]) + record(HANDSHAKE, HELLO[10:] + message(14, b"")) + record(23, b"hi")
EXPECTED = [(HANDSHAKE, HELLO), (HANDSHAKE, message(14, b"")), (APPLICATION_DATA, b"hi")]


@given(st.lists(st.integers(0, len(DATA))))
def test_cutting_the_stream_changes_nothing(cuts: list[int]) -> None:
    assert read(DATA, pieces=cuts) == EXPECTED


def test_what_is_told_of_a_message_in_two_records() -> None:
    events: list[Event] = []
    read(record(HANDSHAKE, HELLO[:10]) + record(HANDSHAKE, HELLO[10:]), emit=events.append)
    kinds = [type(event) for event in events if not isinstance(event, RecordBytesRead)]
    assert kinds == [
        RecordSeen,
        HandshakeMessageBegan,
        RecordSeen,
        HandshakeMessageSeen,
        HandshakeMessageAccepted,
    ]
    assert HandshakeMessageBegan(2) in events


def test_header_and_body_are_read_apart() -> None:
    events: list[Event] = []
    data = record(APPLICATION_DATA, b"hi")
    read(data + record(APPLICATION_DATA, b""), pieces=[3, 6], emit=events.append)
    assert [event for event in events if isinstance(event, RecordBytesRead)] == [
        RecordBytesRead(5, data[:3]),
        RecordBytesRead(2, data[3:5]),
        RecordBytesRead(2, b"h"),
        RecordBytesRead(1, b"i"),
        RecordBytesRead(5, record(APPLICATION_DATA, b"")),
    ]


def test_a_change_cipher_spec_that_means_something_is_told() -> None:
    for version, told in ((TLS12, True), (TLS13, False)):
        events: list[Event] = []
        read(record(CHANGE_CIPHER_SPEC, b"\1"), version, emit=events.append)
        assert (CipherChangeSeen() in events) is told


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"500 this is not TLS\r\n", "wrong version number"),
        (b"HTTP/1.0 400 Bad\r\n", "wrong version number"),
        (b"GET / HTTP/1.0\r\n", "http request"),
        (record(99, b"x"), "bad record type"),
        (record(HANDSHAKE, b"x", 0x0302), "wrong version number"),
        (b"\x16\x03\x03\xff\xff", "packet length too long"),
        (record(HANDSHAKE, b"") * 33, "record too small"),
        (record(HANDSHAKE, message(2, b"")[:1] + b"\xff\xff\xff"), "excessive message size"),
        (record(HANDSHAKE, b"\x0b\x01\x90\x01"), "excessive message size"),
        (record(HANDSHAKE, b"\x02\0") + record(23, b"x"), "mixed handshake and non handshake data"),
        (record(ALERT, b"\1\x70") * 5, "too many warn alerts"),
        (record(ALERT, b"\1"), "bad record type"),
        (record(ALERT, b"\2\x28"), "ssl/tls alert handshake failure"),
        (record(ALERT, b"\2\xc8"), "reason(1200)"),
    ],
)
def test_what_is_refused(data: bytes, reason: str) -> None:
    assert refusal(data).reason == reason


def test_an_alert_carries_openssl_s_number() -> None:
    error = refusal(record(ALERT, b"\2\x28"))
    assert (error.code, error.data) == (0x0A000410, "SSL alert number 40")


def test_warnings_are_dropped_before_tls13_and_fatal_in_it() -> None:
    assert read(record(ALERT, b"\1\x70") * 4 + record(23, b"x")) == [(23, b"x")]
    assert refusal(record(ALERT, b"\1\x70"), TLS13).reason == "tlsv1 unrecognized name"
    assert read(record(ALERT, b"\1\x5a") + record(23, b"x"), TLS13) == [(23, b"x")]


def test_close_notify() -> None:
    with pytest.raises(Closed):
        read(record(ALERT, b"\1\0"))


def test_change_cipher_spec_means_nothing_in_tls13() -> None:
    assert read(record(CHANGE_CIPHER_SPEC, b"\1") + record(23, b"x"), TLS13) == [(23, b"x")]
    assert refusal(record(CHANGE_CIPHER_SPEC, b"\2"), TLS13).reason == "unexpected message"
    assert read(record(CHANGE_CIPHER_SPEC, b"\1")) == [(CHANGE_CIPHER_SPEC, b"\1")]


def test_an_empty_handshake_record_is_refused_in_tls13() -> None:
    assert refusal(record(HANDSHAKE, b""), TLS13).reason == "unexpected message"


def test_long_messages_and_data_are_cut_into_records() -> None:
    events: list[Event] = []
    channel = Channel(events.append)
    channel.version = TLS12
    channel.send_handshake(message(11, bytes(MAX_PLAIN)))
    channel.send_data(bytes(MAX_PLAIN + 1))
    sizes = [len(event.content) for event in events if isinstance(event, RecordSeen)]
    assert sizes == [MAX_PLAIN, 4, MAX_PLAIN, 1]
    assert next(event for event in events if isinstance(event, HandshakeMessageSeen)).sent
    assert len(channel.outbox) == sum(sizes) + 4 * 5


def test_the_first_record_says_tls10_and_alerts_are_told() -> None:
    events: list[Event] = []
    channel = Channel(events.append)
    channel.send_alert(2, 40)
    assert bytes(channel.outbox) == bytes.fromhex("15 0301 0002 0228")
    assert events[0] == AlertSeen(True, 2, 40)


def test_leftover_bytes_at_a_key_change() -> None:
    channel = Channel(lambda event: None)
    channel.feed(record(HANDSHAKE, HELLO + b"\x14"))
    step = channel.next()
    with pytest.raises(StopIteration):
        next(step)
    with pytest.raises(TlsFailure, match="not on record boundary"):
        channel.at_boundary()
