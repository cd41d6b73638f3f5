"""resolv.conf as the C library reads it."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pyfinger.drive.resolv_conf import (
    NameServer,
    NameService,
    parse_name_server,
    parse_resolv_conf,
    system_name_service,
)
from pyfinger.errors import UsageError

LOCAL = NameService()


def servers(text: str) -> list[str]:
    return [str(server) for server in parse_resolv_conf(text).servers]


def test_servers_in_order_of_both_families() -> None:
    assert servers("nameserver 192.0.2.1\nnameserver 2001:db8::1\n") == ["192.0.2.1", "2001:db8::1"]


def test_only_three_servers_count() -> None:
    assert len(servers("".join(f"nameserver 192.0.2.{n}\n" for n in range(1, 6)))) == 3


@pytest.mark.parametrize(
    "text",
    [
        "",
        "# nameserver 192.0.2.1",
        ";nameserver 192.0.2.1",
        " nameserver 192.0.2.1",
        "nameserver",
        "domain a.test",
    ],
)
def test_without_a_usable_line_this_host_is_asked(text: str) -> None:
    assert parse_resolv_conf(text) == LOCAL
    assert servers(text) == ["127.0.0.1"]


def test_comments_and_bad_addresses_are_passed_over() -> None:
    text = "nameserver 192.0.2.999\nnameserver\t192.0.2.7 #here\nnameserver ns.test\nnameserver 1:2\n"
    assert servers(text) == ["192.0.2.7"]


@pytest.mark.parametrize(
    "line",
    [
        *("nameserver 192.0.2.7\r", "nameserver 192.0.2.7#here", "nameserver 192.0.2.7;here"),
        *("nameserver 192.0.2.7\v", "nameserver=192.0.2.7", "NAMESERVER 192.0.2.7", "nameserver ::1\r"),
    ],
)
def test_an_address_ends_at_a_blank_and_has_to_be_one_up_to_there(line: str) -> None:
    """So a file with CR LF has no name server, and the one on this host is asked."""
    assert parse_resolv_conf(f"{line}\n") == LOCAL


@pytest.mark.parametrize(
    ("text", "address"),
    [
        ("127.54", "127.0.0.54"),
        ("0x7f.1", "127.0.0.1"),
        ("0177.0.0.1", "127.0.0.1"),
        ("2130706433", "127.0.0.1"),
    ],
)
def test_ipv4_addresses_may_be_short_octal_or_hexadecimal(text: str, address: str) -> None:
    assert servers(f"nameserver {text}\n") == [address]


def test_a_null_character_ends_a_line() -> None:
    assert servers("nameserver 192.0.2.7\0junk\nnameserver 192.0.2.8\n") == ["192.0.2.7", "192.0.2.8"]


@pytest.mark.parametrize(
    ("text", "spelled"),
    [
        ("fe80::1%lo", "fe80::1%lo"),
        ("fe80::1%7", "fe80::1%7"),
        ("fe80::1%nosuch0", "fe80::1"),
        ("2001:db8::1%lo", "2001:db8::1"),
        ("::ffff:192.0.2.1", "::ffff:192.0.2.1"),
    ],
)
def test_a_scope_that_does_not_count_is_left_out(text: str, spelled: str) -> None:
    assert servers(f"nameserver {text}\n") == [spelled]


def test_options() -> None:
    service = parse_resolv_conf(
        "options timeout:3 attempts:4\noptions rotate use-vc edns0 ndots:2 trust-ad no-aaaa\n"
    )
    assert service == NameService(timeout=3, attempts=4, rotate=True, use_tcp=True, no_aaaa=True)


@pytest.mark.parametrize(
    ("line", "service"),
    [
        ("use-vcxx", NameService(use_tcp=True)),
        ("use-vc\r", NameService(use_tcp=True)),
        ("# attempts:4", NameService(attempts=4)),
        ("attempts: 4", NameService(attempts=4)),
        ("attempts:x", NameService(attempts=0)),
        ("attempts:-1", NameService(attempts=0)),
        ("attempts:4294967297", NameService(attempts=1)),
        ("timeout:x", NameService(timeout=1)),
        ("timeout:7\r", NameService(timeout=7)),
        ("xrotate", NameService()),
    ],
)
def test_options_are_known_by_their_beginning_and_numbers_are_atois(line: str, service: NameService) -> None:
    assert parse_resolv_conf(f"options {line}\n") == service


@pytest.mark.parametrize(
    ("words", "timeout", "attempts"),
    [("timeout:0 attempts:0", 1, 0), ("timeout:31 attempts:6", 30, 5), ("timeout:2147483647", 30, 2)],
)
def test_numbers_are_bounded(words: str, timeout: int, attempts: int) -> None:
    service = parse_resolv_conf(f"options {words}")
    assert (service.timeout, service.attempts) == (timeout, attempts)


def test_the_environment_adds_options(tmp_path: Path) -> None:
    path = tmp_path / "resolv.conf"
    path.write_text("nameserver 192.0.2.1")
    service = system_name_service(path, {"RES_OPTIONS": "timeout:1"})
    assert service == NameService((NameServer("192.0.2.1"),), timeout=1)


def test_an_unreadable_file_means_this_host(tmp_path: Path) -> None:
    assert system_name_service(tmp_path / "absent", {}) == LOCAL


@pytest.mark.parametrize(
    ("text", "address", "port", "spelled"),
    [
        ("192.0.2.1", "192.0.2.1", 53, "192.0.2.1"),
        ("192.0.2.1:5353", "192.0.2.1", 5353, "192.0.2.1:5353"),
        ("2001:db8::1", "2001:db8::1", 53, "2001:db8::1"),
        ("[2001:db8::1]", "2001:db8::1", 53, "2001:db8::1"),
        ("[2001:db8::1]:54", "2001:db8::1", 54, "[2001:db8::1]:54"),
        ("fe80::1%lo", "fe80::1%lo", 53, "fe80::1%lo"),
    ],
)
def test_one_server_given_by_hand(text: str, address: str, port: int, spelled: str) -> None:
    service = parse_name_server(text)
    assert service.servers == (NameServer(address, port),)
    assert str(service.servers[0]) == spelled


@pytest.mark.parametrize(
    "text",
    [
        *("", "ns.test", "192.0.2.1:0", "192.0.2.1:99999", "192.0.2.1:x", "[::1", "[::1]x"),
        *("192.0.2.1:123456", "fe80::1%", "fe80::1%eth0\nprog: x", "[fe80::1%a]b]:53"),
    ],
)
def test_bad_server_addresses_are_refused(text: str) -> None:
    with pytest.raises(UsageError, match="bad name server address"):
        parse_name_server(text)


@given(st.text())
def test_any_text_gives_a_service_within_bounds(text: str) -> None:
    service = parse_resolv_conf(text)
    assert 1 <= len(service.servers) <= 3
    assert 1 <= service.timeout <= 30
    assert 0 <= service.attempts <= 5


@pytest.mark.parametrize(
    ("text", "asked"),
    [
        ("host mx.example.test\n", "mx.example.test"),
        ("HOST.\tmx.example.test  more\n", "mx.example.test"),
        ("host mx.example.test", "mx.example.test"),  # the last line needs no end
        ("other x\n\n host y\nhost z\nhost zz\n", "z"),  # the first line about it counts
        ("host\r\n", "host"),
        ("host \nhost mx.example.test\n", "host"),
        ("other\0\nhost mx.example.test\n", "host"),  # a name that does not end, ends it all
        ("host", "host"),
        ("", "host"),
    ],
)
def test_names_without_a_dot_may_have_aliases(tmp_path: Path, text: str, asked: str) -> None:
    file = tmp_path / "aliases"
    file.write_bytes(text.encode())
    service = system_name_service(tmp_path / "none", {"HOSTALIASES": str(file)})
    assert service.name_asked("host") == asked
    assert service.name_asked("host.example.test") == "host.example.test"


def test_a_file_of_aliases_that_cannot_be_read_has_none(tmp_path: Path) -> None:
    for file in (str(tmp_path / "none"), str(tmp_path), ""):
        assert system_name_service(tmp_path / "none", {"HOSTALIASES": file}) == NameService()
