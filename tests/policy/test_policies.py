"""Policy files and the hosts they allow (RFC 8461 sections 3.2, 3.3 and 4.1)."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pyfinger.policy.mta_sts import (
    MAX_AGE,
    MAX_POLICY,
    PolicyFault,
    StsMode,
    StsPolicy,
    pattern_matches,
    read_policy,
    read_response,
)

USUAL = b"version: STSv1\nmode: enforce\nmx: mx1.lark.test\nmax_age: 604800\n"
POLICY = StsPolicy(StsMode.ENFORCE, ("mx1.lark.test",), 604800)
NAMES = st.lists(st.text("ab-", min_size=1, max_size=4), min_size=1, max_size=4).map(".".join)


def with_line(line: bytes) -> bytes:
    """The usual policy and one more line."""
    return USUAL + line + b"\n"


def without(name: bytes) -> bytes:
    """The usual policy and one field less."""
    return b"".join(line for line in USUAL.splitlines(True) if not line.startswith(name))


@pytest.mark.parametrize(
    ("body", "policy"),
    [
        (USUAL, POLICY),
        (USUAL[:-1], POLICY),
        (USUAL.replace(b"\n", b"\r\n"), POLICY),
        (USUAL.replace(b": ", b":\t ").replace(b"\n", b" \t\n"), POLICY),
        (b"".join(reversed(USUAL.splitlines(True))), POLICY),
        (b"version:STSv1\nmode:none\nmax_age:0", StsPolicy(StsMode.NONE, (), 0)),
        (
            with_line("note: gr\u00fc\u00dfe, all".encode()),
            StsPolicy(StsMode.ENFORCE, ("mx1.lark.test",), 604800, (("note", "gr\u00fc\u00dfe, all"),)),
        ),
        (
            with_line(b"mode: soon\nmax_age: x\nversion: y\nmx: *.lark.test"),
            StsPolicy(
                StsMode.ENFORCE,
                ("mx1.lark.test", "*.lark.test"),
                604800,
                (),
                ("mode", "max_age", "version"),
            ),
        ),
    ],
)
def test_a_policy_is_lines_of_names_and_values(body: bytes, policy: StsPolicy) -> None:
    reading = read_policy(body)
    assert (reading.policy, reading.problem) == (policy, None)


@pytest.mark.parametrize(
    ("body", "fault", "line"),
    [
        (b"", PolicyFault.EMPTY_LINE, 1),
        (b"\n" + USUAL, PolicyFault.EMPTY_LINE, 1),
        (USUAL + b"\n", PolicyFault.EMPTY_LINE, 5),
        (USUAL + b" \t", PolicyFault.EMPTY_LINE, 5),
        (with_line(b"hello"), PolicyFault.NO_COLON, 5),
        (with_line(b" note: x"), PolicyFault.FIELD_NAME, 5),
        (with_line(b"note : x"), PolicyFault.FIELD_NAME, 5),
        (with_line(b"n" * 33 + b": x"), PolicyFault.FIELD_NAME, 5),
        (b"\xef\xbb\xbf" + USUAL, PolicyFault.FIELD_NAME, 1),
        (with_line(b"note:"), PolicyFault.FIELD_VALUE, 5),
        (with_line(b"note: a\tb"), PolicyFault.FIELD_VALUE, 5),
        (with_line(b"note: \xc3"), PolicyFault.FIELD_VALUE, 5),
        (USUAL.replace(b"\n", b"\r\r\n"), PolicyFault.VERSION, 1),
        (USUAL.replace(b"STSv1", b"STSv2"), PolicyFault.VERSION, 1),
        (USUAL.replace(b"enforce", b"Enforce"), PolicyFault.MODE, 2),
        (USUAL.replace(b"604800", b"6e5"), PolicyFault.AGE, 4),
        (USUAL.replace(b"604800", b"00000604800"), PolicyFault.AGE, 4),
        (USUAL.replace(b"604800", str(MAX_AGE + 1).encode()), PolicyFault.AGE_TOO_LONG, 4),
        (USUAL.replace(b"mx1.", b"*mx1."), PolicyFault.MX, 3),
        (USUAL.replace(b"mx1.", b"mx_1."), PolicyFault.MX, 3),
        (without(b"version"), PolicyFault.VERSION_MISSING, 0),
        (without(b"mode"), PolicyFault.MODE_MISSING, 0),
        (without(b"max_age"), PolicyFault.AGE_MISSING, 0),
        (without(b"mx"), PolicyFault.MX_MISSING, 0),
        (USUAL + b"n: " + b"x" * MAX_POLICY, PolicyFault.TOO_LARGE, 0),
    ],
)
def test_the_first_thing_that_is_wrong_is_named(body: bytes, fault: PolicyFault, line: int) -> None:
    problem = read_policy(body).problem
    assert problem is not None
    assert (problem.fault, problem.line) == (fault, line)


def test_a_year_is_the_longest_age_and_64_kilobytes_the_largest_policy() -> None:
    body = USUAL.replace(b"604800", str(MAX_AGE).encode())
    body += b"n: " + b"x" * (MAX_POLICY - len(body) - 3)
    policy = read_policy(body).policy
    assert policy is not None
    assert policy.max_age == MAX_AGE


@pytest.mark.parametrize(
    ("status", "content_type", "fault"),
    [
        (200, "text/plain", None),
        (200, "Text/Plain ; charset=x", None),
        (200, None, PolicyFault.MEDIA_TYPE),
        (200, "text/html", PolicyFault.MEDIA_TYPE),
        (206, "text/plain", PolicyFault.STATUS),
        (304, "text/plain", PolicyFault.STATUS),
        (404, "text/plain", PolicyFault.STATUS),
        (301, "text/plain", PolicyFault.REDIRECT),
        (308, "text/plain", PolicyFault.REDIRECT),
    ],
)
def test_only_status_200_and_plain_text_make_a_policy(
    status: int, content_type: str | None, fault: PolicyFault | None
) -> None:
    reading = read_response(status, content_type, USUAL)
    assert (reading.problem.fault if reading.problem else None) is fault


def test_a_fault_says_where_it_is_written() -> None:
    assert PolicyFault.REDIRECT.section == "RFC 8461 section 3.3"
    assert PolicyFault.MX.section == "RFC 8461 section 3.2"


@pytest.mark.parametrize(
    ("pattern", "host", "matches"),
    [
        ("mx1.Lark.test", "MX1.lark.test.", True),
        ("mx1.lark.test", "mx2.lark.test", False),
        ("*.lark.test", "mx1.lark.test", True),
        ("*.lark.test", "a.mx1.lark.test", False),
        ("*.lark.test", "lark.test", False),
        ("*.lark.test", ".lark.test", False),
        ("*.lark.test", "xlark.test", False),
        ("*.xn--bcher-kva.test", "mx.b\u00fccher.test", True),
        ("*.lark.test", "\u00ad.lark.test", False),
        ("*", "lark", False),
        ("mx*.lark.test", "mx1.lark.test", False),
        ("mx1.lark.test.", "mx1.lark.test.", False),
    ],
)
def test_a_wildcard_is_exactly_one_label(pattern: str, host: str, matches: bool) -> None:
    assert pattern_matches(pattern, host) is matches


def test_the_first_pattern_that_matches_is_told() -> None:
    policy = StsPolicy(StsMode.TESTING, ("*.wren.test", "*.lark.test", "mx.lark.test"), 1)
    assert policy.allows("mx.lark.test") == "*.lark.test"
    assert policy.allows("mx.finch.test") is None


@given(st.integers(0, 999), st.none() | st.text(max_size=20), st.binary(max_size=80))
def test_any_response_gives_a_policy_or_a_problem(status: int, kind: str | None, body: bytes) -> None:
    reading = read_response(status, kind, body)
    assert (reading.policy is None) is (reading.problem is not None)


@given(st.permutations(USUAL.splitlines(True)), st.binary(max_size=12), st.integers(0, 80))
def test_a_spoilt_policy_gives_a_policy_or_a_problem(lines: list[bytes], more: bytes, place: int) -> None:
    body = b"".join(lines)
    reading = read_policy(body[:place] + more + body[place:])
    assert (reading.policy is None) is (reading.problem is not None)
    if reading.policy is not None:
        assert 0 <= reading.policy.max_age <= MAX_AGE
        assert reading.policy.mx or reading.policy.mode is StsMode.NONE


@given(NAMES, NAMES)
def test_a_name_matches_itself_and_one_label_more_the_wildcard(label: str, name: str) -> None:
    if pattern_matches(name, name):
        assert pattern_matches(f"*.{name}", f"x.{name}")
        assert not pattern_matches(f"*.{name}", f"x.y.{name}")
    assert not pattern_matches(f"*.{name}", name)
    assert pattern_matches(name, label) is (pattern_matches(name, name) and name == label)
