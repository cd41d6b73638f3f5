"""Whole connections: real ones in memory, and what is left when they break."""

from __future__ import annotations

import zlib

import pytest

from fuzz._trees import check_tree
from pyfinger.demo.fixed_keys import make_key
from pyfinger.dissect import Dissected, Dissector
from pyfinger.dissect.message_trees import DissectionContext
from pyfinger.wire import opaque, uint
from tests.dissect.building import client_hello, extension, message, problems, server_hello

TLS13 = extension(43, "0304")
CERTIFICATE = "000008 000002 3000 000000"


def record(kind: int, content: bytes, version: int = 0x0303) -> bytes:
    return bytes([kind]) + uint(version, 2) + opaque(content, 2)


def names(found: list[Dissected]) -> list[str]:
    return [f"{one.layer} {one.name}" for one in found]


def after(*messages: bytes) -> Dissector:
    """A connection on which a server has said something."""
    dissector = Dissector()
    dissector.message(client_hello(), sent=True)
    for one in messages:
        dissector.message(one, sent=False)
    return dissector


def test_records() -> None:
    dissector = Dissector()
    hello = record(22, client_hello(), 0x0301)
    (first,) = dissector.record(hello, 22, client_hello(), sent=True)
    assert (first.layer, first.name, first.offset, first.inside) == ("record", "handshake", 0, None)
    sealed = record(23, b"sealed")
    (second,) = dissector.record(sealed, 22, b"open", sent=True)
    assert (second.name, second.offset, second.inside) == ("handshake", len(hello), 4)
    (third,) = dissector.record(sealed, 23, b"data", sent=False)
    assert (third.name, third.offset) == ("application_data", 0)
    for one in (first, second, third):
        check_tree(one.tree, one.data)
        assert one.problems == []


def test_alerts_and_cipher_changes_come_with_their_record() -> None:
    dissector = Dissector()
    alert = dissector.record(record(21, b"\2\x28"), 21, b"\2\x28", sent=False)
    assert names(alert) == ["record alert", "alert handshake_failure"]
    assert alert[1].tree.number("level") == 2
    change = dissector.record(record(20, b"\1"), 20, b"\1", sent=True)
    assert names(change) == ["record change_cipher_spec", "change_cipher_spec change_cipher_spec"]
    unknown = dissector.record(record(21, b"\1\xfa"), 21, b"\1\xfa", sent=False)
    assert names(unknown) == ["record alert", "alert alert 250"]


def test_an_alert_of_the_wrong_size() -> None:
    found = Dissector().record(record(21, b"\2"), 21, b"\2", sent=False)
    assert problems(found[1].tree) == [("description", "missing")]


def test_messages_are_counted_for_each_side() -> None:
    dissector = after(server_hello(TLS13))
    (found,) = dissector.message(message(8, "0000"), sent=False)
    assert found.offset == len(server_hello(TLS13))
    (found,) = dissector.message(message(20, "aa"), sent=True)
    assert found.offset == len(client_hello())


@pytest.mark.parametrize(
    ("hello", "encrypted", "data"),
    [
        (server_hello(suite=0xC02F), b"", CERTIFICATE),
        (server_hello(TLS13), b"\0\0", "00 000007 000002 3000 0000"),
        (server_hello(extension(20, "02"), suite=0xC02F), b"", opaque(make_key("p256").spki, 3)),
        (
            server_hello(TLS13),
            opaque(extension(20, "02"), 2),
            b"\0" + opaque(opaque(make_key("p256").spki, 3) + b"\0\0", 3),
        ),
    ],
)
def test_the_hello_tells_what_certificates_look_like(
    hello: bytes, encrypted: bytes, data: bytes | str
) -> None:
    dissector = after(hello, *([message(8, encrypted)] if encrypted else []))
    (found,) = dissector.message(message(11, data), sent=False)
    assert not [one for one in found.problems if one.name != "Certificate" and one.problem != "missing"]
    check_tree(found.tree, found.data)


def test_our_certificate_may_be_of_another_type() -> None:
    dissector = after(server_hello(TLS13), message(8, opaque(extension(19, "02"), 2)))
    spki = b"\0" + opaque(opaque(make_key("p256").spki, 3) + b"\0\0", 3)
    assert dissector.message(message(11, spki), sent=True)[0].problems == []
    assert dissector.message(message(11, spki), sent=False)[0].problems


@pytest.mark.parametrize(
    ("suite", "body"),
    [
        (0xC02F, "03 001d 01 aa 0401 0001 cc"),
        (0x009E, "0001 17 0001 02 0001 05 0401 0001 cc"),
        (0x0034, "0001 17 0001 02 0001 05"),
    ],
)
def test_the_suite_tells_what_the_key_exchange_looks_like(suite: int, body: str) -> None:
    (found,) = after(server_hello(suite=suite)).message(message(12, body), sent=False)
    assert found.problems == []


def test_nothing_is_known_before_the_hello() -> None:
    (found,) = Dissector().message(message(12, "aabb"), sent=False)
    assert found.problems == []
    assert Dissector().message(b"", sent=False)[0].problems[0].problem == "missing"
    broken = after(message(2, "03"))
    assert broken.message(message(12, "aabb"), sent=False)[0].problems == []


def test_a_hello_whose_version_breaks_off() -> None:
    (found,) = after(server_hello(extension(43, "03"))).message(message(11, CERTIFICATE), sent=False)
    assert len(list(found.tree.all("certificate_list"))) == 1


def compressed(size: int, content: bytes) -> bytes:
    return message(25, uint(1, 2) + uint(size, 3) + opaque(zlib.compress(content), 3))


BODY = bytes.fromhex("00 000007 000002 3000 0000")


def test_a_compressed_certificate_is_shown_inside_too() -> None:
    dissector = after(server_hello(TLS13))
    found = dissector.message(compressed(len(BODY), BODY), sent=False)
    assert names(found) == ["handshake compressed_certificate", "decompressed certificate"]
    assert found[1].data == BODY
    check_tree(found[1].tree, BODY)
    assert len(dissector.message(compressed(len(BODY), BODY), sent=False)) == 1, "a second one is not opened"


def test_a_compressed_certificate_of_another_size() -> None:
    found = after(server_hello(TLS13)).message(compressed(len(BODY) + 1, BODY), sent=False)
    assert found[1].problems[0].problem == f"{len(BODY)} bytes instead of {len(BODY) + 1}"


def test_a_compressed_certificate_nobody_can_open() -> None:
    data = message(25, uint(2, 2) + uint(9, 3) + opaque(b"brotli", 3))
    assert len(after(server_hello(TLS13)).message(data, sent=False)) == 1


def test_what_never_became_a_message() -> None:
    dissector = after()
    flight = server_hello(TLS13) + message(14, "") + message(11, CERTIFICATE)[:9]
    dissector.bytes_read(record(22, flight))
    dissector.record(record(22, flight), 22, flight, sent=False)
    assert names(dissector.message(server_hello(TLS13), sent=False)) == ["handshake server_hello"]
    left = dissector.rest()
    assert names(left) == ["handshake server_hello_done", "handshake certificate"]
    assert [one.offset for one in left] == [len(server_hello(TLS13)), len(server_hello(TLS13)) + 4]
    assert left[1].tree.children[1].problem == "11 bytes announced, 5 left"
    assert dissector.rest() == []


def test_what_never_became_a_record() -> None:
    dissector = Dissector()
    dissector.bytes_read(record(22, b"aa")[:5])
    dissector.bytes_read(b"a")
    (found,) = dissector.rest()
    assert (found.layer, found.name, found.inside) == ("record", "handshake", None)
    assert [one.problem for one in found.problems] == ["2 bytes announced, 1 left"]


def test_what_is_no_record() -> None:
    dissector = Dissector()
    dissector.bytes_read(b"220 mx.example.test ESMTP\r\n")
    (found,) = dissector.rest()
    assert found.name == "content type 50"
    assert found.tree.problem == "not a TLS record"
    dissector.bytes_read(record(22, b"", 0x0203))
    assert dissector.rest()[0].tree.problem == "not a TLS record"


def test_bytes_of_a_record_are_forgotten_when_it_is_whole() -> None:
    dissector = Dissector()
    wire = record(21, b"\1\0")
    dissector.bytes_read(wire)
    dissector.record(wire, 21, b"\1\0", sent=False)
    assert dissector.rest() == []


def test_a_context_starts_with_what_a_client_says() -> None:
    assert DissectionContext().sent
    assert DissectionContext().certificates == 0
