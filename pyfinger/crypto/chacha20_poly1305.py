"""ChaCha20-Poly1305 as an AEAD (RFC 8439), all blocks of a record at once.

The state's four rows are four large numbers.  A row has a lane of 64 bits for each of its
four columns of each block, words in the lower halves: sums and rotations of all lanes
then are a few operations, and the diagonal round is the column round with rows turned.
Poly1305 is arithmetic on numbers as it stands.

Not constant in time; see the package's contract.
"""

from __future__ import annotations

import hmac
from collections.abc import Iterable, Sequence

from pyfinger.crypto.gcm_ccm import checked_nonce, exclusive_or, padded

_BLOCK = 64  # octets
_TAG = 16
_CONSTANTS = b"expand 32-byte k"
_PRIME = (1 << 130) - 5
_CLAMP = 0x0FFFFFFC0FFFFFFC0FFFFFFC0FFFFFFF


class ChaCha20Poly1305:
    """One key of 32 octets."""

    def __init__(self, key: bytes) -> None:
        if len(key) != 32:
            raise ValueError("a ChaCha20 key has 32 octets")
        self._key = key

    def seal(self, nonce: bytes, plaintext: bytes, data: bytes) -> bytes:
        """The ciphertext with its tag; `data` is authenticated only."""
        mac_key, stream = self._streams(nonce, len(plaintext))
        sealed = exclusive_or(plaintext, stream)
        return sealed + _tag(mac_key, sealed, data)

    def open(self, nonce: bytes, ciphertext: bytes, data: bytes) -> bytes | None:
        """The plaintext, or None if the tag is not right."""
        sealed, tag = ciphertext[:-_TAG], ciphertext[-_TAG:]
        mac_key, stream = self._streams(nonce, len(sealed))
        if not hmac.compare_digest(_tag(mac_key, sealed, data), tag):
            return None
        return exclusive_or(sealed, stream)

    def _streams(self, nonce: bytes, size: int) -> tuple[bytes, bytes]:
        """The key of the tag, which is of block 0, and the key stream (RFC 8439 section 2.8)."""
        stream = key_stream(self._key, checked_nonce(nonce), 0, 1 - -size // _BLOCK)
        return stream[:32], stream[_BLOCK:]


def key_stream(key: bytes, nonce: bytes, first: int, count: int) -> bytes:
    """`count` blocks from counter `first` on, which must not overflow (RFC 8439 section 2.3)."""
    counters = b"".join([number.to_bytes(8, "little") for number in range(first, first + count)])
    start = [_row((_CONSTANTS[at : at + 4] for at in (0, 4, 8, 12)), count)]
    start += (_row((half[at : at + 4] for at in (0, 4, 8, 12)), count) for half in (key[:16], key[16:]))
    turned = _row((nonce[at : at + 4] for at in (0, 4, 8)), count)
    start.append(turned << 64 * count | int.from_bytes(counters, "little"))
    low = int.from_bytes(b"\xff\xff\xff\xff\0\0\0\0" * (4 * count), "little")
    end = _rounds(start, count, low)
    return _blocks([one + other & low for one, other in zip(start, end, strict=True)], count)


def _row(words: Iterable[bytes], count: int) -> int:
    """Words as lanes, the same for all blocks."""
    return int.from_bytes(b"".join([(word + b"\0\0\0\0") * count for word in words]), "little")


def _rounds(rows: Sequence[int], count: int, low: int) -> Sequence[int]:
    """Twenty rounds (RFC 8439 section 2.3.1); `low` masks the words."""
    a, b, c, d = rows
    one, two, three = 64 * count, 128 * count, 192 * count  # columns, in bits
    low_one, low_two, low_three = (1 << one) - 1, (1 << two) - 1, (1 << three) - 1
    for half in range(20):
        a = a + b & low
        d = (d ^ a) << 16
        d = (d ^ d >> 32) & low
        c = c + d & low
        b = (b ^ c) << 12
        b = (b ^ b >> 32) & low
        a = a + b & low
        d = (d ^ a) << 8
        d = (d ^ d >> 32) & low
        c = c + d & low
        b = (b ^ c) << 7
        b = (b ^ b >> 32) & low
        c = c >> two | (c & low_two) << two
        if half % 2:  # from diagonals back to columns
            b = b >> three | (b & low_three) << one
            d = d >> one | (d & low_one) << three
        else:
            b = b >> one | (b & low_one) << three
            d = d >> three | (d & low_three) << one
    return a, b, c, d


def _blocks(rows: Sequence[int], count: int) -> bytes:
    """The octets of all blocks, one behind the other."""
    result = bytearray(_BLOCK * count)
    words = memoryview(result).cast("I")
    for at, row in enumerate(rows):
        lanes = memoryview(row.to_bytes(32 * count, "little")).cast("I")[::2]
        for column in range(4):
            words[4 * at + column :: 16] = lanes[column * count : (column + 1) * count]
    return bytes(result)


def poly1305(key: bytes, message: bytes) -> bytes:
    """The tag of a message under a key of 32 octets, for one use (RFC 8439 section 2.5)."""
    number, factor, total = int.from_bytes, int.from_bytes(key[:16], "little") & _CLAMP, 0
    whole = len(message) & ~15
    for at in range(0, whole, 16):
        total = (total + (number(message[at : at + 16], "little") | 1 << 128)) * factor % _PRIME
    if rest := message[whole:]:
        total = (total + number(rest + b"\1", "little")) * factor % _PRIME
    total += number(key[16:], "little")
    return (total & (1 << 128) - 1).to_bytes(_TAG, "little")


def _tag(mac_key: bytes, sealed: bytes, data: bytes) -> bytes:
    """RFC 8439 section 2.8."""
    lengths = len(data).to_bytes(8, "little") + len(sealed).to_bytes(8, "little")
    return poly1305(mac_key, padded(data) + padded(sealed) + lengths)
