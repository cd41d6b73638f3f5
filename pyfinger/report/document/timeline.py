"""Where the time went: spans, from the events that begin and end something.

A step of the dialogue ends where the next one begins.  Inside a handshake a
flight is what one side sends before the other speaks; ours take no time worth
the name, the server's include the way there and back.  What comes before the
probe itself, such as reading files, belongs to the program's start.

`waterfall` is the text of `--timing`: figures, and on a terminal bars beside them.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from pyfinger.events import (
    BytesReceived,
    BytesSent,
    CertificateChecked,
    Connected,
    ConnectFailed,
    Connecting,
    CredentialSeen,
    Disconnected,
    DnsQuery,
    DnsReply,
    Event,
    HandshakeFailed,
    ProbeBegan,
    RawKeyChecked,
    Reconnecting,
    SessionBegan,
    StepBegan,
    TlsEstablished,
)
from pyfinger.report.document.model import Span
from pyfinger.report.sanitise import plain

TLS_STEP = "TLS"
WIDTH = 80
_INSIDE = ("flight", "verification")  # parts of the step before them
_LEAST = 1e-6  # seconds; nothing can be drawn of less
_HEAD = 46  # columns before the bar


class Timeline:
    """Collects spans; `began` is when the probe did, or if it never does, the time of the first event."""

    def __init__(self) -> None:
        self.began: float | None = None
        self.ended = 0.0
        self._spans: list[Span] = []
        self._open: dict[str, tuple[str, float]] = {}  # what -> detail, begin
        self._session = 0
        self._flights = 0
        self._last = 0.0  # of the last bytes either side sent
        self._checked: float | None = None

    @property
    def spans(self) -> tuple[Span, ...]:
        """Those that are over, in the order they began."""
        return tuple(sorted(self._spans, key=lambda span: span.began))

    def __call__(self, event: Event, at: float) -> None:
        """Follow every event."""
        if self.began is None:
            self.began = at
        self.ended = at
        match event:
            case ProbeBegan():
                self.began = at
            case DnsQuery():
                self._begin("dns", f"{event.name or '.'} {event.rdtype}", at)
            case DnsReply():
                self._end("dns", at)
            case SessionBegan(number=number):
                self._end("wait", at)
                self._session = number
            case Connecting(peer=peer):
                self._begin("connect", str(peer), at)
            case Connected():
                self._end("connect", at)
            case ConnectFailed():
                self._end("connect", at, failed=True)
            case Reconnecting():
                self._end_step(at)
                self._begin("wait", "", at)
            case StepBegan(step=step):
                self._end_step(at)
                self._begin("step", step, at)
                self._flights = 0
            case Disconnected():
                self._end_step(at)
            case TlsEstablished() | HandshakeFailed():
                self._end_verification()
                self._end_step(at, failed=isinstance(event, HandshakeFailed))
            case _:
                self._inside(event, at)

    def _inside(self, event: Event, at: float) -> None:
        """What happens during a handshake."""
        if self._open.get("step", ("", 0.0))[0] != TLS_STEP:
            return
        match event:
            case BytesSent():
                self._end("flight", self._last)
                self._last = at
            case BytesReceived():
                self._received(at)
            case CredentialSeen():
                self._begin("verification", "", at)
                self._checked = None
            case CertificateChecked() | RawKeyChecked():
                self._checked = at

    def _received(self, at: float) -> None:
        """More of the server's flight, which began when we had spoken."""
        if "flight" not in self._open:
            self._flights += 1
            self._begin("flight", f"server's flight {self._flights}", self._last or at)
        self._last = at

    def _begin(self, what: str, detail: str, at: float) -> None:
        self._open[what] = (detail, at)

    def _end(self, what: str, at: float, *, failed: bool = False) -> None:
        if what in self._open:
            detail, began = self._open.pop(what)
            self._add(what, detail, (began, at), failed=failed)

    def _end_step(self, at: float, *, failed: bool = False) -> None:
        if "step" in self._open:
            self._end("flight", self._last)
            step, began = self._open.pop("step")
            self._add(step, "", (began, at), failed=failed)

    def _end_verification(self) -> None:
        if self._checked is not None:
            self._end("verification", self._checked)
        self._open.pop("verification", None)

    def _add(self, what: str, detail: str, times: tuple[float, float], *, failed: bool) -> None:
        start, (began, ended) = self.began or 0.0, times
        self._spans.append(Span(what, detail, began - start, max(0.0, ended - began), self._session, failed))


def waterfall(spans: Sequence[Span], total: float, startup: float | None = None, *, bars: bool) -> bytes:
    """One line a span: begin and duration in milliseconds, what it was, and its place in the whole."""
    lines = [f"{'begin':>9} {'ms':>9}  step"]
    lines += [_row(span, total, bars=bars) for span in spans]
    lines.append(f"{0.0:9.1f} {total * 1000:9.1f}  in all")
    if startup is not None:
        lines.append(f"{'':>9} {startup * 1000:9.1f}  before that, to start the program")
    return "".join(f"{line}\n" for line in lines).encode("ascii")


def _row(span: Span, total: float, *, bars: bool) -> str:
    name = f"{span.what} {span.detail}".rstrip()
    if span.what in _INSIDE:
        name = f"  {span.detail or span.what}"
    if span.failed:
        name += ", failed"
    shown = plain(name)
    figures = f"{span.began * 1000:9.1f} {span.seconds * 1000:9.1f}  {shown}"
    if not bars or total < _LEAST:
        return figures
    return f"{figures[: _HEAD - 1]:{_HEAD}}{''.join(_bar(span, total))}".rstrip()


def _bar(span: Span, total: float) -> Iterator[str]:
    """Blanks up to its begin, then at least one mark."""
    room = WIDTH - _HEAD
    begin = min(room - 1, int(span.began / total * room))
    length = max(1, min(room - begin, round(span.seconds / total * room)))
    yield " " * begin
    yield "#" * length
