"""The trace of states (`-L ssl-debug`), as OpenSSL's info callback tells it.

OpenSSL names the state it is about to leave: whenever the server's next
handshake message begins to arrive, whenever it turns to one of ours, and once
more when the last of a flight has left.  So a state that ends our flight is
named twice unless the handshake ends with it, and one that has led to an error
is not named at all.  After the handshake each message starts from, and returns
to, the finished state.

The names are those of SSL_state_string_long(3), the descriptions those of
SSL_alert_desc_string_long(3).
"""

from __future__ import annotations

import errno
from collections.abc import Mapping

from pyfinger.events import (
    AlertSeen,
    BytesSent,
    CipherChangeSeen,
    Event,
    HandshakeFailed,
    HandshakeMessageAccepted,
    HandshakeMessageBegan,
    HandshakeMessageSeen,
    RecordSeen,
    SessionSaved,
    TlsProblem,
    TlsStarting,
)
from pyfinger.options import Log
from pyfinger.tls.codepoints import AlertDescription, AlertLevel, ContentType, HandshakeType

BEFORE = "before SSL initialization"
CONNECTED = "SSL negotiation finished successfully"
ERROR = "error"

READ_CIPHER_CHANGE = "SSLv3/TLS read change cipher spec"
WRITE_CIPHER_CHANGE = "SSLv3/TLS write change cipher spec"

BOTH = 2  # a handshake is over when both have been through

# By the type of handshake message (RFC 8446 appendix B.3, RFC 5246 section 7.4).
READ: Mapping[int, str] = {
    HandshakeType.HELLO_REQUEST: "SSLv3/TLS read hello request",
    HandshakeType.SERVER_HELLO: "SSLv3/TLS read server hello",
    HandshakeType.NEW_SESSION_TICKET: "SSLv3/TLS read server session ticket",
    HandshakeType.ENCRYPTED_EXTENSIONS: "TLSv1.3 read encrypted extensions",
    HandshakeType.CERTIFICATE: "SSLv3/TLS read server certificate",
    HandshakeType.SERVER_KEY_EXCHANGE: "SSLv3/TLS read server key exchange",
    HandshakeType.CERTIFICATE_REQUEST: "SSLv3/TLS read server certificate request",
    HandshakeType.SERVER_HELLO_DONE: "SSLv3/TLS read server done",
    HandshakeType.CERTIFICATE_VERIFY: "TLSv1.3 read server certificate verify",
    HandshakeType.FINISHED: "SSLv3/TLS read finished",
    HandshakeType.CERTIFICATE_STATUS: "SSLv3/TLS read certificate status",
    HandshakeType.KEY_UPDATE: "TLSv1.3 read server key update",
    HandshakeType.COMPRESSED_CERTIFICATE: "TLSv1.3 read server compressed certificate",
}
WRITE: Mapping[int, str] = {
    HandshakeType.CLIENT_HELLO: "SSLv3/TLS write client hello",
    HandshakeType.CERTIFICATE: "SSLv3/TLS write client certificate",
    HandshakeType.CERTIFICATE_VERIFY: "SSLv3/TLS write certificate verify",
    HandshakeType.CLIENT_KEY_EXCHANGE: "SSLv3/TLS write client key exchange",
    HandshakeType.FINISHED: "SSLv3/TLS write finished",
    HandshakeType.KEY_UPDATE: "TLSv1.3 write client key update",
    HandshakeType.COMPRESSED_CERTIFICATE: "TLSv1.3 write client compressed certificate",
}

# Alerts of a message that could not be made, by the state before.
_UNMADE: Mapping[str, tuple[int, ...]] = {
    BEFORE: (AlertDescription.INTERNAL_ERROR,),
    READ[HandshakeType.SERVER_HELLO_DONE]: (
        AlertDescription.ILLEGAL_PARAMETER,  # a share of the server's that is good for nothing
        AlertDescription.INTERNAL_ERROR,  # a key too weak to be shown
    ),
}
_TLS_ERROR = -1
_LEVELS: Mapping[int, str] = {level: level.name.lower() for level in AlertLevel}
_UNDESCRIBED = frozenset(
    {
        AlertDescription.TOO_MANY_CIDS_REQUESTED,
        AlertDescription.INAPPROPRIATE_FALLBACK,
        AlertDescription.MISSING_EXTENSION,
        AlertDescription.CERTIFICATE_REQUIRED,
        AlertDescription.ECH_REQUIRED,
    }
)
_DESCRIPTIONS: Mapping[int, str] = {
    **{alert: alert.words for alert in AlertDescription if alert not in _UNDESCRIBED},
    AlertDescription.UNKNOWN_CA: "unknown CA",
    AlertDescription.UNKNOWN_PSK_IDENTITY: "unknown PSK identity",
}


class StateTrace:
    """Follows the TLS sessions of a probe; give it every event, in order."""

    def __init__(self) -> None:
        self._begin()
        self._state = CONNECTED

    def __call__(self, event: Event, log: Log) -> tuple[str, ...]:
        """The event's lines, if `log` asks for them."""
        texts = self._follow(event)
        return texts if log & Log.SSL_DEBUG else ()

    def _begin(self) -> None:
        self._state = BEFORE
        self._finished = 0  # how many Finished messages there were
        self._leaving = False  # something of ours has not left yet
        self._alerts: tuple[str, ...] = ()  # ours, not left yet
        self._alerted = False  # one side has complained
        self._within = False  # a message of the server's that came after the handshake
        self._whole = True  # the message of the state is here, if it is one of the server's

    def _follow(self, event: Event) -> tuple[str, ...]:
        match event:
            case TlsStarting():
                self._begin()
            case HandshakeMessageBegan(kind=kind):
                return self._read(READ.get(kind, self._state), kind)
            case CipherChangeSeen():
                return self._read(READ_CIPHER_CHANGE)
            case HandshakeMessageSeen(sent=False):
                self._whole = True
            case HandshakeMessageAccepted():
                return self._settle()
            case SessionSaved() if self._state == READ[HandshakeType.FINISHED]:
                return self._settle()  # before TLS 1.3, at the end of the handshake
            case HandshakeMessageSeen(sent=True, message=message) if message:
                return self._write(WRITE.get(message[0], self._state), message[0])
            case RecordSeen(sent=True, content_type=content_type) if (
                content_type == ContentType.CHANGE_CIPHER_SPEC
            ):
                return self._write(WRITE_CIPHER_CHANGE)
            case BytesSent():
                return self._sent()
            case AlertSeen():
                return self._alert(event)
            case HandshakeFailed(code=code):
                return self._failed(code)
            case TlsProblem():
                return self._broken()
        return ()

    def _read(self, state: str, kind: int = 0) -> tuple[str, ...]:
        # With the handshake over, OpenSSL first looks whether there is something to write.
        left = (_passed(self._state),) * (2 if self._state == CONNECTED else 1)
        self._state = state
        self._whole = False
        self._within = self._finished == BOTH
        self._finished += kind == HandshakeType.FINISHED
        return left

    def _write(self, state: str, kind: int = 0) -> tuple[str, ...]:
        left = _passed(self._state)
        self._state = state
        self._finished += kind == HandshakeType.FINISHED
        self._leaving = True
        return (left,)

    def _sent(self) -> tuple[str, ...]:
        """All of ours has left: the flight, or what we complained of."""
        alerts, self._alerts = self._alerts, ()
        if not self._leaving:
            return alerts
        self._leaving = False
        left = _passed(self._state)
        if self._finished == BOTH:
            self._state = CONNECTED
        return (left, *alerts)

    def _settle(self) -> tuple[str, ...]:
        """A message was accepted: with nothing to write, it ends the handshake, or comes after it."""
        self._within = False
        if self._finished < BOTH or self._leaving or self._state == CONNECTED:
            return ()
        left = _passed(self._state)
        self._state = CONNECTED
        return (left,)

    def _alert(self, alert: AlertSeen) -> tuple[str, ...]:
        if alert.description == AlertDescription.CLOSE_NOTIFY:
            self._alerted |= alert.level == AlertLevel.FATAL  # told as an error all the same
            return ()
        self._alerted = True
        direction = "write" if alert.sent else "read"
        level = _LEVELS.get(alert.level, "unknown")
        text = f"SSL3 alert {direction}:{level}:{alert_description(alert.description)}"
        if not alert.sent:
            return (text,)
        if (
            self._whole
            and alert.level == AlertLevel.FATAL
            and alert.description in _UNMADE.get(self._state, ())
        ):
            self._alerts = (_passed(self._state),)
        self._alerts += (text,)
        return ()

    def _failed(self, code: int) -> tuple[str, ...]:
        """The handshake is over; a deadline that passed is none of OpenSSL's business.

        Without an alert it keeps its state, whether records made no sense or none came.
        """
        state = ERROR if code == _TLS_ERROR and self._alerted else self._state
        self._state = CONNECTED
        return () if code == errno.ETIMEDOUT else (f"SSL_connect:error in {state}",)

    def _broken(self) -> tuple[str, ...]:
        """An error in a message after the handshake, or in the data."""
        if self._finished < BOTH or not (self._within or self._state != CONNECTED):
            return ()
        self._state, self._within = CONNECTED, False
        return (f"SSL_connect:error in {ERROR}",)


def alert_description(code: int) -> str:
    """What an alert says (SSL_alert_desc_string_long())."""
    return _DESCRIPTIONS.get(code, "unknown")


def _passed(state: str) -> str:
    return f"SSL_connect:{state}"
