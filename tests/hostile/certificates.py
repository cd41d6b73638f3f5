"""Certificates nobody should make, one by one and by the hundred."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache

from pyfinger.demo.certificate_making import Issued, Wish, issue, make_ca, make_leaf
from pyfinger.demo.fixed_keys import DemoKey, make_key
from pyfinger.values import replace
from pyfinger.x509 import der
from pyfinger.x509 import der_encoding as encoding

MOST = 100 * 1024  # bytes of a Certificate message (SSL_MAX_CERT_LIST_DEFAULT)

_RSA = "1.2.840.113549.1.1.1"


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
    outer = der.DerCursor(made.der).sequence("certificate")
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
def sound_key() -> DemoKey:
    return make_key("p256", "hostile")


def _rsa(bits: int, exponent: int = 65537) -> bytes:
    """An RSA key nobody has made."""
    numbers = encoding.sequence(encoding.integer((1 << bits) - 1), encoding.integer(exponent))
    algorithm = encoding.sequence(encoding.oid(_RSA), encoding.element(der.NULL, b""))
    return encoding.sequence(algorithm, encoding.element(der.BIT_STRING, b"\0" + numbers))


def large_key(bits: int, exponent: int = 65537) -> DemoKey:
    return replace(sound_key(), spki=_rsa(bits, exponent))


def explicit_curve(bits: int) -> DemoKey:
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
    return replace(sound_key(), spki=spki)


def leaf(key: DemoKey | None = None, **wish: object) -> bytes:
    return make_leaf("x", make_ca("CN=Root"), key or sound_key(), Wish(**wish)).der  # type: ignore[arg-type]


def padded(blobs: Sequence[bytes]) -> tuple[bytes, ...]:
    """As many of them as a message can hold."""
    room, kept = MOST - 10, list[bytes]()
    for blob in blobs:
        room -= len(blob) + 5
        if room < 0:
            break
        kept.append(blob)
    return tuple(kept)


def _authority(number: int, issuer: Issued | None, kind: str, subject: str = "") -> Issued:
    return make_ca(subject or f"CN={number}", issuer, make_key(kind, str(number % 40)))


@cache
def ladder(kind: str, rungs: int) -> tuple[bytes, ...]:
    """A leaf and as many authorities, each issued by the next."""
    issuer: Issued | None = None
    for number in range(rungs):
        issuer = _authority(number, issuer, kind)
    return padded(make_leaf("x", issuer, sound_key()).chain)


@cache
def namesakes(kind: str) -> tuple[bytes, ...]:
    """A leaf and authorities of one name, any of which might have issued any other."""
    root = _authority(0, None, kind, "CN=same")
    wish = Wish("CN=same", ca=True, key_usage=("keyCertSign",), purposes=(), key_ids=False)
    same = [
        issue(replace(wish, serial=1 + number), make_key(kind, str(number % 40)), root).der
        for number in range(400)
    ]
    leaf = issue(Wish("CN=x", names=("x",), key_ids=False), sound_key(), root)
    return padded([leaf.der, *same])
