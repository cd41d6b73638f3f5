"""PEM blocks among any other text, as OpenSSL's PEM_read_bio finds them in a file (pem_lib.c of 3.5).

RFC 7468 is stricter in places and laxer in others; what counts is which blocks
a key or certificate file has for the programs that use it:

* A line is what fgets(3) gives a buffer of 255 octets: a longer one counts as
  several, and one ends at its first NUL.  White space and octets above 127 at
  its end are dropped; a byte order mark is, where a block may begin.
* Lines up to the BEGIN line are skipped, whatever they are.
* An empty line ends the headers of RFC 1421; so what stands before one is
  taken for a header, base 64 or not.  A colon begins headers, too; without an
  empty line after them there is no data.  Behind the headers lines have 64
  characters, only the last may have fewer, and no more empty ones are allowed.
* Base 64 may have blanks in it, and ends at a hyphen.

Anything that goes wrong ends the reading of a file for good.
"""

from __future__ import annotations

import binascii
import re
from collections.abc import Iterator
from enum import Enum, auto

from pyfinger.errors import DecodeError
from pyfinger.values import Value, field

_BEGIN, _END, _TAIL = b"-----BEGIN ", b"-----END ", b"-----"
_BYTE_ORDER_MARK = b"\xef\xbb\xbf"
_MOST = 254  # octets of a line with its end
_WIDTH = 64  # characters of a line, as written and behind headers
_TRAILING = bytes(range(33)) + bytes(range(128, 256))  # char is signed
_BLANKS = b" \t\r\n"
_BASE64 = re.compile(rb"[A-Za-z0-9+/]*={0,2}")
_ORDINARY = re.compile(rb"((?:[A-Za-z0-9+/=]{1,253}+\n)++)-----END ([ -9;-~]{0,80})-----\n")


class Ending(Enum):
    """Why reading ended; the value is the reason OpenSSL queues."""

    NO_START_LINE = "no start line"  # the normal end
    BAD_END_LINE = "bad end line"
    BAD_BASE64 = "bad base64 decode"
    UNEXPLAINED = ""  # no data, or a line too long: an error without any in the queue


class PemError(DecodeError):
    """Reading ended, and not because nothing followed."""

    def __init__(self, ending: Ending, offset: int) -> None:
        super().__init__(f"PEM: {ending.value or 'no data'}", offset)
        self.ending = ending


class Block(Value):
    """A label and what it labels."""

    label: str  # octets that are not UTF-8 as surrogates
    data: bytes = field(repr=False)  # may be a private key; never empty
    offset: int = 0  # of its BEGIN line
    header: bytes = b""  # its lines, each with a line feed


def to_pem(label: str, data: bytes) -> str:
    """One block as it is written (RFC 7468 section 2)."""
    text = binascii.b2a_base64(data, newline=False).decode("ascii")
    lines = [text[at : at + _WIDTH] for at in range(0, len(text), _WIDTH)]
    return "\n".join([f"-----BEGIN {label}-----", *lines, f"-----END {label}-----", ""])


def blocks(content: bytes, *, in_memory: bool = False) -> Iterator[Block]:
    """All blocks in order; `PemError` where OpenSSL stops before the end.

    `in_memory`: the text never was a file, so that fgets(3) did not stop at NULs.
    """
    reader = PemReader(content, in_memory=in_memory)
    while (block := reader.read()) is not None:
        yield block


class PemReader:
    """One block after the other (PEM_read_bio), also behind an error, for those who go on."""

    def __init__(self, content: bytes, *, in_memory: bool = False) -> None:
        self._lines = _Lines(content, in_memory)

    @property
    def exhausted(self) -> bool:
        """Whether the end of the text was reached."""
        return self._lines.exhausted

    def read(self) -> Block | None:
        """The next block; None if there is none, `PemError` if it cannot be read."""
        begun = _find_label(self._lines)
        if begun is None:
            return None
        label, offset = begun
        header, data = self._lines.take_ordinary(label) or _take_lines(self._lines, label)
        return Block(label.decode(errors="surrogateescape"), _decode(data, offset), offset, header)


class _Lines:
    """The lines of a file, one at a time (BIO_gets, fgets)."""

    def __init__(self, content: bytes, in_memory: bool) -> None:
        self._content = content
        self._in_memory = in_memory
        self.position = 0
        self.begin = 0  # of the line taken last
        self.broken = False  # whether it was only the first part of one

    @property
    def exhausted(self) -> bool:
        """Whether there are no more."""
        return self.position >= len(self._content)

    def take(self) -> bytes | None:
        """The next line, with its end if that was reached; None at the end, or if it begins with NUL."""
        self.begin = self.position
        limit = self.begin + _MOST
        end = self._content.find(b"\n", self.begin, limit) + 1 or min(limit, len(self._content))
        self.position = end
        line = self._content[self.begin : end]
        if not self._in_memory:
            line = _string(line)
        self.broken = len(line) == _MOST and line[-1:] != b"\n"
        return line or None

    def take_ordinary(self, label: bytes) -> tuple[bytes, bytes] | None:
        """Header and data of a block as nearly all are, for speed; None if nothing can be said so quickly."""
        found = _ORDINARY.match(self._content, self.position)
        if found is None or found[2] != label:
            return None
        self.position = found.end()
        return b"", found[1]

    def error(self, ending: Ending) -> PemError:
        """That reading ends here."""
        return PemError(ending, self.begin)


def _find_label(lines: _Lines) -> tuple[bytes, int] | None:
    """The label of the next BEGIN line and where that is (get_name)."""
    first = True
    while (line := lines.take()) is not None:
        if first and len(line) > len(_BYTE_ORDER_MARK):
            line = line.removeprefix(_BYTE_ORDER_MARK)
        first = False
        line = line.rstrip(_TRAILING)
        if line.startswith(_BEGIN) and line.endswith(_TAIL) and len(line) >= len(_BEGIN + _TAIL):
            return _string(line[len(_BEGIN) : -len(_TAIL)]), lines.begin
    return None


class _BlockPart(Enum):
    """What the lines of a block belong to."""

    UNKNOWN = auto()  # data, unless an empty line or a colon comes
    HEADER = auto()
    DATA = auto()


def _take_lines(lines: _Lines, label: bytes) -> tuple[bytes, bytes]:
    """Header and data up to the END line (get_header_and_data)."""
    part, header, taken = _BlockPart.UNKNOWN, b"", list[bytes]()
    short = broken = False
    while (line := lines.take()) is not None:
        if part is _BlockPart.UNKNOWN and b":" in line:
            part = _BlockPart.HEADER
        line = line.rstrip(_TRAILING)
        continued, broken = broken, lines.broken
        if not line:
            if continued:
                continue
            if part is _BlockPart.DATA:
                break
            part, header, taken = _BlockPart.DATA, b"".join(taken), []
            continue
        if line.startswith(_END):
            if line != _END + label + _TAIL:
                break
            return (b"".join(taken), b"") if part is _BlockPart.HEADER else (header, b"".join(taken))
        if short:
            break
        taken.append(_string(line + b"\n"))
        if part is _BlockPart.DATA:
            if len(line) > _WIDTH:
                raise lines.error(Ending.UNEXPLAINED)
            short = len(line) < _WIDTH
    raise lines.error(Ending.BAD_END_LINE)


def _string(line: bytes) -> bytes:
    """As far as C sees it."""
    return line.partition(b"\0")[0]


def _decode(text: bytes, offset: int) -> bytes:
    """Base 64 (EVP_DecodeUpdate, EVP_DecodeFinal); what follows a hyphen is not looked at."""
    characters = text.partition(b"-")[0].translate(None, _BLANKS)
    if len(characters) % 4 or not _BASE64.fullmatch(characters):
        raise PemError(Ending.BAD_BASE64, offset)
    if not characters:
        raise PemError(Ending.UNEXPLAINED, offset)
    return binascii.a2b_base64(characters)
