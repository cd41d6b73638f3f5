"""Who reads records, policies and names otherwise: what each program was seen, or read, to do."""

from __future__ import annotations

from collections.abc import Iterable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pyfinger.policy import programs
from pyfinger.policy.mta_sts import MAX_POLICY, StsMode, StsPolicy
from pyfinger.policy.programs import (
    CHECKDMARC,
    DOMAIN_CHECK,
    MAILAUTH,
    MAILAUTH_5,
    MAILAUTH_STRICT,
    POLICIES,
    RECORDS,
    REPORTER,
    RESOLVER,
    RUA,
    HttpAnswer,
    Program,
    ReadingDifference,
    match_differences,
    policy_differences,
    record_differences,
    rua_differences,
)
from pyfinger.policy.programs.reading import NOTHING, ReadingOutcome, policy_taken

USUAL = "version: STSv1\nmode: enforce\nmx: mx.lark.test\nmax_age: 60\n"
ENFORCED = policy_taken("enforce", ["mx.lark.test"], 60)
ALL = tuple(RECORDS)
PLAIN = "text/plain"


def answer(body: str, content_type: str | None = PLAIN, status: int = 200) -> HttpAnswer:
    return HttpAnswer(status, content_type, body.encode())


def takers(found: Iterable[ReadingDifference]) -> dict[Program, str]:
    """Each program that differs, and what it takes, as it is printed."""
    return {each.program: str(each.takes) for each in found}


@pytest.mark.parametrize(
    ("record", "differ"),
    [
        ("v=STSv1; id=a1", {}),
        ("v=STSv1; id=a1; id=b2", {RESOLVER: "id b2", MAILAUTH_5: "id b2", DOMAIN_CHECK: "id b2"}),
        (
            "v=stsv1; id=a1",
            {MAILAUTH: "id a1", MAILAUTH_5: "id a1"},
        ),
        (" v=STSv1; id=a1", {MAILAUTH: "id a1", MAILAUTH_5: "id a1"}),
        ("v=STSv1; id = a1", {MAILAUTH: "id a1", MAILAUTH_5: "id a1", DOMAIN_CHECK: "id a1"}),
        ("v=STSv1; id=a1; v=STSv2", {RESOLVER: "nothing", MAILAUTH_5: "nothing"}),
        ("v=STSv1; id=", {RESOLVER: "id "}),
        ("v=STSv10; id=a1", {DOMAIN_CHECK: "id a1"}),
        ("v=STSv1; u=https://h.test; id=a1", {MAILAUTH_5: "nothing"}),
        ("v=STSv1; id=a1; p=1; k=2", {DOMAIN_CHECK: "nothing"}),
        (
            "v=STSv1; id=(new) a1",
            {
                RESOLVER: "id (new) a1",
                MAILAUTH: "id (new) a1",
                MAILAUTH_5: "id a1",
                DOMAIN_CHECK: "id (new) a1",
            },
        ),
        (
            "v=STSv1; id='a;1'",
            {RESOLVER: "id 'a", MAILAUTH: "id 'a", MAILAUTH_5: "id 'a;1'", DOMAIN_CHECK: "id 'a"},
        ),
        (
            "v=STSv1; id='\\a'",
            {RESOLVER: "id '\\a'", MAILAUTH: "id '\\a'", MAILAUTH_5: "id 'a'", DOMAIN_CHECK: "id '\\a'"},
        ),
        (
            "v=STSv1; id=\\ab",
            {RESOLVER: "id \\ab", MAILAUTH: "id \\ab", MAILAUTH_5: "id aabb", DOMAIN_CHECK: "id \\ab"},
        ),
        (
            "v=STSv1; id=a(\\x)b",
            {
                RESOLVER: "id a(\\x)b",
                MAILAUTH: "id a(\\x)b",
                MAILAUTH_5: "id abb",
                DOMAIN_CHECK: "id a(\\x)b",
            },
        ),
        (
            "v=STSv1; id; id=a1",
            {RESOLVER: "id a1", MAILAUTH: "id a1", MAILAUTH_5: "id a1", DOMAIN_CHECK: "id a1"},
        ),
        ("v=STSv1; x; id=a1; id", {RESOLVER: "id ", MAILAUTH: "id a1", DOMAIN_CHECK: "id a1"}),
    ],
)
def test_records_are_read_otherwise(record: str, differ: dict[Program, str]) -> None:
    assert takers(record_differences([[record.encode()]])) == differ


def test_one_record_of_several_is_chosen_otherwise() -> None:
    records = [[b"v=STSv1 ; id=a1"], [b"v=STSv1; id=b2"]]
    assert takers(record_differences(records)) == dict.fromkeys(ALL, "nothing")
    assert takers(record_differences([[b"v=STSv1 ; id=a1"], [b"other"]])) == dict.fromkeys(ALL, "id a1")


def test_a_difference_says_who_takes_what_instead_of_what() -> None:
    (resolver, *_) = record_differences([[b"v=STSv1; id=a1; id=b2"]])
    assert str(resolver) == "postfix-mta-sts-resolver 1.5.1 takes id b2 instead of id a1"
    (strict,) = (each for each in policy_differences(answer(USUAL + "\n")) if each.program is MAILAUTH_STRICT)
    assert str(strict) == (
        "mailauth 7.1.0 (strict) takes mode enforce, mx mx.lark.test, max_age 60 instead of nothing"
    )


LENIENT = frozenset(ALL) - {CHECKDMARC}
LAX = frozenset((RESOLVER, MAILAUTH, MAILAUTH_5, DOMAIN_CHECK))


@pytest.mark.parametrize(
    ("changed", "differ"),
    [
        (USUAL, ()),
        (USUAL.replace("mode", "\nmode"), ALL),
        ("# about\n" + USUAL, LENIENT),
        (USUAL + "hello\n", LENIENT),
        (USUAL + "note:\n", LENIENT),
        (USUAL + " note: x\n", LENIENT),
        (USUAL + "note: a\rb\n", LENIENT),
        (USUAL + "note: a\x0cmode: none\n", LENIENT),
        (USUAL + "mode: testing\n", (RESOLVER, MAILAUTH_5, DOMAIN_CHECK)),
        (USUAL.replace("60", "6_0"), (RESOLVER, DOMAIN_CHECK)),
        (USUAL.replace("60", "6e1"), (MAILAUTH, MAILAUTH_5, DOMAIN_CHECK)),
        (USUAL.replace("60", "0x3C"), (MAILAUTH, MAILAUTH_5, DOMAIN_CHECK)),
        (USUAL.replace("60", "0b2"), (DOMAIN_CHECK,)),
        (USUAL.replace("60", "-0x1"), (DOMAIN_CHECK,)),
        (USUAL.replace("60", ""), (MAILAUTH, MAILAUTH_5)),
        (USUAL.replace("60", "soon"), (DOMAIN_CHECK,)),
        (USUAL.replace("60", "99999999"), (DOMAIN_CHECK,)),
        (USUAL.replace("mx.", "*mx."), LAX),
        (USUAL.replace("mx: mx.lark.test\n", ""), (DOMAIN_CHECK,)),
        (USUAL.replace("mx.", "m" * 64 + "."), (CHECKDMARC,)),
        (USUAL.replace("enforce", "Enforce"), (MAILAUTH, MAILAUTH_5)),
        (USUAL.replace("mode: enforce\n", ""), (MAILAUTH_5,)),
        (USUAL.replace("STSv1", "STSv2"), (DOMAIN_CHECK,)),
        ("\ufeff" + USUAL, (MAILAUTH, MAILAUTH_5, DOMAIN_CHECK)),
        (USUAL + "note: gr\u00fc\u00dfe\n", (RESOLVER,)),
        ("mode: none\nversion: STSv1\nmax_age: 1\n", ()),
        ("mode: none\nversion: STSv1\n", ()),
    ],
)
def test_policies_are_read_otherwise(changed: str, differ: Iterable[Program]) -> None:
    assert set(takers(policy_differences(answer(changed)))) == set(differ)


@pytest.mark.parametrize(
    ("given", "differ"),
    [
        (answer(USUAL, None), (MAILAUTH, MAILAUTH_5, CHECKDMARC, DOMAIN_CHECK)),
        (answer(USUAL, "text/html"), (MAILAUTH, MAILAUTH_5, CHECKDMARC, DOMAIN_CHECK)),
        (answer(USUAL, status=201), (MAILAUTH, MAILAUTH_5, DOMAIN_CHECK)),
        (answer(USUAL, status=404), ()),
        (answer("", status=301), (DOMAIN_CHECK,)),
        (answer(USUAL, 'text/plain; format=x; charset="UTF-8"'), ()),
        (answer(USUAL + "n: \u00fc\n", "text/plain; charset=utf-8"), ()),
        (answer(USUAL, "text/plain; charset=x-none"), (RESOLVER,)),
        (answer(USUAL + "n: " + "x" * MAX_POLICY), (MAILAUTH_5, CHECKDMARC, DOMAIN_CHECK)),
    ],
)
def test_answers_are_taken_otherwise(given: HttpAnswer, differ: Iterable[Program]) -> None:
    assert set(takers(policy_differences(given))) == set(differ)


def test_who_follows_redirects_takes_whatever_is_there() -> None:
    (difference,) = policy_differences(answer("", status=302))
    assert (difference.program, str(difference.takes)) == (DOMAIN_CHECK, "what it is redirected to")


def test_an_age_that_is_no_number_and_an_empty_name_can_be_told() -> None:
    assert str(policy_taken("enforce", ["", "B.test"], None)) == (
        "mode enforce, mx (empty), b.test, max_age not a number"
    )
    assert str(policy_taken("none", [], 0.5)) == "mode none, mx none, max_age 0.5"


@pytest.mark.parametrize(
    ("pattern", "host", "differ"),
    [
        ("mx.lark.test", "mx.lark.test", ()),
        ("mx.lark.test", "MX.lark.test", (DOMAIN_CHECK,)),
        ("*.lark.test", "mx.lark.test", ()),
        ("*.lark.test", "a.mx.lark.test", (RESOLVER, MAILAUTH_5, DOMAIN_CHECK)),
        ("*.lark.test", "mx_1.lark.test", (CHECKDMARC,)),
        ("*.lark.test", "mx.lark.test.", (MAILAUTH_5, CHECKDMARC, DOMAIN_CHECK)),
        ("*.lark.test", "*.lark.test", (MAILAUTH, MAILAUTH_STRICT, CHECKDMARC)),
        ("mx.xn--bcher-kva.test", "mx.b\u00fccher.test", (RESOLVER, MAILAUTH_5, CHECKDMARC, DOMAIN_CHECK)),
    ],
)
def test_hosts_are_allowed_otherwise(pattern: str, host: str, differ: Iterable[Program]) -> None:
    policy = StsPolicy(StsMode.ENFORCE, (pattern,), 60)
    found = match_differences(policy, host)
    assert {each.program for each in found} == set(differ)
    assert {each.allows for each in found} <= {policy.allows(host) is None}


def test_who_does_not_agree_about_a_host_is_told() -> None:
    (one,) = match_differences(StsPolicy(StsMode.ENFORCE, ("mx.lark.test",), 60), "MX.lark.test")
    assert str(one) == "email-domain-check 2.0.5 takes MX.lark.test for not allowed"


MAIL, WEB = "mailto:a@lark.test", "https://lark.test/in"


@pytest.mark.parametrize(
    ("fields", "differ"),
    [
        (f"rua={MAIL}", {}),
        (f"rua={MAIL}, {WEB}", {REPORTER: "nothing"}),
        (f"rua={MAIL}; rua={WEB}", {REPORTER: MAIL}),
        (f"n=x; rua={MAIL}", {REPORTER: "nothing"}),
        (f"rua={WEB}; n=a=b", {REPORTER: WEB}),
        (f"v=x; rua={MAIL}", {REPORTER: "nothing"}),
        ("n=x", {}),
        ("n", {}),
        ("rua=http://lark.test", {REPORTER: "nothing", CHECKDMARC: "nothing"}),
        (f"rua={MAIL}?subject=x", {CHECKDMARC: "nothing"}),
        ("rua=https://[2001:db8::1]/", {}),
        ("rua=https://[::1::]/", {REPORTER: "https://[::1::]/"}),
    ],
)
def test_recipients_of_reports_are_read_otherwise(fields: str, differ: dict[Program, str]) -> None:
    assert takers(rua_differences([[f"v=TLSRPTv1; {fields}".encode()]])) == differ


def test_postfix_takes_a_record_its_reporter_refuses() -> None:
    early = b"v=TLSRPTv1 ; rua=" + MAIL.encode()
    assert takers(rua_differences([[early]])) == {REPORTER: "nothing"}
    assert takers(rua_differences([[early], [b"v=TLSRPTv1; rua=" + MAIL.encode()]])) == {
        REPORTER: "nothing",
        CHECKDMARC: "nothing",
    }


@given(st.lists(st.lists(st.binary(max_size=40), min_size=1, max_size=2), max_size=3))
def test_any_records_are_read_by_all(records: list[list[bytes]]) -> None:
    named = {each.program for each in record_differences(records)}
    assert named <= set(RECORDS)
    assert {each.program for each in rua_differences(records)} <= set(RUA)


@given(st.text("\n:#xX0_.e \t\r;\\(\"'", max_size=30), st.integers(0, len(USUAL)))
def test_any_policy_is_read_by_all(more: str, place: int) -> None:
    body = USUAL[:place] + more + USUAL[place:]
    for read in POLICIES.values():
        assert isinstance(read(answer(body)), ReadingOutcome)
    assert isinstance(programs.RECORDS[MAILAUTH_5]([f"v=STSv1;{more}"]), ReadingOutcome)


def test_the_same_policy_is_the_same_in_any_order_and_case() -> None:
    assert policy_taken("enforce", ["MX.lark.test", "mx.lark.test"], 60) == ENFORCED
    assert ENFORCED != NOTHING
