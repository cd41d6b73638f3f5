"""A sans-IO TLS client: bytes in, bytes and facts out.

    engine = Engine(config, verifier, emit, os.urandom)
    send(engine.output())
    while engine.busy: engine.feed(receive()); send(engine.output())

`engine.connection_info` is set once the handshake is done, and then `engine.verified` unless
the server showed nothing of itself; `engine.error` once anything
went wrong, at which point an alert may be waiting in `output()`.  Nothing else
than these two ways exists, whatever the server sends.
"""

from __future__ import annotations

from collections.abc import Callable
from hashlib import sha256
from typing import TYPE_CHECKING

from pyfinger.errors import DecodeError
from pyfinger.events import Emit
from pyfinger.model import ConnectionInfo, Verified
from pyfinger.steps import Clock
from pyfinger.tls.client_hello import ClientHello
from pyfinger.tls.codepoints import TLS12, TLS13, AlertDescription, AlertLevel, ExtensionType, HandshakeType
from pyfinger.tls.config import ClientConfig
from pyfinger.tls.handshake13 import Finished13, handshake13, protection
from pyfinger.tls.handshake_failures import Closed, Reason, TlsFailure, config_failure, failure
from pyfinger.tls.handshake_state import CertificateVerifier, HandshakeState, NegotiatedParams, Random
from pyfinger.tls.key_exchange import new_share
from pyfinger.tls.messages import Ticket, message, parse_ticket
from pyfinger.tls.protection import RecordProtection
from pyfinger.tls.record import RecordChannel, WaitFor
from pyfinger.tls.server_hello import exchange_hellos
from pyfinger.tls.sessions import SavedSession
from pyfinger.tls.suites import Suite, suites
from pyfinger.values import Value, replace

if TYPE_CHECKING:
    from pyfinger.tls.handshake12 import Finished12

_MAX_KEY_UPDATES = 1000  # OpenSSL has no limit
_LARGEST_TICKET = 20_000  # octets; a hello has room for it


class Resumption(Value):
    """A session to be taken up again, and what to do with new ones.

    `now` is the caller's clock in seconds; `save` is called for every session
    the server hands out, also after the handshake, with what its server proved.
    """

    now: Clock
    save: Callable[[SavedSession, Verified | None], None]
    session: SavedSession | None = None
    verified: Verified | None = None  # of the session's full handshake


def make_hello(config: ClientConfig, random: Random, resumption: Resumption | None = None) -> ClientHello:
    """A first hello with fresh randomness and key shares; `TlsFailure` if nothing can be offered."""
    check_offer(config)
    session = _fitting(config, resumption)
    session_id = session.session_id if session is not None and not session.tls13 else b""
    if config.highest < TLS13:
        return ClientHello(config, random(32), session_id, session=session)
    shares = tuple(new_share(group, random=random) for group in config.key_shares)
    hello = ClientHello(config, random(32), session_id or random(32), shares, session=session)
    if resumption is None or session is None:
        return hello
    return replace(hello, ticket_age=session.obfuscated_age(resumption.now()))


def check_offer(config: ClientConfig) -> None:
    """What OpenSSL finds missing, in its order: `ConfigFailure`."""
    if not config.versions:
        raise config_failure(Reason.NO_PROTOCOLS_AVAILABLE)
    if not any(suites()[code].fits(config.highest) for code in config.suites):
        raise config_failure(Reason.NO_CIPHERS_AVAILABLE)
    if config.highest == TLS13 and not config.shared_groups:
        raise config_failure(Reason.NO_SUITABLE_GROUPS)
    if config.highest == TLS13 and not config.key_shares:
        raise config_failure(Reason.NO_SUITABLE_KEY_SHARE, AlertDescription.INTERNAL_ERROR)


def _fitting(config: ClientConfig, resumption: Resumption | None) -> SavedSession | None:
    """The session, if what is offered allows for it."""
    session = resumption.session if resumption else None
    if session is None or session.version not in config.versions or session.suite not in config.suites:
        return None
    return session


class Engine:
    """One TLS client connection."""

    def __init__(
        self,
        config: ClientConfig,
        verifier: CertificateVerifier,
        emit: Emit,
        random: Random,
        resumption: Resumption | None = None,
    ) -> None:
        self._channel = RecordChannel(emit)
        self._resumption = resumption
        self._received = bytearray()
        self._key_updates = 0
        self._owed: RecordProtection | None = None  # ours, after a KeyUpdate that is still to be sent
        self.connection_info: ConnectionInfo | None = None
        self.verified: Verified | None = None
        self.error: TlsFailure | None = None
        self.closed = False  # the server said close_notify
        self.paused = False  # has something to send before it reads on; `feed` nothing then
        self._script = self._run(config, verifier, emit, random)
        self._advance()

    @property
    def busy(self) -> bool:
        """Whether the handshake is still going on."""
        return self.connection_info is None and self.error is None

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
        self._answer_update()
        self._channel.send_data(data)

    def close(self) -> None:
        """Say goodbye (RFC 8446 section 6.1)."""
        self._channel.send_alert(AlertLevel.WARNING, AlertDescription.CLOSE_NOTIFY)

    def _advance(self) -> None:
        if self.error is not None or self.closed:
            return
        try:
            next(self._script)
        except Closed as error:
            self.closed = True
            self.error = error if self.connection_info is None else None
        except TlsFailure as error:
            self._fail(error)
        except DecodeError as error:
            self._fail(failure(Reason.LENGTH_MISMATCH), error)

    def _fail(self, error: TlsFailure, cause: DecodeError | None = None) -> None:
        error.__cause__ = error.__cause__ or cause
        self.error = error
        if error.alert is not None:
            self._channel.send_alert(AlertLevel.FATAL, error.alert)

    def _run(
        self, config: ClientConfig, verifier: CertificateVerifier, emit: Emit, random: Random
    ) -> WaitFor[None]:
        if not config.versions:
            self._channel.expect(TLS12)  # the version of the alert that will be all there is
        self._channel.highest = min(config.highest, TLS12)
        hello = make_hello(config, random, self._resumption)
        state = HandshakeState(self._channel, hello, verifier, random, emit)
        params = yield from exchange_hellos(state)
        if params.version < TLS13:
            from pyfinger.tls.handshake12 import handshake12

            finished12 = yield from handshake12(state, params)
            self._done(state, finished12.connection_info)
            self._save12(params, finished12)
            yield from self._after12()
        finished = yield from handshake13(state, params)
        self._done(state, finished.connection_info)
        yield from self._after13(params.suite, finished)

    def _done(self, state: HandshakeState, connection_info: ConnectionInfo) -> None:
        self._channel.established = True
        self.connection_info, self.verified = connection_info, state.verified
        if connection_info.resumed and self._resumption is not None:
            self.verified = self._resumption.verified

    def _save(self, session: SavedSession) -> None:
        if self._resumption is not None:
            self._resumption.save(session, self.verified)

    def _pause(self) -> WaitFor[None]:
        """Let what there is to send leave first."""
        self.paused = True
        yield
        self.paused = False

    def _after12(self) -> WaitFor[None]:
        """Application data; renegotiation is declined."""
        while True:
            data = yield from self._channel.data()
            if data:
                self._received += data
            else:
                yield from self._channel.peek(HandshakeType.HELLO_REQUEST)
                self._channel.send_alert(AlertLevel.WARNING, AlertDescription.NO_RENEGOTIATION)
                yield from self._pause()

    def _after13(self, suite: Suite, finished: Finished13) -> WaitFor[None]:
        """Application data, tickets and key updates (RFC 8446 section 4.6)."""
        while True:
            data = yield from self._channel.data()
            if data:
                self._received += data
                continue
            if self._owed is not None:  # a message, too, is preceded by what there is to write
                self._answer_update()
                yield from self._pause()
            content = yield from self._channel.peek(
                HandshakeType.NEW_SESSION_TICKET, HandshakeType.KEY_UPDATE
            )
            if content[0] == HandshakeType.NEW_SESSION_TICKET:
                self._save13(parse_ticket(content, TLS13), suite, finished)
            else:
                finished = self._key_update(content, suite, finished)

    def _save12(self, params: NegotiatedParams, finished: Finished12) -> None:
        """Keep the session of a full handshake, by ticket or by id (RFC 5077 section 3.4)."""
        if self._resumption is None or finished.connection_info.resumed:
            return
        ticket = finished.ticket.ticket if finished.ticket else b""
        session_id = sha256(ticket).digest() if ticket else params.hello.session_id
        if session_id and len(ticket) <= _LARGEST_TICKET:
            self._save(
                SavedSession(
                    version=params.version,
                    suite=params.suite.code,
                    secret=finished.master,
                    credential=finished.connection_info.credential,
                    received=self._resumption.now(),
                    ticket=ticket,
                    session_id=session_id,
                    extended_master_secret=ExtensionType.EXTENDED_MASTER_SECRET in params.hello.extensions,
                    lifetime=finished.ticket.lifetime if finished.ticket else 0,
                )
            )

    def _save13(self, ticket: Ticket, suite: Suite, finished: Finished13) -> None:
        """Keep the session a ticket stands for (RFC 8446 section 4.6.1)."""
        if self._resumption is not None and len(ticket.ticket) <= _LARGEST_TICKET:
            self._save(
                SavedSession(
                    version=TLS13,
                    suite=suite.code,
                    secret=finished.schedule.ticket_key(finished.resumption, ticket.nonce),
                    credential=finished.connection_info.credential,
                    received=self._resumption.now(),
                    ticket=ticket.ticket,
                    age_add=ticket.age_add,
                    lifetime=ticket.lifetime,
                    group=finished.group,
                )
            )

    def _key_update(self, content: bytes, suite: Suite, finished: Finished13) -> Finished13:
        """New keys for reading, and for writing if asked: with the next write (RFC 8446 section 4.6.3)."""
        self._channel.at_boundary()
        self._key_updates += 1
        if self._key_updates > _MAX_KEY_UPDATES:
            raise failure(Reason.TOO_MANY_KEY_UPDATES)
        request = content[4:]
        if len(request) != 1:
            raise failure(Reason.BAD_KEY_UPDATE)
        if request not in (b"\0", b"\1"):
            raise failure(Reason.BAD_KEY_UPDATE, AlertDescription.ILLEGAL_PARAMETER)
        schedule, secrets = finished.schedule, finished.application
        secrets = replace(secrets, server=schedule.update(secrets.server))
        self._channel.reader = protection(suite, secrets.server, schedule)
        if request == b"\1" and self._owed is None:
            secrets = replace(secrets, client=schedule.update(secrets.client))
            self._owed = protection(suite, secrets.client, schedule)
        return replace(finished, application=secrets)

    def _answer_update(self) -> None:
        """Our KeyUpdate and our new keys, if they are owed."""
        if self._owed is not None:
            self._channel.send_handshake(message(HandshakeType.KEY_UPDATE, b"\0"))
            self._channel.writer, self._owed = self._owed, None
