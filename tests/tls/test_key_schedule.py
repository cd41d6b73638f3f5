"""Key schedules against published values."""

from __future__ import annotations

import hashlib

from pyfinger.tls.codepoints import TLS10, TLS12
from pyfinger.tls.key_schedule import Prf, Schedule13, Transcript


def test_rfc_8448_simple_handshake() -> None:
    """RFC 8448 section 3, from the shared secret on."""
    schedule = Schedule13("sha256")
    shared = bytes.fromhex("8bd4054fb55b9d63fdfbacf9f04b9f0d35e6d63f537563efd46272900f89492d")
    messages = bytes.fromhex("860c06edc07858ee8e78f0e7428c58edd6b43f2ca3e6e95f02ed063cf0e1cad8")
    secrets = schedule.handshake(shared, messages)
    assert secrets.client.hex() == "b3eddb126e067f35a780b3abf45e2d8f3b1a950738f52e9600746a0e27a55a21"
    assert secrets.server.hex() == "b67b7d690cc16c4e75e54213cb2d37b4e9c912bcded9105d42befd59d391ad38"
    messages = bytes.fromhex("9608102a0f1ccc6db6250b7b7e417b1a000eaada3daae4777a7686c9ff83df13")
    application = schedule.application(messages)
    assert application.client.hex() == "9e40646ce79a7f9dc05af8889bce6552875afa0b06df0087f792ebb7c17504a5"
    assert application.server.hex() == "a11af9f05531f856ad47116b45a950328204b4f44bfb6b3a4b4f1f3fcb631643"


def test_tls12_prf() -> None:
    """The SHA-256 vector the IETF TLS list agreed on in 2009."""
    secret = bytes.fromhex("9bbe436ba940f017b17652849a71db35")
    seed = bytes.fromhex("a0ba9f936cda311827a6f796ffd5198c")
    got = Prf(TLS12, "sha256")(secret, b"test label", seed, 100)
    assert got.hex().startswith("e3f229ba727be17b8d122620557cd453c2aab21d07c3d495329b52d4e61edb5a")


def test_the_old_prf_does_not_care_for_the_digest() -> None:
    assert Prf(TLS10, "sha256")(b"s", b"l", b"x", 48) == Prf(TLS10, "sha384")(b"s", b"l", b"x", 48)
    assert Prf(TLS12, "sha256")(b"s", b"l", b"x", 48) != Prf(TLS12, "sha384")(b"s", b"l", b"x", 48)


def test_transcript() -> None:
    transcript = Transcript()
    transcript.add(b"one")
    transcript.add(b"two")
    assert transcript.bytes() == b"onetwo"
    assert transcript.digest("md5+sha1") == hashlib.md5(b"onetwo").digest() + hashlib.sha1(b"onetwo").digest()
    transcript.restart("sha256")
    assert transcript.bytes() == b"\xfe\0\0\x20" + hashlib.sha256(b"onetwo").digest()
