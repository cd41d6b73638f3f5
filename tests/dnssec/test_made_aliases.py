"""A CNAME that a DNAME has made: with a signature of its own, or without (RFC 6672 section 5.3.1)."""

from __future__ import annotations

import dns.message
import dns.name
import dns.rrset
import pytest

from pyfinger.demo.signer import ZoneKey
from pyfinger.dnssec.anchors import read_anchors
from pyfinger.dnssec.validator import Validator
from pyfinger.model.dnssec import Bogus, BogusReason, Secure, Security
from pyfinger.steps import Steps

ZONE = ZoneKey(dns.name.from_text("demo.test."))
NOW = 1800000000.0  # 2027


def rrset(owner: str, rdtype: str, data: str) -> dns.rrset.RRset:
    return dns.rrset.from_text(f"{owner}.demo.test.", 60, "IN", rdtype, data)


DNAME = rrset("old", "DNAME", "new.demo.test.")
MADE = rrset("x.old", "CNAME", "x.new.demo.test.")
ELSEWHERE = rrset("x.old", "CNAME", "y.new.demo.test.")
ADDRESS = rrset("x.new", "A", "192.0.2.1")
OTHER_ADDRESS = rrset("y.new", "A", "192.0.2.2")


def signed(*rrsets: dns.rrset.RRset) -> list[dns.rrset.RRset]:
    return [one for each in rrsets for one in (each, ZONE.sign(each))]


def reply(name: str, rdtype: str, records: list[dns.rrset.RRset]) -> bytes:
    message = dns.message.make_response(dns.message.make_query(name, rdtype, want_dnssec=True))
    message.answer.extend(records)
    return message.to_wire()


def validate(records: list[dns.rrset.RRset], rdtype: str = "A") -> Security:
    def fetch(name: str, wanted: str) -> Steps[bytes | None]:
        yield from ()
        return reply(name, wanted, signed(ZONE.dnskey)) if wanted == "DNSKEY" else None

    validator = Validator(read_anchors(ZONE.ds.to_text()), fetch, lambda: NOW)
    walk = validator.validate("x.old.demo.test", rdtype, reply("x.old.demo.test", rdtype, records))
    with pytest.raises(StopIteration) as ended:
        next(walk)
    security: Security = ended.value.value.security
    return security


@pytest.mark.parametrize(
    "alias", [[], [MADE], signed(MADE)], ids=["no alias", "an unsigned alias", "a signed alias"]
)
def test_beside_its_dname_an_alias_need_not_be_there_nor_signed_and_may_be_both(
    alias: list[dns.rrset.RRset],
) -> None:
    assert isinstance(validate([*signed(DNAME), *alias, *signed(ADDRESS)]), Secure)
    assert isinstance(validate([*signed(DNAME), *alias], "CNAME"), Secure)


def test_an_alias_that_leads_elsewhere_than_its_dname_is_wrong_even_if_it_is_signed() -> None:
    for alias in ([ELSEWHERE], signed(ELSEWHERE)):
        security = validate([*signed(DNAME), *alias, *signed(OTHER_ADDRESS)])
        assert isinstance(security, Bogus)
        assert security.why is BogusReason.ALIAS_WRONG


def test_a_dname_has_to_be_signed_itself() -> None:
    assert not isinstance(validate([DNAME, *signed(MADE), *signed(ADDRESS)]), Secure)
