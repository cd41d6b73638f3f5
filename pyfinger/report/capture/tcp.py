"""A TCP connection made up after the fact, of the bytes that went through it.

Who sent which bytes is true, and so are the ends.  Sequence numbers, windows
and where one segment ends and the next begins are nobody's but ours.  Every
segment acknowledges all that came before it, and the window is so large that
pure acknowledgements are not missed.
"""

from __future__ import annotations

from collections.abc import Iterator

from pyfinger.report.capture.frames import Flags, Segment, Way, tcp_packet
from pyfinger.values import Value

_MTU = 1500  # Ethernet's: what people are used to see
_HEADERS = {False: 40, True: 60}  # of IPv4 or IPv6, and TCP

_WINDOW_SCALE = b"\x01\x03\x03\x0e"  # the largest, RFC 7323 section 2.3; one byte of padding before it
_FIRST_NUMBERS = 1 << 24  # apart, from connection to connection: ports may come back


class Frame(Value):
    """An IP packet, and whether it is from us; `comment` is for whoever reads the capture."""

    sent: bool
    packet: bytes
    comment: str = ""


class TcpConversation:
    """One connection; `way` is from us to the server, `number` tells connections apart."""

    def __init__(self, way: Way, number: int) -> None:
        first = number * _FIRST_NUMBERS
        self._ways = {True: way, False: way.back}  # by whether we send
        self._next = {True: first, False: first}
        self._ended: set[bool] = set()
        self._largest = _MTU - _HEADERS[way.ipv6]
        self._open_options = b"\x02\x04" + self._largest.to_bytes(2, "big") + _WINDOW_SCALE

    def ask(self, comment: str = "") -> Frame:
        """Our SYN."""
        return self._frame(Flags.SYN, comment=comment, sent=True)

    def accept(self) -> Iterator[Frame]:
        """The server's SYN and our acknowledgement."""
        yield self._frame(Flags.SYN | Flags.ACK, sent=False)
        yield self._frame(Flags.ACK, sent=True)

    def reset(self) -> Iterator[Frame]:
        """The server does not want the connection, or no longer: RST, unless it said goodbye before."""
        if False not in self._ended:
            self._ended = {True, False}
            yield self._frame(Flags.RST | Flags.ACK, sent=False)

    def data(self, data: bytes, *, sent: bool) -> Iterator[Frame]:
        """Bytes that were sent or received, in segments."""
        for start in range(0, len(data), self._largest):
            payload = data[start : start + self._largest]
            last = start + self._largest >= len(data)
            yield self._frame(Flags.ACK | (Flags.PSH if last else Flags(0)), payload, sent=sent)

    def end(self, *, sent: bool) -> Iterator[Frame]:
        """One side's FIN, unless it was there before."""
        if sent not in self._ended:
            self._ended.add(sent)
            yield self._frame(Flags.FIN | Flags.ACK, sent=sent)

    def _frame(self, flags: Flags, payload: bytes = b"", comment: str = "", *, sent: bool) -> Frame:
        options = self._open_options if flags & Flags.SYN else b""
        acknowledged = self._next[not sent] if flags & Flags.ACK else 0
        segment = Segment(flags, self._next[sent], acknowledged, payload, options)
        self._next[sent] += len(payload) + bool(flags & (Flags.SYN | Flags.FIN))
        return Frame(sent, tcp_packet(self._ways[sent], segment), comment)
