"""The layout of blocks (draft-ietf-opsawg-pcapng)."""

from __future__ import annotations

import struct

from hypothesis import given
from hypothesis import strategies as st

from pyfinger.report.capture import pcapng_blocks
from pyfinger.report.capture.pcapng_blocks import Packet
from tests.report.capture.reading import blocks


def test_the_section_header() -> None:
    (block,) = blocks(pcapng_blocks.section("pyfinger 1", "what it is"))
    assert block.kind == 0x0A0D0D0A
    assert block.body[:16] == bytes.fromhex("4d3c2b1a 0100 0000 ffffffffffffffff")
    assert block.options(16) == {4: b"pyfinger 1", 1: b"what it is"}


def test_the_interface() -> None:
    (block,) = blocks(pcapng_blocks.interface("here"))
    assert block.kind == 1
    assert struct.unpack_from("<HHI", block.body) == (101, 0, 0)
    assert block.options(8) == {2: b"here", 9: b"\6"}


@given(st.binary(max_size=100), st.integers(0, 2**63), st.booleans(), st.text(max_size=20))
def test_packets(data: bytes, at: int, outbound: bool, comment: str) -> None:
    (block,) = blocks(pcapng_blocks.packet(Packet(data, at, outbound, comment)))
    assert block.kind == 6
    interface, high, low, kept, whole = struct.unpack_from("<IIIII", block.body)
    assert (interface, (high << 32) + low, kept, whole) == (0, at, len(data), len(data))
    assert block.body[20 : 20 + len(data)] == data
    options = block.options(20 + len(data) + -len(data) % 4)
    assert options.pop(2) == struct.pack("<I", 2 if outbound else 1)
    assert options == ({1: comment.encode(errors="replace")} if comment else {})


@given(st.binary(max_size=100))
def test_secrets(key_log: bytes) -> None:
    (block,) = blocks(pcapng_blocks.secrets(key_log))
    assert block.kind == 10
    assert struct.unpack_from("<II", block.body) == (0x544C534B, len(key_log))
    assert block.body[8 : 8 + len(key_log)] == key_log


def test_comments_have_a_bound_and_are_text() -> None:
    (block,) = blocks(pcapng_blocks.section("", "\udcff" + "é" * 70_000))
    comment = block.options(16)[1].decode()
    assert comment.startswith("?é") and comment.endswith("é") and 1000 < len(comment) < 4000
