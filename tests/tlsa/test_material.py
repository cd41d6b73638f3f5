"""Whatever form a key comes in, its SubjectPublicKeyInfo is the same."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pyfinger.demo.certificate_making import make_ca, make_leaf
from pyfinger.demo.fixed_keys import make_key
from pyfinger.errors import UsageError
from pyfinger.tlsa import read_material
from pyfinger.tlsa.material import MAX_BLOCKS, MAX_FILE
from pyfinger.x509 import der
from pyfinger.x509 import der_encoding as encoding
from pyfinger.x509.pem import to_pem

ROOT = make_ca("CN=Root")
KINDS = ("p256", "p384", "rsa2048", "ed25519", "ed448", "ml-dsa-44")


def request(spki: bytes) -> bytes:
    """A certification request; nobody looks at its signature."""
    empty = encoding.sequence()
    attributes = encoding.element(der.CONTEXT | der.CONSTRUCTED, b"")
    info = encoding.sequence(encoding.integer(0), empty, spki, attributes)
    return encoding.sequence(info, empty, encoding.element(der.BIT_STRING, b"\0"))


@pytest.mark.parametrize("kind", KINDS)
def test_certificate_request_and_keys_agree(kind: str) -> None:
    key = make_key(kind)
    leaf = make_leaf("mx.test", ROOT, key)
    forms = {
        "certificate": to_pem("CERTIFICATE", leaf.der),
        "private key": key.pem,
        "public key": to_pem("PUBLIC KEY", key.spki),
        "request": to_pem("CERTIFICATE REQUEST", request(key.spki)),
    }
    for form, text in forms.items():
        (found,) = read_material(text.encode())
        assert (form, found.spki) == (form, key.spki)
        assert (found.certificate == leaf.der) == (form == "certificate")


@pytest.mark.parametrize("kind", KINDS)
def test_der_is_known_by_what_it_is(kind: str) -> None:
    key = make_key(kind)
    leaf = make_leaf("mx.test", ROOT, key).der
    for content in (leaf, key.spki, request(key.spki)):
        (found,) = read_material(content)
        assert found.spki == key.spki


def test_a_chain_is_read_in_its_order_and_other_blocks_are_passed_over() -> None:
    leaf = make_leaf("mx.test", ROOT, make_key())
    text = (
        to_pem("X509 CRL", b"0")
        + "text\n"
        + to_pem("CERTIFICATE", leaf.der)
        + to_pem("CERTIFICATE", ROOT.der)
    )
    assert [each.what for each in read_material(text.encode())] == [
        "certificate /CN=mx.test",
        "certificate /CN=Root",
    ]


@pytest.mark.parametrize(
    "content, problem",
    [
        (b"", "neither PEM nor"),
        (b"nothing of the kind", "neither PEM nor"),
        (b"-----BEGIN X509 CRL-----\nMAA=\n-----END X509 CRL-----\n", "no certificate, request or key"),
        (b"-----BEGIN CERTIFICATE-----\nMAA=\n-----END CERTIFICATE-----\n", "PEM block 1: "),
        (b"-----BEGIN CERTIFICATE-----\nMAA=\n", "PEM block 0: "),
        (b"-----BEGIN ENCRYPTED PRIVATE KEY-----\nMAA=\n-----END ENCRYPTED PRIVATE KEY-----\n", "encrypted"),
        (
            b"-----BEGIN EC PRIVATE KEY-----\nProc-Type: 4,ENCRYPTED\n\nMAA=\n-----END EC PRIVATE KEY-----\n",
            "encrypted",
        ),
        (b"x" * (MAX_FILE + 1), "more than"),
        (b"-----BEGIN X509 CRL-----\nMAA=\n-----END X509 CRL-----\n" * (MAX_BLOCKS + 1), "more than"),
        (to_pem("PUBLIC KEY", make_key().spki + b"\0").encode(), "excess bytes"),
    ],
)
def test_what_is_wrong_is_said_in_one_line(content: bytes, problem: str) -> None:
    with pytest.raises(UsageError, match=problem) as caught:
        read_material(content)
    assert "\n" not in str(caught.value)


@given(st.binary(max_size=200))
def test_any_bytes_are_material_or_a_usage_error(content: bytes) -> None:
    for data in (
        content,
        to_pem("CERTIFICATE REQUEST", content).encode(),
        to_pem("PUBLIC KEY", content).encode(),
    ):
        try:
            read_material(data)
        except UsageError:
            continue
