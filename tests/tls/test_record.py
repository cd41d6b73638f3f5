"""Records and messages on them: framing, limits, alerts; what is refused, and in OpenSSL's words."""

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
from pyfinger.tls.codepoints import TLS12, TLS13, ContentType
from pyfinger.tls.handshake_failures import RECORD_LAYER_FAILURE, Closed, TlsFailure
from pyfinger.tls.record import CIPHER_CHANGE, RecordChannel
from pyfinger.tls.record_layer import MAX_PLAIN
from pyfinger.wire import opaque

ANY = range(256)
UNEXPECTED_MESSAGE, ILLEGAL_PARAMETER, PROTOCOL_VERSION, RECORD_OVERFLOW = 10, 47, 70, 22


def record(kind: int, body: bytes, version: int = TLS12) -> bytes:
    return bytes([kind]) + version.to_bytes(2, "big") + opaque(body, 2)


def message(kind: int, body: bytes) -> bytes:
    return bytes([kind]) + opaque(body, 3)


def channel(version: int, emit: Emit = lambda event: None, *, established: bool = False) -> RecordChannel:
    made = RecordChannel(emit)
    if version:
        made.negotiated(version)
    made.established = established
    return made


def read(
    data: bytes,
    version: int = TLS12,
    pieces: Iterable[int] = (),
    emit: Emit = lambda event: None,
    expected: Iterable[int] = ANY,
) -> list[bytes]:
    """All messages in `data`, fed in pieces, until more is wanted."""
    made = channel(version, emit)
    cuts = sorted({*pieces, 0, len(data)})
    found: list[bytes] = []
    step = made.peek(*expected)
    for start, end in itertools.pairwise(cuts):
        made.feed(data[start:end])
        while True:
            try:
                next(step)
            except StopIteration as stop:
                found.append(stop.value)
                step = made.peek(*expected)
            else:
                break
    return found


def received(data: bytes, version: int = TLS12) -> bytes:
    """The first application data behind a handshake; empty if a message comes first."""
    made = channel(version, established=True)
    made.feed(data)
    with pytest.raises(StopIteration) as stop:
        next(made.data())
    return bytes(stop.value.value)


def refusal(data: bytes, version: int = TLS12) -> TlsFailure:
    with pytest.raises(TlsFailure) as caught:
        read(data, version)
    return caught.value


HELLO = message(2, b"x" * 40)
DATA = record(ContentType.HANDSHAKE, HELLO[:10]) + record(
    ContentType.HANDSHAKE, HELLO[10:] + message(14, b"")
)
EXPECTED = [HELLO, message(14, b"")]


@given(st.lists(st.integers(0, len(DATA))))
def test_cutting_the_stream_changes_nothing(cuts: list[int]) -> None:
    assert read(DATA, pieces=cuts) == EXPECTED


def test_what_is_told_of_a_message_in_two_records() -> None:
    events: list[Event] = []
    read(
        record(ContentType.HANDSHAKE, HELLO[:10]) + record(ContentType.HANDSHAKE, HELLO[10:]),
        emit=events.append,
    )
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
    data = record(ContentType.HANDSHAKE, b"hi")
    read(data + record(ContentType.HANDSHAKE, b""), pieces=[3, 6], emit=events.append)
    assert [event for event in events if isinstance(event, RecordBytesRead)] == [
        RecordBytesRead(5, data[:3]),
        RecordBytesRead(2, data[3:5]),
        RecordBytesRead(2, b"h"),
        RecordBytesRead(1, b"i"),
        RecordBytesRead(5, record(ContentType.HANDSHAKE, b"")),
    ]


def test_a_change_cipher_spec_that_means_something_is_told() -> None:
    for version, told in ((TLS12, True), (TLS13, False)):
        events: list[Event] = []
        read(
            record(ContentType.CHANGE_CIPHER_SPEC, b"\1"),
            version,
            emit=events.append,
            expected=[CIPHER_CHANGE],
        )
        assert (CipherChangeSeen() in events) is told


@pytest.mark.parametrize(
    ("data", "version", "reason", "alert"),
    [
        (b"500 this is not TLS\r\n", 0, "wrong version number", None),
        (b"HTTP/1.0 400 Bad\r\n", 0, "wrong version number", None),
        (b"GET / HTTP/1.0\r\n", 0, "http request", None),
        (b"PATCH / HTTP/1.0\r\n", 0, "http request", None),
        (b"CONNECT x:1 HTTP/1.0\r\n", 0, "https proxy request", None),
        (b"\x16\0\2\0\1x", 0, "wrong version number", PROTOCOL_VERSION),
        (
            record(ContentType.HANDSHAKE, HELLO) + b"500 this is not TLS\r\n",
            0,
            "wrong version number",
            PROTOCOL_VERSION,
        ),
        (record(ContentType.HANDSHAKE, b"x", 0x0302), TLS12, "wrong version number", PROTOCOL_VERSION),
        (record(ContentType.ALERT, b"\2\x28", 0x0302), TLS12, "wrong version number", None),
        (b"\x16\x03\x03\xff\xff", 0, "data length too long", RECORD_OVERFLOW),
        (b"\x16\x03\x03\x40\x01", TLS12, "data length too long", RECORD_OVERFLOW),
        (record(ContentType.HANDSHAKE, b"") * 33, TLS12, "record too small", UNEXPECTED_MESSAGE),
        (record(ContentType.CHANGE_CIPHER_SPEC, b"\2"), TLS13, "invalid ccs message", UNEXPECTED_MESSAGE),
        (
            record(ContentType.CHANGE_CIPHER_SPEC, b"\1") * 33,
            TLS13,
            "unexpected ccs message",
            UNEXPECTED_MESSAGE,
        ),
    ],
)
def test_what_the_record_layer_refuses(data: bytes, version: int, reason: str, alert: int | None) -> None:
    """It is told twice, but for what gets no alert: nobody knows whether that is TLS."""
    error = refusal(data, version)
    assert (error.reason, error.alert) == (reason, alert)
    assert (error.queue[1:] == (RECORD_LAYER_FAILURE,)) is (alert is not None)


@pytest.mark.parametrize(
    ("data", "version", "reason"),
    [
        (record(99, b"x"), 0, "unexpected message"),
        (record(99, b"x"), TLS12, "unexpected record"),
        (record(ContentType.APPLICATION_DATA, b"x"), 0, "unexpected message"),
        (record(ContentType.APPLICATION_DATA, b"x"), TLS12, "unexpected record"),
        (
            record(ContentType.HANDSHAKE, b"\2\0") + record(ContentType.APPLICATION_DATA, b"x"),
            TLS12,
            "unexpected record",
        ),
        (record(ContentType.CHANGE_CIPHER_SPEC, b"\2"), TLS12, "bad change cipher spec"),
        (record(ContentType.CHANGE_CIPHER_SPEC, b"\1\1"), TLS12, "bad change cipher spec"),
        (
            record(ContentType.HANDSHAKE, b"\2\0") + record(ContentType.CHANGE_CIPHER_SPEC, b"\1"),
            TLS12,
            "bad change cipher spec",
        ),
        (
            record(ContentType.HANDSHAKE, HELLO[:9]) + record(ContentType.CHANGE_CIPHER_SPEC, b"\1"),
            TLS12,
            "ccs received early",
        ),
        (
            record(ContentType.HANDSHAKE, HELLO[:9]) + record(ContentType.CHANGE_CIPHER_SPEC, b"\1"),
            0,
            "unexpected message",
        ),
        (record(ContentType.ALERT, b"\1\x70") * 5, TLS12, "too many warn alerts"),
        (record(ContentType.ALERT, b"\1"), TLS12, "invalid alert"),
        (record(ContentType.ALERT, b"\1\x5a\1\x5a"), TLS12, "invalid alert"),
        (record(ContentType.ALERT, b"\3\x28"), TLS12, "unknown alert type"),
        (record(ContentType.ALERT, b"\1\x64"), TLS12, "no renegotiation"),
        (record(ContentType.ALERT, b"\2\x28"), TLS12, "ssl/tls alert handshake failure"),
        (record(ContentType.ALERT, b"\2\xc8"), TLS12, "reason(1200)"),
    ],
)
def test_what_is_refused_above_it(data: bytes, version: int, reason: str) -> None:
    assert refusal(data, version).reason == reason


LARGEST = {2: 65607, 4: 65541, 11: 102400, 12: 102400, 13: 102400, 14: 0, 15: 65539, 20: 64, 99: 0}


@pytest.mark.parametrize(("kind", "size"), LARGEST.items())
def test_a_message_too_long_for_its_kind_fails_with_its_header(kind: int, size: int) -> None:
    header = bytes([kind]) + size.to_bytes(3, "big")
    expected = [header] if not size else []
    assert read(record(ContentType.HANDSHAKE, header)) == expected
    error = refusal(record(ContentType.HANDSHAKE, bytes([kind]) + (size + 1).to_bytes(3, "big")))
    assert (error.reason, error.alert) == ("excessive message size", ILLEGAL_PARAMETER)


def test_the_type_of_a_message_is_judged_before_its_size() -> None:
    for size in (b"\0\0\1", b"\xff\xff\xff"):
        with pytest.raises(TlsFailure, match="unexpected message"):
            read(record(ContentType.HANDSHAKE, b"\x0e" + size), expected=[2])


def test_a_hello_request_in_a_handshake_is_passed_over() -> None:
    assert read(record(ContentType.HANDSHAKE, b"\0\0\0\0" * 3 + HELLO)) == [HELLO]
    assert refusal(record(ContentType.HANDSHAKE, b"\0\0\0\1x")).reason == "excessive message size"


def test_nothing_may_stand_between_change_cipher_spec_and_finished() -> None:
    made = channel(TLS12)
    made.feed(record(ContentType.CHANGE_CIPHER_SPEC, b"\1") + record(ContentType.ALERT, b"\1\x5a"))
    with pytest.raises(StopIteration):
        next(made.peek(CIPHER_CHANGE))
    with pytest.raises(TlsFailure, match="data between ccs and finished"):
        next(made.peek(20))


def test_an_alert_carries_openssl_s_number() -> None:
    error = refusal(record(ContentType.ALERT, b"\2\x28"))
    assert (error.code, error.data) == (0x0A000410, "SSL alert number 40")


def test_warnings_are_dropped_before_tls13_and_fatal_in_it() -> None:
    assert received(record(ContentType.ALERT, b"\1\x70") * 4 + record(23, b"x")) == b"x"
    assert refusal(record(ContentType.ALERT, b"\1\x70"), TLS13).reason == "tlsv1 unrecognized name"
    assert received(record(ContentType.ALERT, b"\1\x5a") + record(23, b"x"), TLS13) == b"x"


def test_close_notify() -> None:
    with pytest.raises(Closed):
        read(record(ContentType.ALERT, b"\1\0"))
    assert refusal(record(ContentType.ALERT, b"\2\0")).reason == "reason(1000)"


def test_change_cipher_spec_means_nothing_in_tls13() -> None:
    assert read(
        record(ContentType.CHANGE_CIPHER_SPEC, b"\1") * 32 + record(ContentType.HANDSHAKE, HELLO), TLS13
    ) == [HELLO]


def test_data_and_messages_after_the_handshake() -> None:
    begun = record(ContentType.HANDSHAKE, b"\0\0")
    assert received(record(23, b"") + record(23, b"x")) == b"x"
    assert received(begun + record(23, b"x")) == b"x"
    assert received(begun * 2 + record(23, b"x")) == b""
    for data, version, reason in (
        (begun + record(23, b"x"), TLS13, "mixed handshake and non handshake data"),
        (record(ContentType.CHANGE_CIPHER_SPEC, b"\1"), TLS12, "ccs received early"),
        (record(99, b"x"), TLS12, "unexpected record"),
    ):
        with pytest.raises(TlsFailure, match=reason):
            received(data, version)


def test_long_messages_and_data_are_cut_into_records() -> None:
    events: list[Event] = []
    made = channel(TLS12, events.append)
    made.send_handshake(message(11, bytes(MAX_PLAIN)))
    made.send_data(bytes(MAX_PLAIN + 1))
    sizes = [len(event.content) for event in events if isinstance(event, RecordSeen)]
    assert sizes == [MAX_PLAIN, 4, MAX_PLAIN, 1]
    assert next(event for event in events if isinstance(event, HandshakeMessageSeen)).sent
    assert len(made.outbox) == sum(sizes) + 4 * 5


def test_the_first_record_says_tls10_and_alerts_are_told() -> None:
    events: list[Event] = []
    made = channel(0, events.append)
    made.send_alert(2, 40)
    assert bytes(made.outbox) == bytes.fromhex("15 0301 0002 0228")
    assert events[0] == AlertSeen(True, 2, 40)


def test_leftover_bytes_at_a_key_change() -> None:
    made = channel(TLS13)
    made.feed(record(ContentType.HANDSHAKE, HELLO + b"\x14"))
    with pytest.raises(StopIteration):
        next(made.peek(2))
    with pytest.raises(TlsFailure, match="not on record boundary"):
        made.at_boundary()
