"""One half of a key agreement."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeAlias

Random: TypeAlias = Callable[[int], bytes]


@dataclass(frozen=True, slots=True)
class KeyShare:
    """Our half; `agree` makes the secret of the peer's, once, or raises `TlsFailure`."""

    group: int  # 0: of the server's own making
    public: bytes
    agree: Callable[[bytes], bytes]
