"""Handshake messages of every kind, in the context they need."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pyfinger.demo.fixed_keys import make_key
from pyfinger.dissect.message_trees import DissectionContext
from pyfinger.tls.codepoints import TLS10, TLS12, TLS13
from pyfinger.wire import opaque, uint
from tests.dissect.building import (
    RANDOM,
    RETRY,
    client_hello,
    dissected,
    extension,
    leaves,
    meanings,
    message,
    problems,
    server_hello,
)

SERVER13 = DissectionContext(False, TLS13)
SERVER12 = DissectionContext(False, TLS12)


def server(exchange: str, version: int = TLS12) -> DissectionContext:
    return DissectionContext(False, version, exchange)


def values(data: bytes, context: DissectionContext) -> list[tuple[str, object]]:
    """The leaves of a good message but for its type."""
    tree = dissected(data, context)
    assert problems(tree) == []
    return leaves(tree)[1:]


def test_a_client_hello() -> None:
    tree = dissected(client_hello(extension(23, ""), suites="1301c02f0a0a00ff"))
    assert problems(tree) == []
    assert tree.meaning == "client_hello"
    assert [one.name for one in tree.children] == ["msg_type", "client_hello"]
    assert tree.numbers("cipher_suite") == [0x1301, 0xC02F, 0x0A0A, 0xFF]
    assert meanings(tree, "cipher_suite") == [
        "TLS_AES_128_GCM_SHA256",
        "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256",
        "GREASE",
        "TLS_EMPTY_RENEGOTIATION_INFO_SCSV",
    ]
    assert meanings(tree, "compression_method") == ["null"]
    assert meanings(tree, "legacy_version") == ["TLS 1.2"]


def test_a_hello_without_extensions() -> None:
    assert problems(dissected(client_hello())) == problems(dissected(server_hello())) == []


def test_a_session_id_longer_than_32_bytes() -> None:
    data = message(1, uint(TLS12, 2) + RANDOM + opaque(bytes(33), 1) + opaque(b"\x13\1", 2) + b"\1\0")
    assert problems(dissected(data)) == [("legacy_session_id", "longer than 32 bytes")]


def test_a_server_hello() -> None:
    tree = dissected(server_hello(extension(43, "0304"), extension(51, "001d 0002 aabb")))
    assert problems(tree) == []
    assert tree.meaning == "server_hello"
    assert meanings(tree, "selected_version") == ["TLS 1.3"]
    assert meanings(tree, "server_share") == ["x25519"]


def test_a_retry_is_told_by_its_random() -> None:
    tree = dissected(server_hello(extension(51, "0017"), extension(44, "0002 aabb"), random=RETRY))
    assert problems(tree) == []
    assert tree.meaning == "hello_retry_request"
    assert meanings(tree, "random") == ["HelloRetryRequest"]
    assert meanings(tree, "selected_group") == ["secp256r1"]


@pytest.mark.parametrize(
    ("end", "said"),
    [
        (b"DOWNGRD\1", "downgraded to TLS 1.2"),
        (b"DOWNGRD\0", "downgraded to TLS 1.1 or below"),
        (bytes(8), ""),
    ],
)
def test_a_server_that_could_do_better(end: bytes, said: str) -> None:
    assert meanings(dissected(server_hello(random=RANDOM[:24] + end)), "random") == [said]


def test_encrypted_extensions() -> None:
    tree = dissected(message(8, opaque(extension(10, "0002 001d"), 2)), SERVER13)
    assert problems(tree) == []
    assert meanings(tree, "named_group") == ["x25519"]


def test_certificates_by_version() -> None:
    old = message(11, "000008 000002 3000 000000")
    new = message(11, "00 000007 000002 3000 0000")
    assert [one.name for one in dissected(old, SERVER12).all("certificate")].count("certificate") == 3
    assert len(list(dissected(new, SERVER13).all("certificate_entry"))) == 1
    context = dissected(message(11, "01 aa 000000"), SERVER13)
    assert ("certificate_request_context", "aa") in leaves(context)


def test_raw_keys_by_version() -> None:
    spki = make_key("p256").spki
    old = dissected(message(11, opaque(spki, 3)), DissectionContext(False, TLS12, "", 2, 0))
    entry = opaque(spki, 3) + b"\0\0"
    new = dissected(message(11, b"\0" + opaque(entry, 3)), DissectionContext(False, TLS13, "", 2, 0))
    for tree in (old, new):
        assert problems(tree) == []
        assert len(list(tree.all("subjectPublicKey"))) == 1


def test_the_type_of_certificates_is_that_of_their_sender() -> None:
    data = message(11, opaque(make_key("p256").spki, 3))
    assert problems(dissected(data, DissectionContext(True, TLS12, "", 0, 2))) == []
    assert problems(dissected(data, DissectionContext(True, TLS12, "", 2, 0)))


def test_openpgp_stays_bytes() -> None:
    assert values(message(11, "aabb"), DissectionContext(False, TLS12, "", 1, 0)) == [("data", "aabb")]
    new = values(message(11, "00 000007 000002 aabb 0000"), DissectionContext(False, TLS13, "", 1, 0))
    assert ("openpgp_certificate", "aabb") in new


def test_a_compressed_certificate() -> None:
    assert values(message(25, "0003 000123 000002 aabb"), SERVER13) == [
        ("algorithm", 3),
        ("uncompressed_length", 0x123),
        ("compressed_certificate_message", "aabb"),
    ]


def test_certificate_requests_by_version() -> None:
    name = "3000"
    oldest = values(message(13, f"01 40 0004 0002 {name}"), DissectionContext(False, TLS10))
    assert oldest == [("client_certificate_type", 0x40), ("Name", "")]
    old = values(message(13, f"01 01 0002 0401 0004 0002 {name}"), SERVER12)
    assert old == [("client_certificate_type", 1), ("signature_scheme", 0x0401), ("Name", "")]
    new = values(message(13, "00 000c 000d 0004 0002 0403 0012 0000"), SERVER13)
    assert ("signature_scheme", 0x0403) in new


def test_certificate_status() -> None:
    assert values(message(22, "01 000002 aabb"), SERVER12) == [("status_type", 1), ("ocsp_response", "aabb")]
    several = values(message(22, "02 000008 000002 aabb 000000"), SERVER12)
    assert several == [("status_type", 2), ("ocsp_response", "aabb"), ("ocsp_response", "")]
    assert values(message(22, "07 aabb"), SERVER12) == [("status_type", 7), ("response", "aabb")]


@pytest.mark.parametrize(
    ("exchange", "version", "body", "expected"),
    [
        (
            "ECDHE_RSA",
            TLS12,
            "03 001d 02 aabb 0401 0001 cc",
            [
                ("curve_type", 3),
                ("named_curve", 0x1D),
                ("public", "aabb"),
                ("algorithm", 0x0401),
                ("signature", "cc"),
            ],
        ),
        (
            "ECDHE_ECDSA",
            TLS10,
            "03 0017 01 aa 0001 cc",
            [("curve_type", 3), ("named_curve", 0x17), ("public", "aa"), ("signature", "cc")],
        ),
        ("ECDH_anon", TLS12, "03 001d 01 aa", [("curve_type", 3), ("named_curve", 0x1D), ("public", "aa")]),
        (
            "DHE_RSA",
            TLS10,
            "0001 17 0001 02 0001 05 0001 cc",
            [("dh_p", "17"), ("dh_g", "02"), ("dh_Ys", "05"), ("signature", "cc")],
        ),
        ("DH_anon", TLS12, "0001 17 0001 02 0001 05", [("dh_p", "17"), ("dh_g", "02"), ("dh_Ys", "05")]),
        (
            "RSA_EXPORT",
            TLS10,
            "0001 17 0001 03 0001 cc",
            [("rsa_modulus", "17"), ("rsa_exponent", "03"), ("signature", "cc")],
        ),
        ("PSK", TLS12, "0001 aa", [("psk_identity_hint", "aa")]),
        (
            "ECDHE_PSK",
            TLS12,
            "0000 03 001d 01 aa",
            [("psk_identity_hint", ""), ("curve_type", 3), ("named_curve", 0x1D), ("public", "aa")],
        ),
        ("", TLS12, "aabb", [("data", "aabb")]),
    ],
)
def test_server_key_exchanges(
    exchange: str, version: int, body: str, expected: list[tuple[str, object]]
) -> None:
    assert values(message(12, body), server(exchange, version)) == expected


def test_a_curve_of_the_servers_own_is_not_followed() -> None:
    tree = dissected(message(12, "01 aabbcc"), server("ECDHE_RSA"))
    assert problems(tree) == [("curve_params", "a curve of the server's own")]


@pytest.mark.parametrize(
    ("exchange", "body", "expected"),
    [
        ("RSA", "0002 aabb", [("encrypted_premaster_secret", "aabb")]),
        ("DHE_RSA", "0002 aabb", [("dh_Yc", "aabb")]),
        ("ECDHE_RSA", "02 aabb", [("ecdh_Yc", "aabb")]),
        ("PSK", "0001 aa", [("psk_identity", "aa")]),
        ("RSA_PSK", "0001 aa 0001 bb", [("psk_identity", "aa"), ("encrypted_premaster_secret", "bb")]),
        ("KRB5", "aabb", [("data", "aabb")]),
        ("", "", []),
    ],
)
def test_client_key_exchanges(exchange: str, body: str, expected: list[tuple[str, object]]) -> None:
    assert values(message(16, body), DissectionContext(True, TLS12, exchange)) == expected


def test_certificate_verify_by_version() -> None:
    assert values(message(15, "0001 cc"), DissectionContext(True, TLS10)) == [("signature", "cc")]
    assert values(message(15, "0804 0001 cc"), SERVER13) == [("algorithm", 0x0804), ("signature", "cc")]


def test_tickets_by_version() -> None:
    assert values(message(4, "00000e10 0002 aabb"), SERVER12) == [
        ("ticket_lifetime_hint", 3600),
        ("ticket", "aabb"),
    ]
    new = values(message(4, "00000e10 00000001 01 00 0002 aabb 0008 002a 0004 00000400"), SERVER13)
    assert new == [
        ("ticket_lifetime", 3600),
        ("ticket_age_add", 1),
        ("ticket_nonce", "00"),
        ("ticket", "aabb"),
        ("extension_type", 42),
        ("max_early_data_size", 1024),
    ]


@pytest.mark.parametrize(
    ("kind", "name", "body", "expected"),
    [
        (0, "hello_request", "", []),
        (5, "end_of_early_data", "", []),
        (14, "server_hello_done", "", []),
        (20, "finished", "aabb", [("verify_data", "aabb")]),
        (24, "key_update", "01", [("request_update", 1)]),
        (254, "message_hash", "aabb", [("hash", "aabb")]),
        (99, "handshake type 99", "aabb", [("data", "aabb")]),
        (21, "client_certificate_url", "", []),
    ],
)
def test_the_other_messages(kind: int, name: str, body: str, expected: list[tuple[str, object]]) -> None:
    data = message(kind, body)
    assert values(data, SERVER13) == expected
    assert dissected(data).meaning == name


def test_what_is_too_much_or_too_little_for_a_whole_message() -> None:
    assert problems(dissected(message(14, "aa"))) == [("excess", "1 byte too many")]
    assert problems(dissected(message(14, "") + b"aa")) == [("excess", "2 bytes too many")]
    assert problems(dissected(message(20, "aabb")[:-1])) == [("finished", "2 bytes announced, 1 left")]
    assert problems(dissected(b"")) == [("msg_type", "missing")]
    assert problems(dissected(b"\2")) == [("server_hello", "missing")]


@given(
    kind=st.integers(0, 255), body=st.binary(max_size=60), version=st.sampled_from((0, TLS10, TLS12, TLS13))
)
def test_any_body_makes_a_tree(kind: int, body: bytes, version: int) -> None:
    dissected(message(kind, body), server("ECDHE_RSA", version))


def test_the_tree_grows_with_the_message_and_not_faster() -> None:
    def fields(count: int) -> int:
        return sum(1 for _ in dissected(client_hello(*[extension(0xFFFF, "")] * count)).walk())

    smaller, larger, largest = fields(1000), fields(2000), fields(4000)
    assert largest - larger == 2 * (larger - smaller) == 3 * 2000
