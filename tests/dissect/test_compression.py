"""What is in compressed certificates."""

from __future__ import annotations

import zlib

import pytest

from pyfinger.dissect.dissector import decompressed
from pyfinger.dissect.field import Field
from pyfinger.wire import opaque, uint
from tests.dissect.building import dissected, message

CONTENT = b"certificate " * 9
ZSTD = (
    bytes.fromhex("28b52ffd20")
    + bytes([len(CONTENT)])
    + (len(CONTENT) << 3 | 1).to_bytes(3, "little")
    + CONTENT
)


def compressed(algorithm: int, size: int, data: bytes) -> Field:
    return dissected(message(25, uint(algorithm, 2) + uint(size, 3) + opaque(data, 3)))


@pytest.mark.parametrize(("algorithm", "data"), [(1, zlib.compress(CONTENT)), (3, ZSTD)])
def test_what_we_can_open(algorithm: int, data: bytes) -> None:
    assert decompressed(compressed(algorithm, len(CONTENT), data)) == CONTENT


@pytest.mark.parametrize(("algorithm", "data"), [(1, b"no zlib"), (3, b"no zstd"), (3, ZSTD[:-1])])
def test_what_does_not_open(algorithm: int, data: bytes) -> None:
    assert decompressed(compressed(algorithm, len(CONTENT), data)) == b""


def test_never_more_than_one_byte_too_many() -> None:
    assert decompressed(compressed(1, 10, zlib.compress(bytes(1 << 20)))) == bytes(11)


@pytest.mark.parametrize(
    "tree",
    [
        compressed(2, len(CONTENT), b"brotli"),
        compressed(1, 0, zlib.compress(CONTENT)),
        compressed(1, 0xFFFFFF, zlib.compress(CONTENT)),
        dissected(message(25, "00")),
        dissected(message(25, "0001 0001")),
    ],
)
def test_what_nobody_could_tell(tree: Field) -> None:
    assert decompressed(tree) is None
