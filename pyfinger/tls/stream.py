"""A TLS session over another stream: the engine meets the deadlines.

The engine gets one record at a time, and the next only when something is still
wanted, as OpenSSL reads: what it tells is in order with what is told elsewhere.

Trouble inside TLS after the handshake is told as `TlsProblem` and looks like a
lost connection to whoever speaks through it, as it does in Postfix.
"""

from __future__ import annotations

from pyfinger.errors import LostConnection, TransportError
from pyfinger.events import Emit, TlsProblem
from pyfinger.steps import Deadline, Sleep, Steps, Stream, ask
from pyfinger.tls.engine import Engine
from pyfinger.tls.handshake_failures import TlsFailure
from pyfinger.tls.hello_variant import cut

_HEADER = 5
_BETWEEN = 0.05  # seconds from one segment to the next


class RecordCutter:
    """Cuts a stream of bytes where records end (RFC 8446 section 5.1)."""

    def __init__(self) -> None:
        self._held = bytearray()
        self._left = 0  # of the present record

    def feed(self, data: bytes) -> None:
        """More of the stream."""
        self._held += data

    def take(self) -> bytes:
        """What is there of one record; empty if that is not even a header."""
        if not self._left and len(self._held) >= _HEADER:
            self._left = _HEADER + int.from_bytes(self._held[3:_HEADER], "big")
        piece = bytes(self._held[: self._left])
        del self._held[: self._left]
        self._left -= len(piece)
        return piece


class TlsStream:
    """The inside of a TLS connection."""

    def __init__(self, outer: Stream, engine: Engine, emit: Emit, cuts: tuple[int, ...] = ()) -> None:
        """`cuts`: where what is sent first is to be cut into segments."""
        self._outer = outer
        self._cuts = cuts
        self._engine = engine
        self._emit = emit
        self._records = RecordCutter()
        self._ended = False  # end of file, which is not looked for twice

    def handshake(self, deadline: Deadline) -> Steps[None]:
        """Drive the handshake to `engine.connection_info`.

        Raises `TlsFailure` (after sending its alert), or `TransportError`; end
        of file and close_notify are a `LostConnection`.
        """
        engine = self._engine
        if engine.error is not None:  # nothing that could be offered
            yield from self._last_words(deadline)
            raise engine.error
        yield from self._open(deadline)
        while engine.busy:
            if not (yield from self._read(deadline)):
                raise LostConnection
            if engine.error is not None and not engine.closed:
                yield from self._last_words(deadline)
                raise engine.error
            yield from self._flush(deadline)
        if engine.closed:
            raise LostConnection

    def send(self, data: bytes, deadline: Deadline) -> Steps[None]:
        """Encrypt and write all of `data`."""
        self._check()
        self._engine.send(data)
        yield from self._flush(deadline)

    def receive(self, deadline: Deadline) -> Steps[bytes]:
        """Some decrypted bytes, empty at end of file or close_notify."""
        while True:
            data = self._engine.received()
            if data or self._engine.closed or self._ended:
                return data
            self._check()
            yield from self._read(deadline)
            if self._engine.error is not None:
                yield from self._tell(self._engine.error, deadline)
            yield from self._flush(deadline)

    def shutdown(self, deadline: Deadline) -> Steps[None]:
        """Send close_notify and do not wait for the peer's; never raises."""
        if self._engine.error is None:
            self._engine.close()
            yield from self._last_words(deadline)

    def _check(self) -> None:
        if self._engine.error is not None:
            raise LostConnection

    def _read(self, deadline: Deadline) -> Steps[bool]:
        """Give the engine some bytes of one record; False at end of file."""
        if self._engine.paused:
            self._engine.feed(b"")
            return True
        while not (piece := self._records.take()):
            data = yield from self._outer.receive(deadline)
            if not data:
                self._ended = True
                return False
            self._records.feed(data)
        self._engine.feed(piece)
        return True

    def _tell(self, error: TlsFailure, deadline: Deadline) -> Steps[None]:
        yield from self._last_words(deadline)
        for problem in error.queue:
            self._emit(TlsProblem(problem.code, problem.reason, problem.data))
        raise LostConnection

    def _open(self, deadline: Deadline) -> Steps[None]:
        """Send the hello; where it is cut, each piece has time to leave on its own."""
        for number, piece in enumerate(cut(self._engine.output(), self._cuts)):
            if number:
                yield from ask(Sleep(_BETWEEN))
            yield from self._outer.send(piece, deadline)

    def _flush(self, deadline: Deadline) -> Steps[None]:
        data = self._engine.output()
        if data:
            yield from self._outer.send(data, deadline)

    def _last_words(self, deadline: Deadline) -> Steps[None]:
        """Flush an alert to a peer that may be gone already."""
        try:
            yield from self._flush(deadline)
        except TransportError:
            return
