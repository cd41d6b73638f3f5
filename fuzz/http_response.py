"""Any bytes of a web server give a response or a fault, within bounds, and cutting them changes nothing."""

from __future__ import annotations

from pyfinger.policy.http import MAX_BODY, MAX_HEADERS, HttpExchange, HttpFault, HttpResponse

SEEDS: list[bytes] = [
    b"\0HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: 5\r\n\r\nhello",
    b"\1HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n3;x=y\r\nyou\r\n0\r\nT: x\r\n\r\n",
    b"\2HTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\nHTTP/1.0 200 OK\r\n\r\nhello",
    b"\3HTTP/1.1 301 Moved\r\nLocation: https://example.test/\r\nContent-Encoding: gzip\r\n\r\n",
]


def check(data: bytes) -> None:
    """The first octet chooses how the connection ends, and the last ones where it is cut."""
    clean, answer = bool(data[:1] and data[0] & 1), data[1:]
    whole = _outcome([answer] if answer else [], clean=clean)
    if isinstance(whole, HttpResponse):
        assert len(whole.body) <= MAX_BODY
        assert 100 <= whole.status <= 999
    if len(answer) > MAX_HEADERS:
        return  # headers that are too large may pass if they come at once
    first = int.from_bytes(answer[-2:], "big") % (len(answer) + 1)
    pieces = [answer[:first], answer[first : first + 1], answer[first + 1 :]]
    assert _outcome([piece for piece in pieces if piece], clean=clean) == whole


def _outcome(pieces: list[bytes], *, clean: bool) -> HttpResponse | HttpFault:
    exchange = HttpExchange("mta-sts.example.test", "/.well-known/mta-sts.txt")
    for piece in pieces:
        if (result := exchange.feed(piece)) is not None:
            return result
    return exchange.end(clean=clean)
