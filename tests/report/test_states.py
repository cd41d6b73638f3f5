"""The trace of states, for sessions with a real server in memory and for single events."""

from __future__ import annotations

import errno
import io
from collections.abc import Sequence
from typing import Any

import pytest

from pyfinger import events as e
from pyfinger.events import Event
from pyfinger.model import Trust, Verified
from pyfinger.options import Log, Show
from pyfinger.report.log import TextLog
from pyfinger.report.states import BEFORE, CONNECTED, StateTrace
from pyfinger.steps import Connect, Deadline, PlainStream, Steps, ask
from pyfinger.tls.config import ClientConfig
from pyfinger.tls.engine import Engine, Resumption
from pyfinger.tls.handshake_failures import TlsFailure
from pyfinger.tls.sessions import SavedSession
from pyfinger.tls.stream import TlsStream
from pyfinger.values import replace
from tests.report.cases import PEER, SECURED
from tests.scripted import Scripted
from tests.tls.offers import offer
from tests.tls.server import TlsPeer
from tests.tls.test_engine import identity, judge, steady

LIMIT = Deadline(30)
TLS12: dict[str, Any] = {"maxVersion": (3, 3)}
TICKETS: dict[str, Any] = {"ticketKeys": [bytearray(range(32))]}

HELLO = [BEFORE, "write client hello", "write client hello", "read server hello"]
PROOF_13 = ["TLSv1.3 read encrypted extensions", "read server certificate"]
END_13 = ["TLSv1.3 read server certificate verify", "read finished", "write change cipher spec"]
TICKET_13 = [CONNECTED, CONNECTED, "read server session ticket"]
PROOF_12 = ["read server certificate", "read server key exchange"]
KEYS_12 = ["write client key exchange", "write change cipher spec", "write finished"]
END_12 = ["read change cipher spec", "read finished"]


def states(*names: str) -> list[str]:
    whole = (BEFORE, CONNECTED, "error")
    return [
        f"SSL_connect:{name if name.startswith('TLSv1.3') or name in whole else f'SSLv3/TLS {name}'}"
        for name in names
    ]


class Visits:
    """Sessions one after the other, with the sessions the server handed out."""

    def __init__(self, made: ClientConfig | None = None, **settings: Any) -> None:
        self.config = made or offer(1)
        self.settings = {"certificate_compression_send": [], **settings}
        self.saved: list[SavedSession] = []

    def visit(self, session: SavedSession | None = None, pieces: Sequence[int] = (1 << 20,)) -> list[str]:
        """The lines of a handshake and one exchange of data, closed by us."""
        out = io.BytesIO()
        log = TextLog(out, "p", Show(log=Log.SSL_DEBUG | Log.CACHE))
        peer = TlsPeer(identity(), **self.settings)
        driver = Scripted(servers={"192.0.2.1": lambda: peer}, pieces=pieces)

        def emit(event: Event) -> None:
            log(event)

        def save(saved: SavedSession, _: Verified | None) -> None:
            self.saved.append(saved)
            emit(e.SessionSaved("KEY"))

        def steps() -> Steps[None]:
            yield from ask(Connect("192.0.2.1", 25, LIMIT))
            emit(e.TlsStarting(PEER))
            engine = Engine(
                self.config, judge, emit, steady().randbytes, Resumption(lambda: 5.0, save, session)
            )
            stream = TlsStream(PlainStream(emit), engine, emit)
            try:
                yield from stream.handshake(LIMIT)
            except TlsFailure as error:
                emit(e.HandshakeFailed(PEER, -1))
                emit(e.TlsProblem(error.code, error.reason))
                return
            emit(e.TlsEstablished(PEER, Trust.UNTRUSTED, SECURED))
            yield from stream.send(b"ping", LIMIT)
            yield from stream.receive(LIMIT)
            yield from stream.shutdown(LIMIT)
            emit(e.Disconnected())

        driver.run(steps())
        return [line.removeprefix("p: ") for line in out.getvalue().decode().splitlines()]


ANY_CUT = pytest.mark.parametrize("pieces", [(1 << 20,), (1,), (3, 400)])


@ANY_CUT
def test_tls13(pieces: Sequence[int]) -> None:
    assert Visits(ticket_count=0).visit(pieces=pieces) == states(*HELLO, *PROOF_13, *END_13, "write finished")


@ANY_CUT
def test_tls12(pieces: Sequence[int]) -> None:
    assert Visits(**TLS12).visit(pieces=pieces) == states(
        *HELLO, *PROOF_12, "read server done", *KEYS_12, "write finished", *END_12
    )


def test_hello_retry() -> None:
    visits = Visits(keyShares=[], eccCurves=["secp384r1"], ticket_count=0)
    assert visits.visit() == states(
        *HELLO,
        "write change cipher spec",
        *HELLO[1:],
        *PROOF_13,
        *END_13[:2],
        "write finished",
    )


def test_a_request_for_a_certificate() -> None:
    assert Visits(reqCert=True, ticket_count=0).visit() == states(
        *HELLO,
        PROOF_13[0],
        "read server certificate request",
        PROOF_13[1],
        *END_13,
        "write client certificate",
        "write finished",
    )
    assert Visits(reqCert=True, **TLS12).visit() == states(
        *HELLO,
        *PROOF_12,
        "read server certificate request",
        "read server done",
        "write client certificate",
        *KEYS_12,
        "write finished",
        *END_12,
    )


def test_compressed_certificates() -> None:
    lines = Visits(certificate_compression_send=["zlib"], ticket_count=0).visit()
    assert "SSL_connect:TLSv1.3 read server compressed certificate" in lines
    assert "SSL_connect:SSLv3/TLS read server certificate" not in lines


@pytest.mark.slow
@ANY_CUT
def test_tls13_tickets_are_saved_before_their_state_is_left(pieces: Sequence[int]) -> None:
    visits = Visits(**TICKETS, ticket_count=2)
    saved = "save session KEY to memory cache"
    ticket = [*states(*TICKET_13[:2]), saved, *states(TICKET_13[2])]
    assert visits.visit(pieces=pieces)[-8:] == ticket * 2
    assert visits.visit(visits.saved[0], pieces)[:-8] == states(
        *HELLO, PROOF_13[0], *END_13[1:], "write finished"
    )


def test_a_tls12_session_is_saved_when_the_handshake_is_over() -> None:
    visits = Visits(**TICKETS, **TLS12)
    lines = visits.visit()
    ended = states("write finished", "read server session ticket", *END_12)
    assert lines[-5:] == [*ended, "save session KEY to memory cache"]
    resumed = [*HELLO, *END_12, "write change cipher spec", "write finished"]
    assert visits.visit(visits.saved[0]) == states(*resumed)


def test_an_alert_from_the_server() -> None:
    refused = replace(offer(1), groups=(0x1A,), versions=(0x0303,))
    assert Visits(refused).visit()[:4] == [
        *states(*HELLO[:2]),
        "SSL3 alert read:fatal:handshake failure",
        "SSL_connect:error in error",
    ]


# --- single events ---------------------------------------------------------

START = e.TlsStarting(PEER)
BEGAN = [e.HandshakeMessageSeen(True, b"\1\0\0\0"), e.BytesSent(b"")]
OURS = [e.HandshakeMessageSeen(True, b"\x14\0\0\0"), e.BytesSent(b"")]
DONE = [START, *BEGAN, e.HandshakeMessageBegan(20), *OURS]


def trace(*told: Event) -> list[str]:
    """The lines of the last event."""
    renderer = StateTrace()
    lines: Sequence[str] = ()
    for event in told:
        lines = renderer(event, Log.SSL_DEBUG)
    return list(lines)


def test_nothing_is_shown_unasked() -> None:
    assert StateTrace()(e.AlertSeen(False, 2, 40), ~Log.SSL_DEBUG) == ()


def test_before_and_after_tls_there_are_no_states() -> None:
    quiet = [e.BytesSent(b"EHLO\r\n"), e.TlsProblem(1, "x"), e.HandshakeMessageAccepted()]
    for event in quiet:
        assert trace(event) == trace(START, event) == trace(*DONE, event) == []


@pytest.mark.parametrize(
    ("code", "lines"),
    [
        (-1, ["SSL_connect:error in SSLv3/TLS write client hello"]),
        (0, ["SSL_connect:error in SSLv3/TLS write client hello"]),
        (errno.ECONNRESET, ["SSL_connect:error in SSLv3/TLS write client hello"]),
        (errno.ETIMEDOUT, []),
    ],
)
def test_failures(code: int, lines: list[str]) -> None:
    assert trace(START, *BEGAN, e.HandshakeFailed(PEER, code)) == lines
    assert trace(START, *BEGAN, e.HandshakeFailed(PEER, code), e.TlsProblem(1, "x")) == []


@pytest.mark.parametrize("sent", [True, False])
def test_an_alert_makes_the_state_an_error(sent: bool) -> None:
    alert = e.AlertSeen(sent, 2, 40)
    assert trace(START, *BEGAN, alert, e.HandshakeFailed(PEER, -1)) == ["SSL_connect:error in error"]
    assert trace(START, alert, START, e.HandshakeFailed(PEER, -1)) == [f"SSL_connect:error in {BEFORE}"]


@pytest.mark.parametrize(("description", "passed"), [(80, True), (47, True), (50, False)])
def test_a_message_that_could_not_be_made_comes_after_server_done(description: int, passed: bool) -> None:
    ours = [e.AlertSeen(True, 2, description), e.BytesSent(b"")]
    done = ["SSL_connect:SSLv3/TLS read server done"] if passed else []
    arrived = e.HandshakeMessageSeen(sent=False, message=b"\x0e\0\0\0")
    assert trace(START, e.HandshakeMessageBegan(14), arrived, *ours)[:-1] == done


@pytest.mark.parametrize(
    ("level", "description", "text"),
    [
        (2, 40, "fatal:handshake failure"),
        (1, 112, "warning:unrecognized name"),
        (2, 48, "fatal:unknown CA"),
        (2, 116, "fatal:unknown"),
        (9, 80, "unknown:internal error"),
    ],
)
def test_alerts(level: int, description: int, text: str) -> None:
    assert trace(e.AlertSeen(False, level, description)) == [f"SSL3 alert read:{text}"]
    assert trace(e.AlertSeen(True, level, description)) == []
    ours = [e.AlertSeen(True, level, description), e.BytesSent(b"")]
    assert trace(START, *ours) == [f"SSL3 alert write:{text}"]
    assert trace(START, *ours, e.BytesSent(b"")) == []
    assert trace(START, ours[0], START, ours[1]) == []


def test_goodbyes_are_no_alerts() -> None:
    assert trace(e.AlertSeen(False, 1, 0)) == []
    assert trace(START, e.AlertSeen(True, 1, 0), e.BytesSent(b"")) == []


def test_an_unknown_message_leads_nowhere() -> None:
    assert trace(START, *BEGAN, e.HandshakeMessageBegan(99), e.HandshakeMessageBegan(2)) == states(
        "write client hello"
    )


def test_a_hello_request_is_told_after_the_handshake() -> None:
    """What is passed over during a handshake does not begin."""
    told = [*DONE, e.HandshakeMessageBegan(0)]
    assert trace(*told) == states(CONNECTED, CONNECTED)
    assert trace(*told, e.HandshakeMessageAccepted()) == states("read hello request")


def test_an_error_in_a_message_after_the_handshake() -> None:
    assert trace(*DONE, e.HandshakeMessageBegan(4), e.TlsProblem(1, "x")) == ["SSL_connect:error in error"]


def test_key_updates() -> None:
    told = [*DONE, e.HandshakeMessageBegan(24)]
    assert trace(*told) == states(CONNECTED, CONNECTED)
    assert trace(*told, e.HandshakeMessageAccepted()) == states("TLSv1.3 read server key update")
    told.append(e.HandshakeMessageSeen(True, b"\x18\0\0\1\0"))
    assert trace(*told) == states("TLSv1.3 read server key update")
    assert trace(*told, e.HandshakeMessageAccepted()) == []
    assert trace(*told, e.BytesSent(b"")) == states("TLSv1.3 write client key update")
    assert trace(*told, e.BytesSent(b""), e.HandshakeMessageBegan(4)) == states(CONNECTED, CONNECTED)
