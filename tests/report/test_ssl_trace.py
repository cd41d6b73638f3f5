"""Decoded messages: SSL_trace()'s text, and where it stands among the lines about states."""

from __future__ import annotations

import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

import pyfinger.events as e
from pyfinger.model import Peer
from pyfinger.options import Log, Show
from pyfinger.report.log import TextLog
from pyfinger.report.ssl_trace import code_names as names
from pyfinger.report.ssl_trace.message_state import Negotiated
from pyfinger.report.ssl_trace.traced_messages import handshake_text
from pyfinger.report.ssl_trace.tracing import MessageTrace
from pyfinger.tls.codepoints import TLS12, TLS13
from pyfinger.wire import opaque, uint
from tests.tls.offers import offer
from tests.tls.test_client_hello import first_flight

PEER = Peer("mx.test", "192.0.2.1", 25)
NAMED = "        named_curve: "
ALL = Log.SSL_DEBUG | Log.SESSION_DUMP | Log.HANDSHAKE_DUMP


def message(kind: int, body: bytes) -> bytes:
    return bytes([kind]) + opaque(body, 3)


def extension(kind: int, data: bytes) -> bytes:
    return uint(kind, 2) + opaque(data, 2)


def server_hello(*extensions: bytes, suite: int = 0x1301) -> bytes:
    body = uint(TLS12, 2) + bytes(32) + b"\0" + uint(suite, 2) + b"\0"
    return message(2, body + opaque(b"".join(extensions), 2))


CHOOSING_TLS13 = server_hello(extension(43, uint(TLS13, 2)))


def lines(data: bytes, so_far: Negotiated | None = None, *, sent: bool = False) -> list[str]:
    return handshake_text(data, so_far or Negotiated(), sent=sent).split("\n")


def test_our_hello_is_decoded_to_the_last_extension() -> None:
    hello = first_flight(offer(1))[5:]
    text = lines(hello, sent=True)
    assert text[:3] == [
        "    ClientHello, Length=508",
        "      client_version=0x303 (TLS 1.2)",
        "      Random:",
    ]
    assert "        {0x13, 0x02} TLS_AES_256_GCM_SHA384" in text
    assert "          ecdh_x25519 (29)" in text
    assert "          rsa_pkcs1_sha224 (0x0301)" in text
    assert "            NamedGroup: ecdh_x25519 (29)" in text
    assert text[-2:] == ["", ""]
    assert text[-3].startswith("          00")


def test_what_comes_before_a_mistake_stands_there() -> None:
    assert lines(message(2, uint(TLS12, 2) + bytes(3))) == [
        "    ServerHello, Length=5",
        "      server_version=0x303 (TLS 1.2)",
        "Message length parse error!",
        *("", ""),
    ]
    assert lines(server_hello(b"\0\x17\0\1"))[-6:] == [
        "      extensions, length = 4",
        "extensions, extype = 23, extlen = 1",
        "        0000 - 00 17 00 01" + " " * 36 + "....",
        "Message length parse error!",
        *("", ""),
    ]


def test_of_a_hello_retry_request_the_group_alone() -> None:
    assert "            NamedGroup: X25519MLKEM768 (4588)" in lines(server_hello(extension(51, b"\x11\xec")))


@pytest.mark.parametrize(
    ("suite", "body", "shown"),
    [
        (
            0xC02F,
            b"\3\0\x1d\1\x55",
            ["      KeyExchangeAlgorithm=ECDHE", f"{NAMED}ecdh_x25519 (29)"],
        ),
        (0x009E, b"\0\1\7\0\1\2\0\1\3", ["      KeyExchangeAlgorithm=DHE", "        dh_p (len=1): 07"]),
        (0xC018, b"\1", ["      KeyExchangeAlgorithm=ECDHE", "        explicit_prime"]),
        (0xC02F, b"\7", ["      KeyExchangeAlgorithm=ECDHE", "        UNKNOWN CURVE PARAMETER TYPE 7"]),
        (0x00A8, b"\0\1x", ["      KeyExchangeAlgorithm=PSK", "        psk_identity_hint (len=1): 78"]),
    ],
)
def test_key_exchange_depends_on_the_suite(suite: int, body: bytes, shown: list[str]) -> None:
    assert lines(message(12, body), Negotiated(TLS12, suite))[1:3] == shown


@pytest.mark.parametrize(
    ("signature", "whole"),
    [
        (b"", True),  # of a server without a certificate
        (b"\4", False),
        (b"\4\3", True),
        (b"\4\3\0", False),
        (b"\4\3\0\2", False),
        (b"\4\3\0\2x", False),
        (b"\4\3\0\1x", True),
        (b"\4\3\0\1xy", False),
    ],
)
def test_a_signature_that_is_no_whole_one_is_a_mistake_unless_nothing_is_left(
    signature: bytes, whole: bool
) -> None:
    told = lines(message(12, b"\3\0\x1d\1\x55" + signature), Negotiated(TLS12, 0xC02F))
    assert ("Message length parse error!" not in told) is whole


def test_tickets_say_more_from_tls13_on() -> None:
    old = message(4, uint(7200, 4) + b"\0\1t")
    new = message(4, uint(7200, 4) + uint(9, 4) + b"\1n\0\1t" + opaque(extension(42, uint(5, 4)), 2))
    assert lines(old, Negotiated(TLS12))[1:3] == [
        "        ticket_lifetime_hint=7200",
        "        ticket (len=1): 74",
    ]
    assert lines(new, Negotiated(TLS13))[1:8] == [
        "        ticket_lifetime_hint=7200",
        "        ticket_age_add=9",
        "        ticket_nonce (len=1): 6E",
        "        ticket (len=1): 74",
        "        extensions, length = 8",
        "          extension_type=early_data(42), length=4",
        "            max_early_data=5",
    ]


def test_names_that_are_in_no_table() -> None:
    assert names.group(41) == names.suite(0x0A0A) == names.scheme(0x0708) == "UNKNOWN"
    assert (names.group(23), names.suite(0x5600)) == ("secp256r1 (P-256)", "TLS_FALLBACK_SCSV")


@given(
    kind=st.sampled_from([1, 2, 4, 8, 11, 12, 13, 14, 15, 16, 20, 24, 25, 99]),
    body=st.binary(max_size=80),
    version=st.sampled_from([0, 0x301, TLS12, TLS13]),
    raw=st.booleans(),
)
def test_no_message_is_too_odd(kind: int, body: bytes, version: int, raw: bool) -> None:
    so_far = Negotiated(version, 0xC02F, 2 if raw else 0, 2 if raw else 0)
    text = handshake_text(message(kind, body), so_far, sent=False)
    assert text.endswith("\n\n")


def seen(*events: e.Event, log: Log = Log.SSL_DEBUG) -> list[str]:
    trace = MessageTrace()
    return [line for event in (e.TlsStarting(PEER), *events) for line in trace(event, log)]


def record(content_type: int, content: bytes, *, sent: bool, outer: int = 0) -> e.RecordSeen:
    header = bytes([outer or content_type]) + uint(TLS12, 2) + uint(len(content), 2)
    return e.RecordSeen(sent, header + content, content_type, content)


def arriving(data: bytes, content_type: int = 22) -> list[e.Event]:
    header = bytes([content_type]) + uint(TLS12, 2) + uint(len(data), 2)
    return [
        e.RecordBytesRead(5, header[:2]),
        e.RecordBytesRead(3, header[2:]),
        e.RecordBytesRead(len(data), data),
        record(content_type, data, sent=False),
    ]


def test_a_header_stands_before_the_state_and_the_message_behind_it() -> None:
    found = seen(
        *arriving(CHOOSING_TLS13),
        e.HandshakeMessageBegan(2),
        e.HandshakeMessageSeen(sent=False, message=CHOOSING_TLS13),
    )
    assert found[:6] == [
        *("Received TLS Record", "Header:", "  Version = TLS 1.2 (0x303)", "  Content Type = Handshake (22)"),
        f"  Length = {len(CHOOSING_TLS13)}",
        "SSL_connect:before SSL initialization",
    ]
    assert found[6] == f"    ServerHello, Length={len(CHOOSING_TLS13) - 4}"


def test_tls13_says_what_is_within_and_which_cipher_changes_mean_nothing() -> None:
    hello = e.HandshakeMessageSeen(sent=False, message=CHOOSING_TLS13)
    within = record(23, b"x", sent=True, outer=23)
    change = record(20, b"\1", sent=False)
    assert seen(hello, within)[-1] == "  Inner Content Type = ApplicationData (23)"
    assert seen(hello, change)[-2:] == ["    change_cipher_spec (1)", ""]
    assert seen(change) == []


def test_a_message_in_two_records_comes_behind_both_headers() -> None:
    finished = message(20, bytes(12))
    found = seen(
        e.HandshakeMessageSeen(sent=True, message=finished),
        record(22, finished[:9], sent=True),
        record(22, finished[9:], sent=True),
    )
    assert [line for line in found if not line.startswith("  Version")] == [
        "SSL_connect:before SSL initialization",
        *("Sent TLS Record", "Header:", "  Content Type = Handshake (22)", "  Length = 9"),
        *("Sent TLS Record", "Header:", "  Content Type = Handshake (22)", "  Length = 7"),
        *("    Finished, Length=12", f"      verify_data (len=12): {'00' * 12}", ""),
    ]


def test_our_alert_is_told_when_it_has_left_and_a_server_s_before_its_line() -> None:
    ours = [e.AlertSeen(True, 2, 47), record(21, b"\2\x2f", sent=True), e.BytesSent(b"x")]
    text = "    Level=fatal(2), description=illegal parameter(47)"
    assert seen(*ours[:2])[-1] == "  Length = 2"
    assert seen(*ours)[-3:] == [text, "", "SSL3 alert write:fatal:illegal parameter"]
    assert seen(e.AlertSeen(False, 2, 47)) == [text, "", "SSL3 alert read:fatal:illegal parameter"]


def test_dumps_stand_where_the_octets_were_moved() -> None:
    found = seen(e.TlsStarting(PEER), *arriving(b"abc"), log=ALL)
    places = [line.split(" ")[0] for line in found if not line.startswith(("  ", "0"))]
    assert places == ["read", "read", "Received", "Header:", "read"]


def test_lines_stand_alone_if_they_are_wanted_at_all() -> None:
    for messages, wanted in ((True, b"Sent TLS Record\nHeader:\n"), (False, b"")):
        out = io.BytesIO()
        log = TextLog(out, "prog", Show(log=Log.SSL_DEBUG, messages=messages))
        log(e.TlsStarting(PEER))
        log(record(23, b"x", sent=True))
        assert out.getvalue().startswith(wanted)
        assert bool(out.getvalue()) == messages
