"""Certificates and raw keys that cannot be read: how TLS ends, and where it is said.

The lines are those of posttls-finger 3.10.13 with OpenSSL 3.5.9.
"""

from __future__ import annotations

import io
import json
from typing import Any

import pytest

from pyfinger.demo.certificate_making import Wish, make_ca, make_leaf
from pyfinger.demo.fixed_keys import make_key
from pyfinger.events import (
    AlertSeen,
    CertificateChecked,
    CertificateNameUnusable,
    CertificatePresented,
    CredentialUnreadable,
    Event,
    HandshakeFailed,
    TlsProblem,
    VerificationFailed,
)
from pyfinger.model import Level
from pyfinger.options import Options
from pyfinger.prober.context import TrustSources
from pyfinger.prober.probe import probe
from pyfinger.report.document.model import TlsReport, Unreadable
from pyfinger.report.document.tls import with_tls
from pyfinger.report.trace import Trace
from pyfinger.report.words import library_error
from pyfinger.tls.codepoints import AlertDescription
from pyfinger.wire import opaque
from pyfinger.x509 import der_encoding as encoding
from tests.mailserver import MailServer, identity
from tests.prober.test_verifier import ADDRESS, HOST, LEAF, dependencies
from tests.scripted import Scripted
from tests.tls.server import Identity, Rewrite, showing_raw_key
from tests.world import World
from tests.x509.test_certificate import rebuilt

TLS12, TLS13 = 0x0303, 0x0304
VERSIONS = pytest.mark.parametrize("version", [TLS12, TLS13])
PADDED_SERIAL = rebuilt(1, b"\2\2\0\1")
NESTED = "error:0688010A:asn1 encoding routines::nested asn1 error:pyfinger:0:"
PADDED_SERIAL_QUEUE = [
    "error:068000DD:asn1 encoding routines::illegal padding:pyfinger:0:",
    NESTED + "Field=serialNumber, Type=X509_CINF:",
    NESTED + "Field=cert_info, Type=X509:",
    "error:0A08000D:SSL routines::ASN1 lib:pyfinger:0:",
]


def showing(version: int, *chain: bytes, behind: bytes = b"") -> Rewrite:
    """Makes a server send these octets as its certificates, and some more `behind` them."""
    entry_end = b"\0\0" if version == TLS13 else b""
    body = opaque(b"".join(opaque(one, 3) + entry_end for one in chain) + behind, 3)
    body = b"\0" + body if version == TLS13 else body

    def rewrite(message: bytes) -> bytes:
        return b"\x0b" + opaque(body, 3) if message[0] == 11 else message

    return rewrite


def ending(version: int, rewrite: Rewrite, **options: Any) -> list[Event]:
    """What is told of a probe of such a server."""
    newest = (3, 3) if version == TLS12 else (3, 4)
    server = MailServer(
        identity(), settings={"rewrite": rewrite, "maxVersion": newest, "certificate_compression_send": []}
    )
    driver = Scripted(World(a={HOST: [ADDRESS]}), {ADDRESS: server})
    driver.run(
        probe(Options(f"[{HOST}]", level=Level.MAY, **options), dependencies(TrustSources()), driver.emit)
    )
    assert driver.of(HandshakeFailed)
    return driver.events


def library_lines(told: list[Event]) -> list[str]:
    lines = (library_error(one.code, one.reason, one.data) for one in told if isinstance(one, TlsProblem))
    return [line.removeprefix("TLS library problem: ") for line in lines]


def our_alert(told: list[Event]) -> int:
    return next(event.description for event in told if isinstance(event, AlertSeen) and event.sent)


def unreadable(told: list[Event]) -> tuple[int | None, str]:
    (event,) = (event for event in told if isinstance(event, CredentialUnreadable))
    return event.place, event.reason


@VERSIONS
@pytest.mark.parametrize(
    ("chain", "lines", "alert", "where"),
    [
        (
            (PADDED_SERIAL,),
            PADDED_SERIAL_QUEUE,
            AlertDescription.BAD_CERTIFICATE,
            (0, "illegal padding in cert_info.serialNumber"),
        ),
        (
            (LEAF.der, PADDED_SERIAL),
            PADDED_SERIAL_QUEUE,
            AlertDescription.BAD_CERTIFICATE,
            (1, "illegal padding in cert_info.serialNumber"),
        ),
        (
            (LEAF.der, b""),
            [
                "error:068000E0:asn1 encoding routines::too small:pyfinger:0:",
                "error:0A08000D:SSL routines::ASN1 lib:pyfinger:0:",
            ],
            AlertDescription.BAD_CERTIFICATE,
            (1, "too small"),
        ),
        (
            (LEAF.der + b"\0",),
            ["error:0A000087:SSL routines::cert length mismatch:pyfinger:0:"],
            AlertDescription.DECODE_ERROR,
            (0, "has octets behind it"),
        ),
        (
            (rebuilt(6, encoding.sequence(encoding.sequence(encoding.oid("1.2.3")), b"\3\2\0\1")),),
            [
                "error:03000072:digital envelope routines::decode error:pyfinger:0:",
                "error:0A0000EF:SSL routines::unable to find public key parameters:pyfinger:0:",
            ],
            AlertDescription.INTERNAL_ERROR,
            (0, "has a key that cannot be used"),
        ),
    ],
    ids=["leaf", "issuer", "empty", "excess", "key"],
)
def test_certificates(
    version: int, chain: tuple[bytes, ...], lines: list[str], alert: int, where: tuple[int, str]
) -> None:
    told = ending(version, showing(version, *chain))
    assert library_lines(told) == lines
    assert our_alert(told) == alert
    assert unreadable(told) == where


@VERSIONS
def test_a_chain_is_judged_before_its_key_turns_out_to_be_useless(version: int) -> None:
    unknown = rebuilt(6, encoding.sequence(encoding.sequence(encoding.oid("1.2.3")), b"\3\2\0\1"))
    told = ending(version, showing(version, unknown))
    assert [event.good for event in told if isinstance(event, CertificateChecked)][:1] == [False]


@VERSIONS
def test_a_certificate_is_decoded_before_what_follows_it_is_read(version: int) -> None:
    told = ending(version, showing(version, PADDED_SERIAL, behind=b"\xff\xff\xff"))
    assert library_lines(told) == PADDED_SERIAL_QUEUE
    told = ending(version, showing(version, LEAF.der, behind=b"\xff\xff\xff"))
    assert library_lines(told) == ["error:0A000087:SSL routines::cert length mismatch:pyfinger:0:"]


@VERSIONS
@pytest.mark.parametrize(
    ("key", "lines", "reason"),
    [
        (
            b"\x31\0",
            [
                "error:068000A8:asn1 encoding routines::wrong tag:pyfinger:0:",
                NESTED + "Type=X509_PUBKEY:",
                "error:0A00009F:SSL routines::length mismatch:pyfinger:0:",
            ],
            "wrong tag",
        ),
        (
            encoding.sequence(encoding.sequence(encoding.oid("1.2.3")), b"\3\2\0\1"),
            [
                "error:03000072:digital envelope routines::decode error:pyfinger:0:",
                "error:0A00009F:SSL routines::length mismatch:pyfinger:0:",
            ],
            "has a key that cannot be used",
        ),
        (
            LEAF.spki + b"\0",
            ["error:0A00009F:SSL routines::length mismatch:pyfinger:0:"],
            "has octets behind it",
        ),
    ],
    ids=["undecodable", "unknown", "excess"],
)
def test_raw_keys(version: int, key: bytes, lines: list[str], reason: str) -> None:
    told = ending(version, showing_raw_key(key, version), raw_public_keys=True)
    assert library_lines(told) == lines
    assert our_alert(told) == AlertDescription.DECODE_ERROR
    assert unreadable(told) == (None, reason)


def test_the_report_and_the_trace_say_which_and_why() -> None:
    told = ending(TLS13, showing(TLS13, LEAF.der, PADDED_SERIAL))
    report = TlsReport(established=False)
    out = io.BytesIO()
    trace = Trace(out, "json")
    for event in told:
        report = with_tls(report, event)
        trace(event)
    reason = "illegal padding in cert_info.serialNumber"
    assert report.unreadable == Unreadable(1, reason)
    assert json.loads(out.getvalue().splitlines()[-1]) == {"layer": "failure", "reason": reason, "place": 1}


def test_names_that_cannot_be_shown_are_told_before_what_matched() -> None:
    """As tls_text_name's warnings come before verify_x509's lines."""
    wish = Wish(subject="CN=a\0b", names=(HOST,))
    leaf = make_leaf(HOST, make_ca("O=Test/CN=Test Root"), make_key("p256", "odd"), wish)
    server = MailServer(Identity(leaf.key.pem, leaf.chain))
    driver = Scripted(World(a={HOST: [ADDRESS]}), {ADDRESS: server})
    options = Options(f"[{HOST}]", level=Level.SECURE)
    driver.run(probe(options, dependencies(TrustSources()), driver.emit))
    told = (CertificateNameUnusable, VerificationFailed, CertificatePresented)
    assert [type(event) for event in driver.events if isinstance(event, told)] == list(told)
