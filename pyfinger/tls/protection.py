"""Record protection: from content to ciphertext and back, one direction each.

AEAD in TLS 1.2 (RFC 5288, RFC 7905) and 1.3 (RFC 8446 section 5.2), and CBC
with a MAC before or after encryption (RFC 5246 section 6.2.3.2, RFC 7366).
The ciphers are `crypto`'s; opening a bad record raises `TlsFailure`.
"""

from __future__ import annotations

import hmac
from functools import cached_property, partial
from typing import Any, Protocol

from pyfinger.crypto.aes import aes_ccm, aes_gcm
from pyfinger.tls.codepoints import TLS11, ContentType
from pyfinger.tls.handshake_failures import CIPHER_OPERATION_FAILED, Reason, TlsFailure, record_failure
from pyfinger.tls.suites import Cipher, CipherFamily, CipherMode, Suite

_STITCHED = ("sha1", "sha256")  # with AES-CBC one cipher of OpenSSL's, MAC and all


def _bad_record(*, by_cipher: bool = False) -> TlsFailure:
    """The record was tampered with; some of OpenSSL's ciphers say so themselves first."""
    found = record_failure(Reason.DECRYPTION_FAILED_OR_BAD_RECORD_MAC)
    return found.after(CIPHER_OPERATION_FAILED) if by_cipher else found


class RecordProtection(Protocol):
    """One direction of a protected connection."""

    @property
    def hides_type(self) -> bool:
        """Whether the content type travels inside the ciphertext (TLS 1.3)."""
        ...

    def seal(self, content_type: int, content: bytes) -> bytes:
        """The record's body; for TLS 1.3 `content` ends with its inner type."""
        ...

    def open(self, content_type: int, body: bytes) -> bytes:
        """The content, or `TlsFailure` if it was tampered with."""
        ...


class _Aead(Protocol):
    """Authenticated encryption with a nonce of 12 bytes (RFC 5116)."""

    def seal(self, nonce: bytes, plaintext: bytes, data: bytes, /) -> bytes: ...

    def open(self, nonce: bytes, ciphertext: bytes, data: bytes, /) -> bytes | None: ...


def _aead(cipher: Cipher, key: bytes) -> _Aead:
    if cipher.family is CipherFamily.CHACHA20:
        from pyfinger.crypto.chacha20_poly1305 import ChaCha20Poly1305

        return ChaCha20Poly1305(key)
    if cipher.family is CipherFamily.ARIA:
        from pyfinger.crypto.aria import aria_gcm

        return aria_gcm(key)
    if cipher.mode is CipherMode.GCM:
        return aes_gcm(key)
    return aes_ccm(key, cipher.tag)


def _block_cipher(cipher: Cipher, key: bytes, iv: bytes) -> Any:
    """A cipher in CBC mode, None for NULL."""
    if not cipher.block:
        return None
    if cipher.family is CipherFamily.CAMELLIA:
        from pyfinger.crypto.camellia import CamelliaCbc

        return CamelliaCbc(key, iv)
    from pyfinger.crypto import tlslite_ng

    return tlslite_ng.Python_AES(key, 2, iv)


class Aead13:
    """AEAD as TLS 1.3 uses it; the key schedule waits for the first record, which may never come."""

    hides_type = True

    def __init__(self, cipher: Cipher, key: bytes, iv: bytes) -> None:
        self._make = partial(_aead, cipher, key)
        self._tag = cipher.tag
        self._ccm = cipher.mode in (CipherMode.CCM, CipherMode.CCM8)
        self._iv = int.from_bytes(iv, "big")
        self._sequence = 0

    @cached_property
    def _aead(self) -> _Aead:
        return self._make()

    def _nonce(self) -> bytes:
        nonce = (self._iv ^ self._sequence).to_bytes(12, "big")
        self._sequence += 1
        return nonce

    def seal(self, content_type: int, content: bytes) -> bytes:
        """Encrypt content and inner type."""
        header = bytes([ContentType.APPLICATION_DATA, 3, 3]) + (len(content) + self._tag).to_bytes(2, "big")
        return self._aead.seal(self._nonce(), content, header)

    def open(self, content_type: int, body: bytes) -> bytes:
        """Decrypt; the inner type and padding are still in place."""
        if len(body) <= self._tag:  # there is an inner type at least
            raise _bad_record()
        header = bytes([content_type, 3, 3, *len(body).to_bytes(2, "big")])
        content = self._aead.open(self._nonce(), body, header)
        if content is None:
            raise _bad_record(by_cipher=self._ccm)
        return content


class Aead12:
    """AEAD as TLS 1.2 uses it; AES modes carry half of the nonce in the record."""

    hides_type = False

    def __init__(self, cipher: Cipher, key: bytes, iv: bytes) -> None:
        self._aead = _aead(cipher, key)
        self._tag = cipher.tag
        self._iv = iv
        self._explicit = 8 if len(iv) == 4 else 0
        self._sequence = 0

    def _step(self, content_type: int, size: int) -> tuple[bytes, bytes]:
        sequence = self._sequence.to_bytes(8, "big")
        self._sequence += 1
        return sequence, sequence + bytes([content_type, 3, 3]) + size.to_bytes(2, "big")

    def _nonce(self, explicit: bytes, sequence: bytes) -> bytes:
        if self._explicit:
            return self._iv + explicit
        mask = int.from_bytes(self._iv, "big") ^ int.from_bytes(sequence, "big")
        return mask.to_bytes(12, "big")

    def seal(self, content_type: int, content: bytes) -> bytes:
        """Encrypt; the explicit nonce is the sequence number."""
        sequence, extra = self._step(content_type, len(content))
        explicit = sequence[: self._explicit]
        return explicit + self._aead.seal(self._nonce(explicit, sequence), content, extra)

    def open(self, content_type: int, body: bytes) -> bytes:
        """Decrypt and authenticate."""
        size = len(body) - self._explicit - self._tag
        if size < 0:
            raise _bad_record()
        sequence, extra = self._step(content_type, size)
        nonce = self._nonce(body[: self._explicit], sequence)
        content = self._aead.open(nonce, body[self._explicit :], extra)
        if content is None:
            raise _bad_record(by_cipher=self._explicit > 0)
        return content


class Cbc:
    """A block cipher in CBC mode (or none at all) with a MAC, TLS 1.0 to 1.2."""

    hides_type = False

    def __init__(self, suite: Suite, version: int, keys: tuple[bytes, bytes, bytes], *, etm: bool) -> None:
        mac_key, key, iv = keys
        self._digest = suite.mac
        self._mac_key = mac_key
        self._mac_size = len(mac_key)
        self._version = version
        self._block = suite.cipher.block
        self._etm = etm and bool(self._block)
        self._stitched = not etm and suite.cipher.family is CipherFamily.AES and suite.mac in _STITCHED
        self._cipher = _block_cipher(suite.cipher, key, iv)
        self._explicit_iv = self._block if version >= TLS11 else 0
        self._sequence = 0

    def _mac(self, content_type: int, content: bytes) -> bytes:
        head = self._sequence.to_bytes(8, "big") + bytes([content_type]) + self._version.to_bytes(2, "big")
        self._sequence += 1
        return hmac.new(
            self._mac_key, head + len(content).to_bytes(2, "big") + content, self._digest
        ).digest()

    def _encrypt(self, content: bytes) -> bytes:
        if self._cipher is None:
            return content
        # CBC chains over records: a zero block in front becomes a fresh, secret-derived IV.
        padding = self._block - len(content) % self._block
        padded = bytes(self._explicit_iv) + content + bytes([padding - 1]) * padding
        return bytes(self._cipher.encrypt(bytearray(padded)))

    def seal(self, content_type: int, content: bytes) -> bytes:
        """MAC and encrypt, in the order agreed on."""
        if self._etm:
            body = self._encrypt(content)
            return body + self._mac(content_type, body)
        return self._encrypt(content + self._mac(content_type, content))

    def _decrypt(self, body: bytes) -> bytes:
        if self._cipher is None:
            return body
        if not body or len(body) % self._block:
            raise _bad_record()
        if len(body) < self._block + self._explicit_iv:
            raise _bad_record(by_cipher=not self._stitched)
        if self._stitched and len(body) == self._block + self._explicit_iv > self._block:
            raise _bad_record()  # an IV and one block are still too little to be tried
        return bytes(self._cipher.decrypt(bytearray(body)))[self._explicit_iv :]

    def open(self, content_type: int, body: bytes) -> bytes:
        """Check and decrypt; padding and MAC faults look the same."""
        if self._etm:
            return self._open_etm(content_type, body)
        plain = self._decrypt(body)
        padding, good = self._padding(plain, self._mac_size)
        end = len(plain) - padding - self._mac_size
        if len(plain) < self._mac_size + bool(self._block):
            raise _bad_record(by_cipher=bool(self._block))
        mac = self._mac(content_type, plain[: max(end, 0)])
        if end < 0 or not good or not hmac.compare_digest(mac, plain[end : end + self._mac_size]):
            raise _bad_record(by_cipher=self._stitched)
        return plain[:end]

    def _open_etm(self, content_type: int, body: bytes) -> bytes:
        if len(body) < self._mac_size:
            raise record_failure(Reason.LENGTH_TOO_SHORT)
        sealed, mac = body[: -self._mac_size], body[-self._mac_size :]
        if not hmac.compare_digest(self._mac(content_type, sealed), mac):
            raise _bad_record()
        plain = self._decrypt(sealed)
        padding, good = self._padding(plain, 0)
        if not good:
            raise _bad_record(by_cipher=True)
        return plain[: len(plain) - padding]

    def _padding(self, plain: bytes, reserved: int) -> tuple[int, bool]:
        """Bytes of padding to strip, and whether it is well formed."""
        if self._cipher is None:
            return 0, True
        size = plain[-1] + 1
        if size + reserved > len(plain):
            return 0, False
        return size, plain[-size:] == bytes([size - 1]) * size


def protections(
    suite: Suite, version: int, block: bytes, *, etm: bool
) -> tuple[RecordProtection, RecordProtection]:
    """Client's and server's protection from a TLS 1.0 to 1.2 key block (RFC 5246 section 6.3)."""
    mac, key, iv = key_sizes(suite)
    parts = []
    for size in (mac, mac, key, key, iv, iv):
        parts.append(block[:size])
        block = block[size:]
    if suite.cipher.aead:
        state: RecordProtection = Aead12(suite.cipher, parts[2], parts[4])
        return state, Aead12(suite.cipher, parts[3], parts[5])
    state = Cbc(suite, version, (parts[0], parts[2], parts[4]), etm=etm)
    return state, Cbc(suite, version, (parts[1], parts[3], parts[5]), etm=etm)


def key_sizes(suite: Suite) -> tuple[int, int, int]:
    """Bytes of MAC key, cipher key and IV for each direction."""
    cipher = suite.cipher
    if cipher.aead:
        return 0, cipher.key, 12 if cipher.family is CipherFamily.CHACHA20 else 4
    mac = {"md5": 16, "sha1": 20, "sha256": 32, "sha384": 48}[suite.mac]
    return mac, cipher.key, cipher.block
