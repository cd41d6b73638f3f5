"""Reading the largest recordings there may be takes less than the memory SECURITY.md names."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable

import pytest

from pyfinger.recording.entries import Entry, FileRead, FileSought, ServiceFound, Told
from pyfinger.recording.parser import MAX_LINE, MAX_LINES, MAX_SIZE
from tests.recording.making import written

pytestmark = pytest.mark.slow

MOST = 150  # MiB

PROGRAM = """
import sys
from pathlib import Path
from pyfinger.recording.player import Player
from pyfinger.recording.parser import read_recording
player = Player(read_recording(sys.stdin.buffer), "x.rec", 7)
status = Path("/proc/self/status").read_text()  # rusage would count who started this, too
print(int(status.partition("VmHWM:")[2].split()[0]) // 1024)
"""


def many(entries: list[Entry], one: Callable[[int], Entry]) -> bytes:
    """These entries, and as many others as there is room for."""
    return written(*entries, *map(one, range(MAX_LINES - len(entries) - 1)))


def texts(character: str, line: int) -> list[Entry]:
    """Strings of nearly the size that is allowed, altogether four fifths of it."""
    width = 4 if character else 1
    text = character + "a" * (line - 200)
    return [FileSought(text, True)] * (MAX_SIZE * 4 // 5 // (line * width))


ROWS: dict[str, Callable[[], bytes]] = {
    "text, and small entries": lambda: many(
        texts("", MAX_LINE), lambda number: ServiceFound(f"n{number}", 25)
    ),
    "wide characters": lambda: many(texts("\U0001f600", MAX_LINE), lambda number: Told(float(number))),
    "files": lambda: written(*[FileRead("a", bytes(MAX_LINE // 2 - 100))] * (MAX_SIZE // MAX_LINE)),
}


@pytest.mark.skipif(sys.platform != "linux", reason="there is no VmHWM")
@pytest.mark.parametrize("row", ROWS)
def test_the_memory_a_recording_takes(row: str) -> None:
    data = ROWS[row]()
    assert len(data) <= MAX_SIZE
    done = subprocess.run([sys.executable, "-c", PROGRAM], input=data, capture_output=True, check=True)
    assert 0 < int(done.stdout) < MOST
