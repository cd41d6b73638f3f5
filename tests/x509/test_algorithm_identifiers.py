from __future__ import annotations

import pytest

from pyfinger.crypto.rsa import PssParameters
from pyfinger.errors import DecodeError
from pyfinger.model import SignatureAlgorithm, SignatureFamily
from pyfinger.x509 import der
from pyfinger.x509 import der_encoding as encoding
from pyfinger.x509.algorithm_identifiers import (
    RSA_PSS,
    AlgorithmIdentifier,
    read_algorithm,
    read_pss_parameters,
    signature_method,
    signer_kinds,
)
from tests.x509.worlds import tagged

NULL = b"\5\0"
seq, oid, integer = encoding.sequence, encoding.oid, encoding.integer
SHA256 = seq(oid("2.16.840.1.101.3.4.2.1"), NULL)
MGF1 = oid("1.2.840.113549.1.1.8")


@pytest.mark.parametrize(
    ("dotted", "kinds", "family", "digest", "strength"),
    [
        ("1.2.840.113549.1.1.11", ("RSA",), "rsa", "sha256", 128),
        ("1.2.840.113549.1.1.2", ("RSA",), "rsa", "md2", 0),
        ("1.2.840.10045.4.3.3", ("EC",), "ecdsa", "sha384", 192),
        ("1.2.840.10040.4.3", ("DSA",), "dsa", "sha1", 63),
        ("1.3.101.112", ("ED25519",), "eddsa", "", 128),
        ("1.3.101.113", ("ED448",), "eddsa", "", 224),
    ],
)
def test_signatures(dotted: str, kinds: tuple[str, ...], family: str, digest: str, strength: int) -> None:
    method = signature_method(AlgorithmIdentifier(dotted, None))
    assert method is not None
    assert method.algorithm == SignatureAlgorithm(SignatureFamily(family), digest)
    assert method.strength == strength
    assert signer_kinds(dotted) == kinds


def test_unknown_signatures() -> None:
    assert signature_method(AlgorithmIdentifier("1.2.3", None)) is None
    assert signer_kinds("1.2.3") == ()


def test_pss_signatures() -> None:
    parameters = seq(
        tagged(0, SHA256), tagged(1, seq(MGF1, SHA256)), tagged(2, integer(32)), tagged(3, integer(1))
    )
    method = signature_method(AlgorithmIdentifier(RSA_PSS, parameters))
    assert method is not None
    assert method.algorithm == SignatureAlgorithm(SignatureFamily.RSA_PSS, "sha256", 32, "sha256")
    assert signer_kinds(RSA_PSS) == ("RSA", "RSA-PSS")
    assert read_pss_parameters(seq()) == PssParameters("sha1", "sha1", 20)
    assert signature_method(AlgorithmIdentifier(RSA_PSS, None)) is None


@pytest.mark.parametrize(
    "parameters",
    [
        NULL,
        seq() + NULL,
        seq(NULL),
        seq(tagged(0, seq(oid("1.2.3")))),
        seq(tagged(1, seq(oid("1.2.3"), SHA256))),
        seq(tagged(1, seq(MGF1))),
        seq(tagged(2, b"\2\1\xff")),
        seq(tagged(3, integer(2))),
    ],
)
def test_bad_pss_parameters(parameters: bytes) -> None:
    with pytest.raises(DecodeError):
        read_pss_parameters(parameters)


@pytest.mark.parametrize(
    ("parameters", "good"),
    [
        (b"", True),
        (NULL, True),
        (b"\4\1x", True),
        (b"\x1e\2\0x", True),
        (b"\x0a\1\5", True),
        (b"\x85\1x", True),
        (b"\0\1x", True),
        (b"\0\0", False),
        (b"\5\1x", False),
        (b"\1\2xx", False),
        (b"\x1e\1x", False),
        (b"\x10\0", False),
        (b"\x24\1x", False),
    ],
)
def test_parameters_of_any_type_must_be_well_formed(parameters: bytes, good: bool) -> None:
    cursor = der.DerCursor(seq(oid("1.2.3"), parameters))
    if good:
        assert read_algorithm(cursor, "x") == AlgorithmIdentifier("1.2.3", parameters or None)
    else:
        with pytest.raises(DecodeError):
            read_algorithm(cursor, "x")
