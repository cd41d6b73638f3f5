from __future__ import annotations

import dns.flags
import dns.message
import dns.name
import dns.rcode
import dns.rdatatype
import dns.rrset
import pytest

from pyfinger.demo.signer import ZoneKey
from pyfinger.demo.zones import Namespace
from tests.demo.test_zones import NAMES, ask, is_secure

pytest.importorskip("cryptography", reason="cryptography is not installed")
dnssec = pytest.importorskip("dns.dnssec")

NOW = 1800000000.0  # 2027


def ask_unchecked(name: str, rdtype: str, names: Namespace = NAMES) -> dns.message.Message:
    query = dns.message.make_query(name, rdtype, want_dnssec=True)
    query.flags |= dns.flags.CD
    return dns.message.from_wire(names.respond(query).to_wire())


def keys(zone: str) -> dict[dns.name.Name, dns.rrset.RRset]:
    """A zone's keys, as vouched for by its parent's DS record, or for the root by the anchor."""
    found = get(ask_unchecked(zone, "DNSKEY").answer, "DNSKEY", zone)
    name = dns.name.from_text(zone)
    if name == dns.name.root:
        ds = dns.rrset.from_text(zone, 60, "IN", "DS", NAMES.anchor.partition(" DS ")[2])
    else:
        ds = get(ask_unchecked(zone, "DS").answer, "DS", zone)
    assert dnssec.make_ds(name, found[0], "SHA256") == ds[0]
    return {name: found}


def get(section: list[dns.rrset.RRset], rdtype: str, name: str) -> dns.rrset.RRset:
    (found,) = (
        rrset
        for rrset in section
        if rrset.rdtype == dns.rdatatype.from_text(rdtype) and rrset.name == dns.name.from_text(name)
    )
    return found


def validate(section: list[dns.rrset.RRset], trusted: dict[dns.name.Name, dns.rrset.RRset]) -> list[str]:
    """The types of a section's record sets; each must have a signature that dnspython accepts."""
    signatures = {(rrset.name, rrset.covers): rrset for rrset in section if rrset.covers}
    plain = [rrset for rrset in section if not rrset.covers]
    for rrset in plain:
        dnssec.validate(rrset, signatures[rrset.name, rrset.rdtype], trusted, now=NOW)
    return [dns.rdatatype.to_text(rrset.rdtype) for rrset in plain]


def test_the_chain_of_keys_leads_from_the_anchor_to_the_zone() -> None:
    for zone in (".", "signed.test."):
        assert validate(ask_unchecked(zone, "DNSKEY").answer, keys(zone)) == ["DNSKEY"]
    assert validate(ask_unchecked("signed.test.", "DS").answer, keys(".")) == ["DS"]


@pytest.mark.parametrize(
    ("name", "rdtype", "found"),
    [
        ("signed.test", "MX", ["MX"]),
        ("MX.Signed.test", "A", ["A"]),
        ("alias.signed.test", "A", ["CNAME", "A"]),
        ("signed.test", "SOA", ["SOA"]),
    ],
)
def test_every_answer_holds_before_another_validator(name: str, rdtype: str, found: list[str]) -> None:
    assert validate(ask_unchecked(name, rdtype).answer, keys("signed.test.")) == found


def test_a_forged_signature_does_not_hold_and_is_a_failure_to_who_does_not_ask_for_it() -> None:
    for name in ("forged.signed.test", "deluded.signed.test"):
        assert ask(name).rcode() is dns.rcode.SERVFAIL
        assert not ask(name).answer
        told = ask_unchecked(name, "A")
        assert told.rcode() is dns.rcode.NOERROR
        assert told.flags & dns.flags.CD
        assert not is_secure(told)
        with pytest.raises(dnssec.ValidationFailure):
            validate(told.answer, keys("signed.test."))


@pytest.mark.parametrize(
    ("name", "rdtype", "zone", "owners"),
    [
        ("mx.signed.test", "TXT", "signed.test.", ["mx.signed.test."]),  # other types there
        ("_tcp.mx.signed.test", "A", "signed.test.", ["mx.signed.test."]),  # only names below it
        ("nothing.signed.test", "A", "signed.test.", ["_25._tcp.mx.signed.test.", "signed.test."]),
        ("a.signed.test", "A", "signed.test.", ["signed.test."]),  # one record covers name and wildcard
        ("unsigned.test", "DS", ".", ["unsigned.test."]),  # a delegation without keys
        ("elsewhere.test", "A", ".", ["."]),
    ],
)
def test_what_is_not_there_is_proven_not_to_be(name: str, rdtype: str, zone: str, owners: list[str]) -> None:
    told = ask_unchecked(name, rdtype)
    assert set(validate(told.authority, keys(zone))) == {"SOA", "NSEC"}
    proofs = [rrset for rrset in told.authority if rrset.rdtype == dns.rdatatype.NSEC]
    assert [rrset.name.to_text() for rrset in proofs] == owners
    wanted = dns.name.from_text(name)
    following = proofs[0][0].next
    assert proofs[0].name <= wanted
    assert wanted < following or following == dns.name.from_text(zone)


def test_a_delegation_without_keys_is_proven_by_the_types_at_the_cut() -> None:
    (nsec,) = get(ask_unchecked("unsigned.test", "DS").authority, "NSEC", "unsigned.test.")
    assert nsec.to_text().split()[1:] == ["NS", "RRSIG", "NSEC"]
    (nsec,) = get(ask_unchecked("signed.test", "AAAA").authority, "NSEC", "signed.test.")
    assert {"SOA", "NS", "MX", "DNSKEY"} <= set(nsec.to_text().split())


def test_below_an_unsigned_zone_nothing_is_proven() -> None:
    told = ask_unchecked("island.unsigned.test", "DS")
    assert "NSEC" not in told.to_text()
    assert "DS" in [dns.rdatatype.to_text(rrset.rdtype) for rrset in told.answer]  # but unsigned
    assert "RRSIG" not in told.to_text()
    assert not is_secure(told)


def test_there_is_no_anchor_without_a_signed_root() -> None:
    assert Namespace().anchor == ""


def test_a_signature_is_the_same_every_time() -> None:
    rrset = dns.rrset.from_text("x.test.", 60, "IN", "A", "127.0.0.1")
    first, second = (ZoneKey(dns.name.from_text("test.")).sign(rrset) for _ in range(2))
    assert first == second
