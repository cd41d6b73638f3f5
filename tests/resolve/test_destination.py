"""The destination argument: every form, every complaint."""

from __future__ import annotations

import pytest

from pyfinger.errors import UsageError
from pyfinger.events import DestinationParsed, Event, IdnFailed
from pyfinger.model import InetDestination, LookupKind, UnixDestination
from pyfinger.options import Config, Options
from pyfinger.resolve.destination import parse_destination, service_port
from pyfinger.steps import FindService
from tests.scripted import Scripted
from tests.world import World

HOST, MX, SRV = LookupKind.HOST, LookupKind.MX, LookupKind.SRV


def ignore(event: Event) -> None:
    """Keep nothing."""


def parse(text: str, *, lmtp: bool = False, srv: bool = False) -> InetDestination:
    destination = parse_destination(Options(text, lmtp=lmtp, srv=srv), ignore)
    assert isinstance(destination, InetDestination)
    return destination


@pytest.mark.parametrize(
    ("text", "host", "service", "lookup"),
    [
        ("mx.test", "mx.test", "smtp", MX),
        ("mx.test:", "mx.test", "smtp", MX),
        ("mx.test:587", "mx.test", "587", MX),
        ("mx.test:submission", "mx.test", "submission", MX),
        ("[mx.test]", "mx.test", "smtp", HOST),
        ("[mx.test]:", "mx.test", "smtp", HOST),
        ("[mx.test]:587", "mx.test", "587", HOST),
        ("192.0.2.1", "192.0.2.1", "smtp", MX),
        ("0:0:0:0:0:0:0:1", "0:0:0:0:0:0:0", "1", MX),
        ("2001:db8::1:25", "2001:db8::1", "25", MX),
        ("[ipv6:1:2:3]", "1:2:3", "smtp", HOST),
        ("[2001:db8::1]:25", "2001:db8::1", "25", HOST),
        ("[ipv6:::1]", "::1", "smtp", HOST),
        ("[IPv6:::1]:26", "::1", "26", HOST),
        ("Bücher.Test", "Bücher.Test", "smtp", MX),
        ("inet:mx.test", "inet", "mx.test", MX),
        ("unix:/path", "unix", "/path", MX),
    ],
)
def test_smtp_forms(text: str, host: str, service: str, lookup: LookupKind) -> None:
    assert parse(text) == InetDestination(text, host, service, lookup)


@pytest.mark.parametrize(
    ("text", "typed", "host", "service"),
    [
        ("lmtp.test", "lmtp.test", "lmtp.test", "24"),
        ("inet:lmtp.test:26", "lmtp.test:26", "lmtp.test", "26"),
        ("inet:inet:lmtp", "inet:lmtp", "inet", "lmtp"),
        ("[lmtp.test]", "[lmtp.test]", "lmtp.test", "24"),
        ("UNIX:26", "UNIX:26", "UNIX", "26"),
    ],
)
def test_lmtp_forms(text: str, typed: str, host: str, service: str) -> None:
    assert parse(text, lmtp=True, srv=True) == InetDestination(typed, host, service, HOST)


def test_lmtp_knows_unix_sockets() -> None:
    destination = parse_destination(Options("unix:/a:b", lmtp=True), ignore)
    assert destination == UnixDestination("unix:/a:b", "/a:b")


def test_srv_unless_in_brackets() -> None:
    assert parse("mx.test", srv=True).lookup is SRV
    assert parse("[mx.test]", srv=True).lookup is HOST


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("[mx.test", 'missing "]"'),
        ("[mx.test]x", 'garbage after "]"'),
        ("[ipv6:192.0.2.1]", "malformed IPv6 address"),
        ("[ipv6:mx]", "malformed IPv6 address"),
        ("", "missing host information"),
        (":", "missing host information"),
        (":25", "missing host information"),
        ("[]", "valid hostname or network address required"),
        ("::1", "valid hostname or network address required"),
        ("a..test", "valid hostname or network address required"),
        ("mx.test.", "valid hostname or network address required"),
        ("300.0.0.1", "valid hostname or network address required"),
        ("mx.test:25x", "garbage after numerical service"),
        ("[mx.test]:25x", "garbage after numerical service"),
    ],
)
def test_complaints(text: str, problem: str) -> None:
    with pytest.raises(UsageError) as caught:
        parse(text)
    assert str(caught.value) == f"{problem} in server description: {text}"


def test_what_is_parsed_is_told() -> None:
    events: list[Event] = []
    parse_destination(Options("inet:mx.test", lmtp=True), events.append)
    assert events == [DestinationParsed("mx.test", "24")]


def test_a_name_without_an_ascii_form_is_told_before_the_complaint() -> None:
    events: list[Event] = []
    with pytest.raises(UsageError, match="valid hostname"):
        parse_destination(Options("-ü.test"), events.append)
    assert events[1:] == [IdnFailed("-ü.test", "UIDNA_ERROR_LEADING_HYPHEN")]


def test_without_smtputf8_no_other_characters() -> None:
    events: list[Event] = []
    with pytest.raises(UsageError, match="valid hostname"):
        parse_destination(Options("ü.test", config=Config(smtputf8_enable=False)), events.append)
    assert events == [DestinationParsed("ü.test", "smtp")]


def port(text: str, services: dict[str, int] | None = None, config: Config | None = None) -> int:
    driver = Scripted(World(services=services or {}))
    return driver.run(service_port(parse(text), config or Config()))


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("a.test", 25),
        ("a.test:0025", 25),
        ("a.test:65535", 65535),
        ("a.test:submissions", 465),
        ("a.test:odd", 99),
    ],
)
def test_ports(text: str, number: int) -> None:
    assert port(text, {"odd": 99, "submissions": 1}) == number


def test_known_ports_come_first_then_the_database_then_25_for_smtp() -> None:
    nothing_known = Config(known_tcp_ports=())
    assert port("a.test", {"smtp": 26}) == 25
    assert port("a.test", {"smtp": 26}, nothing_known) == 26
    assert port("a.test", {}, nothing_known) == 25


def test_known_ports_may_name_another_service() -> None:
    assert port("a.test:x", {"y": 7}, Config(known_tcp_ports=(("x", "y"),))) == 7


@pytest.mark.parametrize("service", ["0", "65536", "9" * 5000, "000"])
def test_bad_ports(service: str) -> None:
    with pytest.raises(UsageError) as caught:
        port(f"a.test:{service}")
    assert str(caught.value) == f"bad network port: {service} for destination: a.test:{service}"


def test_unknown_services() -> None:
    driver = Scripted()
    with pytest.raises(UsageError, match="unknown service: Submission/tcp"):
        driver.run(service_port(parse("a.test:Submission"), Config()))
    assert driver.requests == [FindService("Submission")]
