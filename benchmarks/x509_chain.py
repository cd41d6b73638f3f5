"""What a chain of three costs: read, build, verify.

    .venv/bin/python benchmarks/x509_chain.py

Goals, without gmpy2: 2 ms with RSA, 8 ms with two ECDSA signatures.
"""

from __future__ import annotations

import time
from collections.abc import Sequence

from pyfinger.demo.certificate_making import Issued, make_ca, make_leaf
from pyfinger.demo.fixed_keys import make_key
from pyfinger.x509.certificate import Certificate, parse_certificate
from pyfinger.x509.reference_identity import ReferenceIdentity
from pyfinger.x509.trust_store import Bundle
from pyfinger.x509.verify import verify
from pyfinger.x509.verify_context import VerifyContext, VerifyParams

NOW = 1_780_000_000
ROUNDS = 50
HOST = "mx.example.test"


def chain(kinds: Sequence[str]) -> Issued:
    """A leaf with an intermediate and a root; keys from the root down."""
    root = make_ca("O=Bench/CN=Root", None, make_key(kinds[0]))
    inter = make_ca("O=Bench/CN=Issuing", root, make_key(kinds[1]))
    return make_leaf(HOST, inter, make_key(kinds[2]))


def judge(sent: Sequence[bytes], root: bytes) -> None:
    """What one handshake asks for, nothing remembered from the one before."""
    certificates = [parse_certificate(der) for der in sent]
    params = VerifyParams(now=NOW, identity=ReferenceIdentity((HOST,)), security_level=1)
    outcome = verify(VerifyContext(certificates[0], certificates, Bundle((root,)), params))
    assert outcome.trusted, outcome.failures


def milliseconds(sent: Sequence[bytes], root: bytes) -> float:
    """The best of many."""
    best = float("inf")
    for _ in range(ROUNDS):
        begin = time.perf_counter()
        judge(sent, root)
        best = min(best, time.perf_counter() - begin)
    return best * 1000


def parsing(der: bytes) -> float:
    """Reading one certificate."""
    begin = time.perf_counter()
    for _ in range(1000):
        certificate: Certificate = parse_certificate(der)
    assert certificate.der == der
    return time.perf_counter() - begin


def main() -> None:
    """Print a line for each kind of chain."""
    for kinds in (
        ("rsa", "rsa", "rsa"),
        ("p384", "p256", "p256"),
        ("p256", "p256", "p256"),
        ("rsa", "p256", "p256"),
    ):
        leaf = chain(kinds)
        assert leaf.issuer and leaf.issuer.issuer
        cost = milliseconds(leaf.chain, leaf.issuer.issuer.der)
        print(f"{' -> '.join(kinds):20}  {cost:6.2f} ms")
    print(f"reading one certificate  {parsing(leaf.der):.3f} ms")


if __name__ == "__main__":
    main()
