"""Any bytes give at most `LIMIT` bytes or DecodeError; what is accepted ends where the data ends."""

from __future__ import annotations

from pyfinger.errors import DecodeError
from pyfinger.tls.zstd import decompress

LIMIT = 5000

SEEDS: list[bytes] = [
    bytes.fromhex(text)
    for text in (
        # Made with libzstd 1.5.7: a raw block; literals in one stream; in four, with a checksum;
        "28b52ffd2014a100006e340b9cffb37a989ca544e6bb780a2c78901d3f",
        "28b52ffd20642d02004246100ec0e501adb581f7ca9248d8aa780672233cf02442fe8386b82d94599597686c"
        "5f624457714eac33968769b4bf16232031904ae27fa3ca3480048afe6e0097f2b800",
        "28b52ffd644000d5050006942d0bc00fb056c55ad8caffae04290029002900c55445342f12f54b1da0af1706"
        "a31185763837b33f1d90782c0a78bbe644a59c987ab3ff9c0b346e01010438c6a55d5b578de4ff00c9b4c1db"
        "9a4585773ce2ccd7a585c331d60a60d1e3b7d28cbb2ede3b0162b11d616b639e00586ba846746a197d4daf78"
        "b908ed4f0886d9576498ea764b49243efeb05df62501719ec881a39ca062f09262ff75fc8a06d6cb91ad078c"
        "4d344723508c509c2de5c529ffad9a5ab6110100c9888492",
        # tables and trees of the block before; a table of one symbol; recent offsets.
        "28b52ffd00883c020082c40d11c0b7014028857ba9f092f51f72c6aa1f023600c1fcc3662b139ed61181f6ad"
        "883aadb522486ded0c8a64be15ccfa1ebd6fe5997a5a0e040057118b99415299031a1414440100934103dfa3"
        "c7ac9410b39ea99825443909006a20f82ac0bde027e3e2e54055195e3317c3a006930d010000",
        "28b52ffd00609c0200b402d1b6137dfc83283209696d0c8422d2c5cbdac771ed094c94f7a994c08b37e7e712"
        "873cb2f618c6c5219aaa12a8c09efbdf013042e8f5106216f3018ee0c1cf7b5801b4b4426a3eec8f07a450e1"
        "fb141764fc000058cc91f5b6e2fb283209696d07c05b15068b9865103a954c5556b6816d0001010000",
        "28b52ffd00606c0000206162636103100224220599d9010000",
        "28b52ffd0068bc0000506e340b14f825b262f21404003e8d19ea002f42ecdc10010000",
        # By hand: a frame to skip; repeated bytes.
        "5a2a4d1803000000616263",
        "28b52ffd00002303006128b52ffd00001d0000516100",
    )
]


def check(data: bytes) -> None:
    try:
        content = decompress(data, LIMIT)
    except DecodeError as error:
        assert 0 <= error.offset <= max(len(data), LIMIT)
        return
    assert len(content) <= LIMIT
    assert content == decompress(data, LIMIT)
    refused(data + b"\0", LIMIT)
    refused(data[:-1], LIMIT)
    if content:
        refused(data, len(content) - 1)


def refused(data: bytes, limit: int) -> None:
    try:
        decompress(data, limit)
    except DecodeError:
        return
    raise AssertionError("accepted with a byte too many or too few")
