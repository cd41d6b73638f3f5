"""TLS of the mail exchangers that are odd about it."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from typing import Any

from pyfinger.demo.senders.situations import SinkTls
from pyfinger.demo.server_tls import AttentiveConnection, HandshakeRefused, ServerTls

# isort: split
from tlslite.constants import AlertDescription
from tlslite.extensions import TLSExtension
from tlslite.messages import Certificate, ClientHello, EncryptedExtensions
from tlslite.utils.codec import Writer

from pyfinger.demo.certificate_making import Issued
from pyfinger.x509.certificate import parse_certificate

TLS_1_0, TLS_1_2, TLS_1_3 = (3, 1), (3, 3), (3, 4)
VERSIONS = {
    SinkTls.TLS_1_0: (TLS_1_0, TLS_1_0),
    SinkTls.TLS_1_2: (TLS_1_2, TLS_1_2),
    SinkTls.RAW_KEY: (TLS_1_3, TLS_1_3),
}

_SERVER_CERTIFICATE_TYPE, _RAW_PUBLIC_KEY = 20, 2  # RFC 7250 section 3
_ALERT = bytes((21, 3, 3, 0, 2, 2, AlertDescription.handshake_failure))  # RFC 5246 section 7.2
_GARBAGE = b"554 5.7.0 This is not TLS\r\n"
_MAX_HELLO = 16384


class _RawKeyMessage(Certificate):  # type: ignore[misc]
    """A Certificate message with one entry: a SubjectPublicKeyInfo (RFC 7250 section 3)."""

    spki: bytes

    def write(self) -> Any:
        entry, outer = Writer(), Writer()
        entry.addVarSeq(bytearray(self.spki), 1, 3)
        entry.add(0, 2)
        outer.add(0, 1)
        outer.addVarSeq(entry.bytes, 1, 3)
        return self.postWrite(outer)


class RawKeyConnection(AttentiveConnection):
    """A server of TLS 1.3 that has no certificate, only its key."""

    def _getMsg(self, *arguments: Any, **named: Any) -> Iterator[Any]:
        for result in super()._getMsg(*arguments, **named):
            if isinstance(result, ClientHello):
                offered = result.getExtension(_SERVER_CERTIFICATE_TYPE)
                if offered is None or _RAW_PUBLIC_KEY not in offered.extData[1:]:
                    yield from self._sendError(AlertDescription.unsupported_certificate)
            yield result

    def _queue_message(self, msg: Any) -> None:
        if isinstance(msg, EncryptedExtensions):
            extension = TLSExtension(extType=_SERVER_CERTIFICATE_TYPE)
            msg.extensions = [*msg.extensions, extension.create(_SERVER_CERTIFICATE_TYPE, bytearray((2,)))]
        elif isinstance(msg, Certificate):
            raw = _RawKeyMessage(msg.certificateType, msg.version)
            raw.spki = parse_certificate(bytes(msg.cert_chain.x509List[0].writeBytes())).spki
            msg = raw
        super()._queue_message(msg)


def sink_tls(kind: SinkTls, issued: Issued) -> ServerTls:
    """What a mail exchanger does after STARTTLS, unless it is `spoil`."""
    oldest, newest = VERSIONS.get(kind, (TLS_1_2, TLS_1_3))
    connection = RawKeyConnection if kind is SinkTls.RAW_KEY else AttentiveConnection
    return ServerTls(issued, newest, oldest=oldest, connection_class=connection)


def spoil(kind: SinkTls, connection: socket.socket) -> None:
    """Let a handshake fail, if it is to; raises HandshakeRefused then."""
    if kind is SinkTls.HANG_UP:
        raise HandshakeRefused("closed")
    if kind not in (SinkTls.ALERT, SinkTls.GARBAGE):
        return
    if not connection.recv(_MAX_HELLO):
        raise HandshakeRefused("the sender left")
    connection.sendall(_ALERT if kind is SinkTls.ALERT else _GARBAGE)
    raise HandshakeRefused("refused with an alert" if kind is SinkTls.ALERT else "answered without TLS")
