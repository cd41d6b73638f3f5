"""Any bytes are a certificate or refused; a certificate can be printed, matched and verified.

Nothing but DecodeError comes from reading, and nothing at all from the rest.
"""

from __future__ import annotations

from pyfinger.demo.certificate_making import Wish, extension, issue, make_ca, make_leaf
from pyfinger.demo.fixed_keys import make_key
from pyfinger.errors import DecodeError
from pyfinger.model import SignatureAlgorithm, SignatureFamily
from pyfinger.x509 import der_encoding as encoding
from pyfinger.x509.certificate import parse_certificate, read_certificate
from pyfinger.x509.distinguished_names import COMMON_NAME, attribute_text, oneline, subject_hash
from pyfinger.x509.reference_identity import ReferenceIdentity
from pyfinger.x509.trust_store import Bundle
from pyfinger.x509.verify import verify
from pyfinger.x509.verify_context import VerifyContext, VerifyParams

HOST = "mx.example.test"
NOW = 1_780_000_000

_ROOT = make_ca("C=XX/O=Fuzz/CN=Root")
_NAMES = encoding.sequence(encoding.element(0x82, HOST.encode()))
_BOUND = extension("2.5.29.30", encoding.sequence(encoding.element(0xA0, _NAMES)), critical=True)
_CHAIN = make_ca("O=Fuzz/CN=Issuing", _ROOT)

SEEDS: list[bytes] = [
    make_leaf(HOST, _CHAIN).der,
    _ROOT.der,
    issue(Wish("CN=a+O=b", version=1, scheme="pss-sha256"), make_key("rsa1024")).der,
    issue(Wish("CN=c", ca=True, path_length=1, extensions=(_BOUND,)), make_key("ed25519"), _ROOT).der,
]

_PARAMS = VerifyParams(
    NOW, ReferenceIdentity((HOST, ".example.test"), bytes(4)), security_level=1, strict=True
)


def check(data: bytes) -> None:
    """Read it, print it, and judge it as leaf, as issuer and as root."""
    try:
        certificate, end = read_certificate(data)
    except DecodeError:
        return
    assert certificate.der == data[:end]
    assert certificate == parse_certificate(certificate.der)
    assert certificate.tbs in certificate.der
    assert certificate.spki in certificate.tbs
    assert len(oneline(certificate.subject)) <= 255
    assert len(subject_hash(certificate.issuer)) == 8
    attribute_text(certificate.subject, COMMON_NAME)
    repr(certificate)
    if certificate.key is not None:
        assert not certificate.key.verify(
            SignatureAlgorithm(SignatureFamily.ECDSA, "sha256"), b"message", b"signature"
        )
        assert certificate.key.strength >= 0
    leaf, issuer, root = (
        parse_certificate(issued.der) for issued in (make_leaf(HOST, _CHAIN), _CHAIN, _ROOT)
    )
    for first, sent in ((certificate, (issuer,)), (leaf, (certificate, issuer)), (leaf, (issuer,))):
        for trusted in ((root.der,), (certificate.der,)):
            outcome = verify(VerifyContext(first, sent, Bundle(trusted), _PARAMS))
            assert outcome.chain[0] == first
            assert len(outcome.errors) == len(outcome.failures)
