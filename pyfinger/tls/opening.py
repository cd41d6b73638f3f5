"""The opening of every handshake: ClientHello, HelloRetryRequest, ServerHello."""

from __future__ import annotations

from pyfinger.tls.client import Choice, Client, check_solicited
from pyfinger.tls.hello import client_hello
from pyfinger.tls.key_exchange import new_share
from pyfinger.tls.messages import SERVER_HELLO, ServerHello, parse_server_hello
from pyfinger.tls.names import TLS12, TLS13
from pyfinger.tls.reasons import failure
from pyfinger.tls.record import CHANGE_CIPHER_SPEC, Wait
from pyfinger.tls.suites import Suite, suites
from pyfinger.wire import Reader

_DOWNGRADE = (b"DOWNGRD\0", b"DOWNGRD\1")  # RFC 8446 section 4.1.3

_ALLOWED_12 = frozenset({65281, 0, 11, 35, 22, 23, 19, 20})
_ALLOWED_13 = frozenset({43, 51, 41})
_ALLOWED_RETRY = frozenset({43, 51, 44})


def open_handshake(client: Client) -> Wait[Choice]:
    """Send the hello, twice if the server asks, and return what it chose."""
    channel = client.channel
    channel.send_handshake(client_hello(client.hello))
    _, data = yield from _server_hello(client)
    answer = parse_server_hello(data)
    if not answer.retry:
        channel.transcript.add(data)
        return _choose(client, answer)
    first = _retry(client, answer)
    channel.transcript.restart(first.suite.prf)
    channel.transcript.add(data)
    channel.send_record(CHANGE_CIPHER_SPEC, b"\1")
    channel.send_handshake(client_hello(client.hello, channel.transcript.bytes()))
    _, data = yield from _server_hello(client)
    answer = parse_server_hello(data)
    if answer.retry:
        raise failure("unexpected message")
    channel.transcript.add(data)
    choice = _choose(client, answer)
    if choice.suite is not first.suite or choice.version != TLS13:
        raise failure("wrong cipher returned")
    return Choice(answer, choice.version, choice.suite, retried=True)


def _server_hello(client: Client) -> Wait[tuple[int, bytes]]:
    data = yield from client.channel.peek(SERVER_HELLO)
    return data[0], data


def _choose(client: Client, answer: ServerHello) -> Choice:
    offer = client.offer
    version = answer.version
    if 43 in answer.extensions and (version != TLS13 or answer.legacy_version != TLS12):
        raise failure("wrong ssl version")
    if version not in offer.versions or (version == TLS13 and 43 not in answer.extensions):
        raise failure("unsupported protocol")
    if version < offer.highest and offer.highest >= TLS12 and answer.random[-8:] in _DOWNGRADE:
        raise failure("inappropriate fallback")
    client.channel.version = version
    allowed = _ALLOWED_13 if version == TLS13 else _ALLOWED_12
    check_solicited(answer.extensions, client.hello, allowed)
    if version == TLS13 and answer.session_id != client.hello.session_id:
        raise failure("invalid session id")
    if answer.compression:
        raise failure(
            "invalid compression algorithm" if version == TLS13 else "unsupported compression algorithm"
        )
    return Choice(answer, version, _suite(client, answer.suite, version))


def _suite(client: Client, code: int, version: int) -> Suite:
    suite = suites().get(code)
    if suite is None:
        raise failure("unknown cipher returned")
    if code not in client.offer.suites or not suite.fits(version):
        raise failure("wrong cipher returned")
    return suite


def _retry(client: Client, answer: ServerHello) -> Choice:
    """Make the second hello the server asks for (RFC 8446 section 4.1.4)."""
    if TLS13 not in client.offer.versions or answer.version != TLS13:
        raise failure("bad hrr version")
    check_solicited(answer.extensions, client.hello, _ALLOWED_RETRY)
    shares, cookie = client.hello.shares, b""
    if 51 in answer.extensions:
        reader = Reader(answer.extensions[51])
        group = reader.u16("selected_group")
        reader.finish("key_share")
        if group not in client.offer.shared_groups or any(share.group == group for share in shares):
            raise failure("bad key share")
        shares = (new_share(group, random=client.random),)
    if 44 in answer.extensions:
        reader = Reader(answer.extensions[44])
        cookie = reader.opaque(2, "cookie")
        reader.finish("cookie")
    if 51 not in answer.extensions and not cookie:
        raise failure("no change following hrr")
    suite = _suite(client, answer.suite, TLS13)
    client.hello = client.hello.retried(shares, cookie, suite.prf)
    client.channel.version = TLS13
    return Choice(answer, TLS13, suite)
