"""Galois/Counter Mode of any block cipher (NIST SP 800-38D), with nonces of 12 octets."""

from __future__ import annotations

import hmac
from collections.abc import Callable

from pyfinger.crypto.counter_mode import BLOCK, checked_nonce, counter_blocks, exclusive_or
from pyfinger.crypto.ghash import Ghash

TAG = 16  # octets


class Gcm:
    """One key; `encrypt` is its block cipher, on as many blocks as it is given."""

    def __init__(self, encrypt: Callable[[bytes], bytes]) -> None:
        self._encrypt = encrypt
        self._hash: Ghash | None = None

    def seal(self, nonce: bytes, plaintext: bytes, data: bytes) -> bytes:
        """The ciphertext with its tag; `data` is authenticated only."""
        ghash, mask, stream = self._streams(nonce, len(plaintext))
        sealed = exclusive_or(plaintext, stream)
        return sealed + _tag(ghash.digest(data, sealed), mask)

    def open(self, nonce: bytes, ciphertext: bytes, data: bytes) -> bytes | None:
        """The plaintext, or None if the tag is not right."""
        sealed, tag = ciphertext[:-TAG], ciphertext[-TAG:]
        ghash, mask, stream = self._streams(nonce, len(sealed))
        if not hmac.compare_digest(_tag(ghash.digest(data, sealed), mask), tag):
            return None
        return exclusive_or(sealed, stream)

    def _streams(self, nonce: bytes, size: int) -> tuple[Ghash, bytes, bytes]:
        """The hash, what masks its value, and the key stream.

        The first record's blocks take along the block of zeros that becomes the subkey.
        """
        blocks = counter_blocks(checked_nonce(nonce) + b"\0\0\0\x01", 1 - -size // BLOCK)
        if self._hash is not None:
            stream = self._encrypt(blocks)
            return self._hash, stream[:BLOCK], stream[BLOCK:]
        stream = self._encrypt(bytes(BLOCK) + blocks)
        self._hash = Ghash(int.from_bytes(stream[:BLOCK], "big"))
        return self._hash, stream[BLOCK : 2 * BLOCK], stream[2 * BLOCK :]


def _tag(digest: int, mask: bytes) -> bytes:
    return (digest ^ int.from_bytes(mask, "big")).to_bytes(TAG, "big")
