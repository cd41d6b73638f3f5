"""One half of a key agreement."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeAlias

from pyfinger.values import Value

Random: TypeAlias = Callable[[int], bytes]


class KeyShare(Value):
    """Our half; `agree` makes the secret of the peer's, once, or raises `TlsFailure`."""

    group: int  # 0: of the server's own making
    public: bytes
    agree: Callable[[bytes], bytes]
