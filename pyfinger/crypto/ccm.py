"""Counter with CBC-MAC (NIST SP 800-38C, RFC 3610), with nonces of 12 octets.

So lengths have three octets; additional data is shorter than 65280.
"""

from __future__ import annotations

import hmac
from collections.abc import Callable

from pyfinger.crypto.counter_mode import BLOCK, checked_nonce, counter_blocks, exclusive_or, padded


class Ccm:
    """One key of a block cipher, which encrypts many blocks or makes a CBC-MAC of them."""

    def __init__(self, encrypt: Callable[[bytes], bytes], mac: Callable[[bytes], bytes], tag: int) -> None:
        self._encrypt = encrypt
        self._mac = mac
        self._tag = tag  # octets

    def seal(self, nonce: bytes, plaintext: bytes, data: bytes) -> bytes:
        """The ciphertext with its tag; `data` is authenticated only."""
        mask, stream = self._streams(nonce, len(plaintext))
        return exclusive_or(plaintext, stream) + self._tag_of(nonce, plaintext, data, mask)

    def open(self, nonce: bytes, ciphertext: bytes, data: bytes) -> bytes | None:
        """The plaintext, or None if the tag is not right."""
        sealed, tag = ciphertext[: -self._tag], ciphertext[-self._tag :]
        mask, stream = self._streams(nonce, len(sealed))
        plaintext = exclusive_or(sealed, stream)
        return plaintext if hmac.compare_digest(self._tag_of(nonce, plaintext, data, mask), tag) else None

    def _streams(self, nonce: bytes, size: int) -> tuple[bytes, bytes]:
        """What masks the tag, and the key stream (RFC 3610 section 2.3)."""
        first = b"\x02" + checked_nonce(nonce) + bytes(3)
        stream = self._encrypt(counter_blocks(first, 1 - -size // BLOCK))
        return stream[:BLOCK], stream[BLOCK:]

    def _tag_of(self, nonce: bytes, plaintext: bytes, data: bytes, mask: bytes) -> bytes:
        """RFC 3610 section 2.2."""
        flags = 0x40 * bool(data) | (self._tag - 2) // 2 << 3 | 2
        head = bytes([flags]) + nonce + len(plaintext).to_bytes(3, "big")
        extra = len(data).to_bytes(2, "big") + data if data else b""
        return exclusive_or(self._mac(head + padded(extra) + padded(plaintext))[: self._tag], mask)
