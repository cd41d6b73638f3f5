"""What files hold that options name: far too much, and nothing that ever ends."""

from __future__ import annotations

import contextlib
import os
import threading
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import TypeAlias

from tests.hostile.row import EVERYTHING, USUAL, Row
from tests.hostile.smtp_rows import ESCAPES
from tests.hostile.stage import Stage

_NOWHERE = "[127.0.0.1]:1"
_TOO_LARGE = "File too large"

Make: TypeAlias = Callable[[Stage], str]
"""Makes a file; its path."""


def _sparse(stage: Stage) -> str:
    """A gigabyte of zeros that takes no room."""
    path = stage.folder / "sparse"
    with path.open("wb") as file:
        file.truncate(1 << 30)
    return str(path)


def _device(stage: Stage) -> str:
    return "/dev/zero"


def _fifo(stage: Stage) -> str:
    """A pipe somebody always writes to."""
    path = stage.folder / "fifo"
    os.mkfifo(path)

    def write() -> None:
        with contextlib.suppress(OSError), path.open("wb", buffering=0) as pipe:
            while not stage.over:
                pipe.write(b"-----BEGIN CERTIFICATE-----\n" * 1000)

    threading.Thread(target=write, daemon=True).start()
    return str(path)


def _blocks(stage: Stage) -> str:
    """Thirty thousand blocks that hold nothing."""
    return stage.file("blocks", b"-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n" * 30_000)


def _beginnings(stage: Stage) -> str:
    """Blocks that only begin."""
    return stage.file("beginnings", b"-----BEGIN CERTIFICATE-----\n" * 400_000)


def _escapes(stage: Stage) -> str:
    """A file whose name and content drive a terminal."""
    name = ESCAPES.replace(b"\0", b"").replace(b"/", b"").decode("utf-8", "surrogateescape")
    return stage.file(name, ESCAPES)


def _given(option: str, make: Make) -> Callable[[Stage], Sequence[str]]:
    return lambda stage: ["-l", "verify", option, make(stage), _NOWHERE]


_OPTIONS = (("-F", 0), ("-A", 1), ("-H", 0), ("-k", 0))
_ENDLESS = (("1 GB of zeros", _sparse), ("/dev/zero", _device), ("a pipe without end", _fifo))


def _endless() -> Iterator[Row]:
    for option, status in _OPTIONS:
        for name, make in _ENDLESS:
            yield Row(
                f"file/{option}: {name}",
                "a file that fills any memory",
                _given(option, make),
                _TOO_LARGE,
                status=status,
            )


def _main_cf(make: Make) -> Callable[[Stage], Sequence[str]]:
    def set_up(stage: Stage) -> Sequence[str]:
        path = Path(make(stage))
        (stage.folder / "main.cf").unlink()
        (stage.folder / "main.cf").symlink_to(path)
        return [_NOWHERE]

    return set_up


def _long_value(stage: Stage) -> str:
    return stage.file("long", b"myhostname = " + b"$myhostname" * 100_000 + b"\n")


ROWS: tuple[Row, ...] = (
    *_endless(),
    *(
        Row(f"file/main.cf: {name}", "the same", _main_cf(make), _TOO_LARGE, status=1)
        for name, make in _ENDLESS
    ),
    Row(
        "file/main.cf: a value of 1 MB",
        "a parameter that refers to itself",
        _main_cf(_long_value),
        "fatal: ",
        status=1,
    ),
    Row(
        "file/-F: 30 000 blocks",
        "blocks that hold no certificates",
        _given("-F", _blocks),
        "TLS library problem",
    ),
    Row("file/-F: beginnings", "blocks without end", _given("-F", _beginnings), "TLS library problem"),
    Row(
        "file/-F: control characters",
        "a name that drives a terminal",
        _given("-F", _escapes),
        "TLS library problem",
        ways=EVERYTHING,
    ),
    Row(
        "file/-A: control characters",
        "a name that drives a terminal",
        _given("-A", _escapes),
        "^fatal: ",
        status=1,
        ways=USUAL,
    ),
)
