"""Certificates for tests: made once, remembered by what was wished for."""

from __future__ import annotations

from functools import cache

from pyfinger.demo.certificate_making import Issued, Wish, extension, issue, make_ca
from pyfinger.demo.fixed_keys import DemoKey, make_key
from pyfinger.values import replace
from pyfinger.x509 import der
from pyfinger.x509 import der_encoding as encoding
from pyfinger.x509.certificate import Certificate, parse_certificate
from pyfinger.x509.trust_store import Bundle
from pyfinger.x509.verify import verify
from pyfinger.x509.verify_context import Anchors, VerifyContext, VerifyParams, VerifyResult

NOW = 1_780_000_000  # 2026-05-28
DAY = 86400
HOST = "mx.example.test"
CA_WISH = Wish(ca=True, key_usage=("keyCertSign", "cRLSign"), purposes=())
LEAF_WISH = Wish("CN=leaf", names=(HOST,))


@cache
def key(label: str, kind: str = "p256") -> DemoKey:
    return make_key(kind, label)


@cache
def root() -> Issued:
    return make_ca("O=Test/CN=Root", None, key("root"))


@cache
def intermediate() -> Issued:
    return make_ca("O=Test/CN=Issuing", root(), key("issuing"))


@cache
def made(wish: Wish, label: str = "leaf", issuer: Issued | None = None) -> Issued:
    return issue(wish, key(label), issuer)


def leaf(wish: Wish = LEAF_WISH) -> Issued:
    """A leaf below the intermediate."""
    return made(wish, "leaf", intermediate())


def authority(issuer: Issued | None = None, **changes: object) -> Issued:
    """Another authority than the usual ones."""
    wish = replace(CA_WISH, subject="O=Test/CN=Other", **changes)
    return made(wish, "other", issuer)


def read(issued: Issued) -> Certificate:
    return parse_certificate(issued.der)


def judged(
    chain: list[Issued],
    trusted: tuple[Issued, ...] = (),
    params: VerifyParams | None = None,
    anchors: Anchors | None = None,
) -> VerifyResult:
    """The outcome for what a server sent, leaf first."""
    certificates = [read(issued) for issued in chain]
    store = Bundle(issued.der for issued in trusted)
    return verify(
        VerifyContext(certificates[0], certificates, store, params or VerifyParams(now=NOW), anchors)
    )


def found(outcome: VerifyResult) -> list[tuple[int, int]]:
    """Codes and depths."""
    return [(error.code, error.depth) for error in outcome.errors]


def bits(*octets: int) -> bytes:
    """A BIT STRING with no unused bits."""
    return encoding.element(der.BIT_STRING, bytes((0, *octets)))


def tagged(number: int, body: bytes, constructed: bool = True) -> bytes:
    """A context-specific element."""
    return encoding.element(der.CONTEXT | (der.CONSTRUCTED if constructed else 0) | number, body)


def dns(name: str) -> bytes:
    return tagged(2, name.encode(), constructed=False)


def constraints(permitted: tuple[bytes, ...] = (), excluded: tuple[bytes, ...] = ()) -> bytes:
    """A nameConstraints extension; each subtree is a general name."""
    parts = []
    for number, names in enumerate((permitted, excluded)):
        if names:
            parts.append(tagged(number, b"".join(encoding.sequence(name) for name in names)))
    return extension("2.5.29.30", encoding.sequence(*parts), critical=True)
