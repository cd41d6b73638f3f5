"""Compressed certificates: whoever decompresses, the same comes out, or nothing."""

from __future__ import annotations

import zlib

import pytest

from pyfinger.errors import DecodeError
from pyfinger.tls import decompression, zstd
from pyfinger.tls.codepoints import CertificateCompression
from pyfinger.tls.decompression import Decompress, decompressor
from tests import zstd_oracle

CONTENT = b"certificate " * 400
FRAME = zstd_oracle.compress(CONTENT)
SKIPPABLE = bytes.fromhex("502a4d1803000000") + b"abc"


def library() -> Decompress:
    found = decompression.library_zstd()
    assert found is not None, "the tests' oracle is that library"
    return found


BOTH = pytest.mark.parametrize("decompress", [library(), zstd.decompress], ids=["library", "ours"])


@BOTH
@pytest.mark.parametrize("data", [FRAME, SKIPPABLE + FRAME, FRAME + SKIPPABLE])
def test_the_content_of_all_frames(decompress: Decompress, data: bytes) -> None:
    assert decompress(data, len(CONTENT)) == CONTENT
    assert decompress(data + FRAME, 2 * len(CONTENT)) == 2 * CONTENT


@BOTH
@pytest.mark.parametrize("data", [b"", b"x" * 20, FRAME[:-1], FRAME + b"\0", FRAME + FRAME])
def test_malformed_cut_short_or_too_long(decompress: Decompress, data: bytes) -> None:
    with pytest.raises(DecodeError):
        decompress(data, len(CONTENT))


@BOTH
def test_never_more_than_announced(decompress: Decompress) -> None:
    with pytest.raises(DecodeError):
        decompress(FRAME, len(CONTENT) - 1)


def test_ours_is_taken_where_there_is_no_library(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(decompression, "library_zstd", lambda: None)
    decompress = decompressor(CertificateCompression.ZSTD)
    assert decompress is not None and decompress(FRAME, len(CONTENT)) == CONTENT


def test_zlib() -> None:
    decompress = decompressor(CertificateCompression.ZLIB)
    assert decompress is not None and decompress(zlib.compress(CONTENT), len(CONTENT)) == CONTENT
    for data in (b"", b"x", zlib.compress(CONTENT)[:-1], zlib.compress(CONTENT * 2)):
        with pytest.raises(DecodeError):
            decompress(data, len(CONTENT))


def test_nobody_has_brotli() -> None:
    assert decompressor(CertificateCompression.BROTLI) is None
