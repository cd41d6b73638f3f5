"""Names, messages, records, anchors, denials: what each part makes of well-formed and other octets."""

from __future__ import annotations

import struct
from datetime import UTC, datetime

import dns.name
import dns.rdata
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pyfinger.dnssec import algorithms, zone_text
from pyfinger.dnssec.anchors import (
    COMPARED,
    MAX_ANCHORS,
    ROOT_ANCHORS,
    TrustAnchors,
    read_anchors,
    root_anchors,
)
from pyfinger.dnssec.authentication_chain import MAX_LINKS, LinkMemory, ZoneLink
from pyfinger.dnssec.denial import Nsec3Denials, NsecDenials, hash_name
from pyfinger.dnssec.domain_names import ROOT, common, from_text, is_below, order, read_name, to_text
from pyfinger.dnssec.message import RRset, canonical_rdata, read_message, type_number, type_text
from pyfinger.dnssec.rdata import (
    Nsec,
    Nsec3,
    key_tag,
    read_dnskey,
    read_ds,
    read_nsec,
    read_nsec3,
    read_rrsig,
    signer_of,
)
from pyfinger.dnssec.signatures import MAX_REMEMBERED, SignatureChecker, VerifyMemory
from pyfinger.dnssec.validation_budget import ValidationBudget, ValidationLimits
from pyfinger.dnssec.zone_keys import choose, read_all, trusted_keys, unknown
from pyfinger.dnswire import RdataType, name_wire
from pyfinger.errors import DecodeError, UsageError
from pyfinger.model.dnssec import BogusReason, InsecureReason
from tests.dnssec.signing import NOW, signing_key
from tests.dnssec.world import World, Zone, base32, bitmap

LABELS = st.lists(st.binary(min_size=1, max_size=63), max_size=6).filter(
    lambda all_: sum(map(len, all_)) < 240
)


# Names


@given(LABELS)
def test_names_are_read_and_written_as_dnspython_does(labels: list[bytes]) -> None:
    theirs = dns.name.Name([*labels, b""])
    name = from_text(theirs.to_text())
    assert name == tuple(label.lower() for label in labels)
    assert name_wire(name) == theirs.to_digestable()
    wire = theirs.to_wire() or b""
    assert read_name(wire, 0) == (name, len(wire))
    assert from_text(to_text(name)) == name
    assert dns.name.from_text(to_text(name)) == theirs


@pytest.mark.parametrize(
    "text", ["a..b", ".a", "a" * 64, ".".join(["a" * 60] * 5), "\\", "a\\256", "a\\1", "\\12x", "\u00e9"]
)
def test_what_is_no_name_is_refused(text: str) -> None:
    with pytest.raises(DecodeError):
        from_text(text)


@pytest.mark.parametrize(
    "text, name", [(".", ROOT), ("", ROOT), ("A.b.", (b"a", b"b")), (r"\.\065.x", (b".a", b"x"))]
)
def test_names_are_absolute_and_in_lower_case(text: str, name: tuple[bytes, ...]) -> None:
    assert from_text(text) == name


@pytest.mark.parametrize(
    "wire",
    [
        b"",
        b"\1",
        b"\3ab",
        b"\1a",
        b"\xc0",
        b"\xc0\0",
        b"\xc0\5\0\0\0\0",
        b"\x40a\0",
        b"\x80a\0",
        b"\x3f" + bytes(40),
        b"".join([b"\x3f" + b"a" * 63] * 4) + b"\0",
    ],
)
def test_names_of_a_wrong_form_are_refused(wire: bytes) -> None:
    with pytest.raises(DecodeError):
        read_name(wire, 0)


def test_names_point_backwards_only() -> None:
    wire = b"\3COM\0\7example\xc0\0\3www\xc0\5"
    assert read_name(wire, 15) == ((b"www", b"example", b"com"), len(wire))
    with pytest.raises(DecodeError):
        read_name(b"\1a\xc0\0", 0)


def test_the_canonical_order_is_that_of_rfc_4034() -> None:
    """Section 6.1."""
    words = ["example", "a.example", "yljkjljk.a.example", "Z.a.example", "zABC.a.EXAMPLE", "z.example"]
    words += [r"\001.z.example", "*.z.example", r"\200.z.example"]
    names = [from_text(word) for word in words]
    assert sorted(set(names), key=order) == names


def test_below_and_common() -> None:
    name, zone = from_text("a.b.c"), from_text("b.c")
    assert is_below(name, zone) and is_below(zone, zone) and is_below(name, ROOT)
    assert not is_below(zone, name) and not is_below(from_text("ab.c"), zone)
    assert common(name, from_text("x.b.c")) == zone
    assert common(name, from_text("x")) == ROOT


# Messages


def message(*records: bytes, flags: int = 0x8000, counts: tuple[int, int] | None = None) -> bytes:
    return struct.pack("!6H", 1, flags, 0, *(counts or (len(records), 0)), 0) + b"".join(records)


def record(owner: str, rdtype: int, rdata: bytes, ttl: int = 60, rdclass: int = 1) -> bytes:
    return name_wire(from_text(owner)) + struct.pack("!2HIH", rdtype, rdclass, ttl, len(rdata)) + rdata


def test_records_are_put_together_and_each_is_there_once() -> None:
    parsed = read_message(
        message(
            record("a.test", 1, b"\1\2\3\4", 60),
            record("A.test", 1, b"\5\6\7\x08", 30),
            record("a.test", 1, b"\1\2\3\4", 90),
            record("a.test", 1, b"\1\2\3\4", rdclass=3),
        )
    )
    (rrset,) = parsed.answer.values()
    assert rrset == RRset(from_text("a.test"), 1, 30, (b"\1\2\3\4", b"\5\6\7\x08"))


@pytest.mark.parametrize(
    "wire",
    [
        b"",
        message(counts=(1, 0)),
        message(record("a", 1, b"")[:-3], counts=(1, 0)),
        message(record("a", 1, bytes(4))[:-1], counts=(1, 0)),
        message(counts=(60000, 60000)),
        message(record("a", RdataType.MX, b"\0\1")),
        message(record("a", RdataType.MX, b"\0\1\0\0")),
        message(record("a", RdataType.RRSIG, bytes(10))),
        message(record("a", RdataType.NAPTR, bytes(4))),
        struct.pack("!6H", 1, 0, 1, 0, 0, 0) + b"\0\0",
    ],
)
def test_messages_of_a_wrong_form_are_refused(wire: bytes) -> None:
    with pytest.raises(DecodeError):
        read_message(wire)


@pytest.mark.parametrize(
    "rdtype, text",
    [
        ("MX", "10 MX.Example."),
        ("SOA", "NS.Example. Admin.Example. 1 2 3 4 5"),
        ("SRV", "1 2 3 Host.Example."),
        ("NAPTR", '1 2 "S" "SIP" "!x!Y!" Repl.Example.'),
        ("PX", "1 A.Example. B.Example."),
        ("RP", "A.Example. B.Example."),
        ("HINFO", "CPU OS"),
        ("TXT", "UPPER"),
        ("NSEC", "Next.Example. A MX"),
        ("DNAME", "Other.Example."),
    ],
)
def test_rdata_is_canonical(rdtype: str, text: str) -> None:
    """RFC 4034 section 6.2, RFC 6840 section 5.1."""
    theirs = dns.rdata.from_text("IN", rdtype, text)
    wire = theirs.to_wire()
    assert wire is not None
    canonical = canonical_rdata(theirs.rdtype, wire, 0, len(wire))
    assert canonical == (wire if rdtype == "NSEC" else theirs.to_digestable())


@given(st.binary(max_size=300))
def test_any_bytes_make_a_message_or_an_error(data: bytes) -> None:
    try:
        read_message(data)
    except DecodeError as error:
        assert error.what


def test_types_have_names_or_numbers() -> None:
    assert (type_text(52), type_text(65280)) == ("TLSA", "TYPE65280")
    assert (type_number("tlsa"), type_number("TYPE65280")) == (52, 65280)
    for word in ("TYPE", "TYPE70000", "TYPEx", "NOSUCH"):
        with pytest.raises(DecodeError):
            type_number(word)


# Records


@pytest.mark.parametrize(
    "read, rdata",
    [
        (read_dnskey, bytes(4)),
        (read_ds, bytes(4)),
        (read_rrsig, bytes(17)),
        (read_rrsig, bytes(18) + b"\5ab"),
    ],
)
def test_records_that_are_cut_short_are_refused(read: object, rdata: bytes) -> None:
    with pytest.raises(DecodeError):
        read(rdata)  # type: ignore[operator]


def test_a_signature_without_form_is_nobodys() -> None:
    assert signer_of(b"\0") == (b"",)


@pytest.mark.parametrize(
    "types", [b"\0", b"\0\0", b"\0\x21" + bytes(33), b"\0\1\x40\0\1\x40", b"\1\1\1\0\1\1", b"\0\2\1"]
)
def test_type_bitmaps_of_a_wrong_form_are_refused(types: bytes) -> None:
    with pytest.raises(DecodeError):
        read_nsec(from_text("a"), b"\1b\0" + types)


@given(st.sets(st.integers(0, 65535), max_size=20))
def test_type_bitmaps_are_read(types: set[int]) -> None:
    assert read_nsec(from_text("a"), b"\0" + bitmap(types)).types == types


@pytest.mark.parametrize(
    "owner, rdata",
    [
        ("abc.test", bytes(4)),
        ("abc.test", b"\1\0\0\0\5ab"),
        ("abc.test", b"\1\0\0\0\0"),
        ("abc.test", b"\1\0\0\0\0\5ab"),
        ("xyz.test", b"\1\0\0\0\0\1a"),
        (".", b"\1\0\0\0\0\1a"),
    ],
)
def test_nsec3_of_a_wrong_form_is_refused(owner: str, rdata: bytes) -> None:
    with pytest.raises(DecodeError):
        read_nsec3(from_text(owner), rdata)


def test_the_key_tag_is_that_of_rfc_4034() -> None:
    """Section 5.4: dskey.example.com has key 60485."""
    text = (
        "256 3 5 AQOeiiR0GOMYkDshWoSKz9XzfwJr1AYtsmx3TGkJaNXVbfi/2pHm822aJ5iI9BMzNXxeYCmZDRD99WYwYqUSdjMm"
        "mAphXdvxegXd/M5+X7OrzKBaMbCVdFLUUh6DhweJBjEVv5f2wwjM9XzcnOf+EPbtG9DMBmADjFDc2w/rljwvFw=="
    )
    rdata = dns.rdata.from_text("IN", "DNSKEY", text).to_wire()
    assert rdata is not None
    assert key_tag(rdata) == 60485
    ds = read_ds(bytes.fromhex("EC4505012BB183AF5F22588179A53B0A98631FAD1A292118"))
    assert algorithms.digest_fits(from_text("dskey.example.com"), read_dnskey(rdata), ds)


def test_records_without_form_are_passed_over() -> None:
    rrset = RRset(ROOT, RdataType.DS, 0, (b"\0", bytes(5)))
    assert read_all(rrset, read_ds) == (read_ds(bytes(5)),)


# Algorithms


@pytest.mark.parametrize(
    "public", [b"\0", b"\0\0\1", b"\5\1", b"\0\0\0\1\1", b"\1\3", b"\1\3" + b"\xff" * 513]
)
@pytest.mark.parametrize("algorithm", [5, 8])
def test_keys_without_form_verify_nothing(algorithm: int, public: bytes) -> None:
    assert not algorithms.verify(algorithm, public, b"", bytes(64))


@pytest.mark.parametrize("algorithm", [13, 14, 15, 16, 18])
def test_keys_and_signatures_have_one_size(algorithm: int) -> None:
    key = signing_key(algorithm)
    signature = key.make(b"data")
    assert algorithms.verify(algorithm, key.public, b"data", signature)
    assert not algorithms.verify(algorithm, key.public + b"\0", b"data", signature)
    assert not algorithms.verify(algorithm, key.public, b"data", signature + b"\0")
    assert not algorithms.verify(algorithm, key.public, b"data?", signature)


def test_an_exponent_may_be_longer_than_255_octets() -> None:
    """RFC 3110 section 2: its length has three octets then."""
    from pyfinger.crypto import rsa
    from pyfinger.demo.primes import prime_for

    p, q = (prime_for(f"rsa1024  {letter}", 512) for letter in "pq")
    secret = pow(65537, -1, (p - 1) * (q - 1))
    private = rsa.PrivateNumbers(p * q, 65537, secret, (p, q))
    public = b"\0\0\3\1\0\1" + (p * q).to_bytes(128, "big")
    assert algorithms.verify(8, public, b"data", private.sign("sha256", b"data"))


def test_what_is_not_known_verifies_nothing() -> None:
    assert not algorithms.verify(200, b"", b"", b"")


# Anchors


def test_the_roots_keys_are_those_that_were_compared() -> None:
    """With IANA's, as Debian's dns-root-data has them; look again before a year is over."""
    anchors = root_anchors().of(ROOT)
    assert [anchor.tag for anchor in anchors] == [20326, 38696]
    assert all(anchor.algorithm == 8 for anchor in anchors)
    assert datetime.strptime(COMPARED, "%Y-%m-%d").replace(tzinfo=UTC) <= datetime.now(UTC)


def test_anchors_come_as_ds_or_dnskey_in_zone_file_form() -> None:
    key = "257 3 RSASHA256 (AwEAAQ\n  == ) ; a comment"
    text = f"; keys\n\nExample. 3600 IN DNSKEY {key}\nsub.example DS 1 ED25519 2 00 11\n. 5 DS 1 13 2 0011"
    anchors = read_anchors(text)
    assert anchors.zones == ("example", "sub.example", ".")
    assert len(anchors) == 3
    assert anchors.closest(from_text("a.sub.example")) == from_text("sub.example")
    assert anchors.closest(from_text("other")) == ROOT
    (found,) = anchors.of(from_text("sub.example"))
    assert (found.tag, found.algorithm) == (1, 15)
    assert read_anchors(ROOT_ANCHORS).of(ROOT) == root_anchors().of(ROOT)


@pytest.mark.parametrize(
    "text, problem",
    [
        ("", "no trust anchor"),
        ("; nothing", "no trust anchor"),
        (". IN NS a.", "line 1: neither a DS nor a DNSKEY record"),
        ("\n.", "line 2: neither a DS nor a DNSKEY record"),
        (". DS 1 8 2 xy", "line 1: DS record of a wrong form"),
        (". DS 70000 8 2 00", "line 1: DS record of a wrong form"),
        (". DS -1 8 2 00", "line 1: DS record of a wrong form"),
        (". DS 1 NOSUCH 2 00", "line 1: DS record of a wrong form"),
        (". DNSKEY 257 3 8 A", "line 1: DNSKEY record of a wrong form"),
        ("a..b DS 1 8 2 00", "line 1: not a domain name at byte 0"),
        (". DS ( 1 8\n 2", "line 1: neither a DS nor a DNSKEY record"),
        (
            ". DS 1 8 2 00\n" * (MAX_ANCHORS + 1),
            f"line {MAX_ANCHORS + 1}: more than {MAX_ANCHORS} trust anchors",
        ),
    ],
)
def test_what_is_no_anchor_is_told_with_its_line(text: str, problem: str) -> None:
    with pytest.raises(UsageError) as error:
        read_anchors(text)
    assert str(error.value) == problem


def test_a_closing_parenthesis_too_many_joins_nothing() -> None:
    assert len(read_anchors(". DS 1 8 2 00 )\n. DS 2 8 2 00")) == 2


def test_a_dnskey_may_be_the_anchor() -> None:
    there = World(Zone("."))
    anchors = TrustAnchors([(ROOT, read_dnskey(signing_key().rdata))])
    from pyfinger.dnssec.validator import Validator
    from pyfinger.model.dnssec import Secure
    from pyfinger.steps import result_of

    validator = Validator(anchors, there.fetch, lambda: float(NOW))
    assert isinstance(result_of(validator.validate(".", "SOA", there.reply(".", "SOA"))).security, Secure)


# What vouches for keys


def test_sha1_counts_only_where_there_is_nothing_better() -> None:
    name = from_text("test")
    sha1, sha256 = (read_ds(signing_key().ds(name, kind)) for kind in (1, 2))
    assert choose([sha1, sha256]) == (sha256,)
    assert choose([sha1]) == (sha1,)
    unusable = read_ds(signing_key(200).ds(name))
    assert choose([sha1, unusable]) == (sha1,)
    assert unknown([unusable]) is InsecureReason.UNKNOWN_ALGORITHM
    assert unknown([sha1, unusable]) is None
    assert unknown([]) is InsecureReason.UNKNOWN_ALGORITHM


def test_digests_that_do_not_fit_are_computed_a_few_times_only() -> None:
    name = from_text("test")
    key = read_dnskey(signing_key().rdata)
    good = read_ds(signing_key().ds(name))
    bad = [read_ds(good.tag.to_bytes(2, "big") + b"\x0d\2" + bytes([at]) * 32) for at in range(20)]
    assert trusted_keys(name, [key], [*bad[:5], good]) == (key,)
    assert trusted_keys(name, [key], [*bad, good]) == ()


# Denials


ZONE = from_text("test")


def nsec(owner: str, after: str, *types: int) -> Nsec:
    return Nsec(from_text(owner), from_text(after), frozenset(types))


def test_an_nsec_that_leads_out_of_its_zone_proves_nothing() -> None:
    assert NsecDenials(ZONE, [nsec("a.test", "b.example")]).no_name(from_text("aa.test")) is None


def test_one_nsec_may_span_the_whole_zone() -> None:
    denials = NsecDenials(ZONE, [nsec("test", "test", RdataType.SOA, RdataType.NS)])
    assert denials.no_name(from_text("a.test")) is not None
    assert denials.no_data(ZONE, RdataType.MX) is not None
    assert denials.no_data(ZONE, RdataType.DS) is None, "the child cannot deny its DS"
    assert NsecDenials(ROOT, [nsec(".", ".", RdataType.SOA)]).no_data(ROOT, RdataType.DS) is not None


def test_names_below_a_delegation_or_a_dname_are_not_denied() -> None:
    for types in ((RdataType.NS,), (RdataType.DNAME,)):
        denials = NsecDenials(ZONE, [nsec("a.test", "b.test", *types), nsec("test", "a.test", RdataType.SOA)])
        assert denials.no_name(from_text("x.a.test")) is None
        assert denials.no_name(from_text("aa.test")) is not None


def test_a_cname_denies_no_type() -> None:
    denials = NsecDenials(ZONE, [nsec("a.test", "b.test", RdataType.CNAME)])
    assert denials.no_data(from_text("a.test"), RdataType.A) is None


def test_what_exists_only_above_others_is_no_missing_name() -> None:
    denials = NsecDenials(ZONE, [nsec("a.test", "x.ent.test"), nsec("test", "a.test")])
    assert denials.no_name(from_text("ent.test")) is None
    assert denials.no_data(from_text("ent.test"), RdataType.A) is not None
    assert denials.no_closer(from_text("ent.test"), ZONE) is None


def test_a_wildcard_that_exists_only_above_others_is_there() -> None:
    spans = [nsec("test", "x.*.test", RdataType.SOA), nsec("x.*.test", "test")]
    assert NsecDenials(ZONE, spans).no_name(from_text("a.test")) is None


def test_a_wildcard_has_to_lack_the_type_too() -> None:
    spans = [nsec("*.test", "test", RdataType.A)]
    assert NsecDenials(ZONE, spans).no_data(from_text("a.test"), RdataType.A) is None
    assert NsecDenials(ZONE, spans).no_data(from_text("a.test"), RdataType.MX) is not None
    assert NsecDenials(ZONE, spans).no_closer(from_text("a.b.test"), from_text("b.test")) is None


def nsec3(owner: str, *types: int, **how: object) -> Nsec3:
    """Of one name, up to the next hash after it."""
    digest = hash_name(from_text(owner), b"", 0)
    after = (int.from_bytes(digest, "big") + 1).to_bytes(20, "big")
    fields = {"algorithm": 1, "flags": 0, "iterations": 0, "salt": b"", **how}
    return Nsec3(ZONE, digest, after, frozenset(types), **fields)  # type: ignore[arg-type]


def all_but(*owners: str, **how: object) -> list[Nsec3]:
    """The chain of a zone that has these names."""
    hashes = sorted((hash_name(from_text(owner), b"", 0), owner) for owner in owners)
    chain = []
    for (digest, owner), (after, _) in zip(hashes, [*hashes[1:], hashes[0]], strict=True):
        one = nsec3(owner, **how)
        fields = {each: getattr(one, each) for each in Nsec3.__match_args__}
        chain.append(Nsec3(**{**fields, "hashed": digest, "after": after}))
    return chain


def by_hash(records: list[Nsec3]) -> Nsec3Denials:
    return Nsec3Denials(ZONE, records, 150, lambda iterations: None)


def test_nsec3_of_unknown_kinds_are_passed_over() -> None:
    for how in ({"algorithm": 2}, {"flags": 2}, {"iterations": 151}):
        denials = by_hash(all_but("test", **how))
        assert denials.no_name(from_text("a.test")) is None
        assert denials.no_data(ZONE, RdataType.A) is None
        assert denials.no_closer(from_text("a.test"), ZONE) is None
        assert denials.too_costly is ("iterations" in how)


def test_nsec3_of_other_parameters_do_not_mix() -> None:
    denials = by_hash([*all_but("test"), *all_but("test", "a.test", salt=b"x")])
    assert denials.no_name(from_text("a.test")) is not None


def test_a_name_without_a_closest_encloser_is_not_denied() -> None:
    assert by_hash(all_but("other.test")).no_name(from_text("a.test")) is None
    assert by_hash(all_but("other.test")).no_data(from_text("a.test"), RdataType.A) is None
    assert by_hash(all_but("test", "*.test")).no_name(from_text("a.test")) is None
    assert by_hash(all_but("test", "*.test")).no_data(from_text("a.test"), RdataType.A) is not None
    assert by_hash(all_but("test")).no_data(from_text("a.test"), RdataType.A) is None


def test_a_wildcard_of_nsec3_has_to_lack_the_type_too() -> None:
    chain = [nsec3("*.test", RdataType.A), *all_but("test")]
    assert by_hash(chain).no_data(from_text("a.test"), RdataType.A) is None


def test_a_delegation_encloses_nothing() -> None:
    cut = nsec3("cut.test", RdataType.NS)
    assert by_hash([cut, *all_but("test", "cut.test")]).no_name(from_text("a.cut.test")) is None


def test_the_hash_is_that_of_rfc_5155() -> None:
    """Appendix A."""
    digest = hash_name(from_text("example"), bytes.fromhex("aabbccdd"), 12)
    assert base32(digest) == b"0p9mhaveqvm6t7vbl5lop2u3t2rp3tom"


# What is remembered


def test_links_are_forgotten_when_there_are_too_many() -> None:
    memory = LinkMemory()
    link = ZoneLink(None, (), (), 0, 100)
    for number in range(MAX_LINKS + 1):
        memory.put((str(number).encode(),), link)
    assert memory.get((b"0",), 50) is None
    assert memory.get((b"1",), 50) is link
    assert memory.get((b"1",), 101) is None
    assert memory.get((b"1",), -1) is None


def test_verifications_are_done_once_and_the_oldest_forgotten() -> None:
    done: list[bytes] = []

    def verify(algorithm: int, public: bytes, data: bytes, signature: bytes) -> bool:
        done.append(data)
        return True

    memory, key = VerifyMemory(verify), read_dnskey(signing_key().rdata)
    budget = ValidationBudget(ValidationLimits(signatures=2 * MAX_REMEMBERED), lambda: 0.0)
    for number in range(MAX_REMEMBERED + 1):
        assert memory.verify(budget, key, str(number).encode(), b"")
    assert memory.verify(budget, key, b"7", b"")
    assert len(done) == MAX_REMEMBERED + 1
    assert memory.verify(budget, key, b"0", b"")
    assert len(done) == MAX_REMEMBERED + 2


def test_signatures_without_form_are_none() -> None:
    budget = ValidationBudget(ValidationLimits(), lambda: 0.0)
    checker = SignatureChecker(VerifyMemory(), budget, NOW)
    rrset = RRset(ZONE, RdataType.MX, 60, (b"x",), (b"\0\x0f",))
    assert checker.check(rrset, ZONE, ()).fault is BogusReason.SIGNATURES_MISSING


def test_rdata_that_text_would_change_is_written_as_octets(monkeypatch: pytest.MonkeyPatch) -> None:
    """RFC 3597 section 5."""
    assert zone_text.rdata_text(RdataType.NSEC, b"\0\0\1\x40") == ". A"
    assert zone_text.rdata_text(RdataType.NSEC, b"\0\0\2\x40\0") == r"\# 5 0000024000"
    monkeypatch.setattr(zone_text, "_from_text", lambda rdtype, text: b"other octets")
    assert zone_text.rdata_text(RdataType.NSEC, b"\0\0\1\x40") == r"\# 4 00000140"
