"""The key schedules: TLS 1.0 to 1.2 (RFC 5246 section 5) and 1.3 (RFC 8446 section 7.1)."""

from __future__ import annotations

import hashlib
import hmac
from functools import cache

from pyfinger.crypto.key_derivation import hkdf_expand_label, hkdf_extract, p_hash, prf_md5_sha1
from pyfinger.tls.codepoints import TLS12
from pyfinger.values import Value, field

_HASHES = {"sha256": hashlib.sha256, "sha384": hashlib.sha384}


class Transcript:
    """The handshake messages so far, and their digest under any hash."""

    __slots__ = ("_messages",)

    def __init__(self) -> None:
        self._messages = bytearray()

    def add(self, message: bytes) -> None:
        """Append one message with its header."""
        self._messages += message

    def digest(self, name: str) -> bytes:
        """The hash of all messages; `md5+sha1` is both, one after the other."""
        if name in _HASHES:
            return _HASHES[name](self._messages).digest()
        return b"".join(hashlib.new(part, self._messages).digest() for part in name.split("+"))

    def bytes(self) -> bytes:
        """All messages, for signatures before TLS 1.3."""
        return bytes(self._messages)

    def restart(self, name: str) -> None:
        """Replace the first ClientHello by its hash (RFC 8446 section 4.4.1)."""
        digest = self.digest(name)
        self._messages = bytearray(b"\xfe\0\0" + bytes([len(digest)]) + digest)


class Prf(Value):
    """The pseudo-random function of TLS 1.0 to 1.2; `digest` matters from 1.2 on."""

    version: int
    digest: str

    def __call__(self, secret: bytes, label: bytes, seed: bytes, size: int) -> bytes:
        """`size` bytes from a secret (RFC 5246 section 5, RFC 2246 section 5)."""
        if self.version < TLS12:
            return prf_md5_sha1(secret, label + seed, size)
        return p_hash("sha384" if self.digest == "sha384" else "sha256", secret, label + seed, size)


def expand_label(secret: bytes, label: str, context: bytes, size: int, digest: str) -> bytes:
    """HKDF-Expand-Label (RFC 8446 section 7.1)."""
    return hkdf_expand_label(digest, secret, label.encode(), context, size)


@cache
def digest_size(name: str) -> int:
    """Bytes of a digest."""
    return hashlib.new(name).digest_size


@cache
def _digest_of_nothing(name: str) -> bytes:
    return hashlib.new(name).digest()


class TrafficSecrets(Value):
    """A pair of TLS 1.3 traffic secrets."""

    client: bytes = field(repr=False)
    server: bytes = field(repr=False)


class Schedule13:
    """The TLS 1.3 key schedule from the early secret on."""

    def __init__(self, digest: str, psk: bytes = b"") -> None:
        self.digest = digest
        self.size = digest_size(digest)
        self._secret = hkdf_extract(digest, bytes(self.size), psk or bytes(self.size))

    def derive(self, label: str, messages: bytes) -> bytes:
        """Derive-Secret with the transcript hash `messages` given."""
        return expand_label(self._secret, label, messages, self.size, self.digest)

    def _advance(self, key: bytes) -> None:
        salt = self.derive("derived", _digest_of_nothing(self.digest))
        self._secret = hkdf_extract(self.digest, salt, key)

    def handshake(self, shared: bytes, messages: bytes) -> TrafficSecrets:
        """Mix in the (EC)DHE secret; the handshake traffic secrets."""
        self._advance(shared)
        return TrafficSecrets(self.derive("c hs traffic", messages), self.derive("s hs traffic", messages))

    def application(self, messages: bytes) -> TrafficSecrets:
        """The application traffic secrets, from the server's Finished on."""
        self._advance(bytes(self.size))
        return TrafficSecrets(self.derive("c ap traffic", messages), self.derive("s ap traffic", messages))

    def finished(self, base: bytes, messages: bytes) -> bytes:
        """verify_data of a Finished message (RFC 8446 section 4.4.4)."""
        key = expand_label(base, "finished", b"", self.size, self.digest)
        return hmac.digest(key, messages, self.digest)

    def binder(self, messages: bytes) -> bytes:
        """The binder over a truncated hello, of a resumption PSK (section 4.2.11.2)."""
        key = self.derive("res binder", _digest_of_nothing(self.digest))
        return self.finished(key, hashlib.new(self.digest, messages).digest())

    def resumption(self, messages: bytes) -> bytes:
        """The resumption master secret, once our Finished is among the messages."""
        return self.derive("res master", messages)

    def ticket_key(self, resumption: bytes, nonce: bytes) -> bytes:
        """The PSK of one ticket (section 4.6.1)."""
        return expand_label(resumption, "resumption", nonce, self.size, self.digest)

    def update(self, secret: bytes) -> bytes:
        """The next generation of an application traffic secret (section 7.2)."""
        return expand_label(secret, "traffic upd", b"", self.size, self.digest)
