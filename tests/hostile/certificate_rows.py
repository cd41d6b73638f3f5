"""What is in certificates: control characters, enormous numbers, endless lists, costly chains."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cache, partial
from typing import TypeAlias

from pyfinger.demo.certificates import Issued, Wish, extension, issue, make_ca, make_leaf
from pyfinger.demo.keys import DemoKey, make_key
from pyfinger.wire import opaque
from pyfinger.x509 import der, encoding
from tests.hostile import forger
from tests.hostile.forger import TLS_1_2, Plan
from tests.hostile.row import EVERYTHING, USUAL, Row, Set
from tests.hostile.smtp_rows import ESCAPES
from tests.hostile.tls_rows import instead
from tests.mailserver import identity
from tests.tls.server import Identity

_CERTIFICATE = 11
Chain: TypeAlias = Callable[[], Sequence[bytes]]

_MOST = 100 * 1024  # bytes of a Certificate message

_COMMON_NAME, _ORGANIZATION = "2.5.4.3", "2.5.4.10"
_ALTERNATIVE_NAMES = "2.5.29.17"
_RSA = "1.2.840.113549.1.1.1"

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


def name(*pairs: tuple[str, int, bytes]) -> bytes:
    """A Name of these attributes: type, ASN.1 type, octets."""
    return encoding.sequence(
        *(
            encoding.set_of(encoding.sequence(encoding.oid(oid), encoding.element(tag, value)))
            for oid, tag, value in pairs
        )
    )


def renamed(subject: bytes, issuer: bytes, wish: Wish, key: DemoKey) -> bytes:
    """A certificate as wished, with these names, and a signature that is none."""
    made = issue(replace(wish, subject="CN=@SUBJECT@"), key, make_ca("CN=@ISSUER@"))
    outer = der.Cursor(made.der).sequence("certificate")
    parts = outer.sequence("tbs")
    pieces = []
    while parts:
        start = parts.position
        parts.element("part")
        pieces.append(parts.data[start : parts.position])
    position = next(place for place, piece in enumerate(pieces) if b"@SUBJECT@" in piece)
    pieces[position], pieces[position - 2] = subject, issuer
    tbs = encoding.sequence(*pieces)
    return encoding.sequence(
        tbs, key.algorithm(key.scheme), encoding.element(der.BIT_STRING, b"\0" + b"x" * 70)
    )


@cache
def _key() -> DemoKey:
    return make_key("p256", "hostile")


def _shown(chain: Chain) -> Plan:
    """A server with a sound leaf key, and these certificates."""
    return Plan(identity=Identity(_key().pem, tuple(chain())))


def _instead(blobs: Chain) -> Plan:
    """A Certificate message of TLS 1.2 with these, whatever they are."""
    body = opaque(b"".join(opaque(blob, 3) for blob in blobs()), 3)
    return Plan(rewrite=instead(body, _CERTIFICATE), settings=TLS_1_2)


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
    return [renamed(both, both, Wish(names=("x",)), _key())]


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
        lambda: [issue(Wish(subject="CN=x", extensions=(extra,)), _key(), make_ca("CN=Root")).der],
        ways=EVERYTHING,
    )


# --- enormous -------------------------------------------------------------------------


def _rsa(bits: int, exponent: int = 65537) -> bytes:
    """An RSA key nobody has made."""
    numbers = encoding.sequence(encoding.integer((1 << bits) - 1), encoding.integer(exponent))
    algorithm = encoding.sequence(encoding.oid(_RSA), encoding.element(der.NULL, b""))
    return encoding.sequence(algorithm, encoding.element(der.BIT_STRING, b"\0" + numbers))


def _large_key(bits: int, exponent: int = 65537) -> DemoKey:
    return replace(_key(), spki=_rsa(bits, exponent))


def _explicit_curve(bits: int) -> DemoKey:
    """A curve spelled out over a field of this size."""
    number = encoding.integer((1 << bits) - 1)
    octets = encoding.element(der.OCTET_STRING, b"\xff" * (bits // 8))
    parameters = encoding.sequence(
        encoding.integer(1),
        encoding.sequence(encoding.oid("1.2.840.10045.1.1"), number),
        encoding.sequence(octets, octets),
        encoding.element(der.OCTET_STRING, b"\4" + b"\xff" * (bits // 4)),
        number,
    )
    algorithm = encoding.sequence(encoding.oid("1.2.840.10045.2.1"), parameters)
    spki = encoding.sequence(algorithm, encoding.element(der.BIT_STRING, b"\0\4" + b"\1" * (bits // 4)))
    return replace(_key(), spki=spki)


def _leaf(key: DemoKey | None = None, **wish: object) -> bytes:
    return make_leaf("x", make_ca("CN=Root"), key or _key(), Wish(**wish)).der  # type: ignore[arg-type]


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
        lambda: [_leaf(_large_key(65536))],
        _instead_of_rsa,
    )
    yield _Case(
        "RSA of 3072 bits, exponent of 3071",
        "the costliest key that is still computed with",
        "bad signature|SSL_connect error",
        lambda: [_leaf(_large_key(3072, (1 << 3071) - 1))],
        _instead_of_rsa,
    )
    yield _Case(
        "explicit curve of 65536 bits",
        "a curve spelled out",
        unusable,
        lambda: [_leaf(_explicit_curve(65536))],
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
        lambda: [_leaf(serial=1 << (8 << 16))],
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
        lambda: [_leaf(names=tuple(f"*.n{number}.x" for number in range(9000)))],
    )
    yield _Case(
        "100 KB of zeros",
        "no certificate",
        unusable + "|length mismatch",
        lambda: [bytes(_MOST - 10)],
        _instead,
    )
    yield _Case(
        "100 KB of brackets",
        "elements nested as deep as can be",
        unusable,
        lambda: [b"\x30\x80" * (_MOST // 2 - 10)],
        _instead,
    )


# --- many -----------------------------------------------------------------------------


def _padded(blobs: Sequence[bytes]) -> tuple[bytes, ...]:
    """As many of them as a message can hold."""
    room, kept = _MOST - 10, list[bytes]()
    for blob in blobs:
        room -= len(blob) + 5
        if room < 0:
            break
        kept.append(blob)
    return tuple(kept)


def _authority(number: int, issuer: Issued | None, kind: str, subject: str = "") -> Issued:
    return make_ca(subject or f"CN={number}", issuer, make_key(kind, str(number % 40)))


@cache
def _ladder(kind: str, rungs: int) -> tuple[bytes, ...]:
    """A leaf and as many authorities, each issued by the next."""
    issuer: Issued | None = None
    for number in range(rungs):
        issuer = _authority(number, issuer, kind)
    return _padded(make_leaf("x", issuer, _key()).chain)


@cache
def _namesakes(kind: str) -> tuple[bytes, ...]:
    """A leaf and authorities of one name, any of which might have issued any other."""
    root = _authority(0, None, kind, "CN=same")
    wish = Wish("CN=same", ca=True, key_usage=("keyCertSign",), purposes=(), key_ids=False)
    same = [
        issue(replace(wish, serial=1 + number), make_key(kind, str(number % 40)), root).der
        for number in range(400)
    ]
    leaf = issue(Wish("CN=x", names=("x",), key_ids=False), _key(), root)
    return _padded([leaf.der, *same])


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
        lambda: [_leaf(), *[b""] * 25000],
        _instead,
    )
    yield _Case(
        "the same 250 times",
        "one certificate, over and over",
        "subject_CN=x",
        lambda: _padded([_leaf()] * 400),
        ways=EVERYTHING,
    )
    for kind in ("p256", "p521", "rsa2048", "ed448"):
        yield _Case(
            f"ladder of 60, {kind}",
            "each is issued by the next",
            "certificate verification failed",
            partial(_ladder, kind, 60),
        )
    for kind in ("p256", "p521"):
        yield _Case(
            f"namesakes, {kind}",
            "each might be issued by any other (CVE-2018-16875)",
            "certificate verification failed",
            partial(_namesakes, kind),
        )


ROWS: tuple[Row, ...] = tuple(
    case.row() for case in (*_strings(), _alternative_names(), *_enormous(), *_many())
)
