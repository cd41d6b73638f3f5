"""Key agreement: both ends meet, bounds hold."""

from __future__ import annotations

import random
import subprocess
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pyfinger.crypto import ml_kem
from pyfinger.tls.codepoints import TLS12, TLS13
from pyfinger.tls.groups import GROUPS
from pyfinger.tls.handshake_failures import TlsFailure
from pyfinger.tls.key_exchange import finite_field_share, new_share
from pyfinger.tls.security import SecurityLevel

CLASSIC = [code for code, group in GROUPS.items() if not group.post_quantum and code < 0x0103]
OLD = range(0x0001, 0x0015)


@pytest.mark.slow
@pytest.mark.parametrize("group", CLASSIC, ids=lambda code: GROUPS[code].name)
def test_two_ends_agree(group: int) -> None:
    version = TLS13 if GROUPS[group].last == TLS13 else TLS12
    ours, theirs = new_share(group, version), new_share(group, version)
    assert ours.public != theirs.public
    assert ours.agree(theirs.public) == theirs.agree(ours.public)


@pytest.mark.slow
@pytest.mark.parametrize("group", GROUPS, ids=lambda code: GROUPS[code].name)
def test_a_share_is_made_of_its_random_bytes_and_nothing_else(group: int) -> None:
    if 0x0101 < group < 0x0200:
        pytest.skip("takes long")
    version = TLS13 if GROUPS[group].last == TLS13 else TLS12
    publics = [new_share(group, version, random.Random(seed).randbytes).public for seed in (1, 1, 2)]
    assert publics[0] == publics[1] != publics[2]


@given(st.sampled_from([0x17, 0x1D, 0x1E, 0x0100]), st.binary(max_size=70))
def test_any_bytes_as_a_share_give_a_secret_or_our_error(group: int, public: bytes) -> None:
    share = new_share(group)
    try:
        assert share.agree(public)
    except TlsFailure as error:
        assert error.reason in ("bad ecpoint", "bad key share")


# --- shares that are none, as OpenSSL 3.5.9 refused them ---------------------

POINT = new_share(0x17, random=random.Random(1).randbytes).public
COMPRESSED = bytes([2 + (POINT[-1] & 1)]) + POINT[1:33]
HYBRID = bytes([6 + (POINT[-1] & 1)]) + POINT[1:]
OFF = POINT[:-1] + bytes([POINT[-1] ^ 1])
BINARY = new_share(0x01, TLS12, random.Random(1).randbytes).public
DERIVATION, ENCODING, CURVE = "failed during derivation", "invalid encoding", "point is not on curve"


def number(value: int) -> bytes:
    return value.to_bytes(256, "big")


def refused(group: int, version: int, peer: bytes) -> tuple[list[str], int | None]:
    """The error queue and the alert."""
    with pytest.raises(TlsFailure) as caught:
        new_share(group, version).agree(peer)
    return [problem.reason for problem in caught.value.queue], caught.value.alert


@pytest.mark.parametrize(
    ("group", "peer", "queue"),
    [
        (0x1D, bytes(32), [DERIVATION, "bad key share"]),
        (0x1D, bytes(31), ["bad ecpoint"]),
        (0x1E, bytes(56), [DERIVATION, "bad key share"]),
        (0x17, OFF, [CURVE, "bad ecpoint"]),
        (0x17, POINT[:-1], [ENCODING, "bad ecpoint"]),
        (0x17, b"\4" + b"\xff" * 64, [ENCODING, "bad ecpoint"]),
        *((0x17, peer, ["bad ecpoint"]) for peer in (COMPRESSED, HYBRID, b"\0", b"\5" + POINT[1:])),
        (0x0100, number(0), ["invalid public key", "bad ecpoint"]),
        (0x0100, number(1), ["invalid public key", "bad ecpoint"]),
        (0x0100, b"\xff" * 256, ["invalid public key", "bad ecpoint"]),
        (0x0100, b"\2", ["bad ecpoint"]),
        (0x0201, bytes(1087), ["internal error"]),
        (0x11EC, bytes(10), ["wrong ciphertext size", "internal error"]),
        (0x11EC, bytes(1120), [DERIVATION, "internal error"]),
        (0x11EB, bytes(65 + 1088), [ENCODING, "internal error"]),
        (0x11EB, OFF + bytes(1088), [CURVE, "internal error"]),
    ],
)
def test_shares_of_tls13_that_are_none(group: int, peer: bytes, queue: list[str]) -> None:
    assert refused(group, TLS13, peer) == (queue, 80 if queue[-1] == "internal error" else 47)


@pytest.mark.parametrize(
    ("group", "peer", "queue"),
    [
        (0x17, OFF, [CURVE, "bad ecpoint"]),
        (0x17, b"", ["buffer too small", "bad ecpoint"]),
        (0x17, b"\0", ["point at infinity", "internal error"]),
        (0x17, b"\0\0", [ENCODING, "bad ecpoint"]),
        (0x17, b"\5" + POINT[1:], [ENCODING, "bad ecpoint"]),
        (0x17, b"\x08" + POINT[1:33], [ENCODING, "bad ecpoint"]),
        (0x17, b"\2" + b"\xff" * 32, [ENCODING, "bad ecpoint"]),
        (0x17, bytes([HYBRID[0] ^ 1]) + POINT[1:], [ENCODING, "bad ecpoint"]),
        (0x17, b"\2" + bytes(31) + b"\1", ["invalid compressed point", "bad ecpoint"]),
        (0x1D, bytes(32), [DERIVATION, "bad key share"]),
        (0x01, BINARY[:-1] + bytes([BINARY[-1] ^ 1]), [CURVE, "bad ecpoint"]),
        (0x01, b"\4" + b"\xff" * 42, [ENCODING, "bad ecpoint"]),
        (0x01, b"\0", ["point at infinity", "internal error"]),
        (0x01, BINARY[:-1], [ENCODING, "bad ecpoint"]),
    ],
)
def test_points_before_tls13_that_are_none(group: int, peer: bytes, queue: list[str]) -> None:
    assert refused(group, TLS12, peer) == (queue, 80 if queue[-1] == "internal error" else 47)


@pytest.mark.parametrize("group", [0x17, 0x15, 0x01, 0x06], ids=lambda code: GROUPS[code].name)
def test_a_point_may_be_compressed_before_tls13(group: int) -> None:
    ours, theirs = new_share(group, TLS12), new_share(group, TLS12)
    half = len(theirs.public) // 2 + 1
    agreed = set()
    for form in (2, 3, 6, 7):
        octets = bytes([form]) + theirs.public[1 : half if form < 4 else None]
        try:
            agreed.add(ours.agree(octets))
        except TlsFailure:
            assert form >= 6  # of the two hybrid forms only one has the right bit
    assert agreed == {ours.agree(theirs.public)}  # a point and its negative have one x


ML_KEM = {0x0200: "ML-KEM-512", 0x0201: "ML-KEM-768", 0x0202: "ML-KEM-1024"}
HYBRIDS = {
    0x11EB: (0x17, 0x0201),
    0x11EC: (0x0201, 0x1D),
    0x11ED: (0x18, 0x0202),
    0x11EE: (0x29, 0x0201),
}  # in the order of the shares


def server_half(group: int, public: bytes) -> tuple[bytes, bytes]:
    """What a server makes of our share: its own, and the secret."""
    if group in HYBRIDS:
        first, second = HYBRIDS[group]
        cut = len(new_share(first).public)
        halves = server_half(first, public[:cut]), server_half(second, public[cut:])
        return halves[0][0] + halves[1][0], halves[0][1] + halves[1][1]
    if group in ML_KEM:
        secret, ciphertext = ml_kem.encapsulate(ML_KEM[group], public)
        return ciphertext, secret
    theirs = new_share(group)
    return theirs.public, theirs.agree(public)


@pytest.mark.parametrize("group", [*ML_KEM, *HYBRIDS], ids=lambda code: GROUPS[code].name)
def test_a_server_can_encapsulate_a_secret_for_us(group: int) -> None:
    ours = new_share(group)
    theirs, secret = server_half(group, ours.public)
    assert ours.agree(theirs) == secret
    for wrong in (theirs[:-1], theirs + b"\0", b""):
        with pytest.raises(TlsFailure, match="internal error"):
            ours.agree(wrong)


def test_ml_kem_is_imported_for_those_who_offer_it() -> None:
    code = (
        "import pyfinger.tls.key_exchange as k, sys; k.new_share({});"
        "print('pyfinger.crypto.ml_kem' in sys.modules)"
    )
    for group, imported in ((0x1D, "False"), (0x11EC, "True")):
        ran = subprocess.run([sys.executable, "-c", code.format(group)], capture_output=True, check=True)
        assert ran.stdout.decode().strip() == imported


PRIME_2048 = bytes.fromhex("ff" * 8) + b"\x5a" * 247 + b"\xff"


@pytest.mark.parametrize(
    ("prime", "level", "reason"),
    [
        (b"\xff" * 1251, 0, "modulus too large"),
        (b"\xff" * 127, 1, "dh key too small"),
        (b"\xff" * 127, 0, "dh key too small"),
        (b"\xff" * 255, 2, "dh key too small"),
        (b"\xff" * 383, 3, "dh key too small"),
    ],
)
def test_bounds_of_a_server_s_own_group(prime: bytes, level: int, reason: str) -> None:
    with pytest.raises(TlsFailure, match=reason):
        finite_field_share(prime, b"\2", SecurityLevel(level))


@pytest.mark.parametrize("generator", [b"", b"\0", b"\1", b"\xff" * 300])
def test_bad_generators(generator: bytes) -> None:
    with pytest.raises(TlsFailure, match="bad dh value"):
        finite_field_share(PRIME_2048, generator, SecurityLevel(1))


@pytest.mark.parametrize(
    ("prime", "generator", "queue"),
    [
        (b"\xff" * 32, b"\2", ["modulus too small", "bad dh value"]),
        (b"\xff" * 31 + b"\xfe", b"\1", ["check p not prime", "not suitable generator", "modulus too small"]),
        (PRIME_2048, PRIME_2048[:-1] + b"\xfe", ["not suitable generator", "bad dh value"]),
        (b"\xff" * 96, b"\2", ["unknown security bits", "dh key too small"]),
        (b"\xff" * 128, b"\2", ["dh key too small"]),
    ],
)
def test_what_is_wrong_with_a_group_is_told_from_the_root(
    prime: bytes, generator: bytes, queue: list[str]
) -> None:
    with pytest.raises(TlsFailure) as caught:
        finite_field_share(prime, generator, SecurityLevel(2))
    assert [one.reason for one in caught.value.queue][: len(queue)] == queue


@pytest.mark.parametrize("public", [b"", b"\0", b"\1", PRIME_2048, b"\xff" * 300])
def test_bad_public_values(public: bytes) -> None:
    with pytest.raises(TlsFailure, match="bad dh value"):
        finite_field_share(PRIME_2048, b"\2", SecurityLevel(1)).agree(public)


def test_a_share_in_a_group_of_the_server_s_own_is_made_of_its_random_bytes() -> None:
    ours, again = (
        finite_field_share(PRIME_2048, b"\2", SecurityLevel(1), random.Random(1).randbytes) for _ in range(2)
    )
    assert ours.public == again.public


def test_finite_field_agreement() -> None:
    ours, theirs = (finite_field_share(PRIME_2048, b"\2", SecurityLevel(1)) for _ in range(2))
    assert len(ours.public) == 256
    assert ours.agree(theirs.public) == theirs.agree(ours.public)
