"""The capture of a probe, from its events."""

from __future__ import annotations

import errno
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pyfinger.events import (
    BytesReceived,
    BytesSent,
    Connected,
    ConnectFailed,
    Connecting,
    ConnectionBroken,
    Disconnected,
    DnsExchanged,
    Event,
    HandshakeFailed,
    ProbeBegan,
    ProbeEnded,
    SecretDerived,
    TlsEstablished,
    TlsInitialized,
    TlsStarting,
)
from pyfinger.model import ConnectionInfo, Credential, DnsPacket, Endpoints, Level, Peer, Trust
from pyfinger.report.capture.pcapng import Pcapng
from tests.report.capture.reading import ACK, FIN, PSH, RST, SYN, Capture, Stream, read

PEER = Peer("mx.test", "192.0.2.2", 25)
SIX = Peer("mx.test", "2001:db8::2", 25)
SOCKET = Peer("probe.test", "/run/lmtp", None)
ENDS = Endpoints("192.0.2.1", 40000, "192.0.2.2", 25)
UNIX = Endpoints("", None, "/run/lmtp", None)
SECURED = ConnectionInfo(0x0304, "TLSv1.3", 0x1301, "TLS_AES_128_GCM_SHA256", 128, 128, Credential())

STARTING = TlsStarting(PEER)
ESTABLISHED = TlsEstablished(PEER, Trust.ANONYMOUS, SECURED)
PACKET, SECRETS = 6, 10


def secret(name: str) -> SecretDerived:
    return SecretDerived(name, b"\1", b"\2")


def captured(*events: Event, secrets: bool = True, close: bool = True) -> Capture:
    """Events one second after the other."""
    out = io.BytesIO()
    capture = Pcapng(out, secrets=secrets)
    for at, event in enumerate(events, start=1000):
        capture(event, at)
    if close:
        capture.close()
    return read(out.getvalue())


def only(capture: Capture) -> Stream:
    (stream,) = capture.streams().values()
    return stream


def seconds(capture: Capture) -> list[float]:
    return [packet.at / 1_000_000 - 1000 for packet in capture.packets]


def test_a_dialogue() -> None:
    capture = captured(
        Connecting(PEER),
        Connected(PEER, ENDS),
        BytesReceived(b"220 hello\r\n"),
        BytesSent(b"QUIT\r\n"),
        BytesReceived(b"221 bye\r\n"),
        BytesReceived(b""),
        Disconnected(),
    )
    ((ends, stream),) = capture.streams().items()
    assert ends == (("192.0.2.1", 40000), ("192.0.2.2", 25))
    assert (stream.sent, stream.received) == (b"QUIT\r\n", b"220 hello\r\n221 bye\r\n")
    data = PSH | ACK
    assert stream.flags == [SYN, SYN | ACK, ACK, data, data, data, FIN | ACK, FIN | ACK]
    assert seconds(capture) == [0, 1, 1, 2, 3, 4, 5, 6]
    assert capture.packets[0].comment == "mx.test[192.0.2.2]:25"


TRAFFIC = st.lists(
    st.one_of(
        st.binary(max_size=3000).map(BytesSent), st.binary(min_size=1, max_size=3000).map(BytesReceived)
    )
)


@pytest.mark.slow
@given(st.lists(TRAFFIC, min_size=1, max_size=3), st.integers(0, 3))
def test_the_bytes_of_every_connection_are_all_there(sessions: list[list[Event]], tls: int) -> None:
    events: list[Event] = []
    for number, session in enumerate(sessions):
        ends = Endpoints("192.0.2.1", 40000 + number, "192.0.2.2", 25)
        shaking = [*session[:tls], STARTING, *session[tls : 2 * tls], ESTABLISHED, *session[2 * tls :]]
        events += [Connecting(PEER), Connected(PEER, ends), *shaking, Disconnected()]
    for stream, session in zip(captured(*events).streams().values(), sessions, strict=True):
        assert stream.sent == b"".join(event.data for event in session if isinstance(event, BytesSent))
        assert stream.received == b"".join(e.data for e in session if isinstance(e, BytesReceived))
        assert stream.flags.count(SYN) == 1


def test_secrets_come_before_what_they_decrypt() -> None:
    """A server's flight, which the keys are derived from, is encrypted in part itself."""
    shaking = (
        Connecting(PEER),
        Connected(PEER, ENDS),
        STARTING,
        BytesSent(b"hello"),
        BytesReceived(b"hello yourself, and what is encrypted"),
        secret("A"),
        TlsInitialized(),
        secret("B"),
        BytesSent(b"finished"),
        ESTABLISHED,
    )
    capture = captured(*shaking, close=False)
    assert capture.kinds[2:] == [PACKET] * 4 + [SECRETS] + [PACKET] * 2
    assert capture.secrets == [b"A 01 02\nB 01 02\n"]
    more = captured(*shaking, BytesReceived(b"ticket"), BytesSent(b"EHLO"), Disconnected())
    assert more.kinds[len(capture.kinds) :] == [PACKET] * 3
    assert SECRETS not in captured(*shaking, secrets=False).kinds


@pytest.mark.parametrize("end", [ESTABLISHED, HandshakeFailed(PEER, -1), Disconnected()])
def test_what_comes_last_in_a_handshake_is_not_lost(end: Event) -> None:
    shaking = (Connecting(PEER), Connected(PEER, ENDS), STARTING, BytesReceived(b"last"))
    assert only(captured(*shaking, close=False)).received == b""
    assert only(captured(*shaking)).received == b"last"
    assert only(captured(*shaking, end, close=False)).received == b"last"


@pytest.mark.parametrize("end", [ESTABLISHED, HandshakeFailed(PEER, -1), Disconnected()])
def test_nothing_is_held_back_outside_of_handshakes(end: Event) -> None:
    events = (Connecting(PEER), Connected(PEER, ENDS), STARTING, end)
    again = (Connecting(PEER), Connected(PEER, ENDS)) if isinstance(end, Disconnected) else ()
    out = captured(*events, *again, BytesReceived(b"at once"), close=False)
    assert out.packets[-1].payload == b"at once"


def test_several_sessions_are_several_streams() -> None:
    second = Endpoints("192.0.2.1", 40001, "192.0.2.2", 25)
    events: list[Event] = []
    for ends in (ENDS, second):
        events += [Connecting(PEER), Connected(PEER, ends), BytesSent(b"x"), Disconnected()]
    assert [ends[0][1] for ends in captured(*events).streams()] == [40000, 40001]


def test_a_unix_socket_has_a_stand_in() -> None:
    session = (Connecting(SOCKET), Connected(SOCKET, UNIX), BytesSent(b"LHLO"), Disconnected())
    capture = captured(*session, *session)
    (first, one), (second, other) = capture.streams().items()
    assert first[1] == second[1] == ("127.0.0.1", 24)
    assert first[0][0] == "127.0.0.1" and first[0][1] != second[0][1]
    assert one.sent == other.sent == b"LHLO"
    assert capture.packets[0].comment == "probe.test[/run/lmtp]"


def test_a_refused_connection() -> None:
    capture = captured(Connecting(PEER), ConnectFailed("mx.test", PEER, errno.ECONNREFUSED))
    (((source, _), target),) = capture.streams()
    assert (source, target) == ("0.0.0.0", ("192.0.2.2", 25))
    assert only(capture).flags == [SYN, RST | ACK]
    assert seconds(capture) == [0, 1]
    assert capture.packets[0].comment == "mx.test[192.0.2.2]:25: Connection refused"


@pytest.mark.parametrize(
    ("peer", "target"),
    [(SIX, ("2001:db8::2", 25)), (SOCKET, ("127.0.0.1", 24))],
)
def test_connections_that_fail_otherwise(peer: Peer, target: tuple[str, int]) -> None:
    capture = captured(Connecting(peer), ConnectFailed("mx.test", peer, errno.ETIMEDOUT))
    assert [ends[1] for ends in capture.streams()] == [target]
    assert only(capture).flags == [SYN]
    assert capture.packets[0].comment == f"{peer}: Connection timed out"


def test_an_interrupted_attempt() -> None:
    capture = captured(Connecting(PEER))
    assert only(capture).flags == [SYN]
    assert capture.packets[0].comment.endswith("interrupted")


def test_results_of_attempts_nobody_told_of() -> None:
    assert only(captured(ConnectFailed("mx.test", PEER, errno.ECONNREFUSED))).flags == [SYN, RST | ACK]
    assert seconds(captured(Connected(PEER, ENDS))) == [0, 0, 0]


@pytest.mark.parametrize(
    ("code", "flags"),
    [
        (errno.ECONNRESET, [RST | ACK]),
        (errno.EPIPE, [FIN | ACK, FIN | ACK]),  # it had hung up, and we had not noticed
        (errno.EHOSTUNREACH, [FIN | ACK]),
    ],
)
def test_broken_connections(code: int, flags: list[int]) -> None:
    capture = captured(Connected(PEER, ENDS), ConnectionBroken(code), Disconnected())
    assert only(capture).flags[3:] == flags


def test_name_servers() -> None:
    server = Endpoints("192.0.2.1", 5000, "192.0.2.53", 53)
    asked = DnsPacket(True, b"question", server, tcp=False, age=0.5)
    answered = DnsPacket(False, b"answer", server, tcp=False, age=0.25)
    capture = captured(TlsInitialized(), DnsExchanged((asked, answered)))
    assert [packet.payload for packet in capture.packets] == [b"question", b"answer"]
    assert seconds(capture) == [0.5, 0.75]


def test_a_probe_without_packets() -> None:
    began = ProbeBegan("mx.test", Level.MAY, Level.DANE)
    assert captured(began).kinds == []
    assert captured(began, ProbeEnded(0)).kinds == [0x0A0D0D0A, 1]


def test_bytes_of_no_connection() -> None:
    stray = (BytesSent(b"x"), BytesReceived(b"x"), ConnectionBroken(errno.ECONNRESET), Disconnected())
    assert captured(*stray).packets == []
