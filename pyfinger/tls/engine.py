"""A sans-IO TLS client: bytes in, bytes and facts out.

    engine = Engine(offer, judge, emit, os.urandom)
    send(engine.output())
    while engine.busy: engine.feed(receive()); send(engine.output())

`engine.secured` is set once the handshake is done; `engine.error` once anything
went wrong, at which point an alert may be waiting in `output()`.  Nothing else
than these two ways exists, whatever the server sends.
"""

from __future__ import annotations

from dataclasses import replace

from pyfinger.errors import DecodeError
from pyfinger.events import Emit
from pyfinger.model import Secured
from pyfinger.tls.client import Client, Judge, Random
from pyfinger.tls.handshake12 import handshake12
from pyfinger.tls.handshake13 import Finished13, handshake13, protection
from pyfinger.tls.hello import Hello
from pyfinger.tls.key_exchange import new_share
from pyfinger.tls.messages import KEY_UPDATE, NEW_SESSION_TICKET, message, parse_ticket
from pyfinger.tls.names import TLS13
from pyfinger.tls.opening import open_handshake
from pyfinger.tls.profile import Offer
from pyfinger.tls.reasons import TlsFailure, failure
from pyfinger.tls.record import APPLICATION_DATA, HANDSHAKE, Channel, Closed, Wait
from pyfinger.tls.suites import Suite

_MAX_KEY_UPDATES = 32
_NO_RENEGOTIATION = 100


def make_hello(offer: Offer, random: Random) -> Hello:
    """A first hello with fresh randomness and key shares."""
    if offer.highest < TLS13:
        return Hello(offer, random(32))
    shares = tuple(new_share(group) for group in offer.groups[: offer.shares])
    return Hello(offer, random(32), random(32), shares)


class Engine:
    """One TLS client connection."""

    def __init__(self, offer: Offer, judge: Judge, emit: Emit, random: Random) -> None:
        self._channel = Channel(emit)
        self._client = Client(self._channel, make_hello(offer, random), judge, random, emit)
        self._received = bytearray()
        self._key_updates = 0
        self.secured: Secured | None = None
        self.error: TlsFailure | None = None
        self.closed = False  # the server said close_notify
        self._script = self._run()
        self._advance()

    @property
    def busy(self) -> bool:
        """Whether the handshake is still going on."""
        return self.secured is None and self.error is None

    def feed(self, data: bytes) -> None:
        """Bytes from the server."""
        self._channel.feed(data)
        self._advance()

    def output(self) -> bytes:
        """Bytes for the server, once."""
        data = bytes(self._channel.outbox)
        self._channel.outbox.clear()
        return data

    def received(self) -> bytes:
        """Decrypted application data, once."""
        data = bytes(self._received)
        self._received.clear()
        return data

    def send(self, data: bytes) -> None:
        """Encrypt application data; the handshake must be done."""
        self._channel.send_data(data)

    def close(self) -> None:
        """Say goodbye (RFC 8446 section 6.1)."""
        self._channel.send_alert(1, 0)

    def _advance(self) -> None:
        if self.error is not None or self.closed:
            return
        try:
            next(self._script)
        except Closed as error:
            self.closed = True
            self.error = error if self.secured is None else None
        except TlsFailure as error:
            self._fail(error)
        except DecodeError as error:
            self._fail(failure("length mismatch"), error)

    def _fail(self, error: TlsFailure, cause: DecodeError | None = None) -> None:
        error.__cause__ = cause
        self.error = error
        if error.alert is not None:
            self._channel.send_alert(2, error.alert)

    def _run(self) -> Wait[None]:
        choice = yield from open_handshake(self._client)
        if choice.version < TLS13:
            self.secured = (yield from handshake12(self._client, choice)).secured
            yield from self._after12()
        finished = yield from handshake13(self._client, choice)
        self.secured = finished.secured
        yield from self._after13(choice.suite, finished)

    def _after12(self) -> Wait[None]:
        """Application data; renegotiation is declined."""
        while True:
            kind, content = yield from self._channel.next()
            if kind == APPLICATION_DATA:
                self._received += content
            elif kind == HANDSHAKE and content == b"\0\0\0\0":
                self._channel.send_alert(1, _NO_RENEGOTIATION)
            else:
                raise failure("unexpected message")

    def _after13(self, suite: Suite, finished: Finished13) -> Wait[None]:
        """Application data, tickets and key updates (RFC 8446 section 4.6)."""
        while True:
            kind, content = yield from self._channel.next()
            if kind == APPLICATION_DATA:
                self._received += content
            elif kind == HANDSHAKE and content[0] == NEW_SESSION_TICKET:
                parse_ticket(content, TLS13)
            elif kind == HANDSHAKE and content[0] == KEY_UPDATE:
                finished = self._key_update(content, suite, finished)
            else:
                raise failure("unexpected message")

    def _key_update(self, content: bytes, suite: Suite, finished: Finished13) -> Finished13:
        """New keys for reading, and for writing if asked (RFC 8446 section 4.6.3)."""
        self._key_updates += 1
        if self._key_updates > _MAX_KEY_UPDATES:
            raise failure("too many key updates")
        if content[4:] not in (b"\0", b"\1"):
            raise DecodeError("request_update", 4)
        self._channel.at_boundary()
        schedule, secrets = finished.schedule, finished.application
        secrets = replace(secrets, server=schedule.update(secrets.server))
        self._channel.reader = protection(suite, secrets.server, schedule)
        if content[4] == 1:
            self._channel.send_handshake(message(KEY_UPDATE, b"\0"))
            secrets = replace(secrets, client=schedule.update(secrets.client))
            self._channel.writer = protection(suite, secrets.client, schedule)
        return replace(finished, application=secrets)
