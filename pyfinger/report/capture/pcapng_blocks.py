"""A capture file as it grows, block by block (draft-ietf-opsawg-pcapng).

Little-endian, IP packets without a link layer, times in microseconds.

Each write is one or more whole blocks.  Nothing is written before there is
something to say, so that what stood in the file before is not lost in vain.
"""

from __future__ import annotations

import struct
from collections.abc import Iterable, Sequence
from typing import BinaryIO

from pyfinger import __version__
from pyfinger.report.capture import pcapng_blocks as blocks
from pyfinger.report.capture.frames import Frame
from pyfinger.values import Value

SECTION_HEADER = 0x0A0D0D0A
INTERFACE = 1
ENHANCED_PACKET = 6
DECRYPTION_SECRETS = 10

BYTE_ORDER = 0x1A2B3C4D
LINKTYPE_RAW = 101  # packets begin with the IP header, whose first half-byte is the version
TLS_KEY_LOG = 0x544C534B  # "TLSK"
MICROSECONDS = 6  # minus the exponent

_LENGTH_UNKNOWN = -1
_MOST_COMMENT = 4000  # bytes of UTF-8; an option has room for 65535


# Options; each kind of block has its own, but for comments.
_COMMENT = 1
_SECTION_APPLICATION = 4
_INTERFACE_NAME = 2
_INTERFACE_RESOLUTION = 9
_PACKET_FLAGS = 2
_INBOUND, _OUTBOUND = 1, 2


_ABOUT = (
    "A probe as the program itself saw it. Addresses, ports, times and contents are true;"
    " sequence numbers, acknowledgements and the cutting into segments are made up."
)


class Packet(Value):
    """One packet; `at` is in microseconds since the epoch."""

    data: bytes
    at: int
    outbound: bool
    comment: str = ""


def section(application: str, comment: str) -> bytes:
    """The block a file begins with."""
    options = [(_SECTION_APPLICATION, application.encode()), *_comment(comment)]
    return _block(SECTION_HEADER, struct.pack("<IHHq", BYTE_ORDER, 1, 0, _LENGTH_UNKNOWN), options)


def interface(name: str) -> bytes:
    """Where packets come from; there is only one, number 0."""
    options = [(_INTERFACE_NAME, name.encode()), (_INTERFACE_RESOLUTION, bytes([MICROSECONDS]))]
    return _block(INTERFACE, struct.pack("<HHI", LINKTYPE_RAW, 0, 0), options)


def packet(one: Packet) -> bytes:
    """A packet, whole."""
    size = len(one.data)
    head = struct.pack("<IIIII", 0, one.at >> 32, one.at & 0xFFFFFFFF, size, size)
    direction = struct.pack("<I", _OUTBOUND if one.outbound else _INBOUND)
    return _block(
        ENHANCED_PACKET, head + _padded(one.data), [(_PACKET_FLAGS, direction), *_comment(one.comment)]
    )


def secrets(key_log: bytes) -> bytes:
    """Secrets of the TLS sessions that follow, as an NSS key log."""
    return _block(DECRYPTION_SECRETS, struct.pack("<II", TLS_KEY_LOG, len(key_log)) + _padded(key_log), [])


def _comment(text: str) -> list[tuple[int, bytes]]:
    octets = text.encode("utf-8", "replace")[:_MOST_COMMENT]
    return [(_COMMENT, octets.decode("utf-8", "ignore").encode())] if octets else []


def _block(kind: int, body: bytes, options: Sequence[tuple[int, bytes]]) -> bytes:
    for code, value in options:
        body += struct.pack("<HH", code, len(value)) + _padded(value)
    if options:
        body += bytes(4)  # opt_endofopt
    size = struct.pack("<I", 12 + len(body))
    return struct.pack("<I", kind) + size + body + size


def _padded(data: bytes) -> bytes:
    return data + bytes(-len(data) % 4)


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
