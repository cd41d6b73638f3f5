"""Every group with ML-KEM that OpenSSL 3.5 and 4.0 have, with a server's flight made here.

With the first hello, and after a HelloRetryRequest; that both have the same secret is seen by the
next message, which is encrypted.  OpenSSL's own servers are met in `tests/interop`.
"""

from __future__ import annotations

from hashlib import sha256

import pytest

from pyfinger.crypto import ml_kem
from pyfinger.events import Event, HandshakeMessageSeen
from pyfinger.model import Credential, Verified
from pyfinger.references import DEFAULT_REFERENCE
from pyfinger.tls.codepoints import HELLO_RETRY_RANDOM, NamedGroup
from pyfinger.tls.engine import Engine
from pyfinger.tls.group_list import GroupListError, auto_groups, parse_group_list
from pyfinger.tls.groups import GROUPS, OPENSSL_4_0, find_group
from pyfinger.tls.handshake13 import protection
from pyfinger.tls.key_exchange import HYBRIDS, new_share
from pyfinger.tls.key_schedule import Schedule13
from pyfinger.tls.suites import suites
from pyfinger.values import replace
from pyfinger.wire import Reader, opaque, uint
from tests.tls.offers import offer
from tests.tls.test_server_hello import server_hello

OPENSSL_4 = replace(DEFAULT_REFERENCE, openssl=OPENSSL_4_0)
SUITE = 0x1301  # TLS_AES_128_GCM_SHA256
ENCRYPTED_EXTENSIONS = b"\x08\0\0\2\0\0"
KEMS = {
    NamedGroup.MLKEM512: "ML-KEM-512",
    NamedGroup.MLKEM768: "ML-KEM-768",
    NamedGroup.MLKEM1024: "ML-KEM-1024",
}
POST_QUANTUM = [group.code for group in GROUPS.values() if group.post_quantum]


def server_half(group: int, public: bytes) -> tuple[bytes, bytes]:
    """A server's share and the secret: where there is a curve, its half is first but in X25519MLKEM768."""
    if group in KEMS:
        secret, ciphertext = ml_kem.encapsulate(KEMS[NamedGroup(group)], public)
        return ciphertext, secret
    if group not in HYBRIDS:
        theirs = new_share(group)
        return theirs.public, theirs.agree(public)
    parts = HYBRIDS[group]
    order = (parts.kem, parts.curve) if group == NamedGroup.X25519MLKEM768 else (parts.curve, parts.kem)
    cut = len(new_share(order[0]).public)
    first, second = server_half(order[0], public[:cut]), server_half(order[1], public[cut:])
    return first[0] + second[0], first[1] + second[1]


def share_in(hello: bytes) -> tuple[int, bytes]:
    """Group and key of the only share in a ClientHello."""
    reader = Reader(hello, 4)
    reader.take(34, "version and random")
    for size in (1, 2, 1):
        reader.opaque(size, "session id, suites, compression")
    extensions = {}
    with reader.vector(2, "extensions"):
        while reader:
            kind = reader.u16("type")
            extensions[kind] = reader.opaque(2, "data")
    shares = Reader(extensions[51])
    with shares.vector(2, "shares"):
        return shares.u16("group"), shares.opaque(2, "key")


def judge(_: Credential) -> Verified:
    raise AssertionError("no certificate was sent")


@pytest.mark.parametrize("retried", [False, True], ids=["first", "retried"])
@pytest.mark.parametrize("group", POST_QUANTUM, ids=lambda code: GROUPS[code].name)
def test_every_group_with_ml_kem(group: int, retried: bool) -> None:
    name = GROUPS[group].name
    made = offer(1, curves=f"P-521 {name}" if retried else f"{name} P-521", like=OPENSSL_4)
    events: list[Event] = []
    engine = Engine(made, judge, events.append, lambda size: bytes(range(size)))
    transcript = engine.output()[5:]
    hello = transcript
    if retried:
        assert share_in(hello)[0] == NamedGroup.SECP521R1
        retry = server_hello((43, b"\3\4"), (51, uint(group, 2)), random=HELLO_RETRY_RANDOM, suite=SUITE)
        engine.feed(retry)
        hello = engine.output()[6 + 5 :]  # behind change_cipher_spec
        transcript = b"\xfe" + opaque(sha256(transcript).digest(), 3) + retry[5:] + hello
    asked, public = share_in(hello)
    assert asked == group
    share, secret = server_half(group, public)
    answer = server_hello((43, b"\3\4"), (51, uint(group, 2) + opaque(share, 2)), suite=SUITE)
    engine.feed(answer)
    schedule = Schedule13(suites()[SUITE].prf)
    secrets = schedule.handshake(secret, sha256(transcript + answer[5:]).digest())
    sealed = protection(suites()[SUITE], secrets.server, schedule).seal(23, ENCRYPTED_EXTENSIONS + b"\x16")
    engine.feed(b"\x17\3\3" + opaque(sealed, 2))
    assert engine.error is None
    assert HandshakeMessageSeen(sent=False, message=ENCRYPTED_EXTENSIONS) in events


@pytest.mark.parametrize("word", ["curveSM2", "curveSM2MLKEM768"])
def test_what_only_openssl_4_knows_means_nothing_to_older_ones(word: str) -> None:
    assert find_group(word) is None
    with pytest.raises(GroupListError):
        parse_group_list(word)
    found = find_group(word.upper(), OPENSSL_4_0)
    assert found is not None and GROUPS[found.code] == found
    assert auto_groups(f"{word} X25519", "").chosen.groups == (NamedGroup.X25519,)
    assert auto_groups(f"{word} X25519", "", OPENSSL_4).chosen.groups == (found.code, NamedGroup.X25519)


def test_the_hybrid_of_sm2_has_the_sizes_of_its_draft() -> None:
    """draft-yang-tls-hybrid-sm2-mlkem: 1249 octets of the client, 1153 of the server."""
    ours = new_share(NamedGroup.CURVESM2MLKEM768)
    share, secret = server_half(ours.group, ours.public)
    assert (len(ours.public), len(share), len(secret)) == (1249, 1153, 64)
    assert ours.agree(share) == secret
