"""PEM blocks among any other text (RFC 7468)."""

from __future__ import annotations

import binascii
import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from pyfinger.errors import DecodeError

_BLOCK = re.compile(
    rb"^-----BEGIN ([A-Z0-9 ]+)-----[ \t]*\r?$(.*?)^-----END \1-----[ \t]*\r?$", re.DOTALL | re.MULTILINE
)
_BEGIN = re.compile(rb"^-----BEGIN [A-Z0-9 ]+-----[ \t]*\r?$", re.MULTILINE)
_BASE64 = re.compile(rb"[A-Za-z0-9+/]*={0,2}")


# What `DecodeError` says of a broken block.
WITHOUT_END = "PEM block without end"
NOT_BASE64 = "PEM block not in base 64"


@dataclass(frozen=True, slots=True)
class Block:
    """A label and what it labels."""

    label: str
    data: bytes = field(repr=False)  # may be a private key
    offset: int = 0  # where it begins
    encrypted: bool = False  # by a pass phrase (RFC 1421 headers)


def blocks(content: bytes) -> Iterator[Block]:
    """All blocks in order; `DecodeError` at one without end, or not in base 64."""
    position = 0
    while begin := _BEGIN.search(content, position):
        found = _BLOCK.match(content, begin.start())
        if found is None:
            raise DecodeError(WITHOUT_END, begin.start())
        yield _block(found)
        position = found.end()


def _block(found: re.Match[bytes]) -> Block:
    body = found[2]
    headers = b""
    if b":" in body:  # RFC 1421 headers end with an empty line
        headers, _, body = body.replace(b"\r\n", b"\n").partition(b"\n\n")
    text = b"".join(body.split())
    if not _BASE64.fullmatch(text):
        raise DecodeError(NOT_BASE64, found.start())
    try:
        data = binascii.a2b_base64(text)
    except binascii.Error:
        raise DecodeError(NOT_BASE64, found.start()) from None
    return Block(found[1].decode(), data, found.start(), b"ENCRYPTED" in headers)
