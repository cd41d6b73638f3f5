"""Zstandard: what the reference encoder makes, what no encoder makes, and every kind of damage."""

from __future__ import annotations

import hashlib
import math
import zlib
from itertools import accumulate

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pyfinger.errors import DecodeError
from pyfinger.tls.codepoints import TLS13, HandshakeType
from pyfinger.tls.handshake_failures import TlsFailure
from pyfinger.tls.messages import message
from pyfinger.tls.server_certificate import read_credential
from pyfinger.tls.zstd import decompress
from pyfinger.tls.zstd.bits import BackwardBits, ForwardBits, OutputBudget
from pyfinger.tls.zstd.frame import xxh64
from pyfinger.tls.zstd.fse import SymbolBounds, build, read_table
from pyfinger.tls.zstd.huffman import read_huffman
from pyfinger.tls.zstd.sequences import RecentOffsets
from pyfinger.wire import Reader, opaque, uint
from tests import zstd_oracle

# Made with libzstd 1.5.7: size and SHA-256 of the content, and the frame.
VECTORS: dict[str, tuple[int, str, str]] = {
    "nothing, with a checksum": (
        0,
        "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
        "28b52ffd240001000099e9d851",
    ),
    "a raw block": (
        20,
        "857311054a290965572bee09dfedcb5e8ba55ea69141f0423b8e97f81178bf3f",
        "28b52ffd2014a100006e340b9cffb37a989ca544e6bb780a2c78901d3f",
    ),
    "blocks of one repeated byte, with a checksum": (
        300000,
        "886715e4051e827f4fe215df3053af3f85ad0d352db2c829c7487af6d78efe30",
        "28b52ffda4e09304005400001000000100fbff39c00202001000039f04002d28de26",
    ),
    "literals in one stream": (
        100,
        "ed8d509e5c84a4ef731f43db032f448a248b0bb1ed6c1ae1343cfcf3eb89dba2",
        "28b52ffd20642d02004246100ec0e501adb581f7ca9248d8aa780672233cf02442fe8386b82d94599597686c"
        "5f624457714eac33968769b4bf16232031904ae27fa3ca3480048afe6e0097f2b800",
    ),
    "literals in four streams, with a checksum": (
        320,
        "fa0f53f0dfea4f2b04047afbd7fb1a51c9034426a69f2a0263504e99e6b3205f",
        "28b52ffd644000d5050006942d0bc00fb056c55ad8caffae04290029002900c55445342f12f54b1da0af1706"
        "a31185763837b33f1d90782c0a78bbe644a59c987ab3ff9c0b346e01010438c6a55d5b578de4ff00c9b4c1db"
        "9a4585773ce2ccd7a585c331d60a60d1e3b7d28cbb2ede3b0162b11d616b639e00586ba846746a197d4daf78"
        "b908ed4f0886d9576498ea764b49243efeb05df62501719ec881a39ca062f09262ff75fc8a06d6cb91ad078c"
        "4d344723508c509c2de5c529ffad9a5ab6110100c9888492",
    ),
    "tables of its own": (
        951,
        "f0c02b8bf01ab8364124e8ebe4327e6aa843c493a941651c7814d57fd5bd4b7e",
        "28b52ffd60b702150a00c2c91714c015d201a035590a2277e48b4c5d01ce65d50f0127b3ae4d44cdba77de49"
        "9a8813ef7ef27d8ac79a3db9aea7ee279f7c9ff29d3545f0ce9347e8ef3411e5299f7c37a21aa13711ad6d08"
        "940db1305032c8936586f724080006b38061981874a8919e234d4125d31a200282943ab303104047ea3429b4"
        "061447b6b7891e62294481d67dd582a5bc3980f77e74e38c2b3db23c066e812946ee34b1f26101cc69f79073"
        "2616e2c1cdd22263446dd41a3df41da074b1be05dd26af8710803b25caa23f991958888a08829474307e356d"
        "bf1646affce3257e82d4e96ffcc2d44f7323208263a373e1806dd54bb8ae76a6e9248f13f62f5db9d01e8036"
        "6b91516b9e6cb1e94188d6c42c0086078990425afda0341b46a21e92879f7e449ac521e0cd916ea3929b6d66"
        "b6af05a2ab6521099e965dd677f9988e014de07105415c05",
    ),
    "the tree of the block before, recent offset 2 without literals": (
        182,
        "0c2e5ffc16dce30277a311f7856a5fe03a39cc23082947440adcd9415cc83d8b",
        "28b52ffd00883c020082c40d11c0b7014028857ba9f092f51f72c6aa1f023600c1fcc3662b139ed61181f6ad"
        "883aadb522486ded0c8a64be15ccfa1ebd6fe5997a5a0e040057118b99415299031a1414440100934103dfa3"
        "c7ac9410b39ea99825443909006a20f82ac0bde027e3e2e54055195e3317c3a006930d010000",
    ),
    "tables of the block before": (
        314,
        "b67cc86fe631100423e085fb261b4cf1a18c97c21c7ee6f6413fce96f2524a92",
        "28b52ffd00609c0200b402d1b6137dfc83283209696d0c8422d2c5cbdac771ed094c94f7a994c08b37e7e712"
        "873cb2f618c6c5219aaa12a8c09efbdf013042e8f5106216f3018ee0c1cf7b5801b4b4426a3eec8f07a450e1"
        "fb141764fc000058cc91f5b6e2fb283209696d07c05b15068b9865103a954c5556b6816d0001010000",
    ),
    "a table of one symbol": (
        62,
        "5ff3fae1728fb4ab585846cee4fe2862774c63890f4f731526184aba04c1dc1e",
        "28b52ffd00606c0000206162636103100224220599d9010000",
    ),
    "recent offset 3": (
        65,
        "484b0200f369c6f5e9a150d01dedd3a539c81470df02ac8a8a84e3992c5cd9e0",
        "28b52ffd0068bc0000506e340b14f825b262f21404003e8d19ea002f42ecdc10010000",
    ),
    "recent offset 3 without literals": (
        58,
        "428d5f02988a56e0d8c5339ad262d54ec9386947999700c2b2b20fbf6fb2f899",
        "28b52ffd0068840100240228320969cc8422d2c5cbdac7710cd1b6137dfc83f2908b72c794f7a994c019d237"
        "e7040042057c4960a12382a904010000",
    ),
}
FRAMES = {name: bytes.fromhex(text) for name, (_, _, text) in VECTORS.items()}
SIZES = {name: size for name, (size, _, _) in VECTORS.items()}
SMALL = [name for name, size in SIZES.items() if size < 1000]

MAGIC = bytes.fromhex("28b52ffd")
RAW, RLE, COMPRESSED, RESERVED = range(4)


def le(value: int, size: int) -> bytes:
    return value.to_bytes(size, "little")


def block(kind: int, content: bytes, last: bool = True, size: int | None = None) -> bytes:
    """`size` is that in the header, if it is not the length of `content`."""
    told = len(content) if size is None else size
    return le(told << 3 | kind << 1 | last, 3) + content


def frame(*blocks: bytes) -> bytes:
    """Of an unknown size, with a window of 1 KiB."""
    return MAGIC + b"\0\0" + b"".join(blocks)


def coded(kind: int, size: int, stored: bytes, streams: int = 1) -> bytes:
    """Huffman-coded literals with a tree (kind 2) or without (3)."""
    return le(len(stored) << 14 | size << 4 | (streams == 4) << 2 | kind, 3) + stored


def literals(content: bytes) -> bytes:
    """Raw literals, less than 32."""
    return bytes([len(content) << 3]) + content


def stream(bits: str) -> bytes:
    """Bits in the order they are read, behind the mark."""
    return le(int("1" + bits, 2), len(bits) // 8 + 1)


def sequences(modes: int, descriptions: bytes, bits: str, count: int = 1) -> bytes:
    return bytes([count, modes]) + descriptions + stream(bits)


def one_match(literal_code: int, offset_code: int, match_code: int, extra: str = "") -> bytes:
    """A sequence of codes that need no tables."""
    return sequences(0b01010100, bytes([literal_code, offset_code, match_code]), extra)


def refused(data: bytes, reason: str, limit: int = 10000) -> None:
    with pytest.raises(DecodeError, match=reason):
        decompress(data, limit)


@pytest.mark.parametrize("name", VECTORS)
def test_what_the_reference_encoder_makes(name: str) -> None:
    size, digest, _ = VECTORS[name]
    content = decompress(FRAMES[name], size)
    assert len(content) == size
    assert hashlib.sha256(content).hexdigest() == digest


@pytest.mark.parametrize("name", [name for name in VECTORS if SIZES[name]])
def test_one_byte_more_than_allowed_is_refused(name: str) -> None:
    with pytest.raises(DecodeError):
        decompress(FRAMES[name], SIZES[name] - 1)


@pytest.mark.parametrize("name", SMALL)
def test_a_frame_cut_anywhere_is_refused(name: str) -> None:
    for end in range(len(FRAMES[name])):
        with pytest.raises(DecodeError):
            decompress(FRAMES[name][:end], SIZES[name])


@pytest.mark.parametrize("name", SMALL)
def test_something_behind_the_frame_is_refused(name: str) -> None:
    refused(FRAMES[name] + b"\0", "zstd frame cut short")
    refused(FRAMES[name] + bytes(4), "not a zstd frame")


def test_frames_follow_each_other() -> None:
    skippable = bytes.fromhex("5a2a4d18") + le(3, 4) + b"abc"
    first, second = FRAMES["a raw block"], FRAMES["recent offset 3"]
    expected = decompress(first, 20) + decompress(second, 65)
    assert decompress(skippable + first + second + skippable, 85) == expected
    assert decompress(skippable, 0) == b""
    refused(skippable + first + second, "longer than allowed|too long|too many", 84)
    refused(skippable[:-1], "skippable frame cut short")


def test_rle_blocks_are_paid_for_before_they_are_made() -> None:
    giant = frame(*[block(RLE, b"a", last=False, size=1024)] * 1000)
    refused(giant, "longer than allowed", 5000)
    assert decompress(frame(block(RLE, b"a", size=1024)), 1024) == b"a" * 1024


HEADERS = {
    "2008ff": "longer than allowed",  # a content size of 8 in one byte, beyond the limit below
    "08": "reserved bit",
    "2101": "dictionaries",
    "010001": "dictionaries",
    "02000100": "dictionaries",
    "030000000001": "dictionaries",
    "0089": "window too large",
    "00ff": "window too large",
    "a0ffffffff": "longer than allowed",
    "e0ffffffffffffffff": "longer than allowed",
    "6000": "content size cut short",
    "03000000": "dictionary cut short",
    "00": "window cut short",
    "": "frame header cut short",
}


@pytest.mark.parametrize("header", HEADERS)
def test_headers_are_checked(header: str) -> None:
    refused(MAGIC + bytes.fromhex(header), HEADERS[header], 7)


@pytest.mark.parametrize("header", ["2003", "0000", "02000000", "0088", "800003000000", "e00300000000000000"])
def test_headers_that_are_allowed(header: str) -> None:
    """Among them: no dictionary in two bytes, a window of 128 MiB, sizes of 1, 4 and 8 bytes."""
    assert decompress(MAGIC + bytes.fromhex(header) + block(RAW, b"abc"), 3) == b"abc"


def test_a_size_of_two_bytes_begins_at_256() -> None:
    assert decompress(MAGIC + bytes.fromhex("600100") + block(RLE, b"a", size=257), 257) == b"a" * 257


def test_sizes_and_checksums_are_compared() -> None:
    refused(MAGIC + b"\x20\x04" + block(RAW, b"abc"), "content size differs")
    checked = FRAMES["literals in four streams, with a checksum"]
    refused(checked[:-1] + b"\0", "checksum differs")
    refused(checked[:-1], "checksum cut short")


def test_blocks_are_checked() -> None:
    refused(frame(block(RESERVED, b"")), "reserved zstd block type")
    refused(frame(block(RAW, bytes(1025))), "block too large")
    refused(frame(block(RAW, b"", size=1)), "block cut short")
    refused(frame(block(RLE, b"", size=1)), "block cut short")
    refused(frame(block(COMPRESSED, b"")), "literals section cut short")


def test_plain_literals() -> None:
    for kind, content in ((RAW, b"abc"), (RLE, b"a")):
        expected = b"abc" if kind == RAW else b"aaa"
        for header in (le(3 << 3 | kind, 1), le(3 << 4 | 4 | kind, 2), le(3 << 4 | 12 | kind, 3)):
            assert decompress(frame(block(COMPRESSED, header + content + b"\0")), 3) == expected
    refused(frame(block(COMPRESSED, le(1025 << 4 | 12 | RLE, 3) + b"a\0")), "literals too long")


TREE = bytes([128, 0x10])  # symbols 0 and 1, one bit each


def test_coded_literals() -> None:
    content = coded(2, 4, TREE + stream("0110")) + b"\0"
    assert decompress(frame(block(COMPRESSED, content)), 4) == b"\0\1\1\0"
    again = coded(3, 3, stream("101")) + b"\0"
    both = frame(block(COMPRESSED, content, last=False), block(COMPRESSED, again))
    assert decompress(both, 7) == b"\0\1\1\0\1\0\1"
    jumps = le(1, 2) * 3
    four = coded(2, 7, TREE + jumps + stream("01") + stream("01") + stream("11") + stream("0"), 4) + b"\0"
    assert decompress(frame(block(COMPRESSED, four)), 7) == b"\0\1\0\1\1\1\0"


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (coded(3, 4, stream("0110")), "without a tree"),
        (coded(2, 4, TREE + stream("011")), "bit stream cut short"),
        (coded(2, 4, TREE + stream("01101")), "1 excess bits"),
        (coded(2, 4, TREE + b"\0"), "without end mark"),
        (coded(2, 4, TREE), "without end mark"),
        (coded(2, 5, TREE + le(1, 2) * 3 + stream("01") * 4, 4), "too short for four streams"),
        (coded(2, 8, TREE + le(9, 2) * 3 + stream("01") * 4, 4), "Huffman stream cut short"),
        (coded(2, 8, TREE + le(1, 2), 4), "jump table cut short"),
        (coded(2, 4, bytes([128])), "Huffman weights cut short"),
        (coded(2, 4, bytes([128, 0])), "do not fit"),
        (coded(2, 4, bytes([128, 0xC0])), "do not fit"),  # a code of 12 bits
        (coded(2, 4, bytes([131, 0x33, 0x31])), "do not fit"),  # 13 cells
        (coded(2, 4, bytes([128, 0x20])), "without longest codes"),
        (coded(2, 4, bytes([100, 0])), "Huffman tree cut short"),
        (coded(2, 4, b""), "Huffman tree cut short"),
    ],
)
def test_damaged_literals(content: bytes, reason: str) -> None:
    refused(frame(block(COMPRESSED, content + b"\0")), reason)


def test_a_match_may_reach_into_itself() -> None:
    """Offset 2 is value 5: code 2, extra bits 01; match code 4 is of 7 bytes."""
    content = literals(b"abc") + one_match(2, 2, 4, "01")
    assert decompress(frame(block(COMPRESSED, content)), 100) == b"ab" + b"ababab" + b"a" + b"c"


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (one_match(4, 2, 4, "01"), "literals cut short"),
        (one_match(2, 2, 4, "11"), "too far back"),
        (one_match(2, 2, 43, "011111111"), "block too long"),
        (one_match(2, 2, 4, "011"), "1 excess bits"),
        (one_match(2, 2, 4, "0"), "bit stream cut short"),
        (one_match(36, 2, 4, "01"), "unknown zstd symbol"),
        (one_match(2, 32, 4, "01"), "unknown zstd symbol"),
        (one_match(2, 2, 53, "01"), "unknown zstd symbol"),
        (one_match(0, 1, 0, "1"), "offset of zero"),  # the last one, 1, less 1
        (sequences(0b11010100, b"\0\0", ""), "repeat is missing"),
        (sequences(0b01010101, b"\0\0\0", ""), "reserved zstd sequence mode"),
        (sequences(0b01010100, b"\0\0\0", "", count=100), "too many zstd sequences"),
        (b"\x80\x64", "too many zstd sequences"),
        (b"\xff\0\0", "too many zstd sequences"),
        (b"\xff\0", "number of zstd sequences cut short"),
        (b"\x80", "number of zstd sequences cut short"),
        (b"\0\0", "1 excess bytes"),
        (b"\x80\0\0", "1 excess bytes"),
        (b"", "number of zstd sequences cut short"),
        (b"\1", "sequences cut short"),
    ],
)
def test_damaged_sequences(content: bytes, reason: str) -> None:
    refused(frame(block(COMPRESSED, literals(b"abc") + content)), reason, 100)


def test_a_block_stays_below_its_limit() -> None:
    """Two bytes and a match of seven leave no room for the third byte."""
    refused(frame(block(COMPRESSED, literals(b"abc") + one_match(2, 2, 4, "01"))), "block too long", 9)


def test_matches_stay_within_the_window() -> None:
    first = block(RAW, bytes(1024), last=False)
    for offset, allowed in ((1024, True), (1025, False)):
        match = sequences(0b01010100, bytes([0, 10, 0]), f"{offset + 3 - 1024:010b}")
        data = frame(first, block(RAW, b"x", last=False), block(COMPRESSED, literals(b"") + match))
        if allowed:
            assert decompress(data, 2000) == bytes(1024) + b"x" + bytes(3)
        else:
            refused(data, "too far back")


def test_recent_offsets() -> None:
    """RFC 8878 section 3.1.1.5."""
    recent = RecentOffsets()
    steps = [(1, 5, 1), (2, 5, 4), (2, 0, 8), (3, 5, 1), (1, 0, 8), (3, 0, 7), (13, 0, 10), (2, 1, 7)]
    assert [recent.resolve(value, run) for value, run, _ in steps] == [offset for _, _, offset in steps]


WEIGHTS = bytes([127 + 11, 0x11, 0x23, 0x45, 0x67, 0x89, 0xA0])  # the largest table: 2048 cells


def test_tables_without_content_are_limited() -> None:
    bomb = block(COMPRESSED, coded(2, 0, WEIGHTS + stream("")) + b"\0", last=False)
    refused(frame(*[bomb] * 32), "out of proportion", 0)
    assert decompress(frame(*[bomb] * 300, block(RAW, b"")), 140000) == b""
    refused(frame(*[bomb] * 320, block(RAW, b"")), "out of proportion", 140000)


def described(accuracy: int, distribution: list[int]) -> bytes:
    """A table description (RFC 8878 section 4.1.1), written the way it is not read."""
    text = f"{accuracy - 5:04b}"  # the last bit first
    free, zeros = 1 << accuracy, 0
    for place, probability in enumerate(distribution):
        if zeros:
            zeros -= 1
            continue
        size = math.floor(math.log2(free + 1)) + 1
        spared = 2**size - 1 - (free + 1)
        value = probability + 1
        if value < spared:
            text = f"{value:0{size - 1}b}" + text
        else:
            text = f"{value + spared * (value >= 2 ** (size - 1)):0{size}b}" + text
        free -= abs(probability)
        if not probability:
            zeros = next((n for n, p in enumerate(distribution[place + 1 :]) if p), 0)
            text = f"{zeros % 3:02b}" + "11" * (zeros // 3) + text
    return le(int(text, 2), (len(text) + 7) // 8)


@st.composite
def distributions(draw: st.DrawFn) -> tuple[int, list[int]]:
    accuracy = draw(st.integers(5, 9))
    found, free = [], 1 << accuracy
    while free:
        found.append(draw(st.one_of(st.integers(-1, 3), st.integers(-1, free))))
        if abs(found[-1]) > free or len(found) == 52:
            found[-1] = free
        free -= abs(found[-1])
    return accuracy, found


@settings(max_examples=40)
@given(distributions(), st.binary(max_size=2))
def test_table_descriptions(made: tuple[int, list[int]], behind: bytes) -> None:
    accuracy, distribution = made
    reader = Reader(described(accuracy, distribution) + behind)
    table = read_table(reader, SymbolBounds(9, 52), OutputBudget(0))
    assert table == build(accuracy, distribution)
    assert reader.rest() == behind
    with pytest.raises(DecodeError):
        read_table(Reader(described(accuracy, distribution)[:-1]), SymbolBounds(9, 52), OutputBudget(0))


@settings(max_examples=40)
@given(distributions())
def test_a_symbol_can_follow_any_state(made: tuple[int, list[int]]) -> None:
    """The cells of a symbol cover all states, each exactly once."""
    accuracy, distribution = made
    cells = build(accuracy, distribution).cells
    assert len(cells) == 1 << accuracy
    for symbol, probability in enumerate(distribution):
        ours = [cell for cell in cells if cell.symbol == symbol]
        assert len(ours) == abs(probability)
        reached = [state for cell in ours for state in range(cell.baseline, cell.baseline + (1 << cell.bits))]
        assert sorted(reached) == (list(range(1 << accuracy)) if ours else [])


@pytest.mark.parametrize(
    ("description", "reason"),
    [
        (described(10, [1024]), "table too large"),
        (described(5, [0] * 53 + [32]), "too many symbols"),
        (described(5, [1] * 10 + [0] * 43 + [22]), "too many symbols"),
        (b"\x10\xfe" + b"\xff" * 1000, "too many symbols"),  # a zero, and thousands more of them
        (b"", "table cut short"),
    ],
)
def test_damaged_tables(description: bytes, reason: str) -> None:
    with pytest.raises(DecodeError, match=reason):
        read_table(Reader(description), SymbolBounds(9, 52), OutputBudget(0))


def test_weights_without_end() -> None:
    """A table of one symbol needs no bits, so they never run out."""
    tree = described(5, [0, 32]) + stream("0" * 10)
    with pytest.raises(DecodeError, match="too many Huffman weights"):
        read_huffman(Reader(bytes([len(tree)]) + tree), OutputBudget(0))


@given(st.lists(st.integers(0, 15), min_size=1, max_size=128))
def test_codes_fill_the_tree(weights: list[int]) -> None:
    nibbles = [*weights, *[0] * (len(weights) % 2)]
    packed = bytes(high << 4 | low for high, low in zip(nibbles[::2], nibbles[1::2], strict=True))
    try:
        table = read_huffman(Reader(bytes([127 + len(weights)]) + packed), OutputBudget(0))
    except DecodeError:
        return
    assert len(table.symbols) == len(table.lengths) == 1 << table.bits
    for symbol, weight in enumerate(weights):
        assert table.symbols.count(symbol) == 1 << weight >> 1
    assert list(table.lengths) == sorted(table.lengths, reverse=True)


@given(st.lists(st.integers(0, 20), max_size=20), st.data())
def test_bits_read_both_ways(sizes: list[int], data: st.DataObject) -> None:
    values = [data.draw(st.integers(0, (1 << size) - 1)) for size in sizes]
    backward = BackwardBits(stream("".join(f"{v:0{n}b}" for v, n in zip(values, sizes, strict=True) if n)))
    assert [backward.read(size) for size in sizes] == values
    assert backward.peek(3) == 0
    backward.finish()
    starts = accumulate(sizes, initial=0)
    joined = sum(value << start for value, start in zip(values, starts, strict=False))
    forward = ForwardBits(Reader(le(joined, (sum(sizes) + 7) // 8)))
    assert [forward.read(size) for size in sizes] == values


@pytest.mark.parametrize(
    ("data", "value"),
    [
        (b"", 0xEF46DB3751D8E999),
        (b"a", 0xD24EC4F1A98C6E5B),
        (b"abc", 0x44BC2CF5AD770999),
        (b"Nobody inspects the spammish repetition", 0xFBCEA83C8A378BF1),
        (bytes(range(47)), 0x0D9883A03E7BFBB8),
    ],
)
def test_checksums(data: bytes, value: int) -> None:
    assert xxh64(data) == value


@given(st.sampled_from(SMALL), st.data())
def test_damage_is_refused_or_stays_within_the_limit(name: str, data: st.DataObject) -> None:
    spoilt = bytearray(FRAMES[name])
    for _ in range(data.draw(st.integers(1, 3))):
        spoilt[data.draw(st.integers(0, len(spoilt) - 1))] = data.draw(st.integers(0, 255))
    try:
        assert len(decompress(bytes(spoilt), 2000)) <= 2000
    except DecodeError:
        return


def compressed_message(algorithm: int, size: int, data: bytes) -> bytes:
    body = uint(algorithm, 2) + uint(size, 3) + opaque(data, 3)
    return message(HandshakeType.COMPRESSED_CERTIFICATE, body)


def test_certificates_arrive_compressed() -> None:
    """RFC 8879 section 4: zlib is algorithm 1, zstd 3; the size must be the one announced."""
    plain = b"\0" + opaque(opaque(b"certificate", 3) + b"\0\0", 3)
    for algorithm, data in ((1, zlib.compress(plain)), (3, frame(block(RAW, plain)))):
        made = compressed_message(algorithm, len(plain), data)
        assert read_credential(made, TLS13, raw_key=False).certificates == (b"certificate",)
        with pytest.raises(TlsFailure, match="excessive message size"):
            read_credential(compressed_message(algorithm, 1 << 20, data), TLS13, raw_key=False)
        for size in (0, len(plain) - 1, len(plain) + 1):
            with pytest.raises(TlsFailure, match="bad decompression"):
                read_credential(compressed_message(algorithm, size, data), TLS13, raw_key=False)
        for damaged in (data[:-1], b"", b"x" + data):
            with pytest.raises(TlsFailure, match="bad decompression"):
                read_credential(compressed_message(algorithm, len(plain), damaged), TLS13, raw_key=False)
    with pytest.raises(TlsFailure, match="bad compression algorithm"):
        read_credential(compressed_message(2, len(plain), plain), TLS13, raw_key=False)


NAMES = (
    bytes.fromhex("06092a864886f70d01010b0500"),
    bytes.fromhex("06082a8648ce3d040302"),
    b"\x06\x03\x55\x04\x03\x0c\x0emx.example.com",
    b"\x06\x03\x55\x04\x0a\x13\x16Example Trust Services",
    b"http://crl.example.net/intermediate.crl",
    b"http://ocsp.example.net",
    b"\x30\x82\x04",
    b"260101000000Z",
)
CHAINS = st.lists(st.sampled_from(NAMES) | st.binary(min_size=8, max_size=64), max_size=40).map(b"".join)


@settings(deadline=None)
@given(content=CHAINS, level=st.integers(1, 22), checksum=st.booleans(), told=st.booleans())
def test_round_trips(content: bytes, level: int, checksum: bool, told: bool) -> None:
    data = zstd_oracle.compress(content, level, checksum=checksum, told=told)
    assert decompress(data, len(content)) == content


@settings(deadline=None)
@given(parts=st.lists(CHAINS, max_size=4), level=st.integers(1, 9))
def test_round_trips_in_several_blocks(parts: list[bytes], level: int) -> None:
    content = b"".join(parts)
    assert decompress(zstd_oracle.in_blocks(parts, level), len(content)) == content


@settings(deadline=None)
@given(content=CHAINS, data=st.data())
def test_what_is_accepted_means_the_same_to_the_reference(content: bytes, data: st.DataObject) -> None:
    spoilt = bytearray(zstd_oracle.compress(content, told=False))
    place = data.draw(st.integers(6, len(spoilt) - 1))  # not the header: the oracle would skip frames
    spoilt[place] = data.draw(st.integers(0, 255))
    try:
        found = decompress(bytes(spoilt), 5000)
    except DecodeError:
        return
    assert zstd_oracle.decompress(bytes(spoilt), 5000) == found
