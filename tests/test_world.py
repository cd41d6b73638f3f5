"""The test world answers as a resolver would."""

from __future__ import annotations

import dns.flags
import dns.message
import dns.rcode
import dns.rdatatype

from pyfinger.model import Family, NativeAnswer, RawReply
from pyfinger.steps import FindService, LookupHost, Resolve
from tests.world import NOT_KNOWN, World

WORLD = World(
    mx={"a.test": ["mx.test", "20 mx2.test"]},
    a={"mx.test": ["192.0.2.1"]},
    tlsa={"_25._tcp.mx.test": ["3 1 1 ab cd", "3 1", "3 1 1"]},
    cname={"alias.test": "MX.test", "loop.test": "loop.test"},
    split={"loop.test"},
    insecure={"mx.test", "a.test/MX"},
    fail={"bad.test/A": "SERVFAIL", "dead.test": "TIMEOUT", "junk.test": b"junk"},
    hosts={"h.test": ["192.0.2.1", "::1"]},
    services={"odd": 99},
)


def ask(name: str, rdtype: str = "A", *, dnssec: bool = True) -> dns.message.Message:
    wire = WORLD.resolve(Resolve(name, rdtype, dnssec)).wire
    assert wire is not None
    return dns.message.from_wire(wire, continue_on_error=True)


def texts(message: dns.message.Message) -> list[str]:
    """All but signatures."""
    return [rrset.to_text() for rrset in message.answer if rrset.rdtype != dns.rdatatype.RRSIG]


def secure(message: dns.message.Message) -> bool:
    return bool(message.flags & dns.flags.AD)


def test_records() -> None:
    assert texts(ask("a.test", "MX")) == ["a.test. 3600 IN MX 10 mx.test.\na.test. 3600 IN MX 20 mx2.test."]


def test_tlsa_records_of_any_content() -> None:
    wire = WORLD.resolve(Resolve("_25._tcp.mx.test", "TLSA", True)).wire
    assert wire is not None
    assert [tail in wire for tail in (b"\0\5\3\1\1\xab\xcd", b"\0\2\3\1", b"\0\3\3\1\1")] == [True] * 3


def test_aliases_are_followed_unless_split() -> None:
    assert [rrset.split()[3] for rrset in texts(ask("alias.test"))] == ["CNAME", "A"]
    assert [rrset.split()[3] for rrset in texts(ask("loop.test"))] == ["CNAME"]


def test_security() -> None:
    assert not secure(ask("alias.test"))
    assert not secure(ask("a.test", "MX"))
    assert secure(ask("a.test", "A"))
    assert not secure(ask("a.test", "A", dnssec=False))
    assert secure(ask(".", "NS"))


def test_what_does_not_exist() -> None:
    assert ask("nosuch.test").rcode() == dns.rcode.NXDOMAIN
    assert ask("a.test", "AAAA").rcode() == dns.rcode.NOERROR
    assert ask("_tcp.mx.test").rcode() == dns.rcode.NOERROR


def test_failures() -> None:
    assert ask("bad.test").rcode() == dns.rcode.SERVFAIL
    assert ask("bad.test", "MX").rcode() == dns.rcode.NXDOMAIN
    assert WORLD.resolve(Resolve("dead.test", "A", True)) == RawReply(None)
    assert WORLD.resolve(Resolve("junk.test", "A", True)).wire == b"junk"


def test_the_system() -> None:
    assert WORLD.lookup_host(LookupHost("h.test", (Family.IPV6,))) == NativeAnswer(((Family.IPV6, "::1"),))
    assert WORLD.lookup_host(LookupHost("x.test", (Family.IPV6,))) == NativeAnswer(error=NOT_KNOWN)
    assert WORLD.find_service(FindService("odd")) == 99
    assert WORLD.find_service(FindService("x")) is None
