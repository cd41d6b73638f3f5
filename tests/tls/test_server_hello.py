"""ServerHello and HelloRetryRequest: what is accepted, and how refusals are worded."""

from __future__ import annotations

import pytest

from pyfinger.model import Credential, Verified
from pyfinger.tls.client_hello import ClientHello, client_hello
from pyfinger.tls.codepoints import HELLO_RETRY_RANDOM, TLS12, TLS13
from pyfinger.tls.config import ClientConfig
from pyfinger.tls.engine import Engine
from pyfinger.values import replace
from pyfinger.wire import opaque, uint
from tests.tls.offers import offer

RANDOM = b"\x55" * 32
SESSION_ID = bytes(range(32))  # what the engine below sends
RENEGOTIATION = (65281, b"\0")
SUPPORTED_13 = (43, b"\3\4")


def server_hello(
    *extensions: tuple[int, bytes],
    version: int = TLS12,
    random: bytes = RANDOM,
    session_id: bytes = SESSION_ID,
    suite: int = 0x1301,
    compression: int = 0,
) -> bytes:
    block = b"".join(uint(kind, 2) + opaque(data, 2) for kind, data in extensions)
    body = uint(version, 2) + random + opaque(session_id, 1) + uint(suite, 2) + bytes([compression])
    return b"\x16\x03\x03" + opaque(b"\2" + opaque(body + opaque(block, 2), 3), 2)


def no_judge(_: Credential) -> Verified:
    raise AssertionError("no certificate was sent")


def engine(made: ClientConfig) -> Engine:
    started = Engine(made, no_judge, lambda event: None, lambda size: bytes(range(size)))
    started.output()
    return started


def refusal(*records: bytes, made: ClientConfig | None = None) -> tuple[str, bytes]:
    """The reason, and the alert's description as sent."""
    started = engine(made or offer(0))
    for record in records:
        started.feed(record)
    assert started.error is not None
    return started.error.reason, started.output()[-2:]


OLD = {"version": TLS12, "suite": 0xC02F}


def test_unsupported_version() -> None:
    assert refusal(server_hello(RENEGOTIATION, version=0x0300)) == ("unsupported protocol", b"\2\x46")
    assert refusal(server_hello(version=0x0301, suite=0xC014), made=offer(1))[0] == "unsupported protocol"
    # Even without supported_versions, OpenSSL takes the legacy field for TLS 1.3.
    assert refusal(server_hello(version=TLS13))[0] == "no suitable key share"


def test_supported_versions_must_say_tls13() -> None:
    told = refusal(server_hello((43, b"\3\3")))
    assert told == ("bad protocol version number", b"\2\x2f")
    assert refusal(server_hello((43, b"\3\4\0")))[0] == "length mismatch"
    # The legacy field does not matter then.
    assert refusal(server_hello(SUPPORTED_13, version=0x0302))[0] == "no suitable key share"


@pytest.mark.parametrize("sentinel", [b"DOWNGRD\0", b"DOWNGRD\1"])
def test_downgrade(sentinel: bytes) -> None:
    random = RANDOM[:24] + sentinel
    told = refusal(server_hello(RENEGOTIATION, random=random, suite=0xC02F))
    assert told == ("inappropriate fallback", b"\2\x2f")
    lower = engine(offer(0, protocols="TLSv1.2"))
    lower.feed(server_hello(RENEGOTIATION, random=random, suite=0xC02F))
    assert lower.busy


def test_suites() -> None:
    assert refusal(server_hello(RENEGOTIATION, suite=0xFFFF))[0] == "unknown cipher returned"
    assert refusal(server_hello(RENEGOTIATION, suite=0x1301))[0] == "wrong cipher returned"
    assert refusal(server_hello(SUPPORTED_13, suite=0xC02F))[0] == "wrong cipher returned"
    assert refusal(server_hello(RENEGOTIATION, suite=0x00A7), made=offer(1))[0] == "wrong cipher returned"


def test_session_id_must_be_echoed_in_tls13() -> None:
    told = refusal(server_hello(SUPPORTED_13, session_id=b"x"))
    assert told == ("invalid session id", b"\2\x2f")


def test_compression() -> None:
    told = refusal(server_hello(RENEGOTIATION, suite=0xC02F, compression=1))
    assert told == ("compression disabled", b"\2\x2f")
    assert refusal(server_hello(SUPPORTED_13, compression=1))[0] == "invalid compression algorithm"


def test_extensions_nobody_asked_for() -> None:
    told = refusal(server_hello(RENEGOTIATION, (16, b""), suite=0xC02F))
    assert told == ("unsolicited extension", b"\2\x6e")
    assert refusal(server_hello(RENEGOTIATION, (0, b""), suite=0xC02F))[0] == "unsolicited extension"
    assert refusal(server_hello(SUPPORTED_13, (10, b"")))[0] == "bad extension"


def test_unknown_extensions_are_passed_over() -> None:
    assert (
        refusal(server_hello((0x1234, b"x"), (0x1234, b"x"), suite=0xC02F))[0]
        == "unsafe legacy renegotiation disabled"
    )


def test_repeated_extension() -> None:
    told = refusal(server_hello(RENEGOTIATION, RENEGOTIATION, suite=0xC02F))
    assert told == ("bad extension", b"\2\x2f")


def test_renegotiation_info() -> None:
    assert refusal(server_hello(suite=0xC02F)) == ("unsafe legacy renegotiation disabled", b"\2\x28")
    assert refusal(server_hello((65281, b"\1x"), suite=0xC02F))[0] == "renegotiation mismatch"
    assert refusal(server_hello((65281, b"\1"), suite=0xC02F))[0] == "renegotiation encoding err"


@pytest.mark.parametrize(
    ("extension", "reason"),
    [
        ((11, b""), "bad extension"),
        ((11, b"\0"), "bad length"),
        ((35, b"x"), "bad extension"),
        ((18, b""), "bad extension"),
        ((14, b""), "bad extension"),
        ((45, b""), "bad extension"),
        ((5, b""), "unsolicited extension"),
    ],
)
def test_what_extensions_must_look_like(extension: tuple[int, bytes], reason: str) -> None:
    assert refusal(server_hello(RENEGOTIATION, extension, suite=0xC02F))[0] == reason


def test_key_shares() -> None:
    assert refusal(server_hello(SUPPORTED_13))[0] == "no suitable key share"
    other = (51, uint(0x17, 2) + opaque(b"x", 2))
    assert refusal(server_hello(SUPPORTED_13, other))[0] == "bad key share"
    short = (51, uint(0x1D, 2) + opaque(b"x", 2))
    assert refusal(server_hello(SUPPORTED_13, short)) == ("bad ecpoint", b"\2\x2f")
    zero = (51, uint(0x1D, 2) + opaque(bytes(32), 2))
    assert refusal(server_hello(SUPPORTED_13, zero))[0] == "bad key share"


def retry(*extensions: tuple[int, bytes], suite: int = 0x1301) -> bytes:
    return server_hello(SUPPORTED_13, *extensions, random=HELLO_RETRY_RANDOM, suite=suite)


P256 = (51, b"\0\x17")


def test_a_retry_makes_a_second_hello_with_the_group_and_cookie_asked_for() -> None:
    started = engine(offer(1))
    started.feed(retry(P256, (44, opaque(b"biscuit", 2))))
    second = started.output()
    assert started.busy
    assert second.startswith(bytes.fromhex("14 0303 0001 01 16 0303"))
    assert b"biscuit" in second and b"\0\x17\0\x41\4" in second
    assert len(second) == 6 + 5 + 512  # padded again


@pytest.mark.parametrize(
    ("records", "reason"),
    [
        ((retry(),), "no change following hrr"),
        ((retry((44, b"\0\0")),), "no change following hrr"),
        ((retry((51, b"\0\x1d")),), "bad key share"),
        ((retry((51, b"\0\x1a")),), "bad key share"),
        ((retry((51, b"\0")),), "length mismatch"),
        ((retry((10, b"")),), "bad extension"),
        ((retry(P256), retry(P256)), "unexpected message"),
        ((retry(P256), server_hello(SUPPORTED_13, suite=0x1302)), "wrong cipher returned"),
        ((server_hello(random=HELLO_RETRY_RANDOM),), "missing supported versions extension"),
    ],
)
def test_bad_retries(records: tuple[bytes, ...], reason: str) -> None:
    assert refusal(*records)[0] == reason


def test_no_retry_without_tls13() -> None:
    made = offer(0, protocols="TLSv1.2")
    assert refusal(retry(P256), made=made)[0] == "unsolicited extension"


def test_after_an_error_nothing_more_is_read_or_sent() -> None:
    started = engine(offer(1))
    started.feed(b"500 no TLS here\r\n")
    assert started.error is not None and started.output() == b""
    started.feed(server_hello(SUPPORTED_13))
    assert started.output() == b"" and started.error.reason == "wrong version number"


def test_close_notify_instead_of_a_hello() -> None:
    started = engine(replace(offer(1), tickets=False))
    started.feed(bytes.fromhex("15 0303 0002 0100"))
    assert started.closed and started.error is not None and not started.busy


def test_legacy_servers_are_let_in_on_request() -> None:
    started = engine(replace(offer(0), legacy_servers=True))
    started.feed(server_hello(suite=0xC02F))
    assert started.busy


def test_extensions_switched_off_are_not_in_the_hello() -> None:
    made = replace(offer(1), encrypt_then_mac=False, extended_master_secret=False, padding=False)
    offered = ClientHello(made, bytes(32)).offered
    assert not {21, 22, 23} & set(offered)
    assert len(client_hello(ClientHello(made, bytes(32)))) < 512
