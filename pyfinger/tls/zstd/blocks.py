"""Blocks of a frame: raw, repeated or compressed (RFC 8878 section 3.1.1.2)."""

from __future__ import annotations

from pyfinger.errors import DecodeError
from pyfinger.tls.zstd.bits import little
from pyfinger.tls.zstd.budget import Budget
from pyfinger.tls.zstd.literals import Literals
from pyfinger.tls.zstd.sequences import Sequence, Sequences
from pyfinger.wire import Reader

_MAX_BLOCK = 128 * 1024
_RAW, _RLE, _COMPRESSED = range(3)


class Blocks:
    """Decodes the blocks of one frame, whose window is given in bytes."""

    def __init__(self, window: int, budget: Budget) -> None:
        self._window = window
        self._max_block = min(window, _MAX_BLOCK)
        self._budget = budget
        self._literals = Literals(budget)
        self._sequences = Sequences(budget)
        self._out = bytearray()

    def read(self, reader: Reader) -> bytes:
        """The content of all blocks."""
        last = False
        while not last:
            last = self._read_block(reader)
        return bytes(self._out)

    def _read_block(self, reader: Reader) -> bool:
        """Append one block; whether it was the last."""
        header = little(reader, 3, "zstd block")
        kind, size = header >> 1 & 3, header >> 3
        if size > self._max_block:
            raise DecodeError("zstd block too large", reader.position)
        if kind == _RAW:
            self._budget.spend_room(size, reader.position)
            self._out += reader.take(size, "zstd block")
        elif kind == _RLE:
            self._budget.spend_room(size, reader.position)
            self._out += reader.take(1, "zstd block") * size
        elif kind == _COMPRESSED:
            self._decompress(Reader(reader.take(size, "zstd block")), reader.position)
        else:
            raise DecodeError("reserved zstd block type", reader.position)
        return bool(header & 1)

    def _decompress(self, reader: Reader, offset: int) -> None:
        """Append a compressed block; `offset` is for errors."""
        start = len(self._out)
        room = min(self._max_block, self._budget.room)
        literals = Reader(self._literals.read(reader, room))
        for sequence in self._sequences.read(reader, room):
            self._copy(sequence, literals, start + room)
        if literals.remaining > start + room - len(self._out):
            raise DecodeError("zstd block too long", offset)
        self._out += literals.rest()
        self._budget.spend_room(len(self._out) - start, offset)

    def _copy(self, sequence: Sequence, literals: Reader, end: int) -> None:
        """Literals, then a match, which may reach into itself (RFC 8878 section 3.1.1.4)."""
        self._out += literals.take(sequence.literals, "zstd literals")
        length, offset = sequence.match, sequence.offset
        if length > end - len(self._out):
            raise DecodeError("zstd block too long", literals.position)
        if offset > min(len(self._out), self._window):
            raise DecodeError("zstd offset too far back", literals.position)
        start = len(self._out) - offset
        pattern = self._out[start : start + length]
        self._out += (pattern * -(-length // len(pattern)))[:length]
