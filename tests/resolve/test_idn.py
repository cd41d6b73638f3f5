"""Internationalised names, with results known from ICU and UTS #46."""

from __future__ import annotations

import subprocess
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pyfinger.events import Event, IdnConverted, IdnFailed
from pyfinger.resolve.hostname import valid_hostname
from pyfinger.resolve.idn import Conversion, name_to_ask, to_ascii


@pytest.mark.parametrize(
    ("name", "converted"),
    [
        ("bücher.test", "xn--bcher-kva.test"),
        ("BÜCHER.Test", "xn--bcher-kva.test"),
        ("bu\u0308cher.test", "xn--bcher-kva.test"),
        ("\uff21\uff22\uff23\u3002test", "abc.test"),
        ("faß.de", "xn--fa-hia.de"),
        ("ü.xn--BCHER-kva", "xn--tda.xn--bcher-kva"),
        ("a\xadü.de", "xn--a-eha.de"),
        ("中国.test", "xn--fiqs8s.test"),
        ("☃.net", "xn--n3h.net"),
        ("ü_x.de", "xn--_x-wka.de"),
        ("_smtp._tcp.bücher.test", "_smtp._tcp.xn--bcher-kva.test"),
    ],
)
def test_conversion(name: str, converted: str) -> None:
    assert to_ascii(name) == Conversion(converted)


@pytest.mark.parametrize(
    ("name", "problem"),
    [
        ("b\udcfccher.test", "malformed UTF-8"),
        ("ü.", "malformed ASCII label(s)"),
        ("ü x.test", "malformed ASCII label(s)"),
        ("\uff11", "malformed ASCII label(s)"),
        ("ü..test", "UIDNA_ERROR_EMPTY_LABEL"),
        ("\xad.test", "UIDNA_ERROR_EMPTY_LABEL"),
        ("ü" + "a" * 70, "UIDNA_ERROR_LABEL_TOO_LONG"),
        ("xn--" + "a" * 70 + ".ü", "UIDNA_ERROR_LABEL_TOO_LONG"),
        ("ü" + ".a" * 130, "UIDNA_ERROR_DOMAIN_NAME_TOO_LONG"),
        ("ü" * 1024, "UIDNA_ERROR_DOMAIN_NAME_TOO_LONG"),
        ("ü" * 300, "UIDNA_ERROR_LABEL_TOO_LONG,UIDNA_ERROR_DOMAIN_NAME_TOO_LONG"),
        ("-ü.de", "UIDNA_ERROR_LEADING_HYPHEN"),
        ("ü-.de", "UIDNA_ERROR_TRAILING_HYPHEN"),
        ("ü.-", "UIDNA_ERROR_LEADING_HYPHEN,UIDNA_ERROR_TRAILING_HYPHEN"),
        ("ab--ü.de", "UIDNA_ERROR_HYPHEN_3_4"),
        ("\u0300ü.de", "UIDNA_ERROR_LEADING_COMBINING_MARK"),
        ("\u0378ü.de", "UIDNA_ERROR_DISALLOWED"),
        ("xn--ü.de", "UIDNA_ERROR_PUNYCODE"),
        ("ü.xn--0", "UIDNA_ERROR_PUNYCODE"),
        ("ü.xn--", "UIDNA_ERROR_INVALID_ACE_LABEL"),
        ("ü.xn--abc-", "UIDNA_ERROR_INVALID_ACE_LABEL"),
        ("ü.xn--a-ecp", "UIDNA_ERROR_INVALID_ACE_LABEL"),
    ],
)
def test_problems(name: str, problem: str) -> None:
    assert to_ascii(name) == Conversion("", problem)


def test_transitional_processing_folds_the_deviations() -> None:
    assert to_ascii("faß.de", transitional=True) == Conversion("fass.de")
    assert to_ascii("a\u200cü\u03c2.de", transitional=True) == to_ascii("aü\u03c3.de")


def test_ascii_names_pass_unchanged_and_unmentioned() -> None:
    events: list[Event] = []
    assert name_to_ask("MX.Test", events.append, to_ascii) == "MX.Test"
    assert events == []


def test_conversions_are_told() -> None:
    events: list[Event] = []
    assert name_to_ask("ü.test", events.append, to_ascii, for_match=True) == "xn--tda.test"
    assert name_to_ask("ü..test", events.append, to_ascii) is None
    assert events == [
        IdnConverted("ü.test", "xn--tda.test", for_match=True),
        IdnFailed("ü..test", "UIDNA_ERROR_EMPTY_LABEL"),
    ]


def test_an_empty_name_is_not_ascii() -> None:
    events: list[Event] = []
    assert name_to_ask("", events.append, to_ascii) is None
    assert events == [IdnFailed("", "UIDNA_ERROR_EMPTY_LABEL")]


def test_the_tables_are_not_loaded_for_ascii_names() -> None:
    program = (
        "import sys; from pyfinger.resolve import idn; "
        "idn.name_to_ask('a.test', print, idn.to_ascii); "
        "sys.exit('idna' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", program], check=False).returncode == 0


@given(st.text(st.sampled_from("aÜß-_.。\u0300\u200d\xad中א") | st.characters(), max_size=30))
def test_a_result_is_a_host_name_and_stays_what_it_is(name: str) -> None:
    conversion = to_ascii(name)
    assert bool(conversion.ascii) != bool(conversion.problem)
    if conversion.ascii:
        assert valid_hostname(conversion.ascii)
        assert to_ascii(conversion.ascii) == conversion
