"""One GET over HTTP/1.1, without input or output: bytes in, a response or a refusal out.

    exchange = Exchange("mta-sts.example.com", "/.well-known/mta-sts.txt")
    send(exchange.request)
    while (result := exchange.feed(receive())) is None: ...

The server may send what it likes: headers have a limit, as have interim responses, the body,
and all of it together.  Nothing is decoded: a body that is compressed, though nobody asked for
it, is refused.  Where neither a length nor chunks say where the body ends, the end of the
connection does, but only a proper one (RFC 9112 section 9.8).

This is h11's door, which is imported when a policy is fetched.
"""

from __future__ import annotations

import re
from enum import Enum

from pyfinger.values import Value, replace

MAX_HEADERS = 16 * 1024  # octets of status line and headers, or of one chunk's line
MAX_BODY = 64 * 1024  # octets (RFC 8461 section 3.3)
MAX_WIRE = 4 * MAX_BODY  # octets of all that is sent, however it is cut into chunks
MAX_INTERIM = 8  # responses with status 1xx

_PROTOCOL = b"HTTP/"
_SUCCESS = range(200, 300)
_HOST = re.compile(r"[A-Za-z0-9._-]{1,255}")


class HttpFault(Enum):
    """Why there is no response to read."""

    MALFORMED = "it is not HTTP"
    HEADERS_TOO_LARGE = "headers of more than 16 kB"
    TOO_LARGE = "a body of more than 64 kB, or announced so"
    INTERIM = "interim responses without end"
    ENCODED = "a content coding nobody asked for"
    INCOMPLETE = "it is cut short"
    NO_RESPONSE = "the connection is closed without a response"


class HttpResponse(Value):
    """A response: of one without success the body is not read."""

    status: int
    content_type: str | None  # None: no such header; several are joined by commas
    body: bytes = b""
    location: str = ""


def require() -> None:
    """`ImportError` without the extra `sts`, before anybody is connected to."""
    import h11  # noqa: F401


class HttpExchange:
    """A request and what comes of it; `feed` until there is something."""

    def __init__(self, host: str, path: str, agent: str = "pyfinger") -> None:
        """`ValueError` for a host with characters that have no place in a name."""
        import h11  # when a policy is fetched

        if not _HOST.fullmatch(host):
            raise ValueError("not a host name")
        self._h11 = h11
        self._connection = h11.Connection(h11.CLIENT, max_incomplete_event_size=MAX_HEADERS)
        headers = [
            ("Host", host),
            ("User-Agent", agent),
            ("Accept", "text/plain"),
            ("Accept-Encoding", "identity"),
            ("Cache-Control", "no-cache"),  # RFC 8461 section 3.3: no HTTP caching
            ("Connection", "close"),
        ]
        head = self._connection.send(h11.Request(method="GET", target=path, headers=headers))
        self.request: bytes = (head or b"") + (self._connection.send(h11.EndOfMessage()) or b"")
        self._received = 0
        self._first = b""
        self._interim = 0
        self._response: HttpResponse | None = None
        self._delimited = False  # by a length or chunks
        self._body = bytearray()

    def feed(self, data: bytes) -> HttpResponse | HttpFault | None:
        """Some bytes of the answer; None if more are needed."""
        self._received += len(data)
        self._first = (self._first + data[: len(_PROTOCOL)])[: len(_PROTOCOL)]
        if not _PROTOCOL.startswith(self._first):
            return HttpFault.MALFORMED  # not only once there is an empty line
        if self._received > MAX_WIRE:
            return HttpFault.TOO_LARGE
        return self._advance(data) if data else None

    def end(self, *, clean: bool) -> HttpResponse | HttpFault:
        """The connection has ended; `clean`: the server has said so inside TLS."""
        if self._response is None:
            return HttpFault.INCOMPLETE if self._received else HttpFault.NO_RESPONSE
        if not clean and not self._delimited:
            return HttpFault.INCOMPLETE
        return self._advance(b"") or HttpFault.INCOMPLETE

    def _advance(self, data: bytes) -> HttpResponse | HttpFault | None:
        """Take what h11 makes of the bytes."""
        h11 = self._h11
        try:
            self._connection.receive_data(data)
            while True:
                event = self._connection.next_event()
                if event is h11.NEED_DATA or event is h11.PAUSED:
                    return None
                result = self._take(event)
                if result is not None:
                    return result
        except h11.RemoteProtocolError as error:
            if not data:
                return HttpFault.INCOMPLETE
            too_large = error.error_status_hint == 431  # Request Header Fields Too Large
            return HttpFault.HEADERS_TOO_LARGE if too_large else HttpFault.MALFORMED

    def _take(self, event: object) -> HttpResponse | HttpFault | None:
        h11 = self._h11
        if isinstance(event, h11.InformationalResponse):
            self._interim += 1
            return HttpFault.INTERIM if self._interim > MAX_INTERIM else None
        if isinstance(event, h11.Response):
            return self._begin(event.status_code, list(event.headers))
        if isinstance(event, h11.Data):
            self._body += event.data
            return HttpFault.TOO_LARGE if len(self._body) > MAX_BODY else None
        assert isinstance(event, h11.EndOfMessage) and self._response is not None
        return replace(self._response, body=bytes(self._body))

    def _begin(self, status: int, headers: list[tuple[bytes, bytes]]) -> HttpResponse | HttpFault | None:
        """Status and headers; the end already if the body does not matter."""
        types = _values(headers, b"content-type")
        location = b", ".join(_values(headers, b"location")).decode("latin-1")
        content_type = b", ".join(types).decode("latin-1") if types else None
        self._response = HttpResponse(status, content_type, b"", location)
        if status not in _SUCCESS:
            return self._response
        codings = b",".join(_values(headers, b"content-encoding")).lower()
        if codings.strip() not in (b"", b"identity"):
            return HttpFault.ENCODED
        lengths = _values(headers, b"content-length")
        self._delimited = bool(lengths or _values(headers, b"transfer-encoding"))
        return HttpFault.TOO_LARGE if lengths and int(lengths[0]) > MAX_BODY else None


def _values(headers: list[tuple[bytes, bytes]], name: bytes) -> list[bytes]:
    return [value for each, value in headers if each == name]
