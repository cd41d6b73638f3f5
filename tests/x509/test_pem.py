from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pyfinger.x509.pem import Block, Ending, PemError, blocks, to_pem

BOM = b"\xef\xbb\xbf"
ONE = b"-----BEGIN X Y-----\nAAAA\n-----END X Y-----\n"
FOUND = ("X Y", bytes(3))


def block(body: bytes, label: bytes = b"X") -> bytes:
    return b"-----BEGIN " + label + b"-----\n" + body + b"-----END " + label + b"-----\n"


def found(text: bytes, *, in_memory: bool = False) -> list[tuple[str, bytes]]:
    return [(one.label, one.data) for one in blocks(text, in_memory=in_memory)]


def only(text: bytes) -> Block:
    (one,) = blocks(text)
    return one


@given(st.lists(st.binary(min_size=1, max_size=200), max_size=4), st.sampled_from(["\n", "\r\n", " \t\n"]))
def test_blocks_come_back_from_among_other_text(contents: list[bytes], end: str) -> None:
    text = "some text\n" + "between\n".join(to_pem("X Y", content) for content in contents)
    text = text.replace("\n", end)
    read = list(blocks(text.encode()))
    assert [(one.label, one.data) for one in read] == [("X Y", content) for content in contents]
    assert all(text[one.offset :].startswith("-----BEGIN") for one in read)


@given(
    st.lists(st.sampled_from([ONE, BOM, b"A", b"AAA=", b"\n", b"\0", b":", b"-----BEGIN X", b" ", b"-" * 5]))
)
def test_what_is_read_quickly_is_read_the_same(parts: list[bytes]) -> None:
    """A blank behind the END line leaves nothing to the expression for ordinary blocks."""
    results = []
    for text in (b"".join(parts), b"".join(parts).replace(b"-----END X Y-----", b"-----END X Y----- ")):
        read: list[object] = []
        try:
            read += found(text)
        except PemError as error:
            read.append(error.ending)
        results.append(read)
    assert results[0] == results[1]


def test_a_byte_order_mark_may_stand_before_each_block() -> None:
    assert found(BOM + ONE + BOM + ONE) == [FOUND] * 2
    assert found(BOM + b"text\n" + ONE) == [FOUND]
    assert found(b"text\n" + BOM + ONE) == []


def test_what_ends_a_line_does_not_count() -> None:
    text = ONE.replace(b"\n", b" \t\x0b\xff\xa0\r\n")
    assert found(text) == [FOUND]
    assert found(ONE.rstrip()) == [FOUND]
    assert found(ONE.replace(b"AAAA", b"AAAA\x7f")[:0] + block(b" A A\tA A \n")) == [("X", bytes(3))]


def test_labels_are_any_text() -> None:
    assert found(block(b"AAAA\n", b"")) == [("", bytes(3))]
    assert found(block(b"AAAA\n", b"rsa key \xe9")) == [("rsa key \udce9", bytes(3))]
    assert found(b"-----BEGIN X----- \nAAAA\n-----END X-----\n") == [("X", bytes(3))]
    assert found(b"-----BEGIN-----\n-----BEGIN X----\n----- BEGIN X -----\n-----BEGIN ----\n") == []


def test_an_empty_line_ends_headers_whatever_they_are() -> None:
    headed = only(block(b"Proc-Type: 4,ENCRYPTED\nDEK-Info: x\n\nAAAA\n"))
    assert (headed.header, headed.data) == (b"Proc-Type: 4,ENCRYPTED\nDEK-Info: x\n", bytes(3))
    cut = only(block(b"AAAB\n \nAAAA\n"))
    assert (cut.header, cut.data) == (b"AAAB\n", bytes(3))
    assert only(block(b"\nAAAA\n")).header == b""


def test_behind_headers_only_the_last_line_is_short() -> None:
    line, short = b"A" * 64 + b"\n", b"AAAA\n"
    assert only(block(b"a: b\n\n" + line + line + short)).data == bytes(99)
    assert ended(block(b"a: b\n\n" + short + short)) is Ending.BAD_END_LINE
    assert ended(block(b"a: b\n\n" + line + b"\n")) is Ending.BAD_END_LINE
    assert ended(block(b"a: b\n\n" + b"A" * 68 + b"\n")) is Ending.UNEXPLAINED
    assert only(block(short + line + b"A" * 68 + b"\n" + short)).data == bytes(105)


def test_lines_longer_than_the_buffer_are_several() -> None:
    for size in (253, 254, 255, 508, 600):
        whole = block(b"A" * (size - size % 4) + b"=" * 0 + b"\n")
        assert len(only(whole).data) == size // 4 * 3
    assert only(block(b"A" * 252 + b"  \nAAAA\n")).data == bytes(192)
    assert found(b"x" * 254 + ONE) == [FOUND]


def test_a_hyphen_ends_the_data() -> None:
    assert found(block(b"AAAA\n-whatever!\nAAAA\n")) == [("X", bytes(3))]
    assert found(block(b"AA==-\n")) == [("X", bytes(1))]


def test_a_nul_ends_a_line_of_a_file_and_at_its_beginning_the_file() -> None:
    assert found(b"x\0\n" + ONE) == [FOUND]
    assert found(b"\0\n" + ONE) == []
    assert found(b"\0\n" + ONE, in_memory=True) == [FOUND]
    assert ended(ONE.replace(b"AAAA", b"\0")) is Ending.BAD_END_LINE
    assert found(block(b"AA\0!\nAA\n")) == [("X", bytes(3))]


def ended(text: bytes) -> Ending:
    with pytest.raises(PemError) as caught:
        list(blocks(text))
    assert 0 <= caught.value.offset <= len(text)
    return caught.value.ending


@pytest.mark.parametrize(
    ("text", "ending"),
    [
        (b"-----BEGIN X-----\nAAAA\n", Ending.BAD_END_LINE),
        (b"-----BEGIN X-----\nAAAA\n-----END Y-----\n", Ending.BAD_END_LINE),
        (b"-----BEGIN X-----\nAAAA\n-----END X----\n", Ending.BAD_END_LINE),
        (block(b"A!AA\n"), Ending.BAD_BASE64),
        (block(b"AAAAA\n"), Ending.BAD_BASE64),
        (block(b"AAA\n"), Ending.BAD_BASE64),
        (block(b"AA=A\n"), Ending.BAD_BASE64),
        (block(b"AA==\nAAAA\n"), Ending.BAD_BASE64),
        (block(b"A===\n"), Ending.BAD_BASE64),
        (block(b"AA_-\n"), Ending.BAD_BASE64),
        (block(b""), Ending.UNEXPLAINED),
        (block(b"\n"), Ending.UNEXPLAINED),
        (block(b"a: b\nAAAA\n"), Ending.UNEXPLAINED),
        (block(b"-\n"), Ending.UNEXPLAINED),
        (block(b"AAAA\n", b"X: Y"), Ending.UNEXPLAINED),
    ],
)
def test_reading_ends_for_good(text: bytes, ending: Ending) -> None:
    assert ended(text) is ending
    assert ended(ONE + text + ONE) is ending


def test_nothing() -> None:
    assert found(b"----- BEGIN X -----\n") == []
    assert found(b"") == []
