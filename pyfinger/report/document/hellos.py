"""What the messages of a handshake say of it: extensions, fingerprints."""

from __future__ import annotations

from dataclasses import replace

from pyfinger.dissect import Field, ja3, ja3s, ja4
from pyfinger.dissect.messages import HELLO_RETRY_REQUEST, Context, handshake
from pyfinger.report.document.model import TlsReport
from pyfinger.tls.codepoints import HandshakeType


def with_message(tls: TlsReport, message: bytes) -> TlsReport:
    """The session, with what one handshake message adds to it."""
    kind = message[0] if message else -1
    if kind == HandshakeType.CLIENT_HELLO:
        return _with_hello(tls, message)
    if kind == HandshakeType.SERVER_HELLO:
        return _with_answer(tls, message)
    if kind == HandshakeType.ENCRYPTED_EXTENSIONS:
        return replace(tls, accepted_extensions=(*tls.accepted_extensions, *_extensions(message)))
    return tls


def _with_hello(tls: TlsReport, message: bytes) -> TlsReport:
    """Our first hello; a second one differs only in what the server asked for."""
    if tls.fingerprints.ja3:
        return tls
    three, four = ja3(message), ja4(message)
    if three is None or four is None:
        return tls
    prints = replace(
        tls.fingerprints, ja3=three.full, ja3_hash=three.digest, ja4=four.digest, ja4_raw=four.raw
    )
    return replace(tls, offered_extensions=_extensions(message), fingerprints=prints)


def _with_answer(tls: TlsReport, message: bytes) -> TlsReport:
    if handshake(message, Context()).meaning == HELLO_RETRY_REQUEST:
        return replace(tls, hello_retried=True)
    found = ja3s(message)
    if found is None:
        return tls
    prints = replace(tls.fingerprints, ja3s=found.full, ja3s_hash=found.digest)
    return replace(tls, accepted_extensions=_extensions(message), fingerprints=prints)


def _extensions(message: bytes) -> tuple[str, ...]:
    """The names of its extensions, in their order; the number of one without."""
    return tuple(map(_name, handshake(message, Context()).all("extension_type")))


def _name(field: Field) -> str:
    return field.meaning or str(field.value)
