"""Suite B chains: the curves, and what may sign for what (X509_chain_check_suiteb)."""

from __future__ import annotations

import pytest

from pyfinger.demo.certificate_making import Wish, make_ca, make_leaf
from pyfinger.demo.fixed_keys import make_key
from pyfinger.x509.certificate import Certificate, parse_certificate
from pyfinger.x509.failures import VerifyFailure, X509VErr
from pyfinger.x509.strict import P256, P384, chain_failure, leaf_failure

BOTH = frozenset({P256, P384})


def chain(leaf: str, root: str) -> list[Certificate]:
    """A leaf and its root with keys of these kinds."""
    ca = make_ca("CN=Root", key=make_key(root, "root"))
    issued = make_leaf("mx.example.test", ca, make_key(leaf, "leaf"), Wish())
    return [parse_certificate(issued.der), parse_certificate(ca.der)]


@pytest.mark.slow
@pytest.mark.parametrize(
    ("leaf", "root", "curves", "failure"),
    [
        ("p256", "p256", BOTH, None),
        ("p256", "p384", BOTH, None),
        ("p384", "p384", BOTH, None),
        ("p384", "p384", frozenset({P384}), None),
        ("p384", "p256", BOTH, VerifyFailure(X509VErr.SUITE_B_CANNOT_SIGN_P_384_WITH_P_256, 0)),
        ("p256", "p384", frozenset({P256}), VerifyFailure(X509VErr.SUITE_B_LOS_NOT_ALLOWED, 0)),
        ("p256", "p384", frozenset({P384}), VerifyFailure(X509VErr.SUITE_B_LOS_NOT_ALLOWED, 0)),
        ("p521", "p384", BOTH, VerifyFailure(X509VErr.SUITE_B_INVALID_CURVE, 0)),
        ("p256", "p521", BOTH, VerifyFailure(X509VErr.SUITE_B_INVALID_CURVE, 1)),
        ("rsa", "p384", BOTH, VerifyFailure(X509VErr.SUITE_B_INVALID_ALGORITHM, 0)),
        ("p256", "rsa", BOTH, VerifyFailure(X509VErr.SUITE_B_INVALID_ALGORITHM, 1)),
        ("rsa", "rsa", frozenset(), None),
    ],
)
def test_what_a_chain_may_be_made_of(
    leaf: str, root: str, curves: frozenset[str], failure: VerifyFailure | None
) -> None:
    assert chain_failure(chain(leaf, root), curves) == failure


def test_each_curve_has_one_digest() -> None:
    ca = make_ca("CN=Root", key=make_key("p256", "root"))
    issued = make_leaf("mx.example.test", ca, make_key("p256", "leaf"), Wish(scheme="sha384"))
    certificates = [parse_certificate(issued.der), parse_certificate(ca.der)]
    assert chain_failure(certificates, BOTH) == VerifyFailure(X509VErr.SUITE_B_INVALID_SIGNATURE_ALGORITHM, 0)


def test_of_a_leaf_alone_only_the_key_matters() -> None:
    (leaf, _), (other, _) = chain("p256", "rsa"), chain("ed25519", "p256")
    assert leaf_failure(leaf, BOTH) is None
    assert leaf_failure(leaf, frozenset({P384})) is X509VErr.SUITE_B_LOS_NOT_ALLOWED
    assert leaf_failure(other, BOTH) is X509VErr.SUITE_B_INVALID_ALGORITHM
    assert leaf_failure(other, frozenset()) is None
