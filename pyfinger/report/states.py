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

BEFORE = "before SSL initialization"
CONNECTED = "SSL negotiation finished successfully"
ERROR = "error"

READ_CIPHER_CHANGE = "SSLv3/TLS read change cipher spec"
WRITE_CIPHER_CHANGE = "SSLv3/TLS write change cipher spec"

FINISHED = 20  # the handshake message
BOTH = 2  # a handshake is over when both have been through

# By the type of handshake message (RFC 8446 appendix B.3, RFC 5246 section 7.4).
READ: Mapping[int, str] = {
    0: "SSLv3/TLS read hello request",
    2: "SSLv3/TLS read server hello",
    4: "SSLv3/TLS read server session ticket",
    8: "TLSv1.3 read encrypted extensions",
    11: "SSLv3/TLS read server certificate",
    12: "SSLv3/TLS read server key exchange",
    13: "SSLv3/TLS read server certificate request",
    14: "SSLv3/TLS read server done",
    15: "TLSv1.3 read server certificate verify",
    FINISHED: "SSLv3/TLS read finished",
    22: "SSLv3/TLS read certificate status",
    24: "TLSv1.3 read server key update",
    25: "TLSv1.3 read server compressed certificate",
}
WRITE: Mapping[int, str] = {
    1: "SSLv3/TLS write client hello",
    11: "SSLv3/TLS write client certificate",
    15: "SSLv3/TLS write certificate verify",
    16: "SSLv3/TLS write client key exchange",
    FINISHED: "SSLv3/TLS write finished",
    24: "TLSv1.3 write client key update",
    25: "TLSv1.3 write client compressed certificate",
}

_CHANGE_CIPHER_SPEC = 20  # the record
_CLOSE_NOTIFY = 0
_UNMADE: Mapping[str, tuple[int, ...]] = {  # alerts of a message that could not be made, by the state before
    BEFORE: (80,),
    READ[14]: (47, 80),  # a key too weak to be shown, a share of the server's that is good for nothing
}
_TLS_ERROR = -1
_FATAL = 2
_LEVELS = {1: "warning", _FATAL: "fatal"}
_DESCRIPTIONS: Mapping[int, str] = {
    10: "unexpected message",
    20: "bad record mac",
    21: "decryption failed",
    22: "record overflow",
    30: "decompression failure",
    40: "handshake failure",
    41: "no certificate",
    42: "bad certificate",
    43: "unsupported certificate",
    44: "certificate revoked",
    45: "certificate expired",
    46: "certificate unknown",
    47: "illegal parameter",
    48: "unknown CA",
    49: "access denied",
    50: "decode error",
    51: "decrypt error",
    60: "export restriction",
    70: "protocol version",
    71: "insufficient security",
    80: "internal error",
    90: "user canceled",
    100: "no renegotiation",
    110: "unsupported extension",
    111: "certificate unobtainable",
    112: "unrecognized name",
    113: "bad certificate status response",
    114: "bad certificate hash value",
    115: "unknown PSK identity",
    120: "no application protocol",
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

    def _follow(self, event: Event) -> tuple[str, ...]:
        match event:
            case TlsStarting():
                self._begin()
            case HandshakeMessageBegan(kind=kind):
                return self._read(READ.get(kind, self._state), kind)
            case CipherChangeSeen():
                return self._read(READ_CIPHER_CHANGE)
            case HandshakeMessageAccepted():
                return self._settle()
            case SessionSaved() if self._state == READ[FINISHED]:
                return self._settle()  # before TLS 1.3, at the end of the handshake
            case HandshakeMessageSeen(sent=True, message=message) if message:
                return self._write(WRITE.get(message[0], self._state), message[0])
            case RecordSeen(sent=True, content_type=content_type) if content_type == _CHANGE_CIPHER_SPEC:
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
        self._within = self._finished == BOTH
        self._finished += kind == FINISHED
        return left

    def _write(self, state: str, kind: int = 0) -> tuple[str, ...]:
        left = _passed(self._state)
        self._state = state
        self._finished += kind == FINISHED
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
        if alert.description == _CLOSE_NOTIFY:
            self._alerted |= alert.level == _FATAL  # told as an error all the same
            return ()
        self._alerted = True
        direction = "write" if alert.sent else "read"
        level = _LEVELS.get(alert.level, "unknown")
        text = f"SSL3 alert {direction}:{level}:{_DESCRIPTIONS.get(alert.description, 'unknown')}"
        if not alert.sent:
            return (text,)
        if alert.level == _FATAL and alert.description in _UNMADE.get(self._state, ()):
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


def _passed(state: str) -> str:
    return f"SSL_connect:{state}"
