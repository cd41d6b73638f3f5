"""Where the time went (`--timing`): figures, and on a terminal a waterfall beside them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from pyfinger.report.document.model import Span
from pyfinger.report.sanitise import printable

WIDTH = 80
_INSIDE = ("flight", "verification")  # parts of the step before them
_LEAST = 1e-6  # seconds; nothing can be drawn of less
_HEAD = 46  # columns before the bar


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
    shown = printable(name, utf8=False).decode("ascii")
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
