"""A capture file as it grows: packets, and the secrets that decrypt them.

Each write is one or more whole blocks.  Nothing is written before there is
something to say, so that what stood in the file before is not lost in vain.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import BinaryIO

from pyfinger import __version__
from pyfinger.report.capture import blocks
from pyfinger.report.capture.tcp import Frame

_ABOUT = (
    "A probe as the program itself saw it. Addresses, ports, times and contents are true;"
    " sequence numbers, acknowledgements and the cutting into segments are made up."
)


class CaptureFile:
    """Writes to `out`, whose errors are not caught; without `secrets` it keeps none.

    Times are in seconds since the epoch; those that go back are brought forward.
    """

    def __init__(self, out: BinaryIO, *, secrets: bool) -> None:
        self._out = out
        self._secrets = secrets
        self._begun = False
        self._last = 0.0
        self._key_log = b""
        self._held: tuple[blocks.Packet, ...] = ()

    def begin(self) -> None:
        """What every file begins with, if it is not there yet."""
        if not self._begun:
            self._begun = True
            self._write(blocks.section(f"pyfinger {__version__}", _ABOUT) + blocks.interface("pyfinger"))

    def add(self, frames: Iterable[Frame], at: float) -> None:
        """Packets, behind what was held back and the secrets known by now."""
        self.release()
        for packet in self._packets(frames, at):
            self._write(blocks.packet(packet))

    def hold(self, frames: Iterable[Frame], at: float) -> None:
        """Packets that may need secrets yet to come."""
        self.release()
        self._held = self._packets(frames, at)

    def add_secret(self, line: bytes) -> None:
        """A line of a key log, for what is held back and what will follow."""
        if self._secrets:
            self._key_log += line

    def finish(self) -> None:
        """Nothing more will come."""
        if self._held or self._key_log:
            self.release()

    def release(self) -> None:
        """Write the secrets, then what was held back."""
        self.begin()
        key_log, self._key_log = self._key_log, b""
        held, self._held = self._held, ()
        if key_log:
            self._write(blocks.secrets(key_log))
        for packet in held:
            self._write(blocks.packet(packet))

    def _packets(self, frames: Iterable[Frame], at: float) -> tuple[blocks.Packet, ...]:
        self._last = max(self._last, at)
        microseconds = int(self._last * 1_000_000)
        return tuple(blocks.Packet(frame.packet, microseconds, frame.sent, frame.comment) for frame in frames)

    def _write(self, whole: bytes) -> None:
        self._out.write(whole)
        self._out.flush()
