"""DANE in a TLS session: which records are usable, what matches, and what is said of it."""

from __future__ import annotations

import dataclasses
import hashlib
from dataclasses import dataclass, field
from functools import cache
from typing import Any

import pytest

from pyfinger.demo.certificate_making import Issued
from pyfinger.events import BytesSent, ServernameChosen, TlsEstablished
from pyfinger.model import Level, TlsaRecord, Trust
from pyfinger.values import replace
from pyfinger.x509.trust_store import Bundle
from tests.mailserver import MailServer
from tests.tables.running import CONFIG, Told
from tests.tls.server import Identity
from tests.world import World
from tests.x509.worlds import HOST, LEAF_WISH, intermediate, leaf, made, root

ADDRESS = "192.0.2.1"
PEER = f"{HOST}[{ADDRESS}]:25"
TLSA_NAME = f"_25._tcp.{HOST}"
OTHER = "ab" * 32


def tlsa(usage: int, selector: int, matching: int, issued: Issued) -> str:
    """A record made for a certificate."""
    value = issued.key.spki if selector else issued.der
    data = {0: value, 1: hashlib.sha256(value).digest(), 2: hashlib.sha512(value).digest()}[matching]
    return f"{usage} {selector} {matching} {data.hex()}"


def shown(text: str) -> str:
    """A record as the log has it."""
    usage, selector, matching, data = text.split()
    return str(TlsaRecord(int(usage), int(selector), int(matching), bytes.fromhex(data)))


@cache
def misnamed() -> Issued:
    """A server's certificate for another host."""
    return made(replace(LEAF_WISH, names=("other.test",)), "leaf", intermediate())


@cache
def expired() -> Issued:
    """One that is over, and names another host."""
    wish = replace(LEAF_WISH, names=("other.test",), not_after=LEAF_WISH.not_before + 1)
    return made(wish, "leaf", intermediate())


def mail(*records: str, insecure: bool = False) -> World:
    return World(
        mx={"example.test": [HOST]},
        a={HOST: [ADDRESS]},
        tlsa={TLSA_NAME: list(records)} if records else {},
        insecure={"example.test/MX"} if insecure else set(),
    )


def visit(world: World, server: Issued | None = None, **more: Any) -> Told:
    """A probe of the one mail host, whose certificate is `server`."""
    issued = server or leaf()
    return Told(world, "example.test", {ADDRESS: MailServer(Identity(issued.key.pem, issued.chain))}, **more)


def findings(told: Told) -> list[str]:
    """What is said between the decision and the certificate, without the peer's name."""
    kept = ("warning: ", PEER, "server certificate", "CA certificate", "certificate ver")
    lines = [line for line in told.lines if line.startswith(kept) and "subject_CN" not in line]
    return [line.replace(f" for {PEER}: ", ": ").replace(f"{PEER}: ", "") for line in lines]


def trust(told: Told) -> Trust:
    (established,) = told.driver.of(TlsEstablished)
    return established.trust


@dataclass(frozen=True)
class Row:
    """TLSA records and a server, and what comes of them."""

    records: tuple[str, ...]
    trust: Trust
    lines: tuple[str, ...]
    server: Issued | None = None
    more: dict[str, Any] = field(default_factory=dict)
    insecure: bool = False


NAMED = f"matched peername: {HOST}"
NO_MATCH = "server certificate verification failed: num=65:no matching DANE TLSA records"
CA_NO_MATCH = "CA certificate verification failed: num=65:no matching DANE TLSA records"
MISMATCH = "server certificate verification failed: num=62:hostname mismatch"
TWISTED = f"3 1 2 {OTHER}{OTHER}"  # a stronger digest than that of the record that fits
EE, TA = tlsa(3, 1, 1, leaf()), tlsa(2, 0, 1, intermediate())
EXPIRED, BARE, FULL = tlsa(3, 0, 1, expired()), tlsa(2, 1, 0, root()), tlsa(2, 0, 0, root())
WHOLE = tlsa(3, 1, 0, leaf())

MATCHING: dict[str, Row] = {
    "no names and dates for a leaf": Row(
        (EXPIRED,),
        Trust.VERIFIED,
        (f"Matched DANE EE certificate at depth 0: {shown(EXPIRED)}",),
        expired(),
    ),
    "an authority": Row(
        (TA,), Trust.VERIFIED, (NAMED, f"Matched DANE TA certificate at depth 1: {shown(TA)}")
    ),
    "an authority the server does not send": Row((tlsa(2, 0, 1, root()),), Trust.UNTRUSTED, (CA_NO_MATCH,)),
    "but the record has in full": Row(
        (FULL,), Trust.VERIFIED, (NAMED, f"Matched DANE TA certificate at depth 2: {shown(FULL)}")
    ),
    "a bare key": Row(
        (BARE,),
        Trust.VERIFIED,
        (NAMED, f"Matched DANE TA public key verified certificate at depth 1: {shown(BARE)}"),
    ),
    "a leaf is no authority": Row((tlsa(2, 0, 1, leaf()),), Trust.UNTRUSTED, (CA_NO_MATCH,)),
    "an authority is no leaf": Row((tlsa(3, 0, 1, intermediate()),), Trust.UNTRUSTED, (NO_MATCH,)),
    "names matter below an authority": Row((TA,), Trust.TRUSTED, (MISMATCH,), misnamed()),
    "dates do, too, and more than names": Row(
        (TA,),
        Trust.UNTRUSTED,
        ("server certificate verification failed: certificate has expired",),
        expired(),
    ),
    "a leaf's record goes first": Row(
        (TA, EE), Trust.VERIFIED, (f"Matched DANE EE certificate at depth 0: {shown(EE)}",)
    ),
    "digest agility": Row((TWISTED, EE), Trust.UNTRUSTED, (NO_MATCH,)),
    "full values always count": Row(
        (TWISTED, WHOLE), Trust.VERIFIED, (f"Matched DANE EE certificate at depth 0: {shown(WHOLE)}",)
    ),
    "half of DANE is trusted at most": Row(
        (EE,), Trust.TRUSTED, (f"Matched DANE EE certificate at depth 0: {shown(EE)}",), insecure=True
    ),
}


@pytest.mark.slow
@pytest.mark.parametrize("name", MATCHING)
def test_matching(name: str) -> None:
    row = MATCHING[name]
    told = visit(mail(*row.records, insecure=row.insecure), row.server, **row.more)
    assert findings(told) == list(row.lines)
    assert trust(told) is row.trust


def unusable(*records: str) -> tuple[str, ...]:
    return tuple(f"warning: unusable TLSA RR: {shown(record)}" for record in records)


BAD = (f"3 1 3 {OTHER}", f"3 9 1 {OTHER}", "3 1 1 abcd")  # as in the reply
FALLBACK = "warning: all TLSA records unusable, fallback to unauthenticated TLS"
UNSPECIFIED = "server certificate verification failed: num=1:unspecified certificate verification error"
UNTRUSTED = "certificate verification failed: untrusted issuer /O=Test/CN=Root"
IN_REVERSE = unusable(*reversed(BAD))  # of the reply

USABLE: dict[str, Row] = {
    "dane": Row(BAD, Trust.UNTRUSTED, (*IN_REVERSE, FALLBACK, UNTRUSTED)),
    "dane, trusted by -F": Row(
        BAD, Trust.TRUSTED, (*IN_REVERSE, FALLBACK), more={"store": Bundle([root().der])}
    ),
    "halfdane": Row(BAD, Trust.UNTRUSTED, (*IN_REVERSE, FALLBACK, UNTRUSTED), insecure=True),
    "dane-only": Row(
        BAD,
        Trust.UNTRUSTED,
        (*IN_REVERSE, "warning: all TLSA records unusable", UNSPECIFIED),
        more={"level": Level.DANE_ONLY},
    ),
    "fingerprint": Row(
        (),
        Trust.UNTRUSTED,
        (*unusable("3 1 255 abcd", "3 0 255 abcd"), "warning: all fingerprints unusable", UNSPECIFIED),
        more={"level": Level.FINGERPRINT, "match": ("abcd",)},
    ),
    "trust anchor file": Row(
        (),
        Trust.UNTRUSTED,
        (*unusable("2 0 0 abcd"), "warning: all trust anchors unusable", UNSPECIFIED),
        more={"level": Level.SECURE, "anchors": (TlsaRecord(2, 0, 0, b"\xab\xcd"),)},
    ),
    "one of them will do": Row(
        (*BAD, EE), Trust.VERIFIED, (*IN_REVERSE, f"Matched DANE EE certificate at depth 0: {shown(EE)}")
    ),
    "a digest that is switched off": Row(
        (EE,),
        Trust.UNTRUSTED,
        (*unusable(EE), FALLBACK, UNTRUSTED),
        more={"config": replace(CONFIG, tls_dane_digests="sha512")},
    ),
}


@pytest.mark.parametrize("name", USABLE)
def test_records_that_cannot_be_used(name: str) -> None:
    row = USABLE[name]
    told = visit(mail(*row.records, insecure=row.insecure), row.server, **row.more)
    assert findings(told) == list(row.lines)
    assert trust(told) is row.trust


def test_what_stands_for_records_at_other_levels() -> None:
    digest = hashlib.sha256(leaf().der).hexdigest()
    told = visit(mail(), level=Level.FINGERPRINT, match=(digest,))
    assert findings(told) == [f"Matched fingerprint: {digest.upper()}"]
    anchors = (TlsaRecord(2, 0, 0, intermediate().der),)
    told = visit(mail(), level=Level.SECURE, anchors=anchors, match=(HOST,))
    assert findings(told) == [NAMED, "Matched trust anchor at depth 1"]


def test_the_base_domain_is_the_server_name_whatever_was_asked_for() -> None:
    world = dataclasses.replace(
        mail(), cname={HOST: "end.test"}, a={"end.test": [ADDRESS]}, tlsa={"_25._tcp.end.test": [EE]}
    )
    told = visit(world, servername="nexthop")
    assert [event.name for event in told.driver.of(ServernameChosen)] == ["end.test"]
    assert visit(mail(), servername="nexthop").driver.of(ServernameChosen)[0].name == "example.test"
    assert visit(mail()).driver.of(ServernameChosen) == []


def test_old_versions_are_not_offered_with_records() -> None:
    recent = bytes.fromhex("002b 0005 04 0304 0303")  # supported_versions: 1.3 and 1.2

    def hello(world: World, level: Level = Level.DANE) -> bytes:
        sent = visit(world, level=level).driver.of(BytesSent)
        return next(event.data for event in sent if event.data[:1] == b"\x16")

    assert recent in hello(mail(EE)) and recent in hello(mail(EE, insecure=True))
    assert recent not in hello(mail(EE), Level.MAY)
