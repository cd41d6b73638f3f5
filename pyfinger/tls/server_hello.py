"""The opening of every handshake: ClientHello, HelloRetryRequest, ServerHello.

The checks stand in the order of OpenSSL's tls_process_server_hello(), as the
first one that fails is the one that is told.
"""

from __future__ import annotations

from collections.abc import Mapping

from pyfinger.tls.client_hello import client_hello
from pyfinger.tls.codepoints import (
    DOWNGRADE_TLS11,
    DOWNGRADE_TLS12,
    TLS13,
    AlertDescription,
    ContentType,
    ExtensionType,
    HandshakeType,
)
from pyfinger.tls.extensions import AnswerContext, check_contents, check_place, collect
from pyfinger.tls.handshake_failures import Reason, failure
from pyfinger.tls.handshake_state import HandshakeState, NegotiatedParams
from pyfinger.tls.key_exchange import new_share
from pyfinger.tls.messages import ServerHello, parse_server_hello
from pyfinger.tls.record import WaitFor
from pyfinger.tls.suites import Suite, suites
from pyfinger.values import replace
from pyfinger.wire import Reader


def exchange_hellos(state: HandshakeState) -> WaitFor[NegotiatedParams]:
    """Send the hello, twice if the server asks, and return what it chose (tls_process_server_hello())."""
    channel = state.channel
    variant = state.config.variant
    channel.send_handshake(client_hello(state.hello), variant.records if variant is not None else ())
    data = yield from channel.peek(HandshakeType.SERVER_HELLO)
    answer = parse_server_hello(data)
    if not _asks_again(state, answer):
        channel.transcript.add(data)
        return _choose(state, answer)
    first = _retry(state, answer)
    channel.transcript.restart(first.prf)
    channel.transcript.add(data)
    channel.send_record(ContentType.CHANGE_CIPHER_SPEC, b"\1")
    channel.send_handshake(client_hello(state.hello, channel.transcript.bytes()))
    data = yield from channel.peek(HandshakeType.SERVER_HELLO)
    answer = parse_server_hello(data)
    if answer.retry:
        raise failure(Reason.UNEXPECTED_MESSAGE)
    channel.transcript.add(data)
    return _choose(state, answer, first)


def _asks_again(state: HandshakeState, answer: ServerHello) -> bool:
    return answer.retry and state.config.highest == TLS13


def _choose(state: HandshakeState, answer: ServerHello, first: Suite | None = None) -> NegotiatedParams:
    """What ServerHello says; `first` is the suite of the HelloRetryRequest before it."""
    offered = state.hello.offered
    found = collect(answer.block or b"", AnswerContext.SERVER_HELLO, offered)
    version = _version(state, answer, found, retried=first is not None)
    state.channel.negotiated(version)
    if version == TLS13:
        _check_echo(state, answer)
    check_place(found, AnswerContext.SERVER_HELLO_13 if version == TLS13 else AnswerContext.SERVER_HELLO_12)
    if version == TLS13:
        state.channel.at_boundary()
    resumed = _resumes(state, answer, version, found)
    suite = _suite(state, answer.suite, version)
    if first is not None and suite is not first:
        raise failure(Reason.WRONG_CIPHER_RETURNED)
    if resumed:
        _check_resumed_suite(state, suite, version)
    if answer.compression:
        raise failure(
            Reason.OLD_SESSION_COMPRESSION_ALGORITHM_NOT_RETURNED if resumed else Reason.COMPRESSION_DISABLED
        )
    if version < TLS13:
        check_contents(found, offered)
        _check_renegotiation(state, found)
    return NegotiatedParams(replace(answer, extensions=found), version, suite, retried=first is not None)


def _version(state: HandshakeState, answer: ServerHello, found: Mapping[int, bytes], *, retried: bool) -> int:
    """The version chosen: supported_versions if present, else the legacy field."""
    config, version = state.config, answer.legacy_version
    if ExtensionType.SUPPORTED_VERSIONS in found:
        version = _read_version(found[ExtensionType.SUPPORTED_VERSIONS])
    if retried and version != TLS13:
        raise failure(Reason.WRONG_SSL_VERSION)
    if version not in config.versions:
        raise failure(Reason.UNSUPPORTED_PROTOCOL)
    marks = (DOWNGRADE_TLS11, DOWNGRADE_TLS12) if config.highest == TLS13 else (DOWNGRADE_TLS11,)
    if version < config.highest and answer.random[-8:] in marks:
        raise failure(Reason.INAPPROPRIATE_FALLBACK)
    return version


def _read_version(data: bytes) -> int:
    reader = Reader(data)
    version = reader.u16("selected_version")
    reader.finish("supported_versions")
    if version != TLS13:
        raise failure(Reason.BAD_PROTOCOL_VERSION_NUMBER)
    return version


def _check_echo(state: HandshakeState, answer: ServerHello) -> None:
    """What TLS 1.3 fixes (RFC 8446 section 4.1.3)."""
    if answer.compression:
        raise failure(Reason.INVALID_COMPRESSION_ALGORITHM)
    if answer.session_id != state.hello.session_id:
        raise failure(Reason.INVALID_SESSION_ID)


def _resumes(state: HandshakeState, answer: ServerHello, version: int, found: Mapping[int, bytes]) -> bool:
    """Whether the server takes up the session offered; its version has to be the same."""
    session = state.hello.session
    if version == TLS13:
        if ExtensionType.PRE_SHARED_KEY not in found:
            return False
        reader = Reader(found[ExtensionType.PRE_SHARED_KEY])
        identity = reader.u16("selected_identity")
        reader.finish("pre_shared_key")
        if identity:
            raise failure(Reason.BAD_PSK_IDENTITY)
        return True
    if session is None or not answer.session_id or answer.session_id != state.hello.session_id:
        return False
    if session.version != version:
        raise failure(Reason.SSL_SESSION_VERSION_MISMATCH, AlertDescription.PROTOCOL_VERSION)
    return True


def _check_resumed_suite(state: HandshakeState, suite: Suite, version: int) -> None:
    session = state.hello.session
    if session is None or session.suite == suite.code:
        return
    if version < TLS13:
        raise failure(Reason.OLD_SESSION_CIPHER_NOT_RETURNED)
    if session.digest != suite.prf:
        raise failure(Reason.CIPHERSUITE_DIGEST_HAS_CHANGED)


def _suite(state: HandshakeState, code: int, version: int) -> Suite:
    suite = suites().get(code)
    if suite is None:
        raise failure(Reason.UNKNOWN_CIPHER_RETURNED)
    if code not in state.config.suites or not suite.fits(version):
        raise failure(Reason.WRONG_CIPHER_RETURNED)
    return suite


def _check_renegotiation(state: HandshakeState, found: Mapping[int, bytes]) -> None:
    """Servers without RFC 5746 are refused, unless they are asked for."""
    if ExtensionType.RENEGOTIATION_INFO not in found and not state.config.legacy_servers:
        raise failure(Reason.UNSAFE_LEGACY_RENEGOTIATION_DISABLED)


def _retry(state: HandshakeState, answer: ServerHello) -> Suite:
    """Make the second hello the server asks for (RFC 8446 section 4.1.4); the suite it chose.

    tls_process_as_hello_retry_request().
    """
    state.channel.expect(TLS13)
    if answer.block is None:
        raise failure(Reason.BAD_LENGTH)
    _check_echo(state, answer)
    suite = suites().get(answer.suite)
    if suite is None:
        raise failure(Reason.UNKNOWN_CIPHER_RETURNED)
    if answer.suite not in state.config.suites:
        raise failure(Reason.WRONG_CIPHER_RETURNED)
    found = collect(answer.block, AnswerContext.RETRY, state.hello.offered)
    if ExtensionType.SUPPORTED_VERSIONS in found:
        _read_version(found[ExtensionType.SUPPORTED_VERSIONS])
    shares, cookie = state.hello.shares, b""
    if ExtensionType.KEY_SHARE in found:
        shares = (new_share(_group(state, found[ExtensionType.KEY_SHARE]), random=state.random),)
    if ExtensionType.COOKIE in found:
        reader = Reader(found[ExtensionType.COOKIE])
        cookie = reader.opaque(2, "cookie")
        reader.finish("cookie")
    if ExtensionType.SUPPORTED_VERSIONS not in found:
        raise failure(Reason.MISSING_SUPPORTED_VERSIONS_EXTENSION)
    if ExtensionType.KEY_SHARE not in found and not cookie:
        raise failure(Reason.NO_CHANGE_FOLLOWING_HRR, AlertDescription.ILLEGAL_PARAMETER)
    state.hello = state.hello.retried(shares, cookie, suite.prf)
    return suite


def _group(state: HandshakeState, data: bytes) -> int:
    """The group a share is wanted of: one that we have, and have not sent one of."""
    reader = Reader(data)
    group = reader.u16("selected_group")
    reader.finish("key_share")
    sent = any(share.group == group for share in state.hello.shares)
    if sent or group not in state.config.shared_groups:
        raise failure(Reason.BAD_KEY_SHARE)
    return group
