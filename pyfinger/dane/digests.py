"""Message digests by the names OpenSSL knows them by.

Only what hashlib guarantees without OpenSSL, and of that what has a fixed size.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from typing import Any, TypeAlias

Digest: TypeAlias = Callable[[bytes], bytes]

# hashlib's name, then OpenSSL's (EVP_MD-SHA2(7) and so on), lower case
_SPELLINGS = (
    ("md5", "md5", "ssl3-md5"),
    ("sha1", "sha1", "sha-1", "ssl3-sha1"),
    ("sha224", "sha224", "sha-224", "sha2-224"),
    ("sha256", "sha256", "sha-256", "sha2-256"),
    ("sha384", "sha384", "sha-384", "sha2-384"),
    ("sha512", "sha512", "sha-512", "sha2-512"),
    ("sha3_224", "sha3-224"),
    ("sha3_256", "sha3-256"),
    ("sha3_384", "sha3-384"),
    ("sha3_512", "sha3-512"),
    ("blake2b", "blake2b512", "blake2b-512"),
    ("blake2s", "blake2s256", "blake2s-256"),
)


def digest(name: str) -> Digest | None:
    """The digest called `name`, in any case; None if it cannot be computed here."""
    return _DIGESTS.get(name.lower())


def _of_hashlib(name: str) -> Digest:
    constructor: Callable[..., Any] = getattr(hashlib, name)

    def compute(data: bytes) -> bytes:
        # Nothing is signed with it; systems in FIPS mode refuse MD5 otherwise.
        result: bytes = constructor(data, usedforsecurity=False).digest()
        return result

    return compute


_DIGESTS: dict[str, Digest] = {
    spelling: computed
    for name, *spellings in _SPELLINGS
    for computed in [_of_hashlib(name)]
    for spelling in spellings
}
