"""Any public value of a server, in any group or one it makes up, gives a secret or a TlsFailure."""

from __future__ import annotations

from functools import cache

from fuzz._bytes import Choices
from pyfinger.tls.codepoints import TLS12, TLS13
from pyfinger.tls.groups import GROUPS
from pyfinger.tls.handshake_failures import TlsFailure
from pyfinger.tls.key_exchange import MAX_DH_BITS, KeyShare, finite_field_share, new_share
from pyfinger.tls.security import SecurityLevel

SLOW = 1100  # bits of a group made up; larger ones take long, and are no different
KNOWN = tuple(group for group in GROUPS if not 0x0101 <= group <= 0x0104)
_SAFE = (1 << 1023) + 1155

SEEDS: list[bytes] = [
    *(bytes([0, number, 1]) + new_share(group).public for number, group in enumerate(KNOWN)),
    bytes([1, 0, 0, 128])
    + _SAFE.to_bytes(128, "big")
    + bytes([1, 2])
    + _SAFE.to_bytes(128, "big")[:-1]
    + b"\5",
    bytes([1, 0, 0, 1, 23, 1, 5, 7]),
    bytes([1, 1, 0, 0, 0]),
]


@cache
def _share(group: int, version: int) -> KeyShare:
    return new_share(group, version)


def check(data: bytes) -> None:
    choices = Choices(data)
    if choices.flag():
        _check_own_group(choices)
        return
    group = choices.one_of(KNOWN)
    version = max(choices.one_of((TLS12, TLS13)), GROUPS[group].first)
    _agree(_share(group, version), choices.rest())


def _check_own_group(choices: Choices) -> None:
    """DHE before TLS 1.3."""
    security = SecurityLevel(choices.number(3))
    prime, generator = choices.octets(300), choices.octets(160)
    bits = int.from_bytes(prime, "big").bit_length()
    if SLOW < bits <= MAX_DH_BITS:
        return
    try:
        share = finite_field_share(prime, generator, security)
    except TlsFailure:
        return
    assert len(share.public) == (bits + 7) // 8
    _agree(share, choices.rest())


def _agree(share: KeyShare, peer: bytes) -> None:
    try:
        secret = share.agree(peer)
    except TlsFailure:
        return
    assert any(secret), "a secret that is none"
