"""Key usage of the server's certificate: it ends a handshake of TLS 1.2 with ECDSA, and no other.

(ssl3_check_cert_and_algorithm and ssl_check_srvr_ecc_cert_and_alg of OpenSSL.)
"""

from __future__ import annotations

import pytest

from pyfinger.demo.certificate_making import Wish, extension, make_ca, make_leaf
from pyfinger.demo.fixed_keys import make_key
from pyfinger.errors import LibraryError
from pyfinger.events import AlertSeen, Event
from pyfinger.model import Credential, ServerKey, Verified
from pyfinger.tls.codepoints import AlertDescription
from pyfinger.tls.engine import Engine
from pyfinger.values import replace
from pyfinger.x509 import der_encoding as encoding
from pyfinger.x509.certificate import parse_certificate
from pyfinger.x509.issuing import for_signing
from pyfinger.x509.public_keys import load_spki
from tests.tls.offers import offer
from tests.tls.server import Identity, TlsPeer
from tests.tls.test_engine import shake, steady


def usage(value: bytes) -> bytes:
    return extension("2.5.29.15", value, critical=True)


NAME = encoding.sequence(encoding.element(0x82, b"mx.example.test"))

GOOD = {
    "digitalSignature": Wish(),
    "no key usage": Wish(key_usage=()),
    "an unknown critical extension": Wish(extensions=(extension("1.2.3.4", b"\5\0", critical=True),)),
    "nonsense in an unknown extension": Wish(extensions=(extension("1.2.3.4", b"?"),)),
}
BAD = {
    "keyAgreement only": Wish(key_usage=("keyAgreement",)),
    "keyCertSign only": Wish(key_usage=("keyCertSign",)),
    "no bits": Wish(key_usage=(), extensions=(usage(b"\3\1\0"),)),
    "undecodable": Wish(key_usage=(), extensions=(usage(b"\4\0"),)),
    "twice": Wish(extensions=(usage(b"\3\2\7\x80"),)),
    "another extension twice": Wish(extensions=(extension("2.5.29.17", NAME),)),
    "another one undecodable": Wish(key_ids=False, extensions=(extension("2.5.29.14", b"\2\1\1"),)),
}


def judge(credential: Credential) -> Verified:
    leaf = parse_certificate(credential.certificates[0])
    return Verified(ServerKey(load_spki(leaf.spki), for_signing(leaf)))


def shaken(wish: Wish, kind: str, newest: tuple[int, int], events: list[Event]) -> Engine:
    leaf = make_leaf("mx.example.test", make_ca("CN=Test CA"), make_key(kind), replace(wish, serial=7))
    engine = Engine(offer(0), judge, events.append, steady().randbytes)
    shake(engine, TlsPeer(Identity(leaf.key.pem, leaf.chain), maxVersion=newest, minVersion=(3, 1)))
    return engine


@pytest.mark.parametrize("kind", ["p256", "ed25519"])
@pytest.mark.parametrize("what", BAD)
def test_a_key_that_may_not_sign_ends_tls12_with_ecdsa(what: str, kind: str) -> None:
    events: list[Event] = []
    error = shaken(BAD[what], kind, (3, 3), events).error
    assert error is not None
    assert error.queue == (
        LibraryError(0x0A00013E, "ecc cert not for signing"),
        LibraryError(0x0A000130, "bad ecc cert"),
    )
    assert AlertSeen(True, 2, AlertDescription.HANDSHAKE_FAILURE) in events


def test_what_reading_the_extensions_says_comes_first() -> None:
    invalid = LibraryError(0x05800093, "invalid certificate")

    def first(credential: Credential) -> Verified:
        return replace(judge(credential), key=replace(judge(credential).key, unread=(invalid,)))

    leaf = make_leaf("mx.example.test", make_ca("CN=Test CA"), wish=BAD["twice"])
    engine = Engine(offer(0), first, lambda event: None, steady().randbytes)
    shake(engine, TlsPeer(Identity(leaf.key.pem, leaf.chain), maxVersion=(3, 3), minVersion=(3, 1)))
    assert engine.error is not None
    assert engine.error.queue[0] == invalid


@pytest.mark.parametrize("what", GOOD)
def test_any_other_key_goes_on(what: str) -> None:
    assert shaken(GOOD[what], "p256", (3, 3), []).connection_info is not None


@pytest.mark.slow
@pytest.mark.parametrize("what", BAD)
def test_tls13_and_rsa_do_not_look(what: str) -> None:
    assert shaken(BAD[what], "p256", (3, 4), []).connection_info is not None
    assert shaken(BAD[what], "rsa2048", (3, 3), []).connection_info is not None
