"""TLS 1.3 from ServerHello on (RFC 8446)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pyfinger.model import ConnectionInfo, Credential, HandshakeSignature
from pyfinger.tls import server_certificate
from pyfinger.tls.certificate_messages import CertificateRequest
from pyfinger.tls.codepoints import TLS13, AlertDescription, ContentType, ExtensionType, HandshakeType
from pyfinger.tls.extensions import AnswerContext, check_contents, collect
from pyfinger.tls.handshake_failures import Reason, failure
from pyfinger.tls.handshake_state import HandshakeState, NegotiatedParams
from pyfinger.tls.key_schedule import Schedule13, TrafficSecrets, expand_label
from pyfinger.tls.messages import (
    check_finished,
    message,
    parse_certificate_verify,
    parse_encrypted_extensions,
    parse_key_share_entry,
)
from pyfinger.tls.protection import Aead13, RecordProtection
from pyfinger.tls.record import WaitFor
from pyfinger.tls.sessions import SavedSession
from pyfinger.tls.suites import Suite
from pyfinger.values import Value, field, replace

if TYPE_CHECKING:
    from pyfinger.tls.client_certificate import ClientCertificate

_SERVER_CONTEXT = b" " * 64 + b"TLS 1.3, server CertificateVerify\0"


class Finished13(Value):
    """A finished handshake, and what key updates and tickets need."""

    connection_info: ConnectionInfo
    group: int  # of the key exchange, or of that of the session taken up without one
    schedule: Schedule13
    application: TrafficSecrets
    resumption: bytes = field(repr=False)  # the resumption master secret


def handshake13(state: HandshakeState, params: NegotiatedParams) -> WaitFor[Finished13]:
    """The rest of the handshake; the channel's keys are the application's afterwards."""
    group, shared = _key_exchange(state, params)
    session = _accepted_session(state, params)
    if not group:
        _check_without_share(state, session)
    if session is not None and not group:
        group = session.group
    schedule = Schedule13(params.suite.prf, session.secret if session else b"")
    secrets = schedule.handshake(shared or bytes(schedule.size), _messages(state, schedule))
    _tell(state, secrets, "HANDSHAKE_TRAFFIC_SECRET")
    state.channel.reader = protection(params.suite, secrets.server, schedule)
    extensions = yield from _encrypted_extensions(state)
    if session is not None:
        shown = _ServerProof(session.credential)
    else:
        shown = yield from _identity(state, extensions, schedule)
    yield from _server_finished(state, schedule, secrets)
    application = schedule.application(_messages(state, schedule))
    _tell(state, application, "TRAFFIC_SECRET_0")
    state.tell_secret("EXPORTER_SECRET", schedule.derive("exp master", _messages(state, schedule)))
    proof = _answer(state, params, shown.request, (schedule, secrets))
    state.channel.reader = protection(params.suite, application.server, schedule)
    state.channel.writer = protection(params.suite, application.client, schedule)
    resumption = schedule.resumption(_messages(state, schedule))
    connection_info = replace(
        params.connection_info(shown.credential, group, shown.signature),
        client_signature=proof.signature if proof else None,
        resumed=session is not None,
    )
    return Finished13(connection_info, group, schedule, application, resumption)


def protection(suite: Suite, secret: bytes, schedule: Schedule13) -> RecordProtection:
    """Record protection from a traffic secret (RFC 8446 section 7.3)."""
    key = expand_label(secret, "key", b"", suite.cipher.key, schedule.digest)
    return Aead13(suite.cipher, key, expand_label(secret, "iv", b"", 12, schedule.digest))


def _messages(state: HandshakeState, schedule: Schedule13) -> bytes:
    return state.channel.transcript.digest(schedule.digest)


def _tell(state: HandshakeState, secrets: TrafficSecrets, suffix: str) -> None:
    state.tell_secret(f"CLIENT_{suffix}", secrets.client)
    state.tell_secret(f"SERVER_{suffix}", secrets.server)


def _key_exchange(state: HandshakeState, params: NegotiatedParams) -> tuple[int, bytes]:
    """The group and the secret; 0 and nothing if the server has no share for us."""
    if ExtensionType.KEY_SHARE not in params.hello.extensions:
        return 0, b""
    shares = {share.group: share for share in state.hello.shares}
    theirs = parse_key_share_entry(params.hello.extensions[ExtensionType.KEY_SHARE], shares)
    return theirs.group, shares[theirs.group].agree(theirs.key)


def _check_without_share(state: HandshakeState, session: SavedSession | None) -> None:
    """Whether the pre-shared key alone may make the secrets (psk_ke, RFC 8446 section 4.2.9)."""
    if not state.config.psk_without_dhe:
        raise failure(Reason.NO_SUITABLE_KEY_SHARE, AlertDescription.ILLEGAL_PARAMETER)
    if session is None:
        raise failure(Reason.NO_SUITABLE_KEY_SHARE, AlertDescription.MISSING_EXTENSION)


def _accepted_session(state: HandshakeState, params: NegotiatedParams) -> SavedSession | None:
    """The session offered as a pre-shared key, if the server takes it (RFC 8446 section 4.2.11)."""
    return state.hello.psk if ExtensionType.PRE_SHARED_KEY in params.hello.extensions else None


def _encrypted_extensions(state: HandshakeState) -> WaitFor[dict[int, bytes]]:
    _, data = yield from state.channel.handshake(HandshakeType.ENCRYPTED_EXTENSIONS)
    offered = state.hello.offered
    found = collect(parse_encrypted_extensions(data), AnswerContext.ENCRYPTED, offered)
    check_contents(found, offered)
    return found


class _ServerProof(Value):
    """What the server showed of itself, and what it wants to see of us."""

    credential: Credential
    signature: HandshakeSignature | None = None
    request: CertificateRequest | None = None


def _identity(
    state: HandshakeState, extensions: dict[int, bytes], schedule: Schedule13
) -> WaitFor[_ServerProof]:
    """CertificateRequest if any, Certificate, CertificateVerify."""
    channel, request = state.channel, None
    raw_key = server_certificate.raw_key_chosen(extensions)
    offered = state.hello.offered
    kinds = (
        (HandshakeType.CERTIFICATE, HandshakeType.COMPRESSED_CERTIFICATE)
        if ExtensionType.COMPRESS_CERTIFICATE in offered
        else (HandshakeType.CERTIFICATE,)
    )
    kind, data = yield from channel.handshake(HandshakeType.CERTIFICATE_REQUEST, *kinds)
    if kind == HandshakeType.CERTIFICATE_REQUEST:
        from pyfinger.tls import client_certificate

        request = client_certificate.read_request(data, TLS13, extensions)
        _, data = yield from channel.handshake(*kinds)
    credential = server_certificate.shown_credential(state, data, TLS13, raw_key=raw_key)
    key = server_certificate.server_key(state, credential)
    content = _SERVER_CONTEXT + _messages(state, schedule)
    _, data = yield from channel.handshake(HandshakeType.CERTIFICATE_VERIFY)
    scheme = server_certificate.check_signature(state, key, parse_certificate_verify(data), content, TLS13)
    return _ServerProof(
        credential, server_certificate.shown_signature(key.public, scheme, raw_key=raw_key), request
    )


def _server_finished(state: HandshakeState, schedule: Schedule13, secrets: TrafficSecrets) -> WaitFor[None]:
    expected = schedule.finished(secrets.server, _messages(state, schedule))
    _, data = yield from state.channel.handshake(HandshakeType.FINISHED)
    state.channel.at_boundary()
    check_finished(data, expected)


def _answer(
    state: HandshakeState,
    params: NegotiatedParams,
    request: CertificateRequest | None,
    keys: tuple[Schedule13, TrafficSecrets],
) -> ClientCertificate | None:
    """Our flight: change_cipher_spec for middleboxes, Certificate and proof if asked, Finished."""
    schedule, secrets = keys
    channel = state.channel
    if not params.retried:
        channel.send_record(ContentType.CHANGE_CIPHER_SPEC, b"\1", protect=False)
    channel.writer = protection(params.suite, secrets.client, schedule)
    proof = None
    if request is not None:
        from pyfinger.tls import client_certificate

        proof = client_certificate.show(state, request, TLS13)
        if proof is not None:
            client_certificate.sign13(state, proof, schedule.digest)
    verify_data = schedule.finished(secrets.client, _messages(state, schedule))
    channel.send_handshake(message(HandshakeType.FINISHED, verify_data))
    return proof
