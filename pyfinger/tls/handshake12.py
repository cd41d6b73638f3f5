"""TLS 1.0 to 1.2 from ServerHello on (RFC 5246, RFC 7366, RFC 7627, RFC 8422)."""

from __future__ import annotations

from pyfinger.errors import KeyUnusable
from pyfinger.model import ConnectionInfo, Credential, KeyKind, PublicKey, ServerKey
from pyfinger.tls import client_certificate, server_certificate
from pyfinger.tls.certificate_messages import CertificateRequest
from pyfinger.tls.codepoints import TLS12, AlertDescription, ContentType, ExtensionType, HandshakeType
from pyfinger.tls.groups import GROUPS, curve_group
from pyfinger.tls.handshake_failures import Reason, TlsFailure, failure
from pyfinger.tls.handshake_state import HandshakeState, NegotiatedParams
from pyfinger.tls.key_exchange import KeyShare, finite_field_share, new_share
from pyfinger.tls.messages import (
    ServerKeyExchange,
    Ticket,
    body_reader,
    check_finished,
    message,
    parse_key_exchange_params,
    parse_key_exchange_signature,
    parse_ticket,
)
from pyfinger.tls.protection import key_sizes, protections
from pyfinger.tls.record import CIPHER_CHANGE, WaitFor
from pyfinger.tls.suites import KeyExchange, SuiteAuthentication
from pyfinger.values import Value, field, replace
from pyfinger.wire import opaque, uint

# Of ssl_derive(), not of the decoder.
_DERIVATION_REFUSALS = frozenset({Reason.BAD_KEY_SHARE.code, Reason.INTERNAL_ERROR.code})
_KEY_KINDS = {
    SuiteAuthentication.RSA: (KeyKind.RSA, KeyKind.RSA_PSS),
    SuiteAuthentication.DSS: (KeyKind.DSA,),
    SuiteAuthentication.ECDSA: server_certificate.ECDSA_KINDS,
}


class Finished12(Value):
    """A finished handshake, its master secret, and the ticket that came with it."""

    connection_info: ConnectionInfo
    master: bytes = field(repr=False)
    ticket: Ticket | None


def handshake12(state: HandshakeState, params: NegotiatedParams) -> WaitFor[Finished12]:
    """The rest of the handshake."""
    if _is_resumed(state, params):
        return (yield from _resume(state, params))
    credential, shown = yield from _certificate(state, params)
    agreed = yield from _server_key_exchange(state, params, shown)
    request = yield from _hello_done(state, params)
    _check_certificate(params, shown)
    proof = client_certificate.show(state, request, params.version) if request is not None else None
    premaster = _client_key_exchange(state, shown, agreed)
    master = _master_secret(state, params, premaster)
    if proof is not None:
        client_certificate.sign12(state, proof, params.version)
    keys = _Keys(state, params, master)
    keys.send_finished()
    ticket = yield from _ticket(state, params)
    yield from keys.read_finished()
    return Finished12(params.connection_info(credential), master, ticket)


def _is_resumed(state: HandshakeState, params: NegotiatedParams) -> bool:
    """Whether the server takes up the session offered: it echoes its id, ticket or not."""
    session = state.hello.session
    offered = session is not None and not session.tls13 and state.hello.session_id != b""
    return offered and params.hello.session_id == state.hello.session_id


def _resume(state: HandshakeState, params: NegotiatedParams) -> WaitFor[Finished12]:
    """The abbreviated handshake (RFC 5246 section 7.3): the server finishes first."""
    session = state.hello.session
    if session is None:  # `_is_resumed` looked
        raise failure(Reason.INTERNAL_ERROR)
    if session.extended_master_secret != (ExtensionType.EXTENDED_MASTER_SECRET in params.hello.extensions):
        raise failure(Reason.INCONSISTENT_EXTMS, AlertDescription.HANDSHAKE_FAILURE)
    keys = _Keys(state, params, session.secret)
    ticket = yield from _ticket(state, params)
    yield from keys.read_finished()
    keys.send_finished()
    connection_info = replace(params.connection_info(session.credential), resumed=True)
    return Finished12(connection_info, session.secret, ticket)


def _certificate(
    state: HandshakeState, params: NegotiatedParams
) -> WaitFor[tuple[Credential, ServerKey | None]]:
    """The server's certificate or raw key; nothing from an anonymous suite."""
    if params.suite.anonymous:
        return Credential(), None
    raw_key = server_certificate.raw_key_chosen(params.hello.extensions)
    _, data = yield from state.channel.handshake(HandshakeType.CERTIFICATE)
    credential = server_certificate.shown_credential(state, data, params.version, raw_key=raw_key)
    key = server_certificate.server_key(state, credential)
    if key.public.kind not in _KEY_KINDS[params.suite.authentication]:
        raise failure(Reason.WRONG_CERTIFICATE_TYPE)
    return credential, key


class _Agreed(Value):
    """Our half of an ephemeral key exchange, and the secret."""

    public: bytes  # as ClientKeyExchange has it
    premaster: bytes = field(repr=False)
    refused: TlsFailure | None = None  # nothing can be computed with the server's share


def _curves(state: HandshakeState, params: NegotiatedParams) -> set[int]:
    """The curves we take, of a key exchange or of the certificate's key (tls1_check_group_id)."""
    config = state.config
    return {
        group
        for group in config.groups
        if GROUPS[group].first <= params.version and config.security.allows_curve(params.suite, group)
    }


def _server_key_exchange(
    state: HandshakeState, params: NegotiatedParams, key: ServerKey | None
) -> WaitFor[_Agreed | None]:
    """tls_process_key_exchange(): the server's ephemeral parameters; None for static RSA."""
    method = params.suite.key_exchange
    if method is KeyExchange.RSA:
        return None
    _, data = yield from state.channel.handshake(HandshakeType.SERVER_KEY_EXCHANGE)
    reader = body_reader(data)
    groups = _curves(state, params)
    exchange = parse_key_exchange_params(reader, method, groups)
    share = _share(state, params, exchange)
    premaster, refused = _agreement(share, exchange.public)
    if key is not None:
        signed = parse_key_exchange_signature(reader, params.version)
        if params.version == TLS12 and key.public.kind == KeyKind.EC:
            if curve_group(key.public.curve) not in groups:  # tls12_check_peer_sigalg()
                raise failure(Reason.WRONG_CURVE)
        content = state.hello.random + params.hello.random + exchange.params
        server_certificate.check_signature(state, key, signed, content, params.version)
    elif reader:
        raise failure(Reason.EXTRA_DATA_IN_MESSAGE)
    return _Agreed(opaque(share.public, 1 if exchange.group else 2), premaster, refused)


def _agreement(share: KeyShare, public: bytes) -> tuple[bytes, TlsFailure | None]:
    """The secret, or why there is none although the share is well-formed: that is told later."""
    try:
        return share.agree(public), None
    except TlsFailure as error:
        if error.code not in _DERIVATION_REFUSALS:
            raise
        return b"", error


def _hello_done(state: HandshakeState, params: NegotiatedParams) -> WaitFor[CertificateRequest | None]:
    request = None
    kinds = (
        (HandshakeType.SERVER_HELLO_DONE,)
        if params.suite.anonymous
        else (HandshakeType.CERTIFICATE_REQUEST, HandshakeType.SERVER_HELLO_DONE)
    )
    kind, data = yield from state.channel.handshake(*kinds)
    if kind == HandshakeType.CERTIFICATE_REQUEST:
        request = client_certificate.read_request(data, params.version, params.hello.extensions)
        yield from state.channel.handshake(HandshakeType.SERVER_HELLO_DONE)
    return request


def _check_certificate(params: NegotiatedParams, shown: ServerKey | None) -> None:
    """Whether the key may be used as the suite uses it (ssl3_check_cert_and_algorithm).

    Key usage matters for ECDSA alone, and here is the only place where it ends a handshake.
    """
    if shown is None:
        return
    if params.suite.key_exchange is KeyExchange.RSA and shown.public.kind != KeyKind.RSA:
        raise failure(Reason.MISSING_RSA_ENCRYPTING_CERT)
    if params.suite.authentication is SuiteAuthentication.ECDSA:
        server_certificate.check_for_signing(shown)


def _client_key_exchange(state: HandshakeState, key: ServerKey | None, agreed: _Agreed | None) -> bytes:
    """Send our part of the key exchange; the premaster secret (tls_construct_client_key_exchange())."""
    if agreed is not None and agreed.refused is not None:
        raise agreed.refused
    if agreed is not None:
        body, premaster = agreed.public, agreed.premaster
    elif key is not None:
        body, premaster = _encrypted_premaster(state, key.public)
    else:  # no such suite: anonymous ones agree on a key
        raise failure(Reason.INTERNAL_ERROR)
    state.channel.send_handshake(message(HandshakeType.CLIENT_KEY_EXCHANGE, body))
    return premaster


def _share(state: HandshakeState, params: NegotiatedParams, exchange: ServerKeyExchange) -> KeyShare:
    if params.suite.key_exchange is KeyExchange.DHE:
        return finite_field_share(exchange.prime, exchange.generator, state.config.security, state.random)
    return new_share(exchange.group, params.version, state.random)


def _encrypted_premaster(state: HandshakeState, key: PublicKey) -> tuple[bytes, bytes]:
    """RSA key transport (RFC 5246 section 7.4.7.1)."""
    premaster = uint(min(state.config.highest, TLS12), 2) + state.random(46)
    padding = bytes(byte or 1 for byte in state.random(key.bits // 8))
    try:
        return opaque(key.encrypt(premaster, padding), 2), premaster
    except KeyUnusable as error:
        raise failure(Reason.BAD_RSA_ENCRYPT).after(*error.queue) from error


def _master_secret(state: HandshakeState, params: NegotiatedParams, premaster: bytes) -> bytes:
    """RFC 5246 section 8.1, or RFC 7627 if agreed on."""
    if ExtensionType.EXTENDED_MASTER_SECRET in params.hello.extensions:
        label, seed = b"extended master secret", _messages(state, params)
    else:
        label, seed = b"master secret", state.hello.random + params.hello.random
    return params.prf(premaster, label, seed, 48)


def _messages(state: HandshakeState, params: NegotiatedParams) -> bytes:
    return state.channel.transcript.digest(params.suite.prf if params.version >= TLS12 else "md5+sha1")


class _Keys:
    """The keys of both directions, and the Finished messages that switch to them."""

    def __init__(self, state: HandshakeState, params: NegotiatedParams, master: bytes) -> None:
        size = 2 * sum(key_sizes(params.suite))
        seed = params.hello.random + state.hello.random
        block = params.prf(master, b"key expansion", seed, size)
        etm = ExtensionType.ENCRYPT_THEN_MAC in params.hello.extensions
        self._state, self._params, self._master = state, params, master
        self._writer, self._reader = protections(params.suite, params.version, block, etm=etm)
        state.tell_secret("CLIENT_RANDOM", master)

    def _verify_data(self, label: bytes) -> bytes:
        return self._params.prf(self._master, label, _messages(self._state, self._params), 12)

    def send_finished(self) -> None:
        """change_cipher_spec and Finished."""
        channel = self._state.channel
        channel.send_record(ContentType.CHANGE_CIPHER_SPEC, b"\1")
        verify_data = self._verify_data(b"client finished")
        channel.writer = self._writer
        channel.send_handshake(message(HandshakeType.FINISHED, verify_data))

    def read_finished(self) -> WaitFor[None]:
        """The server's."""
        channel = self._state.channel
        yield from channel.peek(CIPHER_CHANGE)
        channel.reader = self._reader
        expected = self._verify_data(b"server finished")
        _, data = yield from channel.handshake(HandshakeType.FINISHED)
        check_finished(data, expected)


def _ticket(state: HandshakeState, params: NegotiatedParams) -> WaitFor[Ticket | None]:
    """The ticket the server announced; it may turn out to be empty (RFC 5077 section 3.3)."""
    if ExtensionType.SESSION_TICKET not in params.hello.extensions:
        return None
    _, data = yield from state.channel.handshake(HandshakeType.NEW_SESSION_TICKET)
    found = parse_ticket(data, params.version)
    return found if found.ticket else None
