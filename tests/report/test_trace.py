"""The trace of real sessions in memory, of broken ones, and of single events."""

from __future__ import annotations

import io
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from pyfinger import __version__
from pyfinger import events as e
from pyfinger.dissect import ja3, ja3s, ja4
from pyfinger.dissect.dissector import Dissected, Dissector
from pyfinger.events import Event
from pyfinger.model import Endpoints
from pyfinger.report.trace import Trace, as_json, as_text, fingerprints
from pyfinger.wire import opaque, uint
from tests.dissect.building import client_hello, extension, message, server_hello
from tests.report.cases import PEER
from tests.tls.offers import offer
from tests.tls.server import TlsPeer
from tests.tls.test_engine import converse, identity, shake, start

SCHEMA = Path(__file__).resolve().parents[2] / "docs/schema/trace-1.json"


def session(**settings: Any) -> list[Event]:
    """What happens in a session with a server, and one exchange of data."""
    told: list[Event] = []
    engine = start(offer(1), told)
    peer = TlsPeer(identity(), **settings)
    shake(engine, peer)
    if engine.connection_info is not None:
        converse(engine, peer, b"ping")
    return told


def traced(told: Sequence[Event], form: str = "text") -> list[str]:
    out = io.BytesIO()
    trace = Trace(out, form)
    for event in told:
        trace(event)
    trace.close()
    return out.getvalue().decode("ascii").splitlines()


def headings(lines: list[str]) -> list[str]:
    """The lines that are not fields, without sizes."""
    return [line.partition(",")[0] for line in lines if not line.startswith((" ", "!  "))]


def objects(told: Sequence[Event]) -> list[dict[str, Any]]:
    return [json.loads(line) for line in traced(told, "json")]


def record(kind: int, content: bytes, wire: bytes | None = None, *, sent: bool = False) -> e.RecordSeen:
    body = content if wire is None else wire
    return e.RecordSeen(sent, bytes([kind]) + b"\3\3" + opaque(body, 2), kind, content)


def received(data: bytes) -> list[Event]:
    """A record the server has sent, with all that is told of it."""
    one = record(22, data)
    return [e.RecordBytesRead(5, one.wire[:5]), e.RecordBytesRead(len(data), one.wire[5:]), one]


def heard(data: bytes) -> list[Event]:
    return [*received(data), e.HandshakeMessageSeen(False, data)]


def test_a_whole_session() -> None:
    assert headings(traced(session())) == [
        "-> handshake client_hello",
        "-> record handshake",
        "<- record handshake",
        "<- handshake server_hello",
        "<- record change_cipher_spec",
        "<- change_cipher_spec change_cipher_spec",
        "<- record handshake",
        "<- handshake encrypted_extensions",
        "<- handshake compressed_certificate",
        "<- decompressed certificate",
        "<- handshake certificate_verify",
        "<- handshake finished",
        "-> record change_cipher_spec",
        "-> change_cipher_spec change_cipher_spec",
        "-> handshake finished",
        "-> record handshake",
        "-> record application_data",
        "<- record application_data",
    ]


@pytest.mark.parametrize("newest", [(3, 1), (3, 3), (3, 4)])
def test_lines_are_plain_and_short(newest: tuple[int, int]) -> None:
    lines = traced(session(maxVersion=newest, minVersion=(3, 1)))
    assert all(len(line) <= 100 for line in lines)
    assert not [line for line in lines if line.startswith("!")]


def test_fields() -> None:
    lines = traced(session(certificate_compression_send=[]))
    assert "  0004    2   legacy_version 0x0303 TLS 1.2" in lines
    assert "  0078    2         selected_version 0x0304 TLS 1.3" in lines
    assert any(line.endswith("dNSName mx.example.test") for line in lines)
    assert any(line.endswith("extension_type 43 supported_versions") for line in lines)
    assert sum(line.lstrip().startswith("sha256 ") for line in lines) == 2, "on lines of their own"


def test_what_is_said_of_a_record() -> None:
    lines = traced([record(23, b"four", b"encrypted"), record(22, b"four", sent=True)])
    assert lines == [
        "<- record application_data, length 14 at 0, decrypted 4",
        "-> record handshake, length 9 at 0",
    ]


def test_fingerprints() -> None:
    hello, answer = client_hello(extension(10, "0002 001d")), server_hello()
    told = [e.HandshakeMessageSeen(True, hello), e.HandshakeMessageSeen(False, answer)]
    lines = traced(told)
    mine, sorted_hello, theirs = ja3(hello), ja4(hello), ja3s(answer)
    assert mine is not None
    assert sorted_hello is not None
    assert theirs is not None
    assert lines[1:5] == [
        f"            ja3 {mine.digest}",
        f"            ja3_full {mine.full}",
        f"            ja4 {sorted_hello.digest}",
        f"            ja4_r {sorted_hello.raw}",
    ]
    assert f"            ja3s {theirs.digest}" in lines
    assert [one["fingerprints"] for one in objects(told)[1:]] == [
        {"ja3": mine.digest, "ja3_full": mine.full, "ja4": sorted_hello.digest, "ja4_r": sorted_hello.raw},
        {"ja3s": theirs.digest, "ja3s_full": theirs.full},
    ]


def test_only_hellos_have_fingerprints() -> None:
    dissector = Dissector()
    assert fingerprints(dissector.message(message(14, ""), sent=False)[0]) == {}
    assert fingerprints(dissector.record(b"\x15\3\3\0\2\1\0", 21, b"\1\0", sent=False)[1]) == {}


def test_a_broken_message_is_marked_where_it_breaks() -> None:
    """It is shown before we complain of it, and so is what came with it."""

    def rewrite(data: bytes) -> bytes:
        return message(8, "0009 000a 0003 0004 00") if data[0] == 8 else data

    told = [*session(rewrite=rewrite), e.HandshakeFailed(PEER, -1), e.TlsProblem(1, "length mismatch")]
    lines = traced(told)
    assert headings(lines)[-8:] == [
        "<- handshake encrypted_extensions",
        "<- handshake compressed_certificate",
        "<- decompressed certificate",
        "<- handshake certificate_verify",
        "<- handshake finished",
        "-> record alert",
        "-> alert decode_error",
        "!! length mismatch",
    ]
    shown = lines[lines.index("<- handshake encrypted_extensions, length 13 at 122") :]
    assert shown[:9] == [
        "<- handshake encrypted_extensions, length 13 at 122",
        "  0000    1 msg_type 8 encrypted_extensions",
        "  0004    9 encrypted_extensions",
        "  0006    7   extensions",
        "!             9 bytes announced, 7 left",
        "  0006    7     extension supported_groups",
        "  0006    2       extension_type 10 supported_groups",
        "  000a    3       extension_data",
        "  000c    1         named_group_list",
    ]
    assert shown[9:12] == [
        "!                   4 bytes announced, 1 left",
        "  000c    1           named_group 00",
        "!                     1 of 2 bytes",
    ]


def test_what_was_begun_comes_before_our_alert() -> None:
    fatal = record(21, b"\2\x32", sent=True)
    lines = traced([*received(message(11, bytes(9))[:6]), fatal, e.HandshakeFailed(PEER, -1)])
    assert headings(lines) == [
        "<- record handshake",
        "<- handshake certificate",
        "-> record alert",
        "-> alert decode_error",
    ]
    assert "!           9 bytes announced, 2 left" in lines


def test_a_warning_does_not_interrupt_a_message() -> None:
    begun = received(message(20, bytes(12))[:6])
    warning = record(21, b"\1\0", sent=True)
    assert "<- handshake finished" not in headings(traced([*begun, warning]))[:3]


@pytest.mark.parametrize(
    "end", [e.HandshakeFailed(PEER, 0), e.Disconnected(), e.TlsProblem(1, "why"), e.TlsStarting(PEER)]
)
def test_what_is_left_comes_at_the_end(end: Event) -> None:
    told: list[Event] = [e.RecordBytesRead(5, b"220 m"), end]
    lines = traced(told)
    assert lines[:6] == [
        "<- record content type 50, length 5 at 0",
        "!           not a TLS record",
        "  0000    1 content_type 50",
        "  0001    2 legacy_record_version 0x3230",
        "  0005    0 fragment",
        "!           8301 bytes announced, 0 left",
    ]
    assert lines[6:] == (["!! why"] if isinstance(end, e.TlsProblem) else [])


def test_another_session_starts_afresh() -> None:
    first = [e.TlsStarting(PEER), *heard(server_hello(extension(43, "0304")))]
    certificate = heard(message(11, "000008 000002 3000 000000"))
    assert any("certificate_request_context" in line for line in traced(first + certificate))
    fresh = traced([*first, e.TlsStarting(PEER), *certificate])
    assert not any("certificate_request_context" in line for line in fresh)
    assert "<- handshake certificate, length 15 at 0" in fresh


def test_sessions_and_connections() -> None:
    told: list[Event] = [
        e.SessionBegan(2),
        e.Connected(PEER, Endpoints("::1", 1, "::1", 25)),
        e.CommandSent("EHLO", "x"),
    ]
    assert traced(told) == ["== pass 2", f"== {PEER}"]
    assert objects(told)[1:] == [
        {"layer": "session", "number": 2},
        {"layer": "connection", "peer": str(PEER)},
    ]


def test_nothing_of_the_servers_reaches_the_terminal_as_it_is() -> None:
    hostile = extension(0, opaque(b"\0" + opaque(b"mx\x1b[2J\n-> \xff\xc3\xbc", 2), 2))
    told: list[Event] = [e.HandshakeMessageSeen(False, client_hello(hostile))]
    (line,) = (line for line in traced(told) if " host_name " in line and "name_type" not in line)
    assert line.endswith(" host_name mx?[2J?-> \\xff??")
    assert all(byte in range(0x20, 0x7F) for row in traced(told, "json") for byte in row.encode())


def lines_for(data: bytes) -> list[str]:
    return as_text(Dissector().message(data, sent=False)[0])


def test_long_values_are_cut() -> None:
    (line,) = (line for line in lines_for(message(20, bytes(60))) if "verify_data" in line)
    assert line == f"  0004   60   verify_data {'0' * 71}..."
    assert len(line) == 100
    name = opaque(b"\0" + opaque("ü b".encode() * 99, 2), 2)
    assert all(len(line) <= 100 for line in lines_for(client_hello(extension(0, name))))


def test_a_field_without_anything_to_show() -> None:
    assert "  002c    0     legacy_session_id" not in lines_for(client_hello())
    assert "  0027    0   legacy_session_id" in lines_for(client_hello())


def test_json() -> None:
    first, *said = objects([*heard(message(14, "aa")), record(23, b"four", b"encrypted")])
    assert first == {"schema": "pyfinger-trace/1", "program": "pyfinger", "version": __version__}
    assert [one["layer"] for one in said] == ["record", "handshake", "record"]
    assert said[1] == {
        "layer": "handshake",
        "sent": False,
        "name": "server_hello_done",
        "offset": 0,
        "length": 5,
        "fields": [
            {"name": "msg_type", "offset": 0, "length": 1, "value": 14, "meaning": "server_hello_done"},
            {
                "name": "server_hello_done",
                "offset": 4,
                "length": 1,
                "prefix": 3,
                "fields": [
                    {"name": "excess", "offset": 4, "length": 1, "hex": "aa", "problem": "1 byte too many"}
                ],
            },
        ],
    }
    assert said[2]["decrypted"] == 4


def test_a_problem_of_the_whole() -> None:
    (found,) = (one for one in _left(b"220 m"))
    assert as_json(found)["problem"] == "not a TLS record"


def _left(data: bytes) -> list[Dissected]:
    dissector = Dissector()
    dissector.bytes_read(data)
    return dissector.rest()


def test_json_is_what_the_schema_says() -> None:
    schema = json.loads(SCHEMA.read_text(encoding="utf-8"))
    jsonschema.Draft202012Validator.check_schema(schema)
    validator = jsonschema.Draft202012Validator(schema)
    ended: list[Event] = [e.RecordBytesRead(5, b"220 m"), e.HandshakeFailed(PEER, -1), e.TlsProblem(1, "why")]
    begun: list[Event] = [e.SessionBegan(1), e.Connected(PEER, Endpoints("::1", 1, "::1", 25))]
    broken = heard(message(11, uint(9, 3)))
    for line in objects([*begun, *session(), *broken, *ended]):
        validator.validate(line)
    assert not validator.is_valid({"layer": "handshake"})
    assert not validator.is_valid({"layer": "session", "number": "1"})
