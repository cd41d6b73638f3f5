"""What we show of ourselves, to tlslite-ng's server half and by the rules of choice."""

from __future__ import annotations

from typing import Any

import pytest

from pyfinger.events import Event, HandshakeMessageSeen
from pyfinger.model import HandshakeSignature, OwnCredential, SignatureAlgorithm, SignatureFamily
from pyfinger.tls import client_certificate as client_auth
from pyfinger.tls.certificate_messages import CertificateRequest, parse_raw_key
from pyfinger.tls.codepoints import TLS10, TLS11, TLS12, TLS13, HandshakeType
from pyfinger.tls.config import ClientConfig
from pyfinger.tls.engine import Engine, make_hello
from pyfinger.tls.handshake_state import HandshakeState
from pyfinger.tls.messages import body_reader, message, parse_certificate_verify
from pyfinger.tls.record import RecordChannel
from pyfinger.tls.signature_schemes import SCHEMES
from pyfinger.values import replace
from pyfinger.wire import opaque, uint
from pyfinger.x509 import der_encoding as encoding
from pyfinger.x509.private_keys import load_private_key
from pyfinger.x509.rsa_private_keys import RsaPrivateKey
from tests.tls.offers import offer, own_credential, with_credential
from tests.tls.server import Rewrite, TlsPeer, with_extension
from tests.tls.test_engine import converse, identity, judge, shake, steady

DSA_NUMBERS = (0, 23, (1 << 160) - 47, 3, 4, 5)  # version, p, q, g, y, x: of the right size, no more
NEWEST = {TLS10: (3, 1), TLS11: (3, 2), TLS12: (3, 3), TLS13: (3, 4)}
DIGESTS = {"rsa2048": "SHA512", "p256": "SHA256", "p384": "SHA384", "p521": "SHA512"}
KINDS = {"rsa2048": "RSA", "p256": "EC", "p384": "EC", "p521": "EC", "ed25519": "ED25519", "ed448": "ED448"}


def start(made: ClientConfig, events: list[Event]) -> Engine:
    return Engine(made, judge, events.append, steady().randbytes)


def asking(version: int, rewrite: Rewrite = bytes, **settings: Any) -> TlsPeer:
    """A server of one version that asks for a certificate."""
    settings |= {"minVersion": (3, 1), "maxVersion": NEWEST[version]}
    if version < TLS12:
        settings["versions"] = [NEWEST[version]]
    return TlsPeer(identity("rsa2048"), rewrite=rewrite, reqCert=True, **settings)


def sent(events: list[Event]) -> dict[int, bytes]:
    """Our messages by type."""
    return {e.message[0]: e.message for e in events if isinstance(e, HandshakeMessageSeen) and e.sent}


@pytest.mark.slow
@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("version", [TLS12, TLS13])
def test_the_server_gets_our_certificate(kind: str, version: int) -> None:
    engine, peer = start(with_credential(offer(1), kind), []), asking(version)
    shake(engine, peer)
    assert engine.connection_info is not None and converse(engine, peer, b"ping") == b"ping"
    assert peer.client_chain == own_credential(kind).certificates
    public = own_credential(kind).key.public
    expected = HandshakeSignature(
        KINDS[kind], public.bits, public.curve, DIGESTS.get(kind, ""), raw_key=False
    )
    assert engine.connection_info.client_signature == (expected if version == TLS13 else None)


@pytest.mark.parametrize("version", [TLS10, TLS11])
@pytest.mark.parametrize("kind", ["rsa2048", "p256"])
def test_old_versions_have_one_way_to_sign(kind: str, version: int) -> None:
    engine, peer = start(with_credential(offer(0), kind), []), asking(version)
    shake(engine, peer)
    assert engine.connection_info is not None and peer.client_chain == own_credential(kind).certificates


@pytest.mark.parametrize("version", [TLS10, TLS12, TLS13])
def test_without_a_fitting_key_the_certificate_is_empty(version: int) -> None:
    kind = "ed25519" if version == TLS10 else "p256"
    events: list[Event] = []
    engine, peer = start(with_credential(offer(0), kind), events), asking(version, ecdsaSigHashes=[])
    shake(engine, peer)
    assert engine.connection_info is not None and engine.connection_info.client_signature is None
    assert sent(events)[HandshakeType.CERTIFICATE][4:] == (bytes(4) if version == TLS13 else bytes(3))
    assert HandshakeType.CERTIFICATE_VERIFY not in sent(events)


def test_a_server_that_does_not_ask_is_shown_nothing() -> None:
    events: list[Event] = []
    engine = start(with_credential(offer(1)), events)
    shake(engine, TlsPeer(identity()))
    assert engine.connection_info is not None and engine.connection_info.client_signature is None
    assert HandshakeType.CERTIFICATE not in sent(events)


def test_a_certificate_is_compressed_if_the_server_asks_for_it() -> None:
    events: list[Event] = []
    engine = start(with_credential(offer(1)), events)
    peer = asking(TLS13, certificate_compression_receive=["zlib"])
    shake(engine, peer)
    assert peer.client_chain == own_credential("p256").certificates
    assert HandshakeType.COMPRESSED_CERTIFICATE in sent(events)


def test_a_list_of_no_compression_at_all_is_refused() -> None:
    engine = start(with_credential(offer(1)), [])
    shake(engine, asking(TLS13, certificate_compression_receive=[]))
    assert engine.error is not None and engine.error.reason == "bad extension"


def wanting_raw_key(version: int, chosen: bytes = b"\2") -> Rewrite:
    where = HandshakeType.ENCRYPTED_EXTENSIONS if version == TLS13 else HandshakeType.SERVER_HELLO
    return lambda data: with_extension(data, 19, chosen) if data[0] == where else data


@pytest.mark.parametrize("version", [TLS12, TLS13])
def test_a_raw_public_key(version: int) -> None:
    """tlslite-ng could not read it, so our answer is looked at instead of sent."""
    events: list[Event] = []
    engine = start(with_credential(offer(1)), events)
    engine.feed(asking(version, wanting_raw_key(version)).feed(engine.output()))
    shown = parse_raw_key(body_reader(sent(events)[HandshakeType.CERTIFICATE]), version)
    assert shown.der == own_credential("p256").spki
    assert (
        SCHEMES[parse_certificate_verify(sent(events)[HandshakeType.CERTIFICATE_VERIFY]).scheme].kind == "EC"
    )


def test_a_raw_public_key_is_told_in_the_summary() -> None:
    credential = own_credential("p256")
    proof = client_auth.ClientCertificate(credential, SCHEMES[0x0403], raw_key=True)
    assert proof.signature == HandshakeSignature("EC", 256, "prime256v1", "SHA256", raw_key=True)


@pytest.mark.parametrize("version", [TLS12, TLS13])
def test_an_unknown_certificate_type(version: int) -> None:
    engine = start(with_credential(offer(1)), [])
    shake(engine, asking(version, wanting_raw_key(version, b"\1")))
    assert engine.error is not None and engine.error.reason == "bad value"


def test_certificate_types_nobody_asked_about() -> None:
    engine = start(offer(1), [])
    shake(engine, asking(TLS13, wanting_raw_key(TLS13)))
    assert engine.error is not None and engine.error.reason == "unsolicited extension"


def demanding(schemes: tuple[int, ...]) -> Rewrite:
    """Adds signature_algorithms_cert to a CertificateRequest."""
    more = uint(50, 2) + opaque(opaque(b"".join(uint(code, 2) for code in schemes), 2), 2)

    def rewrite(data: bytes) -> bytes:
        if data[0] != HandshakeType.CERTIFICATE_REQUEST:
            return data
        return message(HandshakeType.CERTIFICATE_REQUEST, b"\0" + opaque(data[7:] + more, 2))

    return rewrite


@pytest.mark.parametrize(("schemes", "shown"), [((0x0403,), True), ((0xFFFF, 0x0401), False)])
def test_the_server_may_care_how_certificates_are_signed(schemes: tuple[int, ...], shown: bool) -> None:
    engine, peer = start(with_credential(offer(1)), []), asking(TLS13, demanding(schemes))
    shake(engine, peer)
    assert engine.connection_info is not None
    assert (engine.connection_info.client_signature is not None) == shown


def chosen(
    made: ClientConfig,
    schemes: tuple[int, ...],
    version: int,
    for_certificates: tuple[int, ...] | None = None,
) -> tuple[OwnCredential, int] | None:
    """Which of our keys signs how, if a server asks for these schemes."""
    client = HandshakeState(
        RecordChannel(lambda event: None), make_hello(made, bytes), judge, bytes, lambda event: None
    )
    request = CertificateRequest(schemes=schemes, certificate_schemes=for_certificates)
    proof = client_auth.show(client, request, version)
    return (proof.credential, proof.scheme.code) if proof else None


def test_the_order_is_the_server_s() -> None:
    made = with_credential(offer(1), "rsa2048")
    assert chosen(made, (0x0806, 0x0804), TLS13) == (own_credential("rsa2048"), 0x0806)
    assert chosen(made, (0x0601, 0x0804), TLS12) == (own_credential("rsa2048"), 0x0601)
    assert chosen(made, (0xFFFF, 0x0203, 0x0805), TLS12) == (own_credential("rsa2048"), 0x0805)


def test_tls13_knows_no_pkcs1_and_no_sha1() -> None:
    made = with_credential(with_credential(offer(0), "rsa2048"), "p256")
    assert chosen(made, (0x0401, 0x0601, 0x0201, 0x0203, 0x0303), TLS13) is None
    assert chosen(made, (0x0401, 0x0806), TLS13) == (own_credential("rsa2048"), 0x0806)


def test_what_we_do_not_offer_we_do_not_do() -> None:
    assert chosen(with_credential(offer(0)), (0x0203,), TLS12) is not None
    assert chosen(with_credential(offer(1)), (0x0203,), TLS12) is None


def test_only_tls13_ties_schemes_to_curves() -> None:
    made = with_credential(offer(1), "p384")
    assert chosen(made, (0x0403,), TLS13) is None
    assert chosen(made, (0x0403, 0x0503), TLS13) == (own_credential("p384"), 0x0503)
    assert chosen(made, (0x0403,), TLS12) == (own_credential("p384"), 0x0403)
    assert chosen(made, (0x081A,), TLS12) is None  # brainpool, and of TLS 1.3 only


def test_tls13_looks_at_all_keys_and_tls12_at_the_last() -> None:
    made = with_credential(with_credential(offer(1), "p256"), "rsa2048")
    assert chosen(made, (0x0403, 0x0804), TLS13) == (own_credential("p256"), 0x0403)
    assert chosen(made, (0x0403, 0x0804), TLS12) == (own_credential("rsa2048"), 0x0804)
    assert chosen(made, (0x0403,), TLS12) is None
    assert chosen(offer(1), (0x0403,), TLS12) is None


def test_a_key_that_is_too_small_for_a_scheme_is_passed_over() -> None:
    own = own_credential("rsa1024")
    assert isinstance(own.key, RsaPrivateKey)
    assert chosen(with_credential(offer(0), "rsa1024"), (0x0806, 0x0805), TLS13) == (own, 0x0805)


def test_a_certificate_signed_in_an_unknown_way_meets_no_demand() -> None:
    own = replace(own_credential("p256"), issued_with=None)
    made = replace(offer(1), credentials=(own,))
    assert chosen(made, (0x0403,), TLS13) == (own, 0x0403)
    assert chosen(made, (0x0403,), TLS13, (0x0403,)) is None
    pss = replace(own, issued_with=SignatureAlgorithm(SignatureFamily.RSA_PSS, "sha256", 20, "sha256"))
    made = replace(offer(1), credentials=(pss,))
    assert chosen(made, (0x0403,), TLS13, (0x0809,)) == (pss, 0x0403)


@pytest.mark.parametrize("version", [TLS12, TLS13])
@pytest.mark.parametrize(
    ("level", "strengths", "reason"),
    [
        (1, (79,), "ee key too small"),
        (1, (-1,), "ee key too small"),
        (1, (80, 79), "ca key too small"),
        (2, (112, 112, 80), "ca key too small"),
        (2, (112, 112), ""),
        (0, (-1, 0), ""),
    ],
)
def test_keys_too_weak_for_the_security_level_are_not_shown(
    version: int, level: int, strengths: tuple[int, ...], reason: str
) -> None:
    own = replace(own_credential("p256"), strengths=strengths)
    events: list[Event] = []
    engine = start(replace(offer(level), credentials=(own,)), events)
    shake(engine, asking(version))
    assert (engine.error.reason if engine.error else "") == reason
    assert bool(
        sent(events).keys() & {HandshakeType.CERTIFICATE, HandshakeType.COMPRESSED_CERTIFICATE}
    ) is not bool(reason)


def test_dsa_signs_before_tls13() -> None:
    key = load_private_key(encoding.sequence(*map(encoding.integer, DSA_NUMBERS)), "DSA PRIVATE KEY")
    own = OwnCredential(key, (b"certificate",), b"key")
    made = replace(offer(0), credentials=(own,))
    assert chosen(made, (0x0403, 0x0402), TLS12) == (own, 0x0402)
    assert chosen(made, (), TLS10) == (own, 0)
    assert chosen(made, (0x0402,), TLS13) is None
