"""The name server of names that come and go."""

from __future__ import annotations

import dns.flags
import dns.message
import pytest

from tests.lab.parityfuzz.nameserver import respond
from tests.stacks import names


@pytest.fixture(autouse=True)
def known(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(names, "_known", [])


def asked(name: str, kind: str) -> tuple[list[str], bool]:
    """The records of a reply, and whether they are said to be secure."""
    query = dns.message.make_query(name, kind, want_dnssec=True)
    wire = respond(query.to_wire(), names._known, by_udp=True)
    assert wire is not None
    reply = dns.message.from_wire(wire)
    found = [
        rdata.to_text() for rrset in reply.answer for rdata in rrset if rrset.rdtype != dns.rdatatype.RRSIG
    ]
    return found, bool(reply.flags & dns.flags.AD)


def test_a_port_has_records_once_they_are_published_and_they_are_secure() -> None:
    assert asked("_2525._tcp.ee.stacks.test", "TLSA") == ([], True)
    names.publish("ee.stacks.test", "127.0.98.1", 2525, ["3 1 1 " + "ab" * 32])
    assert asked("_2525._tcp.ee.stacks.test", "TLSA") == (["3 1 1 " + "ab" * 32], True)
    assert asked("ee.stacks.test", "A") == (["127.0.98.1"], True)
    assert asked("_2526._tcp.ee.stacks.test", "TLSA") == ([], True)


def test_what_is_published_later_counts() -> None:
    for digit in "ab":
        names.publish("ee.stacks.test", "127.0.98.1", 2525, ["3 1 1 " + digit * 64])
    assert asked("_2525._tcp.ee.stacks.test", "TLSA") == (["3 1 1 " + "b" * 64], True)
