"""What a domain is told to mend, and that it helps."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pyfinger.policy.advice import (
    CHARSET,
    EARLY_SPACE,
    EXTENSION,
    LONG_LABEL,
    NOT_ASCII,
    NOT_FIRST,
    NOT_LISTED,
    ONE_LABEL,
    OTHER_RECORDS,
    OTHER_RUA_RECORDS,
    REPEATED,
    SEVERAL,
    SHORT,
    TESTING,
    UNUSABLE_URI,
    UNUSED,
    UNUSUAL_URI,
    WHITE_SPACE,
    Advice,
    Why,
    advise_sts,
    advise_tlsrpt,
)
from pyfinger.policy.discovery import StsFound, TlsrptFound, TxtLookup
from pyfinger.policy.fetch import Fetched, FetchFault, FetchProblem
from pyfinger.policy.http import HttpResponse
from pyfinger.policy.mta_sts import MAX_AGE, StsMode, StsPolicy, read_policy, read_response
from pyfinger.policy.programs import (
    DOMAIN_CHECK,
    MAILAUTH_5,
    REPORTER,
    RESOLVER,
    HttpAnswer,
    policy_differences,
    record_differences,
    rua_differences,
)
from pyfinger.policy.sts_record import StsRecord, read_sts_record
from pyfinger.policy.tlsrpt import TlsrptRecord, read_tlsrpt_record

RECORD = b"v=STSv1; id=a1"
POLICY = b"version: STSv1\nmode: enforce\nmx: *.lark.test\nmax_age: 604800\n"
LABELS = st.from_regex(r"[a-z0-9]([a-z0-9-]{0,5}[a-z0-9])?", fullmatch=True)
NAMES = st.lists(LABELS, min_size=1, max_size=4).map(".".join)
PATTERNS = st.builds("{}{}".format, st.sampled_from(["", "*."]), NAMES)


def sts(
    *records: bytes, body: bytes | None = POLICY, kind: str = "text/plain", status: int = 200
) -> StsFound:
    """What was found of a domain with these records and this policy."""
    texts = tuple((text,) for text in records)
    lookup, reading = TxtLookup("_mta-sts.lark.test", texts), read_sts_record(texts)
    if body is None or reading.record is None:
        return StsFound("lark.test", lookup, reading)
    found = read_response(status, kind, body)
    response = HttpResponse(status, kind, body)
    fetched = Fetched("mta-sts.lark.test", found.policy, found.problem, (), response)
    return StsFound("lark.test", lookup, reading, fetched)


def rpt(fields: str, *others: bytes) -> TlsrptFound:
    texts = (
        (f"v=TLSRPTv1{'' if fields[0] == ' ' else ';'}{fields}".encode(),),
        *((text,) for text in others),
    )
    return TlsrptFound("lark.test", TxtLookup("_smtp._tls.lark.test", texts), read_tlsrpt_record(texts))


def reasons(advice: Sequence[Advice]) -> list[tuple[Why, ...]]:
    return [each.why for each in advice]


def test_a_plain_domain_has_nothing_to_mend() -> None:
    assert advise_sts(sts(RECORD), ["mx.lark.test"]) == ()
    assert advise_tlsrpt(rpt("rua=mailto:a@lark.test,https://lark.test/in")) == ()


def test_advice_says_who_takes_what_why_and_what_to_publish() -> None:
    (advice,) = advise_sts(sts(b"v=STSv1; id=a1; id=b2"))
    assert str(advice) == (
        "postfix-mta-sts-resolver 1.5.1, mailauth 5.0.1 (in mx-connect 2.0.0) and email-domain-check 2.0.5 "
        "take id b2 instead of id a1: a field stands twice, of which the first counts (RFC 8461 section 3.2)"
    )
    assert advice.instead == "v=STSv1; id=a1"


def test_of_one_program_the_verb_is_another() -> None:
    (advice,) = advise_tlsrpt(rpt("rua=mailto:a@lark.test, https://lark.test/in"))
    assert str(advice) == (
        "tlsrpt-reporter 0.6.0 (with Postfix 3.10) takes nothing instead of mailto:a@lark.test, "
        "https://lark.test/in: there is white space around a comma (RFC 8460 section 3)"
    )
    assert advice.instead == "v=TLSRPTv1; rua=mailto:a@lark.test,https://lark.test/in"


def test_what_is_invalid_has_its_fault_for_a_reason() -> None:
    (strict, *_) = advise_sts(sts(b"v=STSv1; id=2026-01"))
    assert strict.why == (Why("an id is 1 to 32 letters and digits", "RFC 8461 section 3.1"),)
    assert (strict.detail, strict.instead) == ("id=2026-01", "")
    (blank, *_) = advise_sts(sts(RECORD, body=POLICY + b"\n"))
    assert blank.why == (Why("an empty line", "RFC 8461 section 3.2"),)
    assert advise_tlsrpt(rpt("n=a=b;rua=mailto:a@lark.test"))[:1] == ()
    (twice,) = advise_tlsrpt(rpt("rua=mailto:a@lark.test;n=a=b"))
    assert (twice.programs, twice.takes) == ((REPORTER,), "mailto:a@lark.test")


def test_who_follows_a_redirect_is_told() -> None:
    (advice,) = advise_sts(sts(RECORD, body=b"", status=302))
    assert (advice.programs, advice.takes) == ((DOMAIN_CHECK,), "what it is redirected to")
    assert advice.why == (Why("redirects are not followed", "RFC 8461 section 3.3"),)


def test_without_an_answer_there_is_nothing_to_read_otherwise() -> None:
    assert advise_sts(sts(RECORD, body=None)) == ()
    lookup, reading = TxtLookup("x", ((RECORD,),)), read_sts_record([[RECORD]])
    problem = FetchProblem(FetchFault.CONNECT, "x")
    assert advise_sts(StsFound("lark.test", lookup, reading, Fetched("x", problem=problem))) == ()


def test_a_response_that_was_not_taken_as_http_has_its_reason() -> None:
    lookup, reading = TxtLookup("x", ((RECORD,),)), read_sts_record([[RECORD]])
    problem = FetchProblem(FetchFault.HTTP, "odd")
    response = HttpResponse(200, "text/plain", POLICY)
    found = StsFound("lark.test", lookup, reading, Fetched("x", problem=problem, response=response))
    assert {each.detail for each in advise_sts(found)} == set()


@pytest.mark.parametrize(
    ("records", "why"),
    [
        ((b"v=STSv1; id=a1; v=STSv2",), (REPEATED,)),
        ((b"v=STSv1; u=x:y; id=a1",), (EXTENSION,)),
        ((RECORD, b"v=STSv1 ; id=b2"), (OTHER_RECORDS,)),
    ],
)
def test_why_a_good_record_is_read_otherwise(records: tuple[bytes, ...], why: tuple[Why, ...]) -> None:
    assert reasons(advise_sts(sts(*records)))[:1] == [why]


@pytest.mark.parametrize(
    ("body", "kind", "why"),
    [
        (POLICY + b"mode: testing\n", "text/plain", (REPEATED,)),
        (POLICY + "n: \u00fc\n".encode(), "text/plain", (NOT_ASCII,)),
        (POLICY, "text/plain; charset=x-odd", (CHARSET,)),
        (POLICY.replace(b"lark", b"l" * 64), "text/plain", (LONG_LABEL,)),
    ],
)
def test_why_a_good_policy_is_read_otherwise(body: bytes, kind: str, why: tuple[Why, ...]) -> None:
    assert reasons(advise_sts(sts(RECORD, body=body, kind=kind)))[:1] == [why]


def test_a_policy_may_be_of_little_use() -> None:
    body = POLICY.replace(b"enforce", b"testing").replace(b"604800", b"3600")
    advice = advise_sts(sts(RECORD, body=body))
    assert reasons(advice) == [(SHORT,), (TESTING,)]
    assert str(advice[0]) == (
        "a policy that is forgotten within a day protects little (RFC 8461 section 3.2): max_age 3600"
    )


def test_hosts_and_patterns_have_to_find_each_other() -> None:
    body = POLICY + b"mx: mx.wren.test\n"
    advice = advise_sts(sts(RECORD, body=body), ["mx.lark.test", "a.mx.lark.test"])
    assert [(each.why, each.detail) for each in advice[:2]] == [
        ((NOT_LISTED,), "a.mx.lark.test"),
        ((UNUSED,), "mx.wren.test"),
    ]
    assert advice[2] == Advice(
        (ONE_LABEL,), (RESOLVER, MAILAUTH_5, DOMAIN_CHECK), "a.mx.lark.test for allowed", "not allowed"
    )
    (case,) = advise_sts(sts(RECORD), ["MX.LARK.test"])
    assert (case.takes, case.rightly) == ("MX.LARK.test for not allowed", "allowed")


def test_a_policy_of_mode_none_needs_no_hosts() -> None:
    body = b"version: STSv1\nmode: none\nmx: mx.wren.test\nmax_age: 86400\n"
    assert advise_sts(sts(RECORD, body=body), ["mx.lark.test"]) == ()


@pytest.mark.parametrize(
    ("fields", "why"),
    [
        ("rua=mailto:a@lark.test\t,x:y", [(WHITE_SPACE, UNUSABLE_URI), (UNUSABLE_URI,)]),
        ("rua=mailto:a@lark.test;rua=mailto:b@lark.test", [(SEVERAL,)]),
        (" ; rua=mailto:a@lark.test", [(EARLY_SPACE,)]),
        ("n=x;rua=mailto:a@lark.test", [(NOT_FIRST,)]),
        ("rua=mailto:a@lark.test?subject=x", [(UNUSUAL_URI,)]),
        ("rua=https://u@lark.test/", [(UNUSUAL_URI,)]),
        ("rua=http://lark.test", [(UNUSABLE_URI,), (UNUSABLE_URI,)]),
    ],
)
def test_why_recipients_are_read_otherwise(fields: str, why: list[tuple[Why, ...]]) -> None:
    assert reasons(advise_tlsrpt(rpt(fields))) == why


def test_another_record_beside_is_a_reason() -> None:
    (advice, *_) = advise_tlsrpt(rpt("rua=mailto:a@lark.test", b"v=TLSRPTv1 ; rua=mailto:b@lark.test"))
    assert advice.why == (OTHER_RUA_RECORDS,)


def test_without_a_recipient_there_is_nothing_to_publish() -> None:
    assert {each.instead for each in advise_tlsrpt(rpt("rua=x:y"))} == {""}


@given(st.from_regex(r"[A-Za-z0-9]{1,32}", fullmatch=True))
def test_the_plainest_record_is_read_alike_by_all(identity: str) -> None:
    record = StsRecord(identity, (("n", "x"),), ("id",))
    assert read_sts_record([[record.text.encode()]]).record == StsRecord(identity)
    assert record_differences([[record.text.encode()]]) == ()


@given(st.sampled_from(StsMode), st.lists(PATTERNS, min_size=1, max_size=4), st.integers(0, MAX_AGE))
def test_the_plainest_policy_is_read_alike_by_all(mode: StsMode, mx: list[str], max_age: int) -> None:
    policy = StsPolicy(mode, tuple(mx), max_age)
    assert read_policy(policy.text.encode()).policy == policy
    assert policy_differences(HttpAnswer(200, "text/plain", policy.text.encode())) == ()


@given(st.lists(st.tuples(st.booleans(), LABELS, NAMES), min_size=1, max_size=3))
def test_the_plainest_list_of_recipients_is_read_alike_by_all(parts: list[tuple[bool, str, str]]) -> None:
    uris = [f"mailto:{local}@{name}" if mail else f"https://{name}/{local}" for mail, local, name in parts]
    record = TlsrptRecord(tuple(uris), (("n", "x"),))
    assert read_tlsrpt_record([[record.text.encode()]]).record == TlsrptRecord(tuple(uris))
    assert rua_differences([[record.text.encode()]]) == ()
