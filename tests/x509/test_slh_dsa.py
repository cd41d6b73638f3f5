"""SLH-DSA keys of authorities; that the library agrees with OpenSSL is a matter for tests/interop."""

from __future__ import annotations

import sys

import pytest

from pyfinger.crypto import slh_dsa
from pyfinger.crypto.slh_dsa import SIZES
from pyfinger.errors import DecodeError
from pyfinger.model import SignatureAlgorithm, SignatureFamily
from pyfinger.x509 import der_encoding as encoding
from pyfinger.x509.algorithm_identifiers import SLH_DSA, AlgorithmIdentifier, signature_method, signer_kinds
from pyfinger.x509.public_keys import load_spki

MESSAGE = b"to be signed"
NULL = b"\5\0"


def spki(oid: str, octets: bytes, parameters: bytes = b"", unused: int = 0) -> bytes:
    algorithm = encoding.sequence(encoding.oid(oid), parameters)
    return encoding.sequence(algorithm, encoding.element(3, bytes((unused,)) + octets))


def test_the_twelve_names_and_numbers() -> None:
    """RFC 9909 section 3; the order is not the alphabet's."""
    assert [
        oid.rpartition(".")[2] + " " + kind.removeprefix("SLH-DSA-") for oid, kind in SLH_DSA.items()
    ] == [
        "20 SHA2-128s",
        "21 SHA2-128f",
        "22 SHA2-192s",
        "23 SHA2-192f",
        "24 SHA2-256s",
        "25 SHA2-256f",
        "26 SHAKE-128s",
        "27 SHAKE-128f",
        "28 SHAKE-192s",
        "29 SHAKE-192f",
        "30 SHAKE-256s",
        "31 SHAKE-256f",
    ]
    assert set(SLH_DSA.values()) == set(SIZES)


@pytest.mark.parametrize("oid", SLH_DSA)
def test_a_public_key_has_one_form(oid: str) -> None:
    kind = SLH_DSA[oid]
    size = 2 * SIZES[kind].hash
    key = load_spki(spki(oid, bytes(size)))
    assert (key.kind, key.bits, key.strength, key.curve, key.explicit) == (
        kind,
        8 * size,
        4 * size,
        "",
        False,
    )
    wrong = [spki(oid, bytes(size), NULL), spki(oid, bytes(size - 1)), spki(oid, bytes(size), unused=1)]
    for encoded in wrong:
        with pytest.raises(DecodeError):
            load_spki(encoded)
    with pytest.raises(ValueError, match="not an RSA key"):
        key.encrypt(b"secret", bytes(10))


@pytest.mark.parametrize("oid", SLH_DSA)
def test_signatures_go_by_the_keys_name(oid: str) -> None:
    method = signature_method(AlgorithmIdentifier(oid, None))
    assert (
        method is not None
        and method.algorithm.family is SignatureFamily(SLH_DSA[oid])
        and method.strength is None
    )
    assert signer_kinds(oid) == (SLH_DSA[oid],)


@pytest.mark.slow
@pytest.mark.parametrize("name", ["sha2_128f", "shake_128f", "sha2_192f"])
def test_a_key_verifies_what_its_private_half_signed(name: str) -> None:
    library = pytest.importorskip("slhdsa", reason="slh-dsa is not installed")
    pair = library.KeyPair.gen(getattr(library, name))
    kind = "SLH-DSA-" + name.upper().replace("_", "-").replace("F", "f")
    oid = next(oid for oid, known in SLH_DSA.items() if known == kind)
    key, how = load_spki(spki(oid, pair.pub.digest())), SignatureAlgorithm(SignatureFamily(kind))
    signature = pair.sign_pure(MESSAGE)
    assert key.verify(how, MESSAGE, signature)
    assert not key.verify(how, MESSAGE + b".", signature)
    assert not key.verify(how, MESSAGE, signature[:-1])
    assert not key.verify(how, MESSAGE, bytes((signature[0] ^ 1,)) + signature[1:])
    assert not key.verify(SignatureAlgorithm(SignatureFamily.ECDSA, "sha256"), MESSAGE, signature)
    assert not key.verify(how, MESSAGE, pair.sign(MESSAGE))  # of the draft, without a context


def test_without_the_package_no_signature_is_good(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "slhdsa", None)
    oid, kind = next(iter(SLH_DSA.items()))
    key = load_spki(spki(oid, bytes(32)))
    assert not slh_dsa.usable()
    assert not key.verify(SignatureAlgorithm(SignatureFamily(kind)), MESSAGE, bytes(SIZES[kind].signature))
