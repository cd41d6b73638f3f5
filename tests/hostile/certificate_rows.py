"""What is in certificates: control characters, enormous numbers, endless lists, costly chains."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import TypeAlias

from pyfinger.demo.certificate_making import Wish, extension, issue, make_ca
from pyfinger.wire import opaque
from pyfinger.x509 import der
from pyfinger.x509 import der_encoding as encoding
from tests.hostile import forger
from tests.hostile.certificates import (
    MOST,
    explicit_curve,
    ladder,
    large_key,
    leaf,
    name,
    namesakes,
    padded,
    renamed,
    sound_key,
)
from tests.hostile.forger import TLS_1_2, Plan
from tests.hostile.row import EVERYTHING, USUAL, Row, Set
from tests.hostile.smtp_rows import ESCAPES
from tests.hostile.tls_bytes import CERTIFICATE, instead
from tests.mailserver import identity
from tests.tls.server import Identity

Chain: TypeAlias = Callable[[], Sequence[bytes]]


_COMMON_NAME, _ORGANIZATION = "2.5.4.3", "2.5.4.10"
_ALTERNATIVE_NAMES = "2.5.29.17"

_STRINGS = {
    "UTF8String": 0x0C,
    "NumericString": 0x12,
    "PrintableString": 0x13,
    "T61String": 0x14,
    "IA5String": 0x16,
    "VisibleString": 0x1A,
    "UniversalString": 0x1C,
    "BMPString": 0x1E,
    "BIT STRING": 0x03,
}


def _shown(chain: Chain) -> Plan:
    """A server with a sound leaf key, and these certificates."""
    return Plan(identity=Identity(sound_key().pem, tuple(chain())))


def _instead(blobs: Chain) -> Plan:
    """A Certificate message of TLS 1.2 with these, whatever they are."""
    body = opaque(b"".join(opaque(blob, 3) for blob in blobs()), 3)
    return Plan(rewrite=instead(body, CERTIFICATE), settings=TLS_1_2)


def _instead_of_rsa(blobs: Chain) -> Plan:
    """The same, where the server's real key is of RSA."""
    return replace(_instead(blobs), identity=identity(kind="rsa2048"))


@dataclass(frozen=True, slots=True)
class _Case:
    """A server's certificates, and what is said of them."""

    name: str
    about: str
    line: str
    chain: Chain
    plan: Callable[[Chain], Plan] = _shown
    options: tuple[str, ...] = ("-l", "verify")
    ways: tuple[tuple[str, ...], ...] = USUAL

    def row(self) -> Row:
        set_up: Set = lambda stage: [*self.options, stage.mail(forger.server(self.plan(self.chain)))]  # noqa: E731
        return Row(f"certificate/{self.name}", self.about, set_up, self.line, ways=self.ways)


# --- control characters ---------------------------------------------------------------


def _octets(tag: int) -> bytes:
    """The escapes in a string type that can hold them."""
    text = ESCAPES.decode("latin-1")
    if tag == 0x1C:
        return text.encode("utf-32-be")
    if tag == 0x1E:
        return text.encode("utf-16-be")
    return b"\0" * (tag == 0x03) + (text.encode() if tag == 0x0C else ESCAPES)


def _strings() -> Iterator[_Case]:
    """Each string type in subject and issuer; C1 alone passes for text."""
    for word, tag in _STRINGS.items():
        for what, octets in (("", _octets(tag)), (", C1 only", _wide(tag, "a\x9b31mb\x85\u2028\u202ec"))):
            both = name((_COMMON_NAME, tag, octets), (_ORGANIZATION, tag, octets))
            yield _Case(
                f"{word} that drives a terminal{what}",
                "control characters in subject and issuer",
                "subject CN|subject_CN=|unable to find",
                partial(_named, both),
                ways=EVERYTHING,
            )


def _named(both: bytes) -> Sequence[bytes]:
    return [renamed(both, both, Wish(names=("x",)), sound_key())]


def _wide(tag: int, text: str) -> bytes:
    codecs = {0x1C: "utf-32-be", 0x1E: "utf-16-be", 0x0C: "utf-8"}
    return b"\0" * (tag == 0x03) + text.encode(codecs.get(tag, "latin-1"), "replace")


def _alternative_names() -> _Case:
    text = ESCAPES.decode("latin-1")
    kinds = [encoding.element(der.CONTEXT | number, text.encode()) for number in (1, 2, 6, 7, 8)]
    extra = extension(_ALTERNATIVE_NAMES, encoding.sequence(*kinds))
    return _Case(
        "alternative names that drive a terminal",
        "control characters in names of all kinds",
        "^server certificate verification failed|untrusted issuer",
        lambda: [issue(Wish(subject="CN=x", extensions=(extra,)), sound_key(), make_ca("CN=Root")).der],
        ways=EVERYTHING,
    )


# --- enormous -------------------------------------------------------------------------


def _enormous() -> Iterator[_Case]:
    unusable = "unable to find public key parameters"
    long_oid = encoding.sequence(
        encoding.set_of(
            encoding.sequence(
                encoding.element(der.OID, b"\x55" + b"\xff" * 45000 + b"\1"),
                encoding.element(der.UTF8_STRING, b"x"),
            )
        )
    )
    many = name(*((_COMMON_NAME, der.UTF8_STRING, b"%d" % number) for number in range(2500)))
    yield _Case(
        "RSA of 65536 bits",
        "far beyond what OpenSSL computes with",
        "bad signature",
        lambda: [leaf(large_key(65536))],
        _instead_of_rsa,
    )
    yield _Case(
        "RSA of 3072 bits, exponent of 3071",
        "the costliest key that is still computed with",
        "bad signature|SSL_connect error",
        lambda: [leaf(large_key(3072, (1 << 3071) - 1))],
        _instead_of_rsa,
    )
    yield _Case(
        "explicit curve of 65536 bits",
        "a curve spelled out",
        unusable,
        lambda: [leaf(explicit_curve(65536))],
        _instead,
    )
    yield _Case(
        "attribute type of 45 KB",
        "an object identifier with one enormous number",
        "subject_CN=|unable to find",
        partial(_named, long_oid),
        ways=EVERYTHING,
    )
    yield _Case(
        "serial number of 64 KB",
        "a number that is too large to print in decimal",
        "subject_CN=x",
        lambda: [leaf(serial=1 << (8 << 16))],
    )
    yield _Case(
        "name of 2500 attributes",
        "a subject and an issuer as long as they can be",
        "subject_CN=",
        partial(_named, many),
        ways=EVERYTHING,
    )
    yield _Case(
        "9000 alternative names",
        "names that might all match",
        "subject_CN=x",
        lambda: [leaf(names=tuple(f"*.n{number}.x" for number in range(9000)))],
    )
    yield _Case(
        "100 KB of zeros",
        "no certificate",
        unusable + "|length mismatch",
        lambda: [bytes(MOST - 10)],
        _instead,
    )
    yield _Case(
        "100 KB of brackets",
        "elements nested as deep as can be",
        unusable,
        lambda: [b"\x30\x80" * (MOST // 2 - 10)],
        _instead,
    )


# --- many -----------------------------------------------------------------------------


def _many() -> Iterator[_Case]:
    yield _Case(
        "25 000 of a byte",
        "a chain of thousands of certificates that are none",
        "unable to find public key parameters|length mismatch",
        lambda: [b"\0"] * 25000,
        _instead,
    )
    yield _Case(
        "one and thousands of nothing",
        "a sound certificate, then empty ones",
        "unable to find public key parameters|length mismatch",
        lambda: [leaf(), *[b""] * 25000],
        _instead,
    )
    yield _Case(
        "the same 250 times",
        "one certificate, over and over",
        "subject_CN=x",
        lambda: padded([leaf()] * 400),
        ways=EVERYTHING,
    )
    for kind in ("p256", "p521", "rsa2048", "ed448"):
        yield _Case(
            f"ladder of 60, {kind}",
            "each is issued by the next",
            "certificate verification failed",
            partial(ladder, kind, 60),
        )
    for kind in ("p256", "p521"):
        yield _Case(
            f"namesakes, {kind}",
            "each might be issued by any other (CVE-2018-16875)",
            "certificate verification failed",
            partial(namesakes, kind),
        )


ROWS: tuple[Row, ...] = tuple(
    case.row() for case in (*_strings(), _alternative_names(), *_enormous(), *_many())
)
