"""Any match arguments give an identity, and comparing it with a certificate of any names never fails.

A name that matches is one of the certificate's own, has no NUL in it, and
stands for nothing but what was asked for.
"""

from __future__ import annotations

from functools import cache

from fuzz._bytes import Choices
from pyfinger.demo.certificate_making import Wish, extension, issue
from pyfinger.demo.fixed_keys import make_key
from pyfinger.resolve.idn import to_ascii
from pyfinger.x509 import der_encoding as encoding
from pyfinger.x509.certificate import parse_certificate
from pyfinger.x509.reference_identity import match_names, reference_identity_of

NEXTHOP, HOST = "example.test", "mx.example.test"
ENTRIES = (
    "nexthop",
    "dot-nexthop",
    "hostname",
    "192.0.2.1",
    "::1",
    ".",
    ".test",
    "\u3002bücher.test",
    "",
    "MX.Example.TEST",
    "*.example.test",
)
NAMES = (
    b"mx.example.test",
    b"*.example.test",
    b"*.test",
    b"a.mx.example.test",
    b"x\0.test",
    b".example.test",
)

SEEDS: list[bytes] = [
    bytes((2, 0, 0, 1, 0, 2)) + bytes((2, 0, 0, 0, 1, 0, 4)),
    bytes((3, 0, 3, 0, 4, 0, 5)) + bytes((3, 0, 2, 0, 1, 0, 3)),
    bytes((1, 1, 9)) + b"a.b.test\0" + bytes((1, 1, 8)) + b"*.b.test",
    bytes((2, 0, 6, 0, 10)) + bytes((2, 0, 0, 4, 0, 5, 3, 1, 2)) + b"mx",
]


def check(data: bytes) -> None:
    choices = Choices(data)
    entries = [_text(choices) for _ in range(choices.number(5))]
    shown = [
        choices.octets(40) if choices.flag() else choices.one_of(NAMES) for _ in range(choices.number(4))
    ]
    certificate = parse_certificate(_issued(tuple(shown)))
    identity = reference_identity_of(entries, NEXTHOP, HOST, lambda name: to_ascii(name).ascii or None)
    assert len(identity.names) + len(identity.invalid) <= len(entries)
    matched = identity.match(certificate)
    assert len(matched.failures) <= 2
    found = match_names(identity.names, certificate)
    assert (found or "") == matched.peername
    if found and "\ufffd" not in found:  # else it is only shown so
        assert found.encode() in (*shown, HOST.encode())
        assert "\0" not in found
        assert any(_stands_for(found.lower(), name.lower()) for name in identity.names)


def _text(choices: Choices) -> str:
    if choices.flag():
        return choices.octets(60).decode("utf-8", "surrogateescape")
    return choices.one_of(ENTRIES)


def _stands_for(found: str, name: str) -> bool:
    """The rules once more, in brief."""
    if found == name or (name.startswith(".") and found.endswith(name)):
        return True
    return found.startswith("*.") and name.partition(".")[2] == found[2:]


@cache
def _issued(names: tuple[bytes, ...]) -> bytes:
    content = encoding.sequence(*(encoding.element(0x82, name) for name in names))
    extensions = (extension("2.5.29.17", content),) if names else ()
    return issue(Wish("CN=mx.example.test", extensions=extensions), make_key("ed25519")).der
