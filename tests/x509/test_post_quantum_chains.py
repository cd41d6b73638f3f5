"""Chains under ML-DSA authorities."""

from __future__ import annotations

import pytest

from pyfinger.crypto.ml_dsa import SIZES
from pyfinger.demo.certificate_making import Issued, issue, make_ca
from pyfinger.demo.fixed_keys import make_key
from pyfinger.values import replace
from pyfinger.x509.failures import X509VErr
from pyfinger.x509.verify_context import VerifyParams
from tests.x509.worlds import LEAF_WISH, NOW, found, judged

SECURE = VerifyParams(now=NOW, security_level=1)


def authority(kind: str) -> Issued:
    return make_ca(f"O=Test/CN={kind}", None, make_key(kind.lower()))


@pytest.mark.slow
@pytest.mark.parametrize("kind", SIZES)
def test_an_authority_of_every_size_is_trusted(kind: str) -> None:
    root = authority(kind)
    for leaf_key in ("p256", kind.lower()):
        leaf = issue(LEAF_WISH, make_key(leaf_key, "leaf"), root)
        assert judged([leaf], (root,), SECURE).trusted
        spoilt = replace(leaf, der=leaf.der[:-1] + bytes((leaf.der[-1] ^ 1,)))
        assert found(judged([spoilt], (root,), SECURE)) == [(X509VErr.CERT_SIGNATURE_FAILURE, 0)]


def test_another_size_is_another_algorithm() -> None:
    """An issuer of the right name, but with a key that does not make such signatures, is none."""
    leaf = issue(LEAF_WISH, make_key("p256", "leaf"), authority("ML-DSA-44"))
    other = make_ca("O=Test/CN=ML-DSA-44", None, make_key("ml-dsa-65"))
    assert (X509VErr.UNABLE_TO_GET_ISSUER_CERT_LOCALLY, 0) in found(judged([leaf], (other,), SECURE))


@pytest.mark.slow
def test_such_a_signature_is_as_strong_as_the_key_it_is_about() -> None:
    """OpenSSL has no number for the signature and takes the security bits of the certificate's own key."""
    leaf = issue(LEAF_WISH, make_key("rsa512", "leaf"), authority("ML-DSA-87"))
    codes = [code for code, _ in found(judged([leaf], (authority("ML-DSA-87"),), SECURE))]
    assert codes == [X509VErr.EE_KEY_TOO_SMALL, X509VErr.CA_MD_TOO_WEAK]
