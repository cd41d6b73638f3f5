"""What a run shows of itself: a view on a terminal, lines elsewhere, nothing if that is wanted."""

from __future__ import annotations

import io
import os
import pty
import re
import select
import signal
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from pyfinger.survey.progress import ProgressLines, watcher
from pyfinger.survey.tasks import Progress, Stage
from tests.survey.world import SurveyWorld, environment, plan

HIDE, SHOW = "\x1b[?25l", "\x1b[?25h"  # the cursor
_CONTROL = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]|\r")
HOSTS, DOMAINS = 4, 40


class Terminal:
    """A pseudo-terminal, as standard error of a command."""

    def __init__(self) -> None:
        self._ours, self._theirs = pty.openpty()
        self.text = ""

    def start(self, command: list[str], **variables: str) -> subprocess.Popen[str]:
        running = subprocess.Popen(
            command,
            stdout=subprocess.PIPE,
            stderr=self._theirs,
            text=True,
            env={**environment(), "TERM": "xterm", "COLUMNS": "120", "LINES": "24", **variables},
        )
        os.close(self._theirs)
        return running

    def read_until(self, wanted: str) -> None:
        """All up to these words, or to the end."""
        while wanted not in self.plain:
            if not select.select([self._ours], [], [], 60)[0]:
                raise AssertionError(f"{wanted!r} does not come: {self.text!r}")
            try:
                piece = os.read(self._ours, 65536)
            except OSError:  # EIO: nobody has the other end any more
                break
            if not piece:
                break
            self.text += piece.decode("utf-8", "replace")

    def close(self) -> None:
        self.read_until("\0")
        os.close(self._ours)

    @property
    def plain(self) -> str:
        return _CONTROL.sub("", self.text)


@pytest.fixture(scope="module")
def world() -> Iterator[SurveyWorld]:
    with SurveyWorld([plan(number) for number in range(HOSTS)], DOMAINS) as running:
        yield running


@pytest.mark.slow
def test_a_terminal_shows_how_far_it_is_and_the_verdicts(world: SurveyWorld, tmp_path: Path) -> None:
    pytest.importorskip("rich", reason="rich is not installed")
    terminal = Terminal()
    with terminal.start(world.run(tmp_path / "s.sqlite")) as running:
        terminal.close()
        out = running.communicate()[0]
    assert running.returncode == 0 and ": 40 lines, 8 connections" in out
    for told in ("40/40 domains planned", "4/4 servers probed", "40/40 domains judged", "20 ok", "10 failed"):
        assert told in terminal.plain
    assert "wait for the budget" in terminal.plain
    assert terminal.text.index(HIDE) < terminal.text.rindex(SHOW), "the cursor is back"


@pytest.mark.slow
def test_ctrl_c_leaves_the_terminal_in_order_and_says_how_to_go_on(
    world: SurveyWorld, tmp_path: Path
) -> None:
    pytest.importorskip("rich", reason="rich is not installed")
    terminal = Terminal()
    with terminal.start(world.run(tmp_path / "s.sqlite", "--per-total", "1,1")) as running:
        terminal.read_until("servers probed")
        running.send_signal(signal.SIGINT)
        terminal.close()
    assert running.returncode == 130
    rest = terminal.text[terminal.text.rindex(SHOW) :]
    assert f"go on with: pyfinger-survey resume --store {tmp_path}/s.sqlite" in rest
    assert "Traceback" not in terminal.text


@pytest.mark.slow
@pytest.mark.parametrize(
    ("words", "variables", "shown"),
    [((), {"TERM": "dumb"}, "40/40 domains judged"), (("--quiet",), {}, "")],
)
def test_other_terminals_have_lines_and_quiet_ones_nothing(
    world: SurveyWorld, tmp_path: Path, words: tuple[str, ...], variables: dict[str, str], shown: str
) -> None:
    terminal = Terminal()
    with terminal.start(world.run(tmp_path / "s.sqlite", *words), **variables) as running:
        terminal.close()
        out = running.communicate()[0]
    assert "\x1b" not in terminal.text and shown in terminal.text
    assert (terminal.text == "") == (not shown) == (out == "")


class Clock:
    """Set by hand."""

    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


class TerminalText(io.StringIO):
    """Text that passes for a terminal."""

    encoding = "utf-8"

    def isatty(self) -> bool:
        return True


def followed(stream: io.StringIO, clock: Clock) -> str:
    """A stage of ten domains, one in two seconds, after five that were done before; then judging."""
    with watcher(stream, clock, quiet=False) as tell:
        for done in range(5, 11):
            tell(Progress(Stage.PLAN, done=done, total=10))
            clock.now += 2
        tell(Progress(Stage.PROBE, done=1, total=3, running=1, waiting_for_budget=2, put_off=4))
        tell(Progress(Stage.JUDGE, done=3, total=4, verdicts=Counter({"ok": 2, "failed": 1})))
    return _CONTROL.sub("", stream.getvalue())


def test_lines_come_now_and_then_and_when_a_stage_is_done() -> None:
    assert followed(io.StringIO(), Clock()).splitlines() == [
        "5/10 domains planned",
        "8/10 domains planned, 0.5/s, 4 s left",
        "10/10 domains planned, 0.5/s",
        "1/3 servers probed, 1 open, 2 wait for the budget, 4 times: not now",
        "3/4 domains judged",
    ]


def test_a_view_has_rate_time_left_verdicts_and_who_waits(monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("rich", reason="rich is not installed")
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.setenv("COLUMNS", "120")
    shown = followed(TerminalText(), Clock())
    for told in (
        "8/10 domains planned", "0.5/s", "0:04 left", "10/10 domains planned", "1/3 servers probed",
        "1 open, 2 wait for the budget, 4 times: not now", "2 ok  1 failed",
    ):  # fmt: skip
        assert told in shown


def test_without_rich_a_terminal_has_lines(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.setitem(sys.modules, "rich", None)
    for name in [name for name in sys.modules if name.startswith(("rich.", "pyfinger.survey.live_view"))]:
        monkeypatch.delitem(sys.modules, name)
    assert isinstance(watcher(TerminalText(), Clock(), quiet=False), ProgressLines)
