"""Lines about TLS sessions."""

from __future__ import annotations

from pyfinger.events import (
    CipherListChosen,
    CipherListRefused,
    GradeInvalid,
    GroupListRefused,
    GroupsRefused,
    HandshakeFailed,
    ProtocolBoundRefused,
    ProtocolListInvalid,
    ServernameChosen,
    ServernameTooLong,
    SessionReloaded,
    SessionRemoved,
    SessionReused,
    SessionSaved,
    SessionSought,
    TlsEstablished,
    TlsProblem,
    TlsStarting,
    TraceLost,
    TraceSaved,
)
from pyfinger.model import ConnectionInfo, HandshakeSignature, KeyKind
from pyfinger.options import Log
from pyfinger.report.lines.log_line import LineTable, Severity
from pyfinger.report.sanitise import cut
from pyfinger.report.visibility import CACHE, SUMMARY, VERBOSE, logging
from pyfinger.report.words import library_error, system_error

TABLE = LineTable()

TLS_ERROR = -1
END_OF_FILE = 0

# Which groups are taken instead.
FALLBACK = {"configured": "Postfix default", "Postfix default": "OpenSSL default"}


@TABLE.line(TlsStarting, when=VERBOSE)
def _(event: TlsStarting) -> str:
    return f"setting up TLS connection to {event.peer}"


@TABLE.line(CipherListChosen, when=VERBOSE)
def _(event: CipherListChosen) -> str:
    return f'{event.peer}: TLS cipher list "{event.text}"'


@TABLE.line(ProtocolListInvalid, Severity.WARNING)
def _(event: ProtocolListInvalid) -> str:
    return f'{event.peer}: Invalid TLS protocol list "{event.value}": aborting TLS session'


@TABLE.line(ProtocolBoundRefused, Severity.WARNING)
def _(event: ProtocolBoundRefused) -> str:
    peer, bound = event.peer.lowered, event.bound
    if event.version:
        return f"{peer}: error setting {bound} TLS version to: 0x{event.version:04x}"
    return f"{peer}: error clearing {bound} TLS version"


@TABLE.line(GradeInvalid, Severity.WARNING)
def _(event: GradeInvalid) -> str:
    return f'{event.peer.lowered}: invalid cipher grade: "{event.grade}"'


@TABLE.line(CipherListRefused, Severity.WARNING)
def _(event: CipherListRefused) -> str:
    return f'{event.peer.lowered}: error setting cipher grade: "{event.grade}"'


@TABLE.line(GroupsRefused, Severity.WARNING)
def _(event: GroupsRefused) -> tuple[str, str]:
    problem = (
        f"no {event.source} key exchange group - OpenSSL requires at least one"
        if event.blank
        else f"none of the {event.source} key exchange groups are supported"
    )
    return problem, f"using {FALLBACK[event.source]} key exchange groups instead"


@TABLE.line(GroupListRefused, Severity.WARNING)
def _(event: GroupListRefused) -> tuple[str, str, str]:
    return (
        f"failed to set up the {event.source} key exchange groups",
        library_error(event.code, event.reason, event.data),
        "using OpenSSL default key exchange groups instead",
    )


@TABLE.line(ServernameTooLong, Severity.WARNING)
def _(event: ServernameTooLong) -> str:
    return f"{event.peer}: ignoring too long SNI hostname: {cut(event.name, 100)}"


@TABLE.line(ServernameChosen, when=logging(Log.SSL_DEBUG))
def _(event: ServernameChosen) -> str:
    return f"{event.peer}: SNI hostname: {event.name}"


@TABLE.line(TraceSaved)
def _(event: TraceSaved) -> str:
    return f"TLS protocol trace saved to {event.file}"


@TABLE.line(TraceLost, Severity.WARNING)
def _(event: TraceLost) -> str:
    return f"TLS trace: cannot {event.doing} {event.file}: {system_error(event.code)}"


@TABLE.line(HandshakeFailed)
def _(event: HandshakeFailed) -> str:
    return f"SSL_connect error to {event.peer}: {_failure(event.code)}"


def _failure(code: int) -> str:
    if code == TLS_ERROR:
        return str(TLS_ERROR)
    return "lost connection" if code == END_OF_FILE else system_error(code)


@TABLE.line(TlsProblem, Severity.WARNING)
def _(event: TlsProblem) -> str:
    return library_error(event.code, event.reason, event.data)


@TABLE.line(SessionSought, when=CACHE)
def _(event: SessionSought) -> str:
    return f"looking for session {event.key} in memory cache"


@TABLE.line(SessionReloaded, when=CACHE)
def _(event: SessionReloaded) -> str:
    return f"reloaded session {event.key} from memory cache"


@TABLE.line(SessionSaved, when=CACHE)
def _(event: SessionSaved) -> str:
    return f"save session {event.key} to memory cache"


@TABLE.line(SessionRemoved, when=CACHE)
def _(event: SessionRemoved) -> str:
    return f"remove session {event.key} from client cache"


@TABLE.line(SessionReused, when=CACHE)
def _(event: SessionReused) -> str:
    return f"{event.peer.lowered}: Reusing old session"


@TABLE.line(TlsEstablished, when=SUMMARY)
def _(event: TlsEstablished) -> str:
    return summary(event)


# How a signature is named after the kind of key that made it.
_ALGORITHMS: dict[str, str] = {
    KeyKind.RSA: "RSA-PSS",
    KeyKind.RSA_PSS: "RSASSA-PSS",
    KeyKind.EC: "ECDSA",
}


def summary(event: TlsEstablished) -> str:
    """`TRUST TLS connection established to NAMADDR: ...` (postconf(5) smtp_tls_loglevel 1).

    Everything after the cipher is known for TLS 1.3 only: earlier versions leave it out.
    """
    secured = event.secured
    return (
        f"{event.trust.value} TLS connection established to {event.peer.lowered}:"
        f" {secured.protocol} with cipher {secured.cipher}"
        f" ({secured.bits_used}/{secured.bits_total} bits)"
        f"{_key_exchange(secured)}"
        f"{_signature('server', secured.server_signature)}"
        f"{_signature('client', secured.client_signature)}"
    )


def _key_exchange(secured: ConnectionInfo) -> str:
    return f" key-exchange {secured.group}" if secured.group else ""


def _signature(whose: str, signature: HandshakeSignature | None) -> str:
    if signature is None:
        return ""
    algorithm = _ALGORITHMS.get(signature.kind, signature.kind)
    remark = _key_remark(signature)
    digest = f" {whose}-digest {signature.digest}" if signature.digest else ""
    return f" {whose}-signature {algorithm}{f' ({remark})' if remark else ''}{digest}"


def _key_remark(signature: HandshakeSignature) -> str:
    """What stands in parentheses: size or curve, and whether the key came bare."""
    sizes: dict[str, str] = {KeyKind.RSA: f"{signature.bits} bit", KeyKind.EC: signature.curve}
    size = sizes.get(signature.kind, "")
    if signature.raw_key:
        return f"{size} raw public key".lstrip()
    return f"{size}s" if signature.kind == KeyKind.RSA else size
