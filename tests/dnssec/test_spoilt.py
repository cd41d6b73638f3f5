"""Replies that were changed: which reason comes out, and where."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from pyfinger.dnssec.anchors import TrustAnchors
from pyfinger.dnssec.domain_names import from_text
from pyfinger.dnssec.message import RRset, type_number
from pyfinger.dnssec.rdata import read_ds
from pyfinger.dnssec.validation_budget import ValidationLimits
from pyfinger.dnssec.validator import Validator
from pyfinger.dnswire import Rcode, RdataType, name_wire
from pyfinger.model.dnssec import (
    Bogus,
    BogusReason,
    Indeterminate,
    IndeterminateReason,
    Insecure,
    InsecureReason,
    Secure,
    Security,
)
from pyfinger.steps import Steps, result_of
from tests.dnssec.signing import (
    EXPIRATION,
    INCEPTION,
    NOW,
    REVOKED,
    ZONE_KEY,
    SigningKey,
    signed,
    signing_key,
)
from tests.dnssec.test_validator import FLAVOURS, RECORDS, world
from tests.dnssec.world import Message, World, Zone

Change = Callable[[Message], None]


def judge(there: World, name: str, rdtype: str, **changed: Change | None) -> Security:
    """The outcome, with the reply to `NAME_TYPE` changed, or lost; dots are `_` twice."""

    def reply(asked: str, number: str) -> bytes | None:
        key = f"{asked.replace('.', '__') if asked != '.' else ''}__{number}"
        message = there.message(asked, number)
        if key in changed:
            change = changed[key]
            if change is None:
                return None
            change(message)
        return message.wire()

    def fetch(asked: str, number: str) -> Steps[bytes | None]:
        yield from ()
        return reply(asked, number)

    validator = Validator(there.anchors, fetch, lambda: float(NOW))
    return result_of(validator.validate(name, rdtype, reply(name, rdtype))).security


def wrong(why: BogusReason, where: str, security: Security) -> None:
    assert isinstance(security, Bogus), security
    assert (security.why, security.where) == (why, where)


def with_(rrset: RRset, **changes: object) -> RRset:
    fields = {each: getattr(rrset, each) for each in RRset.__match_args__}
    return RRset(**{**fields, **changes})


def flip_data(message: Message) -> None:
    first = message.answer[0]
    data = bytes([first.rdatas[0][0], first.rdatas[0][1] ^ 1]) + first.rdatas[0][2:]
    message.answer[0] = with_(first, rdatas=(data, *first.rdatas[1:]))


def strip(message: Message) -> None:
    for section in (message.answer, message.authority):
        section[:] = [with_(rrset, signatures=()) for rrset in section]


def strip_authority(message: Message) -> None:
    message.authority.clear()


def empty(message: Message) -> None:
    message.answer.clear()


def code(number: int) -> Change:
    def change(message: Message) -> None:
        message.rcode = number

    return change


def without(rdtype: int) -> Change:
    def change(message: Message) -> None:
        for section in (message.answer, message.authority):
            section[:] = [rrset for rrset in section if rrset.rdtype != rdtype]

    return change


@pytest.mark.parametrize(
    "change, why",
    [
        (flip_data, BogusReason.SIGNATURE_WRONG),
        (strip, BogusReason.SIGNATURES_MISSING),
        (empty, BogusReason.DENIAL_MISSING),
        (code(3), BogusReason.CODE_WRONG),
        (code(6), BogusReason.CODE_WRONG),
    ],
)
def test_a_changed_answer_is_bogus(change: Change, why: BogusReason) -> None:
    wrong(why, "mail.test", judge(FLAVOURS["NSEC"], "mail.test", "MX", mail__test__MX=change))


@pytest.mark.parametrize(
    "change, why",
    [
        (flip_data, BogusReason.SIGNATURE_WRONG),
        (strip, BogusReason.SIGNATURES_MISSING),
        (empty, BogusReason.DNSKEY_MISSING),
    ],
)
def test_changed_keys_are_bogus_where_the_zone_begins(change: Change, why: BogusReason) -> None:
    security = judge(FLAVOURS["NSEC"], "mx.mail.test", "A", mail__test__DNSKEY=change)
    if change is flip_data:
        why = BogusReason.DNSKEY_MISMATCH
    wrong(why, "mail.test", security)


@pytest.mark.parametrize(
    "change, why",
    [
        (flip_data, BogusReason.SIGNATURE_WRONG),
        (strip, BogusReason.SIGNATURES_MISSING),
        (empty, BogusReason.DENIAL_MISSING),
    ],
)
def test_a_changed_delegation_is_bogus(change: Change, why: BogusReason) -> None:
    wrong(why, "mail.test", judge(FLAVOURS["NSEC"], "mail.test", "MX", mail__test__DS=change))


@pytest.mark.parametrize("flavour", ["NSEC", "NSEC3"])
@pytest.mark.parametrize("name, rdtype", [("nowhere.mail.test", "A"), ("mx.mail.test", "TXT")])
def test_a_denial_needs_its_records_and_their_signatures(flavour: str, name: str, rdtype: str) -> None:
    there, key = FLAVOURS[flavour], f"{name.replace('.', '__')}__{rdtype}"
    change = {key: strip}
    wrong(BogusReason.SIGNATURES_MISSING, "mail.test", judge(there, name, rdtype, **change))
    kind = RdataType.NSEC if flavour == "NSEC" else RdataType.NSEC3
    wrong(BogusReason.DENIAL_MISSING, name, judge(there, name, rdtype, **{key: without(kind)}))
    assert isinstance(judge(there, name, rdtype, **{key: without(RdataType.SOA)}), Secure)


@pytest.mark.parametrize("flavour", ["NSEC", "NSEC3"])
@pytest.mark.parametrize(
    "name, rdtype, other",
    [
        ("nowhere.mail.test", "A", "mx.mail.test"),
        ("mx.mail.test", "TXT", "nowhere.mail.test"),
        ("a.wild.mail.test", "A", "mx.mail.test"),
        ("a.wild.mail.test", "MX", "nowhere.mail.test"),
    ],
)
def test_the_denial_of_something_else_proves_nothing(
    flavour: str, name: str, rdtype: str, other: str
) -> None:
    there = FLAVOURS[flavour]

    def change(message: Message) -> None:
        message.authority = there.message(other, "TXT").authority

    security = judge(there, name, rdtype, **{f"{name.replace('.', '__')}__{rdtype}": change})
    assert isinstance(security, Bogus)
    wildcard = (name, rdtype) == ("a.wild.mail.test", "A")
    assert security.why is (BogusReason.WILDCARD_UNPROVEN if wildcard else BogusReason.DENIAL_WRONG)


@pytest.mark.parametrize("flavour", ["NSEC", "NSEC3"])
def test_a_wildcard_needs_the_proof_that_it_applies(flavour: str) -> None:
    security = judge(FLAVOURS[flavour], "a.wild.mail.test", "A", a__wild__mail__test__A=strip_authority)
    wrong(BogusReason.WILDCARD_UNPROVEN, "a.wild.mail.test", security)


@pytest.mark.parametrize("flavour", ["NSEC", "NSEC3"])
def test_any_is_denied_only_where_there_is_nothing(flavour: str) -> None:
    there = FLAVOURS[flavour]

    def change(message: Message) -> None:
        message.answer, message.authority = [], there.message("mx.mail.test", "TXT").authority

    security = judge(there, "mx.mail.test", "ANY", mx__mail__test__ANY=change)
    wrong(BogusReason.DENIAL_WRONG, "mx.mail.test", security)


@pytest.mark.parametrize("flavour", ["NSEC", "NSEC3"])
def test_what_is_no_data_may_not_be_called_no_name(flavour: str) -> None:
    """Some resolvers accept this, and set the code right; whoever reads this one would be wrong."""
    there = FLAVOURS[flavour]
    security = judge(there, "ent.mail.test", "A", ent__mail__test__A=code(3))
    wrong(BogusReason.DENIAL_WRONG, "ent.mail.test", security)
    assert isinstance(security, Bogus) and security.disputed
    assert isinstance(judge(there, "nowhere.mail.test", "A", nowhere__mail__test__A=code(0)), Bogus)


@pytest.mark.parametrize("number", [1, 2, 4, 5])
def test_other_codes_say_that_nobody_knows(number: int) -> None:
    security = judge(FLAVOURS["NSEC"], "mail.test", "MX", mail__test__MX=code(number))
    refused = IndeterminateReason.REFUSED
    assert security == Indeterminate(refused, "mail.test MX", f"response code {number}")


def test_what_cannot_be_had_is_named() -> None:
    there = FLAVOURS["NSEC"]
    no_reply = IndeterminateReason.NO_REPLY
    assert judge(there, "mail.test", "MX", mail__test__MX=None) == Indeterminate(no_reply, "mail.test MX")
    assert judge(there, "mail.test", "MX", test__DNSKEY=None) == Indeterminate(no_reply, "test DNSKEY")
    assert judge(there, "mail.test", "MX", __DNSKEY=None) == Indeterminate(no_reply, ". DNSKEY")


def test_a_truncated_reply_is_not_looked_into() -> None:
    def cut(message: Message) -> None:
        message.flags |= 0x0200

    security = judge(FLAVOURS["NSEC"], "mail.test", "MX", mail__test__DNSKEY=cut)
    assert security == Indeterminate(IndeterminateReason.TRUNCATED, "mail.test DNSKEY")


@pytest.mark.parametrize("wire", [b"", bytes(11), bytes.fromhex("000180000001000000000000c00c")])
def test_what_has_no_form_says_nothing(wire: bytes) -> None:
    security = result_of(world().validator().validate("mail.test", "MX", wire)).security
    assert isinstance(security, Indeterminate)
    assert security.why is IndeterminateReason.MALFORMED


@pytest.mark.parametrize("name, rdtype", [("a..b", "A"), ("é.test", "A"), ("mail.test", "NOSUCHTYPE")])
def test_what_is_no_question_has_no_answer(name: str, rdtype: str) -> None:
    security = result_of(world().validator().validate(name, rdtype, b"")).security
    assert isinstance(security, Indeterminate)
    assert security.why is IndeterminateReason.MALFORMED


def test_signatures_are_not_signed() -> None:
    there = FLAVOURS["NSEC"]
    assert judge(there, "mail.test", "RRSIG") == Insecure(InsecureReason.UNSIGNABLE, "mail.test")


def _island(zone: str) -> TrustAnchors:
    name = from_text(zone)
    return TrustAnchors([(name, read_ds(signing_key().ds(name)))])


def test_without_an_anchor_above_nothing_is_secure() -> None:
    there = FLAVOURS["NSEC"]
    validator = Validator(_island("mail.test"), there.fetch, lambda: NOW)
    security = result_of(validator.validate("test", "SOA", there.reply("test", "SOA"))).security
    assert security == Insecure(InsecureReason.NO_ANCHOR, "test")
    inside = result_of(validator.validate("mail.test", "MX", there.reply("mail.test", "MX"))).security
    assert isinstance(inside, Secure), "an island of security"


def test_a_zone_above_its_anchor_does_not_undo_an_island() -> None:
    """Its denial, though signed, is that of a zone without an anchor."""
    there = FLAVOURS["NSEC"]
    validator = Validator(_island("sub.mail.test"), there.fetch, lambda: NOW)
    message = there.message("nowhere.mail.test", "A")
    security = result_of(validator.validate("www.sub.mail.test", "A", message.wire())).security
    assert isinstance(security, Bogus)


@pytest.mark.parametrize("extra", ["other.test", "mail.test"])
def test_records_that_nobody_asked_for_are_bogus_even_if_signed(extra: str) -> None:
    there = FLAVOURS["NSEC"]

    def add(message: Message) -> None:
        message.answer += there.message(extra, "SOA").answer

    wrong(BogusReason.UNRELATED, extra, judge(there, "mx.mail.test", "A", mx__mail__test__A=add))
    away = judge(there, "www.plain.test", "A", www__plain__test__A=add)
    assert isinstance(away, Insecure), "where nothing is signed, it does not matter"


def test_an_alias_of_a_dname_is_what_the_dname_makes_it() -> None:
    def change(message: Message) -> None:
        message.answer[1] = with_(message.answer[1], rdatas=(name_wire(from_text("alias.mail.test")),))

    security = judge(FLAVOURS["NSEC"], "mx.old.mail.test", "A", mx__old__mail__test__A=change)
    wrong(BogusReason.ALIAS_WRONG, "mx.old.mail.test", security)


def test_a_name_that_gets_too_long_is_an_error_of_its_own() -> None:
    labels = ".".join(["a" * 60] * 3)
    there = world(Zone("mail.test", {"old.mail.test DNAME": [f"{'b' * 60}.{'c' * 20}.mail.test."]}))
    name = f"{labels}.old.mail.test"
    assert isinstance(there.validate(name, "A").security, Secure)
    assert there.message(name, "A").rcode == Rcode.YXDOMAIN
    key = f"{name.replace('.', '__')}__A"
    wrong(BogusReason.CODE_WRONG, name, judge(there, name, "A", **{key: code(0)}))
    cname = f"{name.replace('.', '__')}__CNAME"
    assert isinstance(judge(there, name, "CNAME"), Secure)
    wrong(BogusReason.CODE_WRONG, name, judge(there, name, "CNAME", **{cname: code(0)}))


def test_that_a_name_is_too_long_is_not_said_of_others() -> None:
    security = judge(FLAVOURS["NSEC"], "mx.mail.test", "TXT", mx__mail__test__TXT=code(6))
    wrong(BogusReason.CODE_WRONG, "mx.mail.test", security)


def test_aliases_that_lead_nowhere_end() -> None:
    security = FLAVOURS["NSEC"].validate("loop.mail.test", "A").security
    assert security == Indeterminate(IndeterminateReason.ALIAS_LOOP, "loop.mail.test")


def test_an_alias_may_bear_the_code_of_where_it_leads_if_that_is_proven() -> None:
    """RFC 6604 section 3; unbound takes any code here."""
    for flavour, kind in (("NSEC", Secure), ("NSEC3", Secure), ("opt-out", Bogus)):
        there = FLAVOURS[flavour]

        def change(message: Message, there: World = there) -> None:
            other = there.message("gone.mail.test", "A")
            message.rcode, message.authority = other.rcode, other.authority

        assert isinstance(judge(there, "gone.mail.test", "CNAME", gone__mail__test__CNAME=change), kind)
    there = FLAVOURS["NSEC"]
    security = judge(there, "alias.mail.test", "CNAME", alias__mail__test__CNAME=code(3))
    assert isinstance(security, Bogus)


def test_a_zone_signed_by_a_lone_ordinary_key_is_secure() -> None:
    key = signing_key(13, "", ZONE_KEY)
    assert isinstance(world(Zone("mail.test", RECORDS, (key,))).validate("mail.test", "MX").security, Secure)


def test_a_key_without_the_zone_bit_signs_nothing() -> None:
    there = world(Zone("mail.test", RECORDS, (signing_key(13, "", 1),)))
    wrong(BogusReason.NO_ZONE_KEY, "mail.test", there.validate("mail.test", "MX").security)


def test_a_revoked_key_signs_nothing() -> None:
    key = signing_key(13, "", ZONE_KEY | 1 | REVOKED)
    there = world(Zone("mail.test", RECORDS, (key,)))
    wrong(BogusReason.DNSKEY_MISMATCH, "mail.test", there.validate("mail.test", "MX").security)


def test_a_key_of_another_protocol_signs_nothing() -> None:
    key = replace(signing_key(), protocol=2)
    there = world(Zone("mail.test", RECORDS, (key,)))
    wrong(BogusReason.NO_ZONE_KEY, "mail.test", there.validate("mail.test", "MX").security)


def test_a_right_sha1_digest_does_not_help_a_wrong_sha256_one() -> None:
    """RFC 4509 section 3; unbound, dnsmasq and systemd-resolved accept this."""
    there = FLAVOURS["NSEC"]
    root = there.authorities[from_text("test")]
    right, stale = signing_key().ds(from_text("mail.test"), 1), signing_key().ds(from_text("mail.test"))[:-1]

    def change(message: Message) -> None:
        bare = RRset(from_text("mail.test"), RdataType.DS, 300, (right, stale + b"?"))
        message.answer = [signed(from_text("test"), bare, root.zone.keys)]

    security = judge(there, "mail.test", "MX", mail__test__DS=change)
    wrong(BogusReason.DNSKEY_MISMATCH, "mail.test", security)
    assert isinstance(security, Bogus) and security.disputed


def test_one_good_signature_beside_bad_ones_is_enough() -> None:
    def change(message: Message) -> None:
        first = message.answer[0]
        bad = first.signatures[0][:-1] + bytes([first.signatures[0][-1] ^ 1])
        message.answer[0] = with_(first, signatures=(b"\0\x0f", bad, *first.signatures))

    assert isinstance(
        judge(FLAVOURS["NSEC"], "mail.test", "MX", mail__test__MX=change), (Secure, Indeterminate)
    )


def _by(key: SigningKey, zone: str, **how: object) -> Change:
    """The first set signed anew."""

    def change(message: Message) -> None:
        first = message.answer[0]
        signature = key.sign(from_text(zone), with_(first, signatures=()), **how)  # type: ignore[arg-type]
        message.answer[0] = with_(first, signatures=(signature,))

    return change


@pytest.mark.parametrize(
    "change, why",
    [
        (_by(signing_key(13, "stranger"), "mail.test"), BogusReason.KEY_MISSING),
        (_by(signing_key(13, "stranger"), "test"), BogusReason.KEY_MISSING),
        (_by(signing_key(), "other.test"), BogusReason.SIGNATURE_UNFIT),
        (_by(signing_key(), "mx.mail.test"), BogusReason.SIGNATURE_UNFIT),
        (_by(signing_key(), "mail.test", labels=4), BogusReason.SIGNATURE_UNFIT),
        (_by(signing_key(), "mail.test", labels=1), BogusReason.SIGNATURE_UNFIT),
        (_by(signing_key(), "mail.test", dates=(NOW + 100, NOW + 200)), BogusReason.SIGNATURE_EARLY),
        (_by(signing_key(), "mail.test", dates=(NOW - 200, NOW - 100)), BogusReason.SIGNATURE_EXPIRED),
    ],
)
def test_who_signs_has_to_be_entitled(change: Change, why: BogusReason) -> None:
    wrong(why, "mx.mail.test", judge(FLAVOURS["NSEC"], "mx.mail.test", "A", mx__mail__test__A=change))


@pytest.mark.parametrize("rdtype, data", [("DNAME", "mail.test."), ("NS", "ns.test.")])
def test_no_wildcard_makes_a_dname_or_a_delegation(rdtype: str, data: str) -> None:
    there = world(Zone("mail.test", {f"*.wild.mail.test {rdtype}": [data]}))
    message = Message(from_text("a.wild.mail.test"), type_number(rdtype))
    found = there.authorities[from_text("mail.test")].get(from_text("*.wild.mail.test"), type_number(rdtype))
    assert found is not None
    message.answer = [with_(found, owner=message.name)]
    security = result_of(there.validator().validate("a.wild.mail.test", rdtype, message.wire())).security
    wrong(BogusReason.SIGNATURE_UNFIT, "a.wild.mail.test", security)


def test_the_parents_denial_at_a_cut_says_nothing_of_the_child() -> None:
    """RFC 6840 section 4.1 and 4.4."""
    child = Zone("sec.mail.test", {"www.sec.mail.test A": ["192.0.2.5"]})
    for zone in (Zone("mail.test", RECORDS), Zone("mail.test", RECORDS, nsec3=1)):
        there = world(zone, child)
        parent = there.authorities[from_text("mail.test")]
        soa = parent.get(from_text("mail.test"), RdataType.SOA)
        assert soa is not None
        at_cut = parent.matching(from_text("sec.mail.test"))
        for name, number in (("sec.mail.test", 0), ("www.sec.mail.test", 0), ("www.sec.mail.test", 3)):
            message = Message(from_text(name), RdataType.A, number, [], [soa, *at_cut])
            message.authority += parent.covering(from_text("*.sec.mail.test"))
            message.authority += parent.covering(from_text(name))
            security = result_of(there.validator().validate(name, "A", message.wire())).security
            assert isinstance(security, Bogus), (name, number, security)


def test_the_childs_denial_of_ds_is_not_believed() -> None:
    there = FLAVOURS["NSEC"]
    apex = there.authorities[from_text("mail.test")].matching(from_text("mail.test"))

    def change(message: Message) -> None:
        message.answer, message.authority = [], list(apex)

    security = judge(there, "mail.test", "MX", mail__test__DS=change)
    wrong(BogusReason.DENIAL_MISSING, "mail.test", security)


def test_the_dates_of_a_denial_count() -> None:
    there = FLAVOURS["NSEC"]

    def change(message: Message) -> None:
        for at, rrset in enumerate(message.authority):
            bare = with_(rrset, signatures=())
            past = signed(from_text("mail.test"), bare, (signing_key(),), (INCEPTION, NOW - 60))
            message.authority[at] = past

    security = judge(there, "nowhere.mail.test", "A", nowhere__mail__test__A=change)
    assert isinstance(security, Bogus)
    assert (security.why, security.disputed) == (BogusReason.SIGNATURE_EXPIRED, True)
    assert EXPIRATION > NOW


def test_a_chain_of_too_many_aliases_is_given_up() -> None:
    records = {f"a{at}.mail.test CNAME": [f"a{at + 1}.mail.test."] for at in range(20)}
    there = world(Zone("mail.test", {**records, "a20.mail.test A": ["192.0.2.1"]}))
    for start, kind in ((8, Secure), (7, Indeterminate)):
        security = judge(there, f"a{start + 1}.mail.test", "A")
        assert isinstance(security, kind), security


def test_questions_are_counted() -> None:
    there = world()
    validator = there.validator(limits=ValidationLimits(questions=4))
    security = result_of(validator.validate("mail.test", "MX", there.reply("mail.test", "MX"))).security
    assert isinstance(security, Indeterminate)
    assert security.why is IndeterminateReason.TOO_MANY_QUESTIONS


def test_time_is_limited() -> None:
    there = world()
    ticks = iter(range(NOW, NOW + 10_000, 10))
    validator = Validator(there.anchors, there.fetch, lambda: float(next(ticks)))
    security = result_of(validator.validate("mail.test", "MX", there.reply("mail.test", "MX"))).security
    assert isinstance(security, Indeterminate)
    assert security.why is IndeterminateReason.TOO_SLOW


def test_signature_checks_are_limited() -> None:
    """KeyTrap (CVE-2023-50387): many keys of one tag, many signatures."""
    there = world()
    counted: list[int] = []

    def change(message: Message) -> None:
        first = message.answer[0]
        forged = tuple(first.signatures[0][:-2] + at.to_bytes(2, "big") for at in range(500))
        message.answer[0] = with_(first, signatures=forged)
        counted.append(len(forged))

    security = judge(there, "mail.test", "MX", mail__test__MX=change)
    wrong(BogusReason.SIGNATURE_WRONG, "mail.test", security)
    validator = there.validator(limits=ValidationLimits(signatures=3))
    security = result_of(validator.validate("mail.test", "MX", there.reply("mail.test", "MX"))).security
    assert isinstance(security, Indeterminate)
    assert security.why is IndeterminateReason.TOO_EXPENSIVE


def test_hashes_are_limited() -> None:
    """CVE-2023-50868: long names, many iterations."""
    there = world(Zone("mail.test", RECORDS, nsec3=150))
    name = ".".join(["a"] * 100) + ".mail.test"
    security = result_of(there.validator().validate(name, "A", there.reply(name, "A"))).security
    assert isinstance(security, Indeterminate)
    assert security.why is IndeterminateReason.TOO_EXPENSIVE


def test_unsigned_records_at_an_alias_are_bogus() -> None:
    """No zone begins at an alias, or below a DNAME: what is there is the zone's, and should be signed."""
    there = FLAVOURS["NSEC"]
    security = judge(there, "alias.mail.test", "A", alias__mail__test__A=strip)
    wrong(BogusReason.SIGNATURES_MISSING, "alias.mail.test", security)

    def change(message: Message) -> None:
        message.answer = [RRset(message.name, message.rdtype, 60, (b"\4text",))]

    security = judge(there, "x.old.mail.test", "TXT", x__old__mail__test__TXT=change)
    wrong(BogusReason.SIGNATURES_MISSING, "x.old.mail.test", security)


def test_of_several_bad_signatures_the_best_is_told_of() -> None:
    stranger, zone = signing_key(13, "stranger"), from_text("mail.test")

    def change(message: Message) -> None:
        first = with_(message.answer[0], signatures=())
        late = signing_key().sign(zone, first, (INCEPTION, NOW - 100))
        message.answer[0] = with_(first, signatures=(stranger.sign(zone, first), late))

    security = judge(FLAVOURS["NSEC"], "mail.test", "MX", mail__test__MX=change)
    assert isinstance(security, Bogus)
    assert security.why is BogusReason.SIGNATURE_EXPIRED
    assert security.detail == f"MX, key {signing_key().tag}/13 of mail.test"
