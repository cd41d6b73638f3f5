"""Any bytes, in any pieces, give the same lines and the same replies, all bounded and printable.

What is kept of a line is at most the limit, what is kept of a reply at most the
limit and one line.
"""

from __future__ import annotations

from pyfinger.smtp.reply import PartialReply, SmtpLine, SmtpLineReader, SmtpReply

LIMIT = 24

SEEDS: list[bytes] = [
    b"220 mx.example ESMTP\r\n",
    b"250-mx.example\r\n250-STARTTLS\r\n250 8BITMIME\r\n",
    b"554-a\n554-b\n554 c\n",
    b"2200 hi\r\n-foo\r\nSSH-2.0-x\r\n",
    b"220 " + b"x" * 40 + b"\r\n250 ok\r\n",
    b"220 " + b"x" * 19 + b"\r\n" + b"y" * 60,
    b"220 caf\xc3\xa9\0hidden\r\r\n",
]


def check(data: bytes) -> None:
    """Read `data` whole and byte by byte."""
    whole = _read([data])
    assert whole == _read([data[at : at + 1] for at in range(len(data))])
    lines, replies, _ = whole
    for line in lines:
        assert len(line.shown) <= LIMIT
        assert all(" " <= letter <= "~" or letter in "\t\v\f\r" for letter in line.shown)
        assert 0 <= line.code <= 999
    for reply in replies:
        assert len(reply.text) < 2 * LIMIT


def _read(pieces: list[bytes]) -> tuple[list[SmtpLine], list[SmtpReply], bool]:
    reader, partial = SmtpLineReader(LIMIT), PartialReply(LIMIT)
    lines: list[SmtpLine] = []
    replies: list[SmtpReply] = []
    for piece in pieces:
        reader.feed(piece)
        while (line := reader.next_line()) is not None:
            lines.append(line)
            if (reply := partial.add(line)) is not None:
                replies.append(reply)
                partial = PartialReply(LIMIT)
    return lines, replies, reader.disabled
