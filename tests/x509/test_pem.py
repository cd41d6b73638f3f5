from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pyfinger.demo.keys import to_pem
from pyfinger.errors import DecodeError
from pyfinger.x509.pem import blocks


@given(st.lists(st.binary(max_size=200), max_size=4), st.booleans())
def test_blocks_come_back_from_among_other_text(contents: list[bytes], crlf: bool) -> None:
    text = "some text\n" + "between\n".join(to_pem("X Y", content) for content in contents)
    if crlf:
        text = text.replace("\n", "\r\n")
    found = list(blocks(text.encode()))
    assert [(block.label, block.data) for block in found] == [("X Y", content) for content in contents]
    assert all(text[block.offset :].startswith("-----BEGIN") for block in found)


def test_encrypted_blocks_say_so() -> None:
    text = b"-----BEGIN KEY-----\nProc-Type: 4,ENCRYPTED\nDEK-Info: x\n\nAAAA\n-----END KEY-----\n"
    (block,) = blocks(text)
    assert block.encrypted
    assert block.data == bytes(3)
    (plain,) = blocks(text.replace(b"ENCRYPTED", b"MIC-ONLY"))
    assert not plain.encrypted


@pytest.mark.parametrize(
    "text",
    [
        b"-----BEGIN X-----\nAAAA\n",
        b"-----BEGIN X-----\nAAAA\n-----END Y-----\n",
        b"-----BEGIN X-----\nA!AA\n-----END X-----\n",
        b"-----BEGIN X-----\nAAAAA\n-----END X-----\n",
        b"-----BEGIN X-----\nAAA\n-----END X-----\n",
    ],
)
def test_broken_blocks(text: bytes) -> None:
    with pytest.raises(DecodeError):
        list(blocks(text))


def test_nothing() -> None:
    assert list(blocks(b"----- BEGIN X -----\n")) == []
