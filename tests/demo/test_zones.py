from __future__ import annotations

import dns.flags
import dns.message
import dns.rcode
import dns.rdatatype
import pytest

from pyfinger.demo.zones import Namespace, Zone

ZONES = (
    Zone(".", True, {".": ("NS a.root.test.",), "absent.test": ()}),
    Zone(
        "signed.test.",
        True,
        {
            "signed.test": ("MX 10 mx.signed.test.", "MX 20 mx.unsigned.test."),
            "mx.signed.test": ("A 127.0.0.1",),
            "_25._tcp.mx.signed.test": ("TLSA 3 1 1 " + "ab" * 32,),
            "alias.signed.test": ("CNAME mx.signed.test.",),
            "away.signed.test": ("CNAME mx.unsigned.test.",),
            "dangling.signed.test": ("CNAME nothing.signed.test.",),
            "loop.signed.test": ("CNAME loop.signed.test.",),
            "*.wild.signed.test": ("A 127.0.0.1",),
            "there.wild.signed.test": ("TXT there",),
            "forged.signed.test": ("A 127.0.0.1",),
            "deluded.signed.test": ("CNAME forged.signed.test.",),
        },
        failing=frozenset({"broken.signed.test"}),
        forged=frozenset({"forged.signed.test"}),
    ),
    Zone("unsigned.test.", False, {"mx.unsigned.test": ("A 127.0.0.1", "AAAA ::1")}),
    Zone("island.unsigned.test.", True, {"island.unsigned.test": ("A 127.0.0.1",)}),
)
NAMES = Namespace(ZONES)


def ask(name: str, rdtype: str = "A", *, want_dnssec: bool = True) -> dns.message.Message:
    return NAMES.respond(dns.message.make_query(name, rdtype, want_dnssec=want_dnssec))


def is_secure(response: dns.message.Message) -> bool:
    return bool(response.flags & dns.flags.AD)


def types(response: dns.message.Message) -> list[str]:
    lines = [line for rrset in response.answer for line in rrset.to_text().splitlines()]
    return [line.split()[3] for line in lines if " RRSIG " not in line]


def test_all_records_of_the_type_come_back_and_only_they() -> None:
    assert types(ask("signed.test", "MX")) == ["MX", "MX"]
    assert types(ask("mx.unsigned.test", "AAAA")) == ["AAAA"]
    assert types(ask("_25._tcp.mx.signed.test", "TLSA")) == ["TLSA"]
    assert types(ask(".", "NS")) == ["NS"]


def test_letter_case_does_not_matter() -> None:
    assert types(ask("MX.Signed.Test")) == ["A"]


@pytest.mark.parametrize(
    ("name", "secure"),
    [
        ("mx.signed.test", True),
        ("mx.unsigned.test", False),
        ("alias.signed.test", True),
        ("away.signed.test", False),  # one insecure link is enough
        ("nothing.signed.test", True),
        ("nothing.unsigned.test", False),
        ("elsewhere.test", True),
    ],
)
def test_ad_tells_whether_every_zone_on_the_way_is_signed(name: str, secure: bool) -> None:
    assert is_secure(ask(name)) is secure


def test_what_is_secure_comes_with_signatures_if_they_are_asked_for() -> None:
    covered = {
        (rrset.name.to_text(), dns.rdatatype.to_text(rrset.covers))
        for rrset in dns.message.from_wire(ask("alias.signed.test").to_wire()).answer
        if rrset.rdtype == dns.rdatatype.RRSIG
    }
    assert covered == {("alias.signed.test.", "CNAME"), ("mx.signed.test.", "A")}
    for response in (ask("mx.unsigned.test"), ask("mx.signed.test", want_dnssec=False)):
        assert "RRSIG" not in response.to_text()


def test_ad_is_for_those_who_ask() -> None:
    assert not is_secure(ask("mx.signed.test", want_dnssec=False))
    query = dns.message.make_query("mx.signed.test", "A")
    query.flags |= dns.flags.AD
    assert is_secure(NAMES.respond(query))


def test_an_alias_comes_with_what_it_points_to() -> None:
    assert types(ask("alias.signed.test")) == ["CNAME", "A"]
    assert types(ask("alias.signed.test", "CNAME")) == ["CNAME"]


@pytest.mark.parametrize(
    ("name", "rcode"),
    [
        ("mx.signed.test", dns.rcode.NOERROR),
        ("_tcp.mx.signed.test", dns.rcode.NOERROR),  # no records, but something below it
        ("nothing.signed.test", dns.rcode.NXDOMAIN),
        ("dangling.signed.test", dns.rcode.NXDOMAIN),
        ("loop.signed.test", dns.rcode.NXDOMAIN),
        ("elsewhere.test", dns.rcode.NXDOMAIN),
        ("absent.test", dns.rcode.NXDOMAIN),
        ("broken.signed.test", dns.rcode.SERVFAIL),
        ("forged.signed.test", dns.rcode.SERVFAIL),
    ],
)
def test_the_code_tells_absent_names_from_absent_records(name: str, rcode: dns.rcode.Rcode) -> None:
    assert ask(name, "TXT").rcode() is rcode


def test_a_name_in_no_zone_does_not_exist() -> None:
    assert Namespace().respond(dns.message.make_query("x.test", "A")).rcode() is dns.rcode.NXDOMAIN


def test_anything_but_one_question_is_a_format_error() -> None:
    assert NAMES.respond(dns.message.QueryMessage()).rcode() is dns.rcode.FORMERR


def test_a_wildcard_answers_for_what_is_not_there() -> None:
    response = ask("_25._tcp.wild.signed.test")
    assert [rrset.name.to_text() for rrset in response.answer] == ["_25._tcp.wild.signed.test."] * 2
    assert is_secure(response)
    assert types(ask("there.wild.signed.test")) == []
    assert types(ask("below.there.wild.signed.test")) == []
    nothing = ask("some.wild.signed.test", "MX")
    assert (types(nothing), nothing.rcode()) == ([], dns.rcode.NOERROR)


def test_generic_rdata_is_kept_as_it_stands() -> None:
    names = Namespace((Zone(".", True, {"cut.test": ("TLSA \\# 5 030101abcd",)}),))
    response = names.respond(dns.message.make_query("cut.test", "TLSA"))
    assert response.answer[0][0].to_wire() == bytes.fromhex("030101abcd")
