"""What comes of replies of a signed world, whole and spoilt."""

from __future__ import annotations

import pytest

from pyfinger.dnssec.validator import Validator
from pyfinger.model.dnssec import (
    Bogus,
    BogusReason,
    Indeterminate,
    IndeterminateReason,
    Insecure,
    InsecureReason,
    ProofKind,
    Secure,
)
from pyfinger.steps import Steps, result_of
from tests.dnssec.signing import EXPIRATION, INCEPTION, NOW, signing_key
from tests.dnssec.world import World, Zone

RECORDS = {
    "mail.test MX": ["10 mx.mail.test."],
    "mx.mail.test A": ["192.0.2.1"],
    "mx.mail.test AAAA": ["2001:db8::1"],
    "_25._tcp.mx.mail.test TLSA": ["3 1 1 " + "ab" * 32],
    "*.wild.mail.test A": ["192.0.2.2"],
    "*.wild.mail.test TXT": ["text"],
    "*.cwild.mail.test CNAME": ["mx.mail.test."],
    "alias.mail.test CNAME": ["mx.mail.test."],
    "away.mail.test CNAME": ["mx.other.test."],
    "out.mail.test CNAME": ["www.plain.test."],
    "gone.mail.test CNAME": ["nowhere.mail.test."],
    "loop.mail.test CNAME": ["loop.mail.test."],
    "old.mail.test DNAME": ["mail.test."],
    "deep.er.ent.mail.test A": ["192.0.2.3"],
    "odd.mail.test TYPE65534": [r"\# 4 01020304"],
}
OTHER = Zone("other.test", {"mx.other.test A": ["192.0.2.9"]}, (signing_key(15),))
PLAIN = Zone("plain.test", {"www.plain.test A": ["192.0.2.8"]}, ())
UNSIGNED_BELOW = Zone("sub.mail.test", {"www.sub.mail.test A": ["192.0.2.7"]}, ())


def world(mail: Zone | None = None, *more: Zone) -> World:
    zones = mail or Zone("mail.test", RECORDS)
    return World(Zone("."), Zone("test"), zones, OTHER, PLAIN, UNSIGNED_BELOW, *more)


FLAVOURS = {
    "NSEC": world(),
    "NSEC3": world(Zone("mail.test", RECORDS, nsec3=5)),
    "opt-out": world(Zone("mail.test", RECORDS, nsec3=0, opt_out=True)),
}

SIGNED = [
    ("mail.test", "MX"),
    ("mail.test", "SOA"),
    ("mail.test", "NS"),
    ("mail.test", "DNSKEY"),
    ("mail.test", "DS"),
    ("test", "DS"),
    (".", "NS"),
    (".", "DS"),
    (".", "DNSKEY"),
    ("mx.mail.test", "A"),
    ("MX.Mail.Test", "AAAA"),
    ("_25._tcp.mx.mail.test", "TLSA"),
    ("alias.mail.test", "A"),
    ("alias.mail.test", "CNAME"),
    ("alias.mail.test", "TXT"),
    ("away.mail.test", "A"),
    ("mx.old.mail.test", "A"),
    ("mx.old.mail.test", "CNAME"),
    ("old.mail.test", "DNAME"),
    ("mx.mail.test", "TXT"),
    ("ent.mail.test", "A"),
    ("er.ent.mail.test", "MX"),
    ("wild.mail.test", "A"),
    ("odd.mail.test", "TYPE65534"),
    ("mx.mail.test", "ANY"),
    ("alias.mail.test", "ANY"),
    ("mx.old.mail.test", "ANY"),
    ("ent.mail.test", "ANY"),
    ("mx.mail.test", "DS"),
]
# Where opt-out makes a difference: something may lie in the span, unsigned.
PROVEN_BY_ABSENCE = [
    ("a.wild.mail.test", "A"),
    ("a.b.wild.mail.test", "A"),
    ("a.cwild.mail.test", "A"),
    ("a.wild.mail.test", "ANY"),
    ("a.wild.mail.test", "MX"),
    ("nowhere.mail.test", "A"),
    ("no.no.nowhere.mail.test", "TLSA"),
    ("gone.mail.test", "A"),
    ("x.mx.mail.test", "A"),
]


@pytest.mark.parametrize("name, rdtype", SIGNED + PROVEN_BY_ABSENCE)
@pytest.mark.parametrize("flavour", ["NSEC", "NSEC3"])
def test_what_is_signed_is_secure(flavour: str, name: str, rdtype: str) -> None:
    validated = FLAVOURS[flavour].validate(name, rdtype)
    assert isinstance(validated.security, Secure), validated
    assert validated.security.ends == validated.ends == EXPIRATION


@pytest.mark.parametrize("name, rdtype", SIGNED)
def test_opt_out_changes_nothing_where_names_are(name: str, rdtype: str) -> None:
    assert isinstance(FLAVOURS["opt-out"].validate(name, rdtype).security, Secure)


@pytest.mark.parametrize("name, rdtype", PROVEN_BY_ABSENCE)
def test_what_hangs_on_an_opt_out_span_is_insecure(name: str, rdtype: str) -> None:
    security = FLAVOURS["opt-out"].validate(name, rdtype).security
    assert isinstance(security, Insecure)
    assert security.why is InsecureReason.OPT_OUT


@pytest.mark.parametrize("flavour", FLAVOURS)
@pytest.mark.parametrize(
    "name, rdtype, where",
    [
        ("www.plain.test", "A", "plain.test"),
        ("www.plain.test", "MX", "plain.test"),
        ("nowhere.plain.test", "A", "plain.test"),
        ("plain.test", "SOA", "plain.test"),
        ("www.sub.mail.test", "A", "sub.mail.test"),
        ("out.mail.test", "A", "plain.test"),
    ],
)
def test_below_a_delegation_without_ds_all_is_insecure(
    flavour: str, name: str, rdtype: str, where: str
) -> None:
    security = FLAVOURS[flavour].validate(name, rdtype).security
    assert isinstance(security, Insecure)
    assert security.where == where
    opt_out = flavour == "opt-out" and where == "sub.mail.test"
    assert security.why is (InsecureReason.OPT_OUT if opt_out else InsecureReason.UNSIGNED_DELEGATION)


@pytest.mark.parametrize("algorithm", [5, 7, 8, 10, 13, 14, 15, 16, 18])
@pytest.mark.parametrize("digest_type", [1, 2, 4])
def test_all_algorithms_and_digests_are_known(algorithm: int, digest_type: int) -> None:
    zone = Zone("mail.test", RECORDS, (signing_key(algorithm),), ds=(digest_type,))
    assert isinstance(world(zone).validate("mail.test", "MX").security, Secure)


@pytest.mark.parametrize(
    "algorithms, digests, why",
    [
        ((200,), (2,), InsecureReason.UNKNOWN_ALGORITHM),
        ((1, 3), (1, 2), InsecureReason.UNKNOWN_ALGORITHM),
        ((13,), (3,), InsecureReason.UNKNOWN_DIGEST),
        ((13, 200), (3,), InsecureReason.UNKNOWN_DIGEST),
    ],
)
def test_what_nobody_can_verify_is_insecure(
    algorithms: tuple[int, ...], digests: tuple[int, ...], why: InsecureReason
) -> None:
    keys = tuple(map(signing_key, algorithms))
    security = world(Zone("mail.test", RECORDS, keys, digests)).validate("mail.test", "MX").security
    assert security == Insecure(why, "mail.test")


def test_one_known_algorithm_is_enough() -> None:
    keys = signing_key(200), signing_key(15)
    assert isinstance(world(Zone("mail.test", RECORDS, keys)).validate("mail.test", "MX").security, Secure)


@pytest.mark.parametrize("iterations, secure", [(150, True), (151, False)])
def test_more_than_150_iterations_prove_nothing(iterations: int, secure: bool) -> None:
    """RFC 9276 section 3.2; positive answers do not hang on them."""
    there = world(Zone("mail.test", RECORDS, nsec3=iterations))
    assert isinstance(there.validate("mx.mail.test", "A").security, Secure)
    for name, rdtype in PROVEN_BY_ABSENCE:
        security = there.validate(name, rdtype).security
        assert isinstance(security, Secure) is secure
        if not secure:
            assert isinstance(security, Insecure)
            assert security.why is InsecureReason.ITERATIONS


@pytest.mark.parametrize(
    "now, why, disputed",
    [
        (INCEPTION - 1, BogusReason.SIGNATURE_EARLY, True),
        (INCEPTION - 90000, BogusReason.SIGNATURE_EARLY, False),
        (EXPIRATION + 1, BogusReason.SIGNATURE_EXPIRED, True),
        (EXPIRATION + 90000, BogusReason.SIGNATURE_EXPIRED, False),
    ],
)
def test_dates_are_not_stretched_and_it_is_said_where_others_do(
    now: int, why: BogusReason, disputed: bool
) -> None:
    security = FLAVOURS["NSEC"].validate("mail.test", "MX", now).security
    assert isinstance(security, Bogus)
    assert (security.why, security.where, security.disputed) == (why, ".", disputed)


@pytest.mark.parametrize("now", [INCEPTION, NOW, EXPIRATION])
def test_dates_are_inclusive(now: int) -> None:
    assert isinstance(FLAVOURS["NSEC"].validate("mail.test", "MX", now).security, Secure)


def test_an_expired_zone_is_named() -> None:
    old = Zone("mail.test", RECORDS, dates=(NOW - 2000000, NOW - 1000000))
    validated = world(old).validate("mx.mail.test", "A")
    assert isinstance(validated.security, Bogus)
    assert (validated.security.why, validated.security.where) == (BogusReason.SIGNATURE_EXPIRED, "mail.test")
    last = validated.steps[-1]
    assert (last.kind, last.failure) == (ProofKind.DNSKEY, validated.security)
    assert [signature.fault for signature in last.signatures] == [BogusReason.SIGNATURE_EXPIRED]


def test_a_proof_goes_from_the_anchor_to_the_answer() -> None:
    validated = FLAVOURS["NSEC"].validate("away.mail.test", "A")
    assert [(step.kind, step.zone, step.owner, step.rdtype) for step in validated.steps] == [
        (ProofKind.ANCHOR, ".", ".", "DS"),
        (ProofKind.DNSKEY, ".", ".", "DNSKEY"),
        (ProofKind.DS, ".", "test", "DS"),
        (ProofKind.DNSKEY, "test", "test", "DNSKEY"),
        (ProofKind.DS, "test", "mail.test", "DS"),
        (ProofKind.DNSKEY, "mail.test", "mail.test", "DNSKEY"),
        (ProofKind.ALIAS, "mail.test", "away.mail.test", "CNAME"),
        (ProofKind.DS, "test", "other.test", "DS"),
        (ProofKind.DNSKEY, "other.test", "other.test", "DNSKEY"),
        (ProofKind.RRSET, "other.test", "mx.other.test", "A"),
    ]
    assert [(reply.name, reply.rdtype) for reply in validated.replies][-1] == ("away.mail.test", "A")


def test_a_wildcard_brings_the_proof_that_it_applies() -> None:
    validated = FLAVOURS["NSEC"].validate("a.wild.mail.test", "A")
    last = validated.steps[-1]
    assert (last.kind, last.owner) == (ProofKind.DENIAL, "a.wild.mail.test")
    assert last.detail.startswith("comes of a wildcard: ")


def test_what_is_known_is_not_asked_again() -> None:
    there = world()
    validator = there.validator()
    for name, rdtype in (("mail.test", "MX"), ("mx.mail.test", "A"), ("nowhere.mail.test", "A")):
        validated = result_of(validator.validate(name, rdtype, there.reply(name, rdtype)))
        assert isinstance(validated.security, Secure)
        assert validated.steps[0].kind is ProofKind.ANCHOR
    asked = [
        (".", "DNSKEY"),
        ("test", "DS"),
        ("test", "DNSKEY"),
        ("mail.test", "DS"),
        ("mail.test", "DNSKEY"),
    ]
    assert there.asked == asked


def test_a_reply_that_ends_at_an_alias_is_completed() -> None:
    there = world()
    message = there.message("away.mail.test", "A")
    message.answer, message.authority = message.answer[:1], []
    validated = result_of(there.validator().validate("away.mail.test", "A", message.wire()))
    assert isinstance(validated.security, Secure)
    assert ("mx.other.test", "A") in there.asked


def test_a_cname_that_a_dname_makes_may_be_left_out() -> None:
    there = world()
    message = there.message("mx.old.mail.test", "A")
    del message.answer[1]
    assert isinstance(
        result_of(there.validator().validate("mx.old.mail.test", "A", message.wire())).security, Secure
    )


def test_skew_is_the_callers_choice() -> None:
    from pyfinger.dnssec.validation_budget import ValidationLimits

    there = world()
    validator = there.validator(EXPIRATION + 3600, ValidationLimits(skew=3600))
    reply = there.reply("mail.test", "MX")
    assert isinstance(result_of(validator.validate("mail.test", "MX", reply)).security, Secure)


def test_replaced_keys_are_noticed_once_the_link_is_too_old() -> None:
    there = world()
    clock = [float(NOW)]
    validator = Validator(there.anchors, there.fetch, lambda: clock[0])
    reply = there.reply("mail.test", "MX")
    result_of(validator.validate("mail.test", "MX", reply))
    before = len(there.asked)
    clock[0] += 901
    assert isinstance(result_of(validator.validate("mail.test", "MX", reply)).security, Secure)
    assert len(there.asked) == 2 * before


def test_a_broken_link_is_remembered_for_a_minute() -> None:
    """Who waits for keys that nobody has, waits once."""
    there = world()
    clock, asked = [float(NOW)], []

    def fetch(name: str, rdtype: str) -> Steps[bytes | None]:
        asked.append((name, rdtype))
        if (name, rdtype) == ("mail.test", "DNSKEY"):
            return None
        return (yield from there.fetch(name, rdtype))

    validator = Validator(there.anchors, fetch, lambda: clock[0])
    broken = Indeterminate(IndeterminateReason.NO_REPLY, "mail.test DNSKEY")
    for later, times in ((0, 1), (59, 1), (61, 2)):
        clock[0] = NOW + later
        for name, rdtype in (("mail.test", "MX"), ("mx.mail.test", "A")):
            validated = result_of(validator.validate(name, rdtype, there.reply(name, rdtype)))
            assert validated.security == broken
            assert validated.steps[-1].owner == "mail.test"
        assert asked.count(("mail.test", "DNSKEY")) == times
