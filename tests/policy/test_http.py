"""One GET, and all that a server can make of it."""

from __future__ import annotations

import gzip

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pyfinger.policy.http import (
    MAX_BODY,
    MAX_HEADERS,
    MAX_INTERIM,
    MAX_WIRE,
    HttpExchange,
    HttpFault,
    HttpResponse,
)
from tests.policy.https import POLICY, response

GOOD = HttpResponse(200, "text/plain", POLICY)
HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\n"


def chunked(body: bytes, size: int) -> bytes:
    pieces = (body[start : start + size] for start in range(0, len(body), size))
    chunks = b"".join(b"%x\r\n%s\r\n" % (len(piece), piece) for piece in pieces)
    return HEAD + b"Transfer-Encoding: chunked\r\n\r\n" + chunks + b"0\r\n\r\n"


def outcome(*pieces: bytes, clean: bool = True) -> HttpResponse | HttpFault:
    """What comes of pieces, and of the end of the connection behind them."""
    exchange = HttpExchange("mta-sts.lark.test", "/.well-known/mta-sts.txt")
    for piece in pieces:
        if (result := exchange.feed(piece)) is not None:
            return result
    return exchange.end(clean=clean)


def test_the_request_asks_for_plain_text_uncompressed_and_not_from_a_cache() -> None:
    assert HttpExchange("mta-sts.lark.test", "/.well-known/mta-sts.txt").request == (
        b"GET /.well-known/mta-sts.txt HTTP/1.1\r\n"
        b"Host: mta-sts.lark.test\r\n"
        b"User-Agent: pyfinger\r\n"
        b"Accept: text/plain\r\n"
        b"Accept-Encoding: identity\r\n"
        b"Cache-Control: no-cache\r\n"
        b"Connection: close\r\n\r\n"
    )


@pytest.mark.parametrize("host", ["", "a b", "a\r\nX: y", "m\u00fc.test", "x" * 256])
def test_what_is_no_host_name_is_not_asked(host: str) -> None:
    with pytest.raises(ValueError, match="not a host name"):
        HttpExchange(host, "/")


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        (response(200, POLICY), GOOD),
        (chunked(POLICY, 7), GOOD),
        (HEAD + b"\r\n" + POLICY, GOOD),
        (b"HTTP/1.0 200 OK\r\nContent-Type: text/plain\r\n\r\n" + POLICY, GOOD),
        (b"HTTP/1.1 103 Early Hints\r\n\r\n" + response(200, POLICY), GOOD),
        (response(200, POLICY, "Content-Encoding: identity"), GOOD),
        (response(200, POLICY, kind=None), HttpResponse(200, None, POLICY)),
        (response(200, b"x", "Content-Type: text/html"), HttpResponse(200, "text/html, text/plain", b"x")),
        (response(204, b""), HttpResponse(204, "text/plain")),
        (response(404, b"gone"), HttpResponse(404, "text/plain")),
        (
            response(301, b"", "Location: https://x.test/"),
            HttpResponse(301, "text/plain", b"", "https://x.test/"),
        ),
        (HEAD + b"Content-Length: 99\r\n\r\n" + POLICY, HttpFault.INCOMPLETE),
        (chunked(POLICY, 7)[:-5], HttpFault.INCOMPLETE),
        (HEAD, HttpFault.INCOMPLETE),
        (b"", HttpFault.NO_RESPONSE),
        (b"220 mx.lark.test ESMTP\r\n\r\n", HttpFault.MALFORMED),
        (HEAD + b"Content-Length: x\r\n\r\n", HttpFault.MALFORMED),
        (HEAD + b"Content-Length: 1\r\nContent-Length: 2\r\n\r\n", HttpFault.MALFORMED),
        (HEAD + b"Transfer-Encoding: gzip\r\n\r\n", HttpFault.MALFORMED),
        (HEAD + b"Content-Length: %d\r\n\r\n" % (MAX_BODY + 1), HttpFault.TOO_LARGE),
        (HEAD + b"Content-Length: 99999999999999999999\r\n\r\n", HttpFault.TOO_LARGE),
        (chunked(bytes(MAX_BODY + 1), 9000), HttpFault.TOO_LARGE),
        (HEAD + b"\r\n" + bytes(MAX_BODY + 1), HttpFault.TOO_LARGE),
        (HEAD + b"X: " + b"x" * MAX_HEADERS, HttpFault.HEADERS_TOO_LARGE),
        (b"HTTP/1.1 100 Go\r\n\r\n" * (MAX_INTERIM + 1), HttpFault.INTERIM),
        (response(200, gzip.compress(bytes(1 << 20)), "Content-Encoding: gzip"), HttpFault.ENCODED),
    ],
)
def test_what_comes_of_an_answer(answer: bytes, expected: HttpResponse | HttpFault) -> None:
    assert outcome(answer) == expected
    assert outcome(*(answer[start : start + 997] for start in range(0, len(answer), 997))) == expected


def test_a_body_without_a_length_ends_with_a_proper_end_only() -> None:
    assert outcome(HEAD + b"\r\n" + POLICY, clean=False) is HttpFault.INCOMPLETE
    assert outcome(response(200, POLICY), clean=False) == GOOD


def test_many_small_chunks_are_not_waited_for_without_end() -> None:
    tiny = b"1;" + b"x" * 4000 + b"\r\na\r\n"
    pieces = [HEAD + b"Transfer-Encoding: chunked\r\n\r\n"] + [tiny] * (MAX_WIRE // len(tiny) + 1)
    assert outcome(*pieces) is HttpFault.TOO_LARGE


@given(st.lists(st.integers(1, 200), max_size=6))
def test_cutting_the_answer_changes_nothing(sizes: list[int]) -> None:
    for answer in (response(200, POLICY), chunked(POLICY, 5)):
        pieces, rest = [], answer
        for size in sizes:
            pieces.append(rest[:size])
            rest = rest[size:]
        assert outcome(*filter(None, pieces), rest) == GOOD


@given(st.binary(max_size=200), st.booleans())
def test_any_bytes_give_a_response_or_a_fault(data: bytes, clean: bool) -> None:
    for answer in (data, HEAD + data, response(200, POLICY)[: len(data)] + data):
        assert isinstance(outcome(answer, clean=clean), HttpResponse | HttpFault)
