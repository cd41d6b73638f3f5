"""Our own certificates as a server sees them."""

from __future__ import annotations

from pyfinger.demo.certificate_making import Issued, make_ca, make_leaf
from pyfinger.demo.fixed_keys import make_key
from pyfinger.model import OwnCredential
from pyfinger.prober.client_config import as_shown
from pyfinger.x509.private_keys import load_private_key
from pyfinger.x509.trust_store import EMPTY, Bundle

NOW = 1_800_000_000
ROOT = make_ca("CN=Root", key=make_key("rsa1024", "root"))
BETWEEN = make_ca("CN=Between", ROOT, make_key("p384", "between"))
LEAF = make_leaf("client.example.test", BETWEEN, make_key("p256", "client"))


def own(*chain: bytes) -> OwnCredential:
    return OwnCredential(load_private_key(LEAF.key.pkcs8), chain, LEAF.key.spki)


def shown(store: tuple[Issued, ...], *chain: bytes) -> tuple[bytes, ...]:
    return as_shown(own(*chain), Bundle([one.der for one in store]), NOW).certificates


def test_a_certificate_alone_is_followed_by_the_issuers_that_are_known() -> None:
    assert shown((ROOT, BETWEEN), LEAF.der) == (LEAF.der, BETWEEN.der, ROOT.der)
    assert shown((BETWEEN,), LEAF.der) == (LEAF.der, BETWEEN.der)
    assert shown((ROOT,), LEAF.der) == (LEAF.der,)


def test_dates_do_not_matter_for_what_is_shown() -> None:
    late = as_shown(own(LEAF.der), Bundle([BETWEEN.der]), 1 << 40)
    assert late.certificates == (LEAF.der, BETWEEN.der)


def test_a_chain_of_our_own_is_left_as_it_is() -> None:
    assert shown((ROOT, BETWEEN), *LEAF.chain) == LEAF.chain
    assert shown((ROOT, BETWEEN), LEAF.der, LEAF.der) == (LEAF.der, LEAF.der)


def test_keys_are_weighed() -> None:
    assert as_shown(own(LEAF.der, BETWEEN.der, ROOT.der), EMPTY, NOW).strengths == (128, 192, 80)
