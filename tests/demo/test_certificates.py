from __future__ import annotations

import time

import pytest
from tlslite.utils.keyfactory import parsePEMKey

from pyfinger.demo import primes
from pyfinger.demo.certificate_making import FAR, START, Wish, encode_time, issue, make_ca, make_leaf
from pyfinger.demo.fixed_keys import make_key
from pyfinger.values import replace
from pyfinger.x509 import der
from pyfinger.x509.certificate import parse_certificate
from pyfinger.x509.distinguished_names import oneline
from pyfinger.x509.issuing import signature_holds
from pyfinger.x509.pem import blocks
from pyfinger.x509.public_keys import load_spki
from pyfinger.x509.reference_identity import ReferenceIdentity
from pyfinger.x509.trust_store import Bundle
from pyfinger.x509.verify import verify
from pyfinger.x509.verify_context import VerifyContext, VerifyParams

KINDS = ("p256", "p384", "p521", "ed25519", "ed448", "rsa", "rsa1024")


@pytest.mark.parametrize("label", primes.DISTANCES)
def test_noted_primes_are_the_ones_a_search_finds(label: str) -> None:
    bits = int(label.split(maxsplit=1)[0].removeprefix("rsa") or 2048) // 2
    found = primes.prime_for(label, bits)
    assert found.bit_length() == bits
    assert pow(2, found - 1, found) == pow(3, found - 1, found) == 1
    assert found % primes.PUBLIC_EXPONENT != 1


@pytest.mark.parametrize("bits", [64, 128, 256])
def test_a_search(bits: int) -> None:
    found = primes.prime_for("unknown", bits)
    assert found >> (bits - 2) == 3
    assert all(found % small for small in range(2, 2000))
    assert found == primes.prime_for("unknown", bits)


@pytest.mark.parametrize("kind", KINDS)
def test_keys_are_the_same_every_time_and_tlslite_reads_them(kind: str) -> None:
    key = make_key(kind, "0" if kind.startswith("rsa") else "label")
    assert key.pkcs8 == make_key(kind, "0" if kind.startswith("rsa") else "label").pkcs8
    assert key.pkcs8 != make_key(kind).pkcs8
    (block,) = blocks(key.pem.encode())
    assert (block.label, block.data) == ("PRIVATE KEY", key.pkcs8)
    assert parsePEMKey(key.pem, private=True, implementations=["python"])
    assert load_spki(key.spki).bits >= 256


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_of_key_signs_certificates(kind: str) -> None:
    root = make_ca("CN=Root", None, make_key(kind))
    certificate = parse_certificate(root.der)
    assert certificate.key is not None
    assert signature_holds(certificate, certificate.key)


def test_pss_signs_certificates() -> None:
    root = issue(Wish("CN=Root", scheme="pss-sha384"), make_key("rsa1024"))
    certificate = parse_certificate(root.der)
    assert certificate.key is not None
    assert signature_holds(certificate, certificate.key)


def test_a_chain() -> None:
    root = make_ca("C=XX/O=Lab/CN=Root")
    inter = make_ca("O=Lab/CN=Issuing", root)
    leaf = make_leaf("mx.example.test", inter)
    assert leaf.chain == (leaf.der, inter.der)
    assert [block.data for block in blocks(leaf.chain_pem.encode())] == list(leaf.chain)
    assert root.chain == (root.der,)
    (block,) = blocks(root.pem.encode())
    assert block.data == root.der
    certificates = [parse_certificate(each) for each in leaf.chain]
    params = VerifyParams(
        now=START + 1, identity=ReferenceIdentity(("mx.example.test",)), security_level=1, strict=True
    )
    assert verify(VerifyContext(certificates[0], certificates, Bundle([root.der]), params)).trusted


def test_wishes() -> None:
    wish = Wish("CN=x", names=("a.test", "192.0.2.1"), path_length=3, serial=5, not_after=START + 60)
    leaf = make_leaf("ignored.test", None, make_key(), wish)
    certificate = parse_certificate(leaf.der)
    assert oneline(certificate.subject) == b"/CN=x"
    assert certificate.serial == 5
    assert certificate.not_after.epoch == START + 60
    assert certificate.alternative_names is not None
    assert [name.value for name in certificate.alternative_names] == [b"a.test", bytes((192, 0, 2, 1))]
    assert certificate.facts.basic is not None
    assert certificate.facts.basic.path_length == 3
    bare = issue(replace(wish, ca=None, key_usage=(), purposes=(), key_ids=False, names=()), make_key())
    assert parse_certificate(bare.der).extensions == ()
    assert issue(wish, make_key()).der == issue(wish, make_key()).der


@pytest.mark.parametrize("moment", [START, FAR, 2524607999, 2524608000])
def test_times(moment: int) -> None:
    found = der.DerCursor(encode_time(moment)).element("time")
    assert found.tag == (der.UTC_TIME if moment < 2524608000 else der.GENERALIZED_TIME)
    assert time.strftime("%y%m%d%H%M%SZ", time.gmtime(moment)) in found.content.decode()
