"""What a check looks like where names are long, servers hostile and things are missing."""

from __future__ import annotations

import errno

import pytest

from pyfinger.check.library import PreparedCheck
from pyfinger.check.output_formats import json_bytes, nagios_line, openmetrics
from pyfinger.check.report_model import CheckVerdict
from pyfinger.check.text import WIDTH, plan_text, text
from pyfinger.errors import UsageError
from pyfinger.model import Level
from tests.check.worlds import ADDRESS, GOOD, KEY, checked, only, world
from tests.mailserver import MailServer, identity
from tests.scripted import Script
from tests.world import World

LONG = "2001:db8:1111:2222:3333:4444:5555:6666"


def test_what_a_server_says_reaches_no_terminal_as_it_is() -> None:
    hostile = Script("554 \x1b]0;owned\x07 | go away \x9b31m\xff")
    report, _ = checked(world(GOOD), {ADDRESS: hostile})
    for shown in (text(report), nagios_line(report), openmetrics(report), json_bytes(report)):
        assert not set(shown) - set(range(32, 127)) - {10}
    assert nagios_line(report).count(b"|") == 1


@pytest.mark.parametrize("size", [1, 40, 200])
def test_lines_keep_to_the_width_however_much_is_said(size: int) -> None:
    report, _ = checked(world(GOOD), {ADDRESS: Script(f"554 {'word ' * size}")})
    assert max(map(len, text(report).splitlines())) <= WIDTH


def test_an_address_too_long_for_its_column_has_a_line() -> None:
    dns = world(GOOD, aaaa={"mx.example.test": [LONG]})
    server = MailServer(identity())
    report, _ = checked(dns, {ADDRESS: server, LONG: server})
    shown = text(report).decode()
    assert f"\n  {LONG}\n                   ECDSA   ok" in shown
    assert max(map(len, shown.splitlines())) <= WIDTH


def test_a_host_without_addresses_or_whose_lookup_failed_has_its_reason() -> None:
    dns = world(
        GOOD,
        mx={"example.test": ["10 mx.example.test", "20 gone.test"]},
        fail={"_25._tcp.mx.example.test/TLSA": "SERVFAIL"},
    )
    report, _ = checked(dns)
    shown = text(report).decode()
    assert "gone.test:25  failed\n" in shown
    assert "    TLSA lookup failed: no mail is sent there\n" in shown
    assert report.verdict is CheckVerdict.FAILED


def test_a_refusal_is_told_once_for_all_algorithms() -> None:
    report, _ = checked(world(GOOD), {ADDRESS: errno.ECONNREFUSED})
    assert text(report).count(b"connection refused; so RSA was not asked for") == 1


def test_a_plan_without_anything_to_do() -> None:
    assert plan_text((), ()) == b"0 connections\n"


def test_an_expired_certificate_or_a_wrong_name_is_nothing_to_dane() -> None:
    dns = world(GOOD, mx={"example.test": ["10 other.test"]}, a={"other.test": [ADDRESS]})
    dns = World(mx=dns.mx, a=dns.a, tlsa={"_25._tcp.other.test": [f"3 1 1 {KEY}"]})
    assert checked(dns)[0].verdict is CheckVerdict.OK


def test_records_for_one_algorithm_leave_the_other_open_if_it_was_not_asked() -> None:
    report, _ = checked(world(GOOD), algorithms=())
    assert report.planned == 0
    assert only(report)[2].verdict is CheckVerdict.COULD_NOT_TELL


def test_a_check_of_nothing_is_refused() -> None:
    with pytest.raises(UsageError, match="no domain"):
        PreparedCheck.of((), (), {}, None)
    with pytest.raises(TypeError, match="colour"):
        PreparedCheck.of(("x.test",), (), {"colour": True}, None)


def test_unsigned_exchangers_with_less_asked_for_are_not_looked_up() -> None:
    dns = world(GOOD, insecure={"example.test/MX"})
    report, _ = checked(dns, insecure_mx_level=Level.MAY)
    domain, _, address = only(report)
    assert (domain.verdict, address.reason) == (
        CheckVerdict.NOT_PROTECTED,
        "no TLSA records were looked up",
    )
