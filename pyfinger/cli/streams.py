"""Standard output and error, also where they are closed, full, or nobody reads them.

A closed descriptor is filled, so that no file or socket of ours takes its place,
with one that refuses to be used for what it is there for: writing to it fails
as writing to a closed one does.  What cannot be written is said once, on the
other stream, and does not keep anything else from being written.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from io import FileIO, RawIOBase
from typing import TYPE_CHECKING, BinaryIO, TextIO, cast

if TYPE_CHECKING:
    from _typeshed import ReadableBuffer as Buffer

SHOWN_OUTPUT = "standard output"  # what it is called, where it cannot be written
STDIN, STDOUT, STDERR = range(3)


def open_standard_streams() -> tuple[BinaryIO, BinaryIO]:
    """Output and error, to write octets to."""
    for descriptor in (STDIN, STDOUT, STDERR):
        try:
            os.fstat(descriptor)
        except OSError:
            # The lowest free descriptor is the one that is missing.
            os.open(os.devnull, os.O_WRONLY if descriptor == STDIN else os.O_RDONLY)
    return _binary(sys.stdout, STDOUT), _binary(sys.stderr, STDERR)


def _binary(stream: TextIO | None, descriptor: int) -> BinaryIO:
    if stream is None:  # it was closed when Python started
        return cast(BinaryIO, FileIO(descriptor, "wb", closefd=False))
    return stream.buffer


def abandon(stream: BinaryIO) -> None:
    """Keep the interpreter from trying once more, at exit, to write what could not be written."""
    try:
        descriptor = stream.fileno()
    except OSError:  # also UnsupportedOperation: it has none
        return
    sink = os.open(os.devnull, os.O_WRONLY)
    os.dup2(sink, descriptor)
    os.close(sink)


def reader_gone(error: OSError) -> bool:
    """Whether it says that nobody reads standard output any more, which is no mistake."""
    return isinstance(error, BrokenPipeError) and error.filename in (None, SHOWN_OUTPUT)


class LogStream(RawIOBase):
    """Where the log goes; the first failure is passed to `failed`, and nothing is written from then on."""

    def __init__(self, stream: BinaryIO, failed: Callable[[OSError], None]) -> None:
        super().__init__()
        self._stream = stream
        self._failed = failed
        self._broken = False

    def write(self, data: Buffer, /) -> int:
        """All of it."""
        piece = bytes(data)
        self._try(lambda: self._stream.write(piece))
        return len(piece)

    def flush(self) -> None:
        """Let it appear; called once more when this is thrown away, perhaps after what it writes to."""
        if not self._stream.closed:
            self._try(self._stream.flush)

    def writable(self) -> bool:
        """It is there for nothing else."""
        return True

    def fileno(self) -> int:
        """The descriptor; OSError if there is none."""
        return self._stream.fileno()

    def isatty(self) -> bool:
        """Whether somebody looks on."""
        return self._stream.isatty()

    def _try(self, action: Callable[[], object]) -> None:
        if self._broken:
            return
        try:
            action()
        except OSError as error:
            self._broken = True
            abandon(self._stream)
            self._failed(error)
