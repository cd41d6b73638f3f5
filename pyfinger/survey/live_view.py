"""Progress on a terminal, drawn again in place: how far, how fast, how long, verdicts, who waits.

    probe  ━━━━━━━━━━━━━━━━━━━━━━━━ 120/200 servers probed   12.5/s   0:06 left
    16 open, 40 wait for the budget
    100 ok  60 failed

Stages that are done stay above as one line each.  Nothing is drawn in a thread of its own:
the coordinator tells at least once a second.

The one door to rich, which is needed for nothing else (the extra `survey`).
"""

from __future__ import annotations

from types import TracebackType
from typing import Self, TextIO

from rich.console import Console, Group
from rich.live import Live
from rich.progress_bar import ProgressBar
from rich.table import Table
from rich.text import Text

from pyfinger.steps import Clock
from pyfinger.survey.progress import UNITS, StagePace, waiting_parts
from pyfinger.survey.tasks import Progress
from pyfinger.values import replace

_EVERY = 0.2  # seconds
_BAR = 32  # columns
_STYLES = {"ok": "green", "degraded": "yellow", "failed": "red", "could-not-tell": "magenta"}


class LiveView:
    """A view; entered as long as there is something to see."""

    def __init__(self, stream: TextIO, clock: Clock) -> None:
        self._console = Console(file=stream, highlight=False)
        self._live = Live(
            console=self._console, auto_refresh=False, redirect_stdout=False, redirect_stderr=False
        )
        self._clock = clock
        self._pace = StagePace()
        self._next = 0.0
        self._last: Progress | None = None

    def __enter__(self) -> Self:
        self._live.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._draw()
        self._live.stop()

    def __call__(self, progress: Progress) -> None:
        """This far."""
        now = self._clock()
        if self._last is not None and progress.stage is not self._pace.stage:
            last = self._last
            self._last = None
            self._live.update(Text(""), refresh=True)
            self._console.print(Text(f"{last.done}/{last.total} {UNITS[last.stage]}"))
        if self._pace.follow(progress, now):
            self._next = now
        self._last = replace(progress)
        if now >= self._next:
            self._next = now + _EVERY
            self._draw()

    def _draw(self) -> None:
        if self._last is not None:
            self._live.update(self.view(self._last), refresh=True)

    def view(self, progress: Progress) -> Group:
        """What is drawn."""
        now = self._clock()
        first = Table.grid(padding=(0, 2))
        rate, left = self._pace.rate(progress, now), self._pace.left(progress, now)
        first.add_row(
            Text(progress.stage.value, style="bold"),
            ProgressBar(total=max(progress.total, 1), completed=progress.done, width=_BAR),
            f"{progress.done}/{progress.total} {UNITS[progress.stage]}",
            f"{rate:.1f}/s" if rate else "",
            "" if left is None else left.told(_duration(left.seconds)),
        )
        lines = [Text(", ".join(parts)) for parts in [waiting_parts(progress)] if parts]
        if progress.verdicts:
            told = [
                Text(f"{number} {word}", style=_STYLES.get(word, ""))
                for word, number in progress.verdicts.most_common()
            ]
            lines.append(Text("  ").join(told))
        return Group(first, *lines)


def _duration(seconds: float) -> str:
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes}:{rest:02}"
