"""What the commands besides `pyfinger` have around them: standard streams, and how a mistake is told.

    return framed(PROGRAM, lambda: run(argv))

Standard output that is full or closed is one line on standard error and status 1; where nobody
reads it any more that is no mistake, and the status is a shell's for SIGPIPE.  Whatever was typed
comes back without what could lead a terminal astray.

`pyfinger` itself has getopt_long's ways (`getopt`) and outputs of its own (`outputs`), and does not
load argparse.
"""

from __future__ import annotations

import argparse
import errno
import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from io import TextIOWrapper
from typing import Any, BinaryIO, NoReturn, TextIO, cast

from pyfinger.cli.interrupts import FAILED, INTERRUPTED, OUTPUT_CLOSED, Interrupted
from pyfinger.cli.streams import SHOWN_OUTPUT, LogStream, abandon, open_standard_streams
from pyfinger.errors import UsageError
from pyfinger.report.sanitise import legible

BAD_USAGE = 2


class CommandParser(argparse.ArgumentParser):
    """One line says what is wrong; all there is to be said of options is in `--help`."""

    def _get_values(self, action: argparse.Action, arg_strings: list[str]) -> Any:
        """An option or operand that is there has a value: an empty one is a variable that was not set.

        Of `--option=--` Python 3.11 makes no value at all.
        """
        if not action.option_strings or action.nargs is not None:
            if action.nargs != argparse.PARSER and "" in arg_strings:
                raise argparse.ArgumentError(action, "nothing was given")
            return super()._get_values(action, arg_strings)
        (text,) = arg_strings
        if not text:
            raise argparse.ArgumentError(action, "nothing was given")
        value = self._get_value(action, text)
        self._check_value(action, value)
        return value

    def error(self, message: str) -> NoReturn:
        """End the program."""
        complain(self.prog, message)
        self.exit(BAD_USAGE)


class OutputLost(Exception):
    """Standard output cannot be written; no OSError, so that nobody takes it for another file's."""

    def __init__(self, error: OSError) -> None:
        super().__init__(str(error))
        self.error = error

    def told(self, program: str, failed: int = FAILED) -> int:
        """Say so, unless it is that nobody reads; the exit status."""
        if isinstance(self.error, BrokenPipeError):
            return OUTPUT_CLOSED
        complain(program, f"fatal: {SHOWN_OUTPUT}: {self.error.strerror}")
        return failed


def complain(program: str, text: str) -> None:
    """One line to standard error."""
    print(f"{program}: {legible(text)}", file=sys.stderr)


def framed(program: str, command: Callable[[], int]) -> int:
    """Run a command that prints; its exit status, or that of lost output."""
    with _standing_streams():
        try:
            try:
                return command()
            finally:
                sys.stdout.flush()  # also what argparse has printed, before it ends the program
        except OutputLost as lost:
            return lost.told(program)
        except KeyboardInterrupt as stop:  # while somebody read the last of it slowly
            abandon(sys.stdout.buffer)
            return stop.status if isinstance(stop, Interrupted) else INTERRUPTED


def look_at(option: str, path: str) -> None:
    """`UsageError` if there is no such file or folder, or if it may not be read."""
    try:
        os.stat(path)  # and not open(): a pipe has one reader
    except OSError as error:
        raise UsageError(f"--{option}: {path}: {error.strerror}") from error
    if not os.access(path, os.R_OK):
        raise UsageError(f"--{option}: {path}: {os.strerror(errno.EACCES)}")


@contextmanager
def writing() -> Iterator[None]:
    """Meanwhile `UsageError` for a file that cannot be written, `OutputLost` for standard output."""
    try:
        yield
    except OSError as error:
        if error.filename in (None, SHOWN_OUTPUT):
            raise OutputLost(error) from error
        raise UsageError(f"{error.filename}: {error.strerror}") from error


@contextmanager
def _standing_streams() -> Iterator[None]:
    """Meanwhile standard output raises `OutputLost`, and standard error loses what it cannot take."""
    before = sys.stdout, sys.stderr
    out, err = open_standard_streams()
    sys.stdout = _text(out, before[0], _lose_output)
    sys.stderr = _text(err, before[1], _lose_complaint)
    try:
        yield
    finally:
        sys.stdout, sys.stderr = before


def _text(stream: BinaryIO, before: TextIO | None, failed: Callable[[OSError], None]) -> TextIOWrapper:
    """Text in the encoding it had; what that does not have is escaped, not an error."""
    encoding = before.encoding if before is not None else "utf-8"
    kept = before.errors if before is not None else None
    return TextIOWrapper(
        cast(BinaryIO, LogStream(stream, failed)),
        encoding,
        errors=kept if kept == "surrogateescape" else "backslashreplace",
        line_buffering=failed is _lose_complaint or stream.isatty(),
    )


def _lose_output(error: OSError) -> NoReturn:
    raise OutputLost(error)


def _lose_complaint(_error: OSError) -> None:
    """The exit status alone says it."""
