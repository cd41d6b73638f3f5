"""Every extension, in each message it looks different in."""

from __future__ import annotations

import pytest

from pyfinger.dissect.extension_trees import Place, extension_data, extensions
from pyfinger.dissect.field import Field
from pyfinger.wire import opaque
from tests.dissect.building import decoded, extension, leaves, meanings, problems

HELLO, ANSWER, RETRY = Place.CLIENT_HELLO, Place.SERVER_HELLO, Place.HELLO_RETRY
ENCRYPTED, CERTIFICATE, REQUEST = Place.ENCRYPTED_EXTENSIONS, Place.CERTIFICATE, Place.CERTIFICATE_REQUEST
TICKET = Place.TICKET


def block(place: Place, *entries: bytes) -> Field:
    return decoded(opaque(b"".join(entries), 2), lambda at: extensions(at, place))


CASES: list[tuple[Place, int, str, list[tuple[str, object]]]] = [
    (HELLO, 0, "0005 00 0002 6d78", [("name_type", 0), ("host_name", "6d78")]),
    (ANSWER, 0, "", []),
    (HELLO, 1, "02", [("max_fragment_length", 2)]),
    (HELLO, 4, "", []),
    (
        HELLO,
        5,
        "01 0003 0001 aa 0001 bb",
        [("status_type", 1), ("responder_id", "aa"), ("request_extensions", "bb")],
    ),
    (HELLO, 5, "09 aabb", [("status_type", 9), ("request", "aabb")]),
    (ANSWER, 5, "", []),
    (REQUEST, 5, "", []),
    (CERTIFICATE, 5, "01 000002 aabb", [("status_type", 1), ("ocsp_response", "aabb")]),
    (HELLO, 10, "0004 001d 11ec", [("named_group", 0x1D), ("named_group", 0x11EC)]),
    (ENCRYPTED, 10, "0002 0017", [("named_group", 0x17)]),
    (HELLO, 11, "03 000102", [("ec_point_format", 0), ("ec_point_format", 1), ("ec_point_format", 2)]),
    (HELLO, 13, "0002 0403", [("signature_scheme", 0x0403)]),
    (HELLO, 15, "01", [("mode", 1)]),
    (HELLO, 16, "0005 01 78 02 6832", [("protocol_name", "78"), ("protocol_name", "6832")]),
    (HELLO, 18, "", []),
    (REQUEST, 18, "", []),
    (CERTIFICATE, 18, "0004 0002 aabb", [("serialized_sct", "aabb")]),
    (HELLO, 19, "02 0200", [("certificate_type", 2), ("certificate_type", 0)]),
    (ENCRYPTED, 19, "02", [("certificate_type", 2)]),
    (HELLO, 20, "02 0200", [("certificate_type", 2), ("certificate_type", 0)]),
    (ANSWER, 20, "02", [("certificate_type", 2)]),
    (HELLO, 21, "0000", [("data", "0000")]),
    (HELLO, 22, "", []),
    (ANSWER, 23, "", []),
    (HELLO, 27, "04 0001 0003", [("algorithm", 1), ("algorithm", 3)]),
    (ENCRYPTED, 28, "4001", [("record_size_limit", 0x4001)]),
    (HELLO, 34, "0002 0403", [("signature_scheme", 0x0403)]),
    (HELLO, 35, "aabb", [("data", "aabb")]),
    (ANSWER, 35, "", []),
    (
        HELLO,
        41,
        "0008 0002 aabb 00000001 0003 02 ccdd",
        [("identity", "aabb"), ("obfuscated_ticket_age", 1), ("binder", "ccdd")],
    ),
    (ANSWER, 41, "0000", [("selected_identity", 0)]),
    (HELLO, 42, "", []),
    (TICKET, 42, "00000400", [("max_early_data_size", 1024)]),
    (HELLO, 43, "04 0304 0303", [("version", 0x0304), ("version", 0x0303)]),
    (ANSWER, 43, "0304", [("selected_version", 0x0304)]),
    (RETRY, 43, "0304", [("selected_version", 0x0304)]),
    (RETRY, 44, "0002 aabb", [("cookie", "aabb")]),
    (HELLO, 44, "0002 aabb", [("cookie", "aabb")]),
    (HELLO, 45, "02 0001", [("ke_mode", 0), ("ke_mode", 1)]),
    (REQUEST, 47, "0004 0002 3000", [("Name", "")]),
    (
        REQUEST,
        48,
        "0009 05 0603 2a0304 0001 bb",
        [("certificate_extension_oid", "06032a0304"), ("certificate_extension_values", "bb")],
    ),
    (HELLO, 49, "", []),
    (HELLO, 50, "0002 0401", [("signature_scheme", 0x0401)]),
    (
        HELLO,
        51,
        "000b 001d 0002 aabb 0017 0001 cc",
        [("group", 0x1D), ("key_exchange", "aabb"), ("group", 0x17), ("key_exchange", "cc")],
    ),
    (ANSWER, 51, "001d 0002 aabb", [("group", 0x1D), ("key_exchange", "aabb")]),
    (RETRY, 51, "0017", [("selected_group", 0x17)]),
    (HELLO, 65281, "00", [("renegotiated_connection", "")]),
    (HELLO, 4660, "aabb", [("data", "aabb")]),
]


@pytest.mark.parametrize(("place", "code", "content", "expected"), CASES)
def test_contents(place: Place, code: int, content: str, expected: list[tuple[str, object]]) -> None:
    tree = block(place, extension(code, content))
    assert problems(tree) == []
    assert leaves(tree) == [("extension_type", code), *expected]


@pytest.mark.parametrize(("place", "code", "content", "expected"), [case for case in CASES if case[2]])
def test_a_broken_extension_does_not_spoil_the_next(
    place: Place, code: int, content: str, expected: list[tuple[str, object]]
) -> None:
    whole = bytes.fromhex(content)
    for cut in range(len(whole)):
        tree = block(place, extension(code, whole[:cut]), extension(23, ""))
        assert leaves(tree)[-1] == ("extension_type", 23)
        assert not any(one.problem for one in list(tree.all("extension"))[-1].walk())


def test_what_should_be_empty_and_is_not() -> None:
    assert problems(block(ANSWER, extension(0, "00"))) == [("excess", "1 byte too many")]


def test_an_extension_that_is_there_twice() -> None:
    tree = block(HELLO, extension(23, ""), extension(22, ""), extension(23, ""))
    assert problems(tree) == [("extension", "repeated")]
    assert [one.problem for one in tree.all("extension")] == ["", "", "repeated"]


def test_a_block_that_breaks_off() -> None:
    assert problems(decoded(b"\0\3\0\x17\0", lambda at: extensions(at, HELLO))) == [
        ("extension_data", "1 of 2 bytes of its length")
    ]
    assert problems(decoded(b"\0\1\0", lambda at: extensions(at, HELLO))) == [
        ("extension_type", "1 of 2 bytes")
    ]


def test_names() -> None:
    tree = block(HELLO, extension(10, "0002 001d"), extension(0x2A2A, ""), extension(4660, ""))
    assert meanings(tree, "extension") == ["supported_groups", "GREASE", ""]
    assert meanings(tree, "named_group") == ["x25519"]
    tree = block(HELLO, extension(0, "0005 00 0002 6dff"), extension(16, "0003 02 6832"))
    assert meanings(tree, "host_name") == ["m\\xff"]
    assert meanings(tree, "protocol_name") == ["h2"]
    assert meanings(block(REQUEST, extension(48, "0007 05 0603 2a0304")), "certificate_extension_oid") == [
        "1.2.3.4"
    ]


def test_looking_one_up() -> None:
    tree = block(HELLO, extension(10, "0002 001d"), extension(43, "02 0304"))
    found = extension_data(tree, 43)
    assert found is not None
    assert found.numbers("version") == [0x0304]
    assert extension_data(tree, 51) is None
    broken = extension_data(decoded(b"\0\2\0\x2b", lambda at: extensions(at, HELLO)), 43)
    assert broken is not None
    assert broken.problem == "missing"
    assert extension_data(decoded(b"\0\1\0", lambda at: extensions(at, HELLO)), 0) is None
