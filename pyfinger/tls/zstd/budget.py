"""What a given size of output justifies: so many bytes, and so many table cells.

Blocks may come without output yet with tables of thousands of cells described
in a few bytes.  Encoders start a block, and with it new tables, once in 128 KiB;
those that split blocks do so down to about 1 KiB.  The cells allowed are enough
for full tables with every KiB of output.
"""

from __future__ import annotations

from pyfinger.errors import DecodeError

_CELLS_AT_START = 1 << 16
_CELLS_PER_BYTE = 4  # a block: 512 + 256 + 512, and with its literals 2048 + 256 + 64


class Budget:
    """Counts down; overdrawing is a `DecodeError`."""

    __slots__ = ("_cells", "room")

    def __init__(self, limit: int) -> None:
        self.room = limit
        """Bytes of output still allowed."""
        self._cells = _CELLS_AT_START + _CELLS_PER_BYTE * limit

    def spend_room(self, size: int, offset: int) -> None:
        """Before `size` bytes of output are made; `offset` is for the error."""
        if size > self.room:
            raise DecodeError("zstd content longer than allowed", offset)
        self.room -= size

    def spend_cells(self, count: int) -> None:
        """Before a table of `count` cells is built."""
        self._cells -= count
        if self._cells < 0:
            raise DecodeError("zstd tables out of proportion")
