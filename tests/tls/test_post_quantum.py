"""ML-DSA in a handshake, with a server that signs so in place of tlslite-ng; keys TLS does not know."""

from __future__ import annotations

import random
from functools import partial
from typing import Any

import pytest

from pyfinger.demo.certificate_making import make_ca, make_leaf
from pyfinger.demo.fixed_keys import DemoKey, make_key
from pyfinger.errors import LibraryError
from pyfinger.events import AlertSeen, Event
from pyfinger.model import Credential, ServerKey, Verified
from pyfinger.tls.codepoints import AlertDescription
from pyfinger.tls.engine import Engine
from pyfinger.values import replace
from pyfinger.wire import opaque
from pyfinger.x509 import der_encoding as encoding
from pyfinger.x509.certificate import parse_certificate
from pyfinger.x509.public_keys import load_spki
from pyfinger.x509.signature_faults import signature_faults
from tests.tls.offers import offer
from tests.tls.server import TlsPeer
from tests.tls.test_engine import identity, shake

CERTIFICATE, CERTIFICATE_VERIFY = 11, 15
CONTEXT = b" " * 64 + b"TLS 1.3, server CertificateVerify\0"
CODES = {"ml-dsa-44": 0x0904, "ml-dsa-65": 0x0905, "ml-dsa-87": 0x0906}
ROOT = make_ca("CN=Test CA")


class Signing:
    """Rewrites a server's flight: this certificate, and a signature by its key, of this scheme."""

    def __init__(self, key: DemoKey, code: int, *, spoilt: bool = False) -> None:
        self.certificate = make_leaf("mx.example.test", ROOT, key).der
        self._key, self._code, self._spoilt = key, code, spoilt
        self.server: Any = None

    def __call__(self, message: bytes) -> bytes:
        if message[0] == CERTIFICATE:
            entry = opaque(self.certificate, 3) + b"\0\0"
            return bytes([CERTIFICATE]) + opaque(b"\0" + opaque(entry, 3), 3)
        if message[0] == CERTIFICATE_VERIFY:
            transcript = bytes(self.server._tls._handshake_hash.digest("sha384"))
            signature = self._key.sign(CONTEXT + transcript + b"." * self._spoilt, self._key.scheme)
            body = self._code.to_bytes(2, "big") + opaque(signature, 2)
            return bytes([CERTIFICATE_VERIFY]) + opaque(body, 3)
        return message


def judge(credential: Credential) -> Verified:
    key = load_spki(parse_certificate(credential.certificates[0]).spki)
    return Verified(ServerKey(key, faults=partial(signature_faults, key)))


def shaken(signing: Signing, events: list[Event] | None = None) -> Engine:
    made = replace(offer(1), suites=(0x1302,))
    engine = Engine(made, judge, (events if events is not None else []).append, random.Random(1).randbytes)
    peer = TlsPeer(identity(), rewrite=signing, certificate_compression_send=[])
    signing.server = peer
    shake(engine, peer)
    return engine


@pytest.mark.slow
@pytest.mark.parametrize("kind", CODES)
def test_a_server_signs_with_ml_dsa(kind: str) -> None:
    engine = shaken(Signing(make_key(kind), CODES[kind]))
    assert engine.connection_info is not None, engine.error
    signature = engine.connection_info.server_signature
    assert signature is not None and (signature.kind, signature.digest) == (kind.upper(), "")


@pytest.mark.slow
@pytest.mark.parametrize("kind", CODES)
def test_the_scheme_is_the_keys(kind: str) -> None:
    wrong = {*CODES.values(), 0x0403, 0x0807} - {CODES[kind]}
    for code in sorted(wrong):
        error = shaken(Signing(make_key(kind), code)).error
        assert error is not None and (error.reason, error.alert) == (
            "wrong signature type",
            AlertDescription.ILLEGAL_PARAMETER,
        )


def test_a_signature_of_something_else() -> None:
    error = shaken(Signing(make_key("ml-dsa-65"), CODES["ml-dsa-65"], spoilt=True)).error
    assert error is not None
    assert error.queue == (
        LibraryError(0x030000EA, "provider signature failure", "ML-DSA-65 digest_verify:"),
        LibraryError(0x0A00007B, "bad signature"),
    )


@pytest.mark.parametrize("oid", ["1.3.101.110", "2.16.840.1.101.3.4.3.20"], ids=["X25519", "SLH-DSA"])
def test_a_key_tls_does_not_know(oid: str) -> None:
    bits = encoding.element(3, bytes(32) + b"\1")
    spki = encoding.sequence(encoding.sequence(encoding.oid(oid)), bits)
    signing = Signing(replace(make_key("p256"), spki=spki), 0x0403)
    events: list[Event] = []
    error = shaken(signing, events).error
    assert error is not None and error.reason == "unknown certificate type"
    assert AlertSeen(True, 2, AlertDescription.ILLEGAL_PARAMETER) in events
