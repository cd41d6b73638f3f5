"""Message digests by the names OpenSSL knows them by.

Only what hashlib guarantees without OpenSSL, and of that what has a fixed size.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from typing import Any, TypeAlias

from pyfinger.options import DIGEST_WORDS

Digest: TypeAlias = Callable[[bytes], bytes]


def digest(name: str) -> Digest | None:
    """The digest called `name`, in any case, blanks behind it ignored; None if it cannot be computed here."""
    return _DIGESTS.get(name.rstrip(" ").lower())


def _of_hashlib(name: str) -> Digest:
    constructor: Callable[..., Any] = getattr(hashlib, name)

    def compute(data: bytes) -> bytes:
        # Nothing is signed with it; systems in FIPS mode refuse MD5 otherwise.
        result: bytes = constructor(data, usedforsecurity=False).digest()
        return result

    return compute


_DIGESTS: dict[str, Digest] = {
    spelling: computed
    for name, spellings in DIGEST_WORDS.items()
    for computed in [_of_hashlib(name)]
    for spelling in spellings
}
