"""Which texts are host names, which are addresses, and what is wrong with the others."""

from __future__ import annotations

import socket

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pyfinger.model import AddressData, Family
from pyfinger.resolve.hostname import (
    address_of,
    hostname_problem,
    ipv4_address,
    ipv6_address,
    valid_hostaddr,
    valid_hostname,
)


@pytest.mark.parametrize(
    "name", ["a", "mx.test", "under_score.test", "_25._tcp.mx.test", "1a.2b", "a--b", "x" * 63]
)
def test_host_names(name: str) -> None:
    assert valid_hostname(name)


@pytest.mark.parametrize(
    ("name", "problem"),
    [
        ("", "empty hostname"),
        (".", "misplaced delimiter"),
        ("a..b", "misplaced delimiter"),
        (".a", "misplaced delimiter"),
        ("a.", "misplaced delimiter"),
        ("-a", "misplaced hyphen"),
        ("a-.b", "misplaced hyphen"),
        ("-", "misplaced hyphen"),
        ("a b", "invalid character 32(decimal)"),
        ("b\xfccher", "invalid character 195(decimal)"),
        ("b\udcfccher", "invalid character 252(decimal)"),
        ("a\\.b", "invalid character 92(decimal)"),
        ("*.a", "invalid character 42(decimal)"),
        ("x" * 64, "hostname label too long"),
        ("127.0.0.1", "numeric hostname"),
        ("1.2", "numeric hostname"),
        ("1..2", "misplaced delimiter"),
        (".".join(["x" * 63] * 4) + ".y", "bad length 257"),
    ],
)
def test_problems(name: str, problem: str) -> None:
    assert hostname_problem(name) == problem


def test_wildcards_on_request() -> None:
    assert valid_hostname("*.a.test", wildcard=True)
    assert valid_hostname("*", wildcard=True)
    assert not valid_hostname("a.*.test", wildcard=True)
    assert not valid_hostname("*a.test", wildcard=True)


@pytest.mark.parametrize(
    "text", ["192.0.2.1", "0.0.0.0", "255.255.255.255", "::", "::1", "2001:db8::1", "::ffff:192.0.2.1"]
)
def test_addresses(text: str) -> None:
    found = address_of(text)
    assert found == AddressData(text, Family.IPV6 if ":" in text else Family.IPV4)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "1.2.3",
        "1.2.3.4.5",
        "1.2.3.256",
        "01.2.3.4",
        "0.1.2.3",
        "1.2.3.4 ",
        "fe80::1%eth0",
        ":::",
        "1::2::3",
        "mx",
    ],
)
def test_no_addresses(text: str) -> None:
    assert address_of(text) is None


@given(st.binary(min_size=16, max_size=16))
def test_ipv6_is_spelled_as_the_system_does(packed: bytes) -> None:
    assert ipv6_address(packed).address == socket.inet_ntop(socket.AF_INET6, packed)


@given(st.integers(0, 5), st.binary(min_size=4, max_size=4))
def test_so_are_embedded_ipv4_addresses(kind: int, tail: bytes) -> None:
    packed = bytes(10) + (b"\xff\xff", b"\0\0", b"\0\1", b"\xff\0", b"\1\0", b"\0\xff")[kind] + tail
    assert ipv6_address(packed).address == socket.inet_ntop(socket.AF_INET6, packed)


@given(st.binary(min_size=4, max_size=4))
def test_ipv4_round_trip(packed: bytes) -> None:
    text = ipv4_address(packed).address
    assert socket.inet_aton(text) == packed


@given(st.text("ab1-._*:%", max_size=12))
def test_a_name_is_never_an_address(text: str) -> None:
    assert not (valid_hostname(text) and address_of(text))


@pytest.mark.parametrize(
    "text",
    "::|::1|1::|1:2:3|0:0:0:0:0:0:0|1:2:3:4:5:6:7:8|1:2:192.0.2.1|::ffff:192.0.2.1|192.0.2.1|a::B".split("|"),
)
def test_what_postfix_takes_for_an_address(text: str) -> None:
    assert valid_hostaddr(text)


@pytest.mark.parametrize(
    "text",
    "|:|1:2|:1:2|1:2:|1::2::3|:::|1:2:3:4:5:6:7:8:9|12345:1:2|g:1:2|1:192.0.2.1|1:2:.1|192.0.2".split("|"),
)
def test_what_it_does_not(text: str) -> None:
    assert not valid_hostaddr(text)
