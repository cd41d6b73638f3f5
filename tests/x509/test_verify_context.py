from __future__ import annotations

from pyfinger.values import replace
from pyfinger.x509.failures import TEXTS, VerifyFailure, X509VErr, text
from tests.x509.worlds import LEAF_WISH, NOW, found, intermediate, judged, leaf, made, root


def test_errors_carry_the_issuer() -> None:
    outcome = judged([leaf(), intermediate()])
    (error,) = outcome.errors
    assert (error.code, error.depth, error.issuer) == (20, 1, "/O=Test/CN=Root")
    assert outcome.failures == (VerifyFailure(X509VErr.UNABLE_TO_GET_ISSUER_CERT_LOCALLY, 1),)
    assert not outcome.trusted


def test_calls_of_a_chain_without_issuer() -> None:
    """20 and 21 at the leaf, then that the leaf got through, all the same."""
    outcome = judged([leaf()])
    assert [(call.depth, call.good) for call in outcome.calls] == [(0, False), (0, False), (0, True)]


def test_several_failures_keep_their_order() -> None:
    old = made(replace(LEAF_WISH, not_after=NOW - 1, purposes=("clientAuth",)), "leaf", intermediate())
    assert found(judged([old, intermediate()], (root(),))) == [(26, 0), (10, 0)]


def test_every_failure_has_a_text() -> None:
    assert all(code in TEXTS for code in X509VErr)
    assert text(62) == "hostname mismatch"
    assert text(12345) == "unknown certificate verification error"
    assert str(VerifyFailure(X509VErr.CERT_HAS_EXPIRED, 2)) == "10 at depth 2: certificate has expired"
